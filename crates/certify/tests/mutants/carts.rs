//! Sellers whose carts are broken in one way each.

use std::collections::HashMap;

use comptoir_certify::Lane;
use http::Method;
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked, Bend},
};

const LANE: Lane = Lane::Carts;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = documents();
    all.extend(statuses());
    all.extend(lines());
    all.extend(gates());
    all.extend(memories());
    all.extend(deaths());
    all
}

/// What one cart call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Create,
    Get,
    Update,
    Cancel,
}

fn kind(asked: &Asked) -> Option<Kind> {
    let path = asked.path.split('?').next().unwrap_or_default();
    let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
    match (&asked.method, parts.as_slice()) {
        (&Method::POST, ["carts"]) => Some(Kind::Create),
        (&Method::GET, ["carts", _]) => Some(Kind::Get),
        (&Method::PUT, ["carts", _]) => Some(Kind::Update),
        (&Method::POST, ["carts", _, "cancel"]) => Some(Kind::Cancel),
        _ => None,
    }
}

fn is_cart(asked: &Asked, answered: &Answered) -> bool {
    kind(asked).is_some() && (200..300).contains(&answered.status)
}

/// A change to every cart that is shown.
fn shown(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(LANE, id, does, red, is_cart, edit)
}

/// A change to the answers of one call.
fn of(
    wanted: Kind,
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    bend: impl Fn(&mut Answered) + Clone + Send + Sync + 'static,
) -> Fault {
    let bend = answers(move |asked, answered| {
        if kind(asked) == Some(wanted) && (200..300).contains(&answered.status) {
            bend(answered);
        }
    });
    Fault::new(LANE, id, does, red, bend)
}

fn remove(json: &mut Value, member: &str) {
    json.as_object_mut().map(|all| all.remove(member));
}

fn documents() -> Vec<Fault> {
    vec![
        shown(
            "carts-no-currency",
            "leaves the currency out",
            &[
                "carts.lifecycle.currency-create",
                "carts.lifecycle.shape-get",
            ],
            |json| remove(json, "currency"),
        ),
        shown(
            "carts-no-totals",
            "leaves totals out",
            &["carts.lifecycle.shape-update"],
            |json| remove(json, "totals"),
        ),
        shown(
            "carts-unknown-member",
            "adds a member that carts do not have",
            &["carts.lifecycle.shape-cancel"],
            |json| json["note"] = json!("hello"),
        ),
        shown(
            "carts-status",
            "gives carts a status",
            &[
                "carts.lifecycle.no-payment-create",
                "carts.lifecycle.no-payment-get",
            ],
            |json| json["status"] = json!("open"),
        ),
        shown(
            "carts-handlers",
            "shows payment handlers in carts",
            &["carts.lifecycle.no-payment-update"],
            |json| json["capabilities"] = json!({ "payment": { "handlers": [] } }),
        ),
        shown(
            "carts-major-units",
            "writes amounts in major units",
            &[
                "carts.arithmetic.minor-units-create",
                "carts.arithmetic.minor-units-cancel",
            ],
            |json| json["totals"][0]["amount"] = json!(15.0),
        ),
        shown(
            "carts-wrong-total",
            "adds a cent to the total",
            &[
                "carts.arithmetic.total-one-unit",
                "carts.arithmetic.total-two-items",
            ],
            |json| add(&mut json["totals"][2]["amount"], 1),
        ),
        shown(
            "carts-wrong-subtotal",
            "takes a cent from subtotal and total",
            &["carts.arithmetic.subtotal-many-units"],
            |json| {
                add(&mut json["totals"][1]["amount"], -1);
                add(&mut json["totals"][2]["amount"], -1);
            },
        ),
        shown(
            "carts-one-unit-price",
            "prices every line as one unit",
            &["carts.arithmetic.line-price-many-units"],
            |json| {
                let unit = json["line_items"][0]["unit_amount"].clone();
                json["line_items"][0]["totals"][0]["amount"] = unit;
            },
        ),
        shown(
            "carts-past-end",
            "shows an end that has passed",
            &[
                "carts.expiry.end-in-the-future-create",
                "carts.expiry.end-in-the-future-get",
            ],
            |json| json["expires_at"] = json!("2026-01-01T00:00:00Z"),
        ),
        shown(
            "carts-unix-end",
            "writes the end as a number of seconds in a text",
            &["carts.expiry.end-in-the-future-update"],
            |json| json["expires_at"] = json!("1893456000"),
        ),
        shown(
            "carts-shared-url",
            "gives all carts one continue_url",
            &["carts.lifecycle.continue-url-is-of-this-cart"],
            |json| json["continue_url"] = json!("https://shop.example/cart"),
        ),
        shown(
            "carts-dead-url",
            "gives a continue_url where nothing is",
            &["carts.lifecycle.continue-url-opens"],
            |json| {
                let url = json["continue_url"].as_str().unwrap_or_default();
                json["continue_url"] = json!(url.replace("/continue/", "/nowhere/"));
            },
        ),
        Fault::new(
            LANE,
            "carts-html",
            "says that carts are HTML",
            &["carts.lifecycle.json-create", "carts.lifecycle.json-get"],
            answers(|asked, answered| {
                if is_cart(asked, answered) {
                    answered.set("content-type", "text/html");
                }
            }),
        ),
    ]
}

fn add(amount: &mut Value, more: i64) {
    *amount = json!(amount.as_i64().unwrap_or_default() + more);
}

fn statuses() -> Vec<Fault> {
    vec![
        of(
            Kind::Create,
            "carts-create-200",
            "answers 200 to create",
            &["carts.lifecycle.create-status"],
            |answered| answered.status = 200,
        ),
        of(
            Kind::Update,
            "carts-update-201",
            "answers 201 to an update",
            &["carts.lifecycle.update-status"],
            |answered| answered.status = 201,
        ),
        of(
            Kind::Cancel,
            "carts-cancel-204",
            "answers 204 without the cart to cancel",
            &[
                "carts.lifecycle.cancel-status",
                "carts.lifecycle.cancel-shows-final-state",
            ],
            |answered| {
                answered.status = 204;
                answered.body = Vec::new().into();
            },
        ),
        of(
            Kind::Cancel,
            "carts-cancel-empties",
            "answers an empty cart to cancel",
            &["carts.lifecycle.cancel-shows-final-state"],
            |answered| answered.edit(|json| json["line_items"] = json!([])),
        ),
        refusals(
            "carts-unknown-400",
            "answers 400 for carts that there are not",
            400,
            &[
                "carts.errors.get-unknown",
                "carts.errors.update-unknown",
                "carts.errors.cancel-unknown",
                "carts.lifecycle.get-after-cancel",
                "carts.expiry.get-expired",
            ],
        ),
        no_items_422(),
        key_code(),
    ]
}

/// Another status in place of 404.
fn refusals(
    id: &'static str,
    does: &'static str,
    status: u16,
    red: &'static [&'static str],
) -> Fault {
    let bend = answers(move |asked, answered| {
        if kind(asked).is_some() && answered.status == 404 {
            answered.status = status;
        }
    });
    Fault::new(LANE, id, does, red, bend)
}

fn no_items_422() -> Fault {
    let bend = answers(|asked, answered| {
        let code = answered.json().map(|json| json["code"].clone());
        if kind(asked).is_some() && code == Some(json!("missing_line_items")) {
            answered.status = 422;
        }
    });
    Fault::new(
        LANE,
        "carts-no-items-422",
        "answers 422 to a cart without lines",
        &[
            "carts.errors.create-items-missing",
            "carts.errors.update-items-empty",
        ],
        bend,
    )
}

fn key_code() -> Fault {
    let bend = answers(|asked, answered| {
        if kind(asked).is_some() && answered.is_error() {
            answered.edit(|json| {
                if json["code"] == "idempotency_key_required" {
                    json["code"] = json!("missing_header");
                }
            });
        }
    });
    Fault::new(
        LANE,
        "carts-key-code",
        "has another code for a missing key",
        &[
            "carts.idempotency.create-needs-key",
            "carts.idempotency.cancel-needs-key",
        ],
        bend,
    )
}

fn lines() -> Vec<Fault> {
    vec![
        of(
            Kind::Create,
            "carts-drops-last",
            "drops the last line of a new cart",
            &["carts.lifecycle.create-keeps-every-item"],
            |answered| {
                answered.edit(|json| {
                    if json["line_items"]
                        .as_array()
                        .is_some_and(|all| all.len() > 1)
                    {
                        json["line_items"].as_array_mut().and_then(Vec::pop);
                    }
                });
            },
        ),
        shown(
            "carts-silent-drop",
            "drops items out of stock without a word",
            &[
                "carts.lifecycle.create-drops-nothing-silently",
                "carts.lifecycle.update-drops-nothing-silently",
                "carts.lifecycle.create-wholly-unavailable",
                "carts.lifecycle.update-wholly-unavailable",
            ],
            |json| {
                json["messages"] = json!([]);
                if let Some(lines) = json["line_items"].as_array_mut() {
                    lines.retain(|line| line["item"]["id"] != "vase");
                }
            },
        ),
        shown(
            "carts-quantity-one",
            "shows every line with one unit",
            &[
                "carts.lifecycle.create-takes-quantity",
                "carts.lifecycle.update-more-units",
            ],
            |json| json["line_items"][0]["quantity"] = json!(1),
        ),
        Fault::new(
            LANE,
            "carts-merges",
            "adds the lines of a PUT to those that were there",
            &[
                "carts.lifecycle.update-other-item",
                "carts.lifecycle.update-removed-item",
                "carts.lifecycle.update-same-again",
            ],
            || Box::new(Merging::default()),
        ),
        Fault::new(
            LANE,
            "carts-stale-get",
            "shows in GET what create answered, whatever was updated since",
            &["carts.lifecycle.get-equals-update"],
            || Box::new(Stale::default()),
        ),
        of(
            Kind::Update,
            "carts-new-id",
            "gives a cart another id with each update",
            &[
                "carts.lifecycle.update-keeps-id",
                "carts.lifecycle.update-status",
            ],
            |answered| answered.edit(|json| json["id"] = json!("cart_another")),
        ),
        of(
            Kind::Create,
            "carts-forgets-buyer",
            "forgets the buyer",
            &["carts.lifecycle.create-with-buyer"],
            |answered| answered.edit(|json| remove(json, "buyer")),
        ),
    ]
}

/// Keeps the requested lines of each cart, and sends all of them along with each PUT.
#[derive(Default)]
struct Merging {
    lines: HashMap<String, Vec<Value>>,
}

impl Bend for Merging {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        if kind(asked) == Some(Kind::Update) {
            let before = self.lines.get(&asked.path).cloned().unwrap_or_default();
            asked.edit(|json| {
                if let Some(lines) = json["line_items"].as_array_mut() {
                    lines.extend(before);
                }
            });
        }
        None
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if kind(asked) == Some(Kind::Create)
            && let (Some(sent), Some(made)) = (asked.json(), answered.json())
            && let (Some(lines), Some(id)) = (sent["line_items"].as_array(), made["id"].as_str())
        {
            self.lines.insert(format!("/carts/{id}"), lines.clone());
        }
    }
}

/// Remembers the first answer about each cart, and gives it to every GET.
#[derive(Default)]
struct Stale {
    first: HashMap<String, Answered>,
}

impl Bend for Stale {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if !is_cart(asked, answered) {
            return;
        }
        let id = answered.json().map(|json| json["id"].to_string());
        let id = id.unwrap_or_default();
        if kind(asked) == Some(Kind::Get) {
            if let Some(first) = self.first.get(&id) {
                answered.body = first.body.clone();
            }
        } else {
            self.first.entry(id).or_insert_with(|| answered.clone());
        }
    }
}

fn gates() -> Vec<Fault> {
    let heals = |name: &'static str, value: &'static str| {
        requests(move |asked| {
            if kind(asked).is_some() && asked.header(name).is_none_or(|text| text != value) {
                asked.set(name, value);
            }
            None
        })
    };
    vec![
        Fault::new(
            LANE,
            "carts-open-doors",
            "lets everybody in",
            &[
                "carts.auth.missing-create",
                "carts.auth.wrong-get",
                "carts.auth.empty-update",
                "carts.auth.longer-cancel",
            ],
            heals("authorization", "Bearer agent-key-for-the-reference"),
        ),
        Fault::new(
            LANE,
            "carts-any-version",
            "serves calls without API-Version by the newest",
            &[
                "carts.versions.missing-create",
                "carts.versions.missing-get",
                "carts.versions.unknown-update",
                "carts.versions.word-cancel",
            ],
            heals("api-version", "2026-04-17"),
        ),
        Fault::new(
            LANE,
            "carts-no-key-needed",
            "takes a POST without a key",
            &[
                "carts.idempotency.create-needs-key",
                "carts.idempotency.cancel-needs-key",
            ],
            requests(|asked| {
                if kind(asked).is_some() && asked.header("idempotency-key").is_none() {
                    let key = format!("made-up-{}", asked.path.len() * asked.body.len());
                    asked.set("idempotency-key", &key);
                }
                None
            }),
        ),
        Fault::new(
            LANE,
            "carts-401-as-403",
            "answers 403 where nobody is known",
            &["carts.auth.missing-get", "carts.auth.basic-create"],
            answers(|asked, answered| {
                if kind(asked).is_some() && answered.status == 401 {
                    answered.status = 403;
                }
            }),
        ),
        Fault::new(
            LANE,
            "carts-own-keys",
            "knows other keys than checkout",
            &["carts.auth.same-key-as-checkout"],
            requests(|asked| {
                let error =
                    json!({ "type": "invalid_request", "code": "unauthorized", "message": "no" });
                kind(asked).map(|_| Answered::new(401, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-wants-capabilities",
            "asks for capabilities at create",
            &[
                "carts.lifecycle.create-without-negotiation",
                "carts.lifecycle.create-without-hint",
            ],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "missing", "message": "capabilities and currency are needed", "param": "$.capabilities" });
                let bare = asked
                    .json()
                    .is_some_and(|json| json.get("capabilities").is_none());
                (kind(asked) == Some(Kind::Create) && bare).then(|| Answered::new(400, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-cancel-needs-body",
            "refuses a cancel without a body",
            &["carts.lifecycle.cancel-without-body"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "missing", "message": "a body is needed" });
                let bare = asked.body.is_empty();
                (kind(asked) == Some(Kind::Cancel) && bare).then(|| Answered::new(400, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-completes",
            "completes carts",
            &["carts.lifecycle.complete-makes-no-order"],
            requests(|asked| {
                let order = json!({ "id": "cart", "order": { "id": "order_1" } });
                let complete =
                    asked.path.starts_with("/carts/") && asked.path.ends_with("/complete");
                complete.then(|| Answered::new(200, &order))
            }),
        ),
        Fault::new(
            LANE,
            "carts-sessions-need-cart",
            "opens checkout for carts only",
            &["carts.lifecycle.checkout-without-cart"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "missing", "message": "cart_id is needed", "param": "$.cart_id" });
                (asked.path == "/checkout_sessions").then(|| Answered::new(400, &error))
            }),
        ),
        Fault::edit(
            LANE,
            "carts-elsewhere",
            "names a base address without carts",
            &["carts.lifecycle.below-base-url"],
            |asked, _| asked.path.contains("acp.json"),
            |json| {
                let base = json["api_base_url"].as_str().unwrap_or_default();
                json["api_base_url"] = json!(format!("{base}/v0"));
            },
        ),
        Fault::new(
            LANE,
            "carts-currency-400",
            "calls a create without buyer malformed",
            &["carts.lifecycle.create-without-hint"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "missing", "message": "which currency?", "param": "$.buyer" });
                let bare = asked.json().is_some_and(|json| json.get("buyer").is_none());
                (kind(asked) == Some(Kind::Create) && bare).then(|| Answered::new(400, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-put-loses-currency",
            "answers 409 when a PUT takes the buyer away",
            &["carts.lifecycle.update-without-hint"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "conflict", "message": "which currency?" });
                let bare = asked.json().is_some_and(|json| json.get("buyer").is_none());
                (kind(asked) == Some(Kind::Update) && bare).then(|| Answered::new(409, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-takes-no-json",
            "reads any body as if nothing were wrong with it",
            &[
                "carts.errors.create-no-json",
                "carts.errors.create-array",
                "carts.errors.update-truncated",
                "carts.fuzz.create-line_items-type",
            ],
            requests(|asked| {
                let lines = asked.json().map(|json| json["line_items"].is_array());
                let broken = lines != Some(true);
                if matches!(kind(asked), Some(Kind::Create | Kind::Update)) && broken {
                    asked.body = json!({ "line_items": [{ "id": "mug" }] })
                        .to_string()
                        .into();
                }
                None
            }),
        ),
        Fault::new(
            LANE,
            "carts-strict-buyer",
            "refuses buyers with a company",
            &["carts.fuzz.create-takes-buyer-company"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "invalid", "message": "no companies", "param": "$.buyer.company" });
                let company = asked
                    .json()
                    .is_some_and(|json| json["buyer"].get("company").is_some());
                (kind(asked).is_some() && company).then(|| Answered::new(400, &error))
            }),
        ),
    ]
}

fn memories() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-no-replay",
            "makes a new cart for every create, whatever the key",
            &[
                "carts.idempotency.create-replayed",
                "carts.idempotency.create-replayed-after-update",
                "carts.concurrency.creates-one-key-2",
                "carts.concurrency.creates-one-key-8",
                "carts.idempotency.create-conflict-other-item",
            ],
            || Box::new(Forgetful::default()),
        ),
        Fault::new(
            LANE,
            "carts-conflict-409",
            "answers 409 to a key with another body",
            &[
                "carts.idempotency.create-conflict-other-item",
                "carts.idempotency.create-conflict-added-buyer",
            ],
            answers(|asked, answered| {
                let code = answered.json().map(|json| json["code"].clone());
                if kind(asked).is_some() && code == Some(json!("idempotency_conflict")) {
                    answered.status = 409;
                }
            }),
        ),
        Fault::new(
            LANE,
            "carts-replays-anything",
            "gives the first answer to a used key, whatever the body",
            &["carts.idempotency.create-conflict-more-units"],
            || Box::new(Careless::default()),
        ),
        of(
            Kind::Create,
            "carts-same-id",
            "gives every cart the same id",
            &[
                "carts.lifecycle.create-makes-ids",
                "carts.concurrency.creates-many-keys",
            ],
            |answered| answered.edit(|json| json["id"] = json!("cart_1")),
        ),
        Fault::new(
            LANE,
            "carts-by-key-alone",
            "keeps keys for all agents together",
            &["carts.leaks.foreign-key-of-create"],
            || Box::new(Careless::default()),
        ),
        Fault::new(
            LANE,
            "carts-for-all",
            "shows carts to every agent",
            &[
                "carts.auth.foreign-get",
                "carts.auth.foreign-update",
                "carts.auth.foreign-cancel",
            ],
            requests(|asked| {
                if kind(asked).is_some() {
                    asked.set("authorization", "Bearer agent-key-for-the-reference");
                }
                None
            }),
        ),
        Fault::new(
            LANE,
            "carts-error-echo",
            "repeats the request in errors",
            &["carts.leaks.no-personal-data-in-errors"],
            answers(|asked, answered| {
                if kind(asked).is_some() && answered.is_error() {
                    let sent = String::from_utf8_lossy(&asked.body).into_owned();
                    answered.edit(|json| json["message"] = json!(format!("bad: {sent}")));
                }
            }),
        ),
    ]
}

/// Every create gets a key of its own.
#[derive(Default)]
struct Forgetful {
    count: u32,
}

impl Bend for Forgetful {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        if kind(asked) == Some(Kind::Create)
            && let Some(key) = asked.header("idempotency-key")
        {
            self.count += 1;
            asked.set("idempotency-key", &format!("{key}-{}", self.count));
        }
        None
    }
}

/// Keeps the first answer of every key and asks no more.
#[derive(Default)]
struct Careless {
    kept: HashMap<String, Answered>,
}

impl Bend for Careless {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let key = asked.header("idempotency-key")?;
        (kind(asked) == Some(Kind::Create)).then(|| self.kept.get(&key).cloned())?
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if let (Some(Kind::Create), Some(key)) = (kind(asked), asked.header("idempotency-key")) {
            self.kept.entry(key).or_insert_with(|| answered.clone());
        }
    }
}

fn deaths() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "carts-undead",
            "goes on showing a canceled cart",
            &[
                "carts.lifecycle.get-after-cancel",
                "carts.lifecycle.update-after-cancel",
                "carts.concurrency.cancels-at-once",
            ],
            || Box::new(Undead::default()),
        ),
        Fault::new(
            LANE,
            "carts-expired-live",
            "goes on serving expired carts",
            &[
                "carts.expiry.get-expired",
                "carts.expiry.update-expired",
                "carts.expiry.cancel-expired",
            ],
            || Box::new(Undead::default()),
        ),
        Fault::new(
            LANE,
            "carts-put-creates",
            "makes a cart by PUT on an unknown id",
            &["carts.errors.update-unknown"],
            || Box::new(Undead::default()),
        ),
        Fault::new(
            LANE,
            "carts-dead-at-birth",
            "has forgotten a cart when it is read",
            &[
                "carts.lifecycle.get-status",
                "carts.expiry.end-in-the-future-create",
            ],
            answers(|asked, answered| {
                if kind(asked) == Some(Kind::Get) {
                    let gone = json!({ "type": "invalid_request", "code": "not_found", "message": "gone" });
                    *answered = Answered::new(404, &gone);
                }
            }),
        ),
    ]
}

/// Answers every call on a cart that is gone with the last cart that was shown.
#[derive(Default)]
struct Undead {
    last: Option<Value>,
}

impl Bend for Undead {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if is_cart(asked, answered) {
            self.last = answered.json();
        }
        if matches!(kind(asked), Some(Kind::Get | Kind::Update | Kind::Cancel))
            && answered.status == 404
        {
            let id = asked.path.split('/').nth(2).unwrap_or_default();
            let mut cart = self
                .last
                .clone()
                .unwrap_or_else(|| json!({ "line_items": [], "currency": "usd", "totals": [] }));
            cart["id"] = json!(id);
            *answered = Answered::new(200, &cart);
        }
    }
}

/// Sellers that leave undone what carts should have.
pub(crate) fn against_advice() -> Vec<Fault> {
    vec![
        shown(
            "carts-no-url",
            "has no continue_url",
            &["carts.lifecycle.continue-url"],
            |json| remove(json, "continue_url"),
        ),
        shown(
            "carts-no-end",
            "has no expires_at",
            &["carts.expiry.end-is-set"],
            |json| remove(json, "expires_at"),
        ),
        shown(
            "carts-long-life",
            "keeps carts for a century",
            &[
                "carts.expiry.end-is-set",
                "carts.expiry.refreshed-by-update",
            ],
            |json| json["expires_at"] = json!("2126-01-01T00:00:00Z"),
        ),
        shown(
            "carts-no-estimates",
            "estimates nothing",
            &[
                "carts.arithmetic.totals-create",
                "carts.arithmetic.totals-get",
            ],
            |json| json["totals"] = json!([]),
        ),
        shown(
            "carts-silent",
            "says nothing of stock",
            &[
                "carts.lifecycle.create-names-unavailable",
                "carts.lifecycle.update-names-unavailable",
                "carts.lifecycle.messages-on-low-stock",
            ],
            |json| json["messages"] = json!([]),
        ),
        Fault::edit(
            LANE,
            "carts-unlisted",
            "does not list carts in the discovery document",
            &["carts.lifecycle.discovery-lists-carts"],
            |asked, _| asked.path.contains("acp.json"),
            |json| json["capabilities"]["services"] = json!(["checkout"]),
        ),
        Fault::new(
            LANE,
            "carts-counted-ids",
            "counts its carts",
            &["carts.leaks.ids-not-guessable"],
            || Box::new(Counted::default()),
        ),
        Fault::new(
            LANE,
            "carts-odd-codes",
            "has codes of its own",
            &[
                "carts.errors.get-unknown",
                "carts.errors.create-items-missing",
                "carts.auth.missing-get",
            ],
            answers(|asked, answered| {
                if kind(asked).is_some() && answered.is_error() {
                    answered.edit(|json| json["code"] = json!("e_17"));
                }
            }),
        ),
        Fault::new(
            LANE,
            "carts-all-or-nothing",
            "refuses a cart with one item out of stock",
            &[
                "carts.lifecycle.create-partly-unavailable",
                "carts.lifecycle.update-partly-unavailable",
            ],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "out_of_stock", "message": "the vase is out of stock" });
                let vase = String::from_utf8_lossy(&asked.body).contains("vase");
                (kind(asked).is_some() && vase).then(|| Answered::new(422, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-mute-422",
            "cannot tell the currency and does not ask for anything",
            &["carts.lifecycle.create-strange-locale"],
            requests(|asked| {
                let error =
                    json!({ "type": "invalid_request", "code": "invalid", "message": "no" });
                (kind(asked) == Some(Kind::Create)).then(|| Answered::new(422, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-no-quantities",
            "takes the closed schema at its word",
            &["carts.lifecycle.create-takes-quantity"],
            requests(|asked| {
                let error = json!({ "type": "invalid_request", "code": "invalid", "message": "no such member", "param": "$.line_items[0].quantity" });
                let counted = String::from_utf8_lossy(&asked.body).contains("quantity");
                (kind(asked).is_some() && counted).then(|| Answered::new(400, &error))
            }),
        ),
        Fault::new(
            LANE,
            "carts-storefront-apart",
            "does not know carts of the storefront",
            &[
                "carts.lifecycle.storefront-cart-readable",
                "carts.lifecycle.storefront-cart-updatable",
            ],
            || Box::new(Apart::default()),
        ),
        Fault::new(
            LANE,
            "carts-frozen-end",
            "does not move the end of a cart",
            &["carts.expiry.refreshed-by-update"],
            || Box::new(Frozen::default()),
        ),
    ]
}

/// Counts the carts and names them by their number.
#[derive(Default)]
struct Counted {
    count: u32,
}

impl Bend for Counted {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if kind(asked) == Some(Kind::Create) {
            self.count += 1;
            let id = format!("cart_{:08}", self.count);
            answered.edit(|json| json["id"] = json!(id));
        }
    }
}

/// Knows only carts that were created over the protocol.
#[derive(Default)]
struct Apart {
    own: Vec<String>,
}

impl Bend for Apart {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if kind(asked) == Some(Kind::Create) {
            let id = answered.json().map(|json| json["id"].clone());
            self.own
                .extend(id.and_then(|id| id.as_str().map(str::to_owned)));
        } else if is_cart(asked, answered) {
            let id = asked.path.split('/').nth(2).unwrap_or_default();
            if !self.own.iter().any(|own| own == id) {
                let gone =
                    json!({ "type": "invalid_request", "code": "not_found", "message": "no" });
                *answered = Answered::new(404, &gone);
            }
        }
    }
}

/// Shows the first end of each cart for ever.
#[derive(Default)]
struct Frozen {
    ends: HashMap<String, Value>,
}

impl Bend for Frozen {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if is_cart(asked, answered) {
            answered.edit(|json| {
                let end = self.ends.entry(json["id"].to_string());
                json["expires_at"] = end.or_insert_with(|| json["expires_at"].clone()).clone();
            });
        }
    }
}

/// A seller without carts.
pub(crate) fn no_carts() -> impl Fn() -> Box<dyn Bend> + Send + Sync + 'static {
    || Box::new(Without)
}

struct Without;

impl Bend for Without {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let error =
            json!({ "type": "invalid_request", "code": "not_found", "message": "nothing is here" });
        asked
            .path
            .starts_with("/carts")
            .then(|| Answered::new(404, &error))
    }

    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        if asked.path.contains("acp.json") {
            answered.edit(|json| json["capabilities"]["services"] = json!(["checkout"]));
        }
    }
}
