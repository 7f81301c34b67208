//! Feed files that are broken as a whole, files in the protocol's own form, and pushes of them.

use comptoir_certify::Lane;
use http::Method;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Plant, answers, requests},
    feed_rows::change,
    proxy::{Answered, Asked},
    stage::Stage,
};

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = whole();
    all.extend(PRODUCTS.iter().map(Product::fault));
    all.extend(folders());
    all.extend(pushes());
    all.extend(refusals());
    all
}

/// A change of the bytes of one file.
fn bytes(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    stage: Stage,
    file: &'static str,
    edit: impl Fn(&mut Answered) + Clone + Send + Sync + 'static,
) -> Fault {
    let plant = answers(move |asked, answered| {
        if asked.path.ends_with(file) {
            edit(answered);
        }
    });
    Fault::new(Lane::FeedFile, id, does, red, plant).on(stage)
}

fn whole() -> Vec<Fault> {
    vec![
        bytes(
            "feed-file-id-twice",
            "writes two rows with one id",
            &["feed-file.lifecycle.flat-item-ids-unique"],
            Stage::Rows,
            ".jsonl",
            |file| {
                change(&mut file.body, |row| {
                    row.insert("item_id".to_owned(), json!("mug_1"));
                });
            },
        ),
        bytes(
            "feed-file-empty",
            "writes an empty file",
            &["feed-file.lifecycle.flat-not-empty"],
            Stage::Rows,
            ".jsonl",
            |file| file.body.clear(),
        ),
        bytes(
            "feed-file-broken-line",
            "ends the file within a line",
            &["feed-file.lifecycle.flat-readable"],
            Stage::Rows,
            ".jsonl",
            |file| file.body = [&file.body[..], b"{\"item_id\": \n"].concat().into(),
        ),
        bytes(
            "feed-file-latin-1",
            "writes the file in Latin-1",
            &["feed-file.lifecycle.flat-utf8"],
            Stage::Table,
            ".csv",
            |file| file.body = [&file.body[..], b"\n1,Gobelet \xe9"].concat().into(),
        ),
        bytes(
            "feed-file-group-of-one",
            "puts a variant alone into a group",
            &["feed-file.lifecycle.flat-group-id"],
            Stage::Rows,
            ".jsonl",
            |file| {
                change(&mut file.body, |row| {
                    row.insert("group_id".to_owned(), json!("others"));
                });
            },
        ),
        bytes(
            "feed-file-old-names",
            "uses column names of older forms, and names no return policy",
            &[
                "feed-file.lifecycle.flat-current-names",
                "feed-file.lifecycle.flat-return-policy",
            ],
            Stage::Rows,
            ".jsonl",
            |file| {
                change(&mut file.body, |row| {
                    row.insert("link".to_owned(), row["url"].clone());
                    row.remove("return_policy");
                });
            },
        )
        .warned(),
    ]
}

/// A broken product in the protocol's own form.
struct Product {
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    change: fn(&mut Value),
}

impl Product {
    fn fault(&self) -> Fault {
        let change_it = self.change;
        bytes(
            self.id,
            self.does,
            self.red,
            Stage::Folder,
            "products.jsonl",
            move |file| {
                change(&mut file.body, |product| {
                    let mut value = Value::Object(product.clone());
                    change_it(&mut value);
                    product.clone_from(value.as_object().unwrap());
                });
            },
        )
    }
}

const fn product(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    change: fn(&mut Value),
) -> Product {
    Product {
        id,
        does,
        red,
        change,
    }
}

const PRODUCTS: &[Product] = &[
    product(
        "feed-file-product-colour",
        "writes a member that products do not have",
        &["feed-file.lifecycle.acp-products-shape"],
        |one| one["colour"] = json!("grey"),
    ),
    product(
        "feed-file-variant-without-title",
        "writes a variant whose title is null",
        &["feed-file.lifecycle.acp-products-shape"],
        |one| one["variants"][0]["title"] = Value::Null,
    ),
    product(
        "feed-file-product-id-twice",
        "writes two products with one id",
        &["feed-file.lifecycle.acp-product-ids-unique"],
        |one| one["id"] = json!("mug_1"),
    ),
    product(
        "feed-file-variant-id-twice",
        "writes two variants with one id",
        &["feed-file.lifecycle.acp-variant-ids-unique"],
        |one| one["variants"][0]["id"] = json!("mug_1_v1"),
    ),
    product(
        "feed-file-variant-id-blank",
        "writes a blank variant id",
        &["feed-file.lifecycle.acp-ids-not-empty"],
        |one| one["variants"][0]["id"] = json!(" "),
    ),
    product(
        "feed-file-price-fraction",
        "writes a price as a fraction",
        &["feed-file.lifecycle.acp-price-minor-units"],
        |one| one["variants"][0]["price"]["amount"] = json!(19.99),
    ),
    product(
        "feed-file-price-currency-case",
        "writes a currency in lower case",
        &["feed-file.lifecycle.acp-price-minor-units"],
        |one| one["variants"][0]["price"]["currency"] = json!("usd"),
    ),
    product(
        "feed-file-list-price-below",
        "writes a list price below the price",
        &["feed-file.lifecycle.acp-list-price"],
        |one| one["variants"][0]["list_price"]["amount"] = json!(1),
    ),
    product(
        "feed-file-list-price-currency",
        "writes a list price in another currency",
        &["feed-file.lifecycle.acp-list-price"],
        |one| one["variants"][0]["list_price"]["currency"] = json!("EUR"),
    ),
    product(
        "feed-file-availability-differs",
        "calls a variant available and out of stock",
        &["feed-file.lifecycle.acp-availability-agrees"],
        |one| one["variants"][0]["availability"]["status"] = json!("out_of_stock"),
    ),
    product(
        "feed-file-buyer-data",
        "writes a buyer's e-mail into a product",
        &["feed-file.lifecycle.acp-no-buyer-data"],
        |one| one["buyer"] = json!({ "email": "a@b.example" }),
    ),
];

fn folders() -> Vec<Fault> {
    vec![
        bytes(
            "feed-file-odd-metadata",
            "writes metadata whose id is a number",
            &["feed-file.lifecycle.acp-metadata-shape"],
            Stage::Folder,
            "metadata.json",
            |file| file.body = r#"{"id": 7}"#.into(),
        ),
        bytes(
            "feed-file-no-products",
            "writes no products.jsonl",
            &["feed-file.lifecycle.acp-products-file"],
            Stage::Folder,
            "products.jsonl",
            |file| file.status = 404,
        ),
        bytes(
            "feed-file-renames-products",
            "gives a product another id in the next file",
            &["feed-file.lifecycle.acp-product-ids-stable"],
            Stage::Snapshots,
            "products.jsonl",
            |file| {
                change(&mut file.body, |product| {
                    product.insert("id".to_owned(), json!("mug_9"));
                });
            },
        ),
    ]
}

/// A change of what a seller pushes.
fn pushed(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Asked) -> Option<Answered> + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::new(Lane::FeedFile, id, does, red, requests(edit)).on(Stage::Push)
}

fn pushes() -> Vec<Fault> {
    let mut all = vec![
        pushed(
            "feed-push-basic",
            "pushes with Basic in place of Bearer",
            &["feed-file.auth.push-bearer"],
            |asked| {
                asked.set("authorization", "Basic x");
                None
            },
        ),
        pushed(
            "feed-push-no-version",
            "pushes without API-Version",
            &["feed-file.versions.push-version"],
            |asked| {
                asked.headers.remove("api-version");
                None
            },
        ),
        pushed(
            "feed-push-signature",
            "signs its pushes",
            &["feed-file.signatures.push-no-signature"],
            |asked| {
                asked.set("signature", "abc");
                None
            },
        ),
        pushed(
            "feed-push-text",
            "pushes text/plain",
            &["feed-file.lifecycle.push-json"],
            |asked| {
                asked.set("content-type", "text/plain");
                None
            },
        ),
        pushed(
            "feed-push-fractions",
            "pushes prices as fractions",
            &[
                "feed-file.arithmetic.push-prices",
                "feed-file.lifecycle.push-shapes",
            ],
            |asked| {
                if asked.method == Method::PATCH {
                    asked.edit(|json| {
                        json["products"][0]["variants"][0]["price"]["amount"] = json!(19.99);
                    });
                }
                None
            },
        ),
    ];
    all.extend(careless_pushes());
    all
}

/// Pushes without care for keys, deletions and answers.
fn careless_pushes() -> Vec<Fault> {
    vec![
        pushed(
            "feed-push-partial",
            "pushes a product without its variants",
            &["feed-file.lifecycle.push-complete-objects"],
            |asked| {
                if asked.method == Method::PATCH {
                    asked.edit(|json| json["products"][0]["variants"] = json!([]));
                }
                None
            },
        )
        .warned(),
        pushed(
            "feed-push-no-key",
            "pushes without an idempotency key",
            &["feed-file.idempotency.push-idempotency-key"],
            |asked| {
                asked.headers.remove("idempotency-key");
                None
            },
        )
        .warned(),
        pushed(
            "feed-push-deletes",
            "deletes products of the feed",
            &["feed-file.lifecycle.push-no-delete"],
            |asked| {
                if asked.method == Method::GET {
                    asked.method = Method::DELETE;
                }
                None
            },
        )
        .warned(),
        pushed(
            "feed-push-blind",
            "does not read back what it pushed",
            &["feed-file.lifecycle.push-readback"],
            |asked| (asked.method == Method::GET).then(|| Answered::new(200, &json!({}))),
        )
        .warned(),
    ]
}

/// Sellers that do not heed what they are told.
fn refusals() -> Vec<Fault> {
    let told = |id, does, red, plant: Plant| Fault {
        plant,
        ..Fault::new(Lane::FeedFile, id, does, red, answers(|_, _| {})).on(Stage::Push)
    };
    vec![
        told(
            "feed-push-trusting",
            "takes accepted: false for a success",
            &["feed-file.errors.push-accepted-false"],
            Box::new(answers(|_, answered| {
                answered.edit(|json| {
                    if json["accepted"] == false {
                        json["accepted"] = json!(true);
                    }
                });
            })),
        ),
        told(
            "feed-push-stubborn",
            "goes on after product_feed_api_disabled",
            &["feed-file.errors.push-disabled"],
            Box::new(answers(|_, answered| {
                if answered.is_error() {
                    *answered = Answered::new(200, &json!({ "id": "feed_1", "accepted": true }));
                }
            })),
        ),
    ]
}
