//! Feed APIs that keep, answer or refuse wrongly.

use comptoir_certify::Lane;
use serde_json::json;

use super::{
    fault::Fault,
    message::{Message, Passing, passing, replied},
};

pub(crate) fn faults() -> Vec<Fault> {
    passing(Lane::FeedReceiver, &[FEEDS])
}

pub(crate) fn creates(message: &Message) -> bool {
    message.method == "POST" && message.path.ends_with("/feeds")
}

pub(crate) fn upserts(message: &Message) -> bool {
    message.method == "PATCH"
}

pub(crate) fn shows(message: &Message) -> bool {
    message.method == "GET" && message.path.ends_with("/products")
}

pub(crate) fn reads(message: &Message) -> bool {
    message.method == "GET" && !message.path.ends_with("/products")
}

pub(crate) fn products(answer: &mut Message, change: impl FnOnce(&mut Vec<serde_json::Value>)) {
    if answer.status == 200 {
        answer.edit(|json| change(json["products"].as_array_mut().unwrap()));
    }
}

const FEEDS: &[Passing] = &[
    replied(
        "feeds-create-answers-200",
        "answers create with 200",
        |ask, m| {
            if creates(ask) && m.status == 201 {
                m.status = 200;
            }
        },
        &[
            "feed-receiver.lifecycle.create-status",
            "feed-receiver.lifecycle.create-empty",
        ],
    ),
    replied(
        "feeds-create-answers-more",
        "answers create with a member that the schema does not have",
        |ask, m| {
            if creates(ask) {
                m.edit(|json| json["owner"] = json!("me"));
            }
        },
        &["feed-receiver.lifecycle.create-shape"],
    ),
    replied(
        "feeds-country-forgotten",
        "forgets the target country",
        |ask, m| {
            if creates(ask) || reads(ask) {
                m.edit(|json| {
                    json.as_object_mut().unwrap().remove("target_country");
                });
            }
        },
        &["feed-receiver.lifecycle.create-country-kept"],
    ),
    replied(
        "feeds-get-answers-204",
        "answers retrieve with 203",
        |ask, m| {
            if reads(ask) && m.status == 200 {
                m.status = 203;
            }
        },
        &["feed-receiver.lifecycle.get-status"],
    ),
    replied(
        "feeds-another-id",
        "answers retrieve with another id",
        |ask, m| {
            if reads(ask) && m.status == 200 {
                m.edit(|json| json["id"] = json!("feed_x"));
            }
        },
        &[
            "feed-receiver.lifecycle.id-stable",
            "feed-receiver.lifecycle.get-same",
        ],
    ),
    replied(
        "feeds-old-updated-at",
        "shows an `updated_at` before the feed was made",
        |ask, m| {
            if reads(ask) && m.status == 200 {
                m.edit(|json| json["updated_at"] = json!("2001-01-01T00:00:00Z"));
            }
        },
        &["feed-receiver.lifecycle.updated-at-meaning"],
    ),
    replied(
        "feeds-updated-at-stands-still",
        "does not move `updated_at` on",
        |ask, m| {
            if reads(ask) && m.status == 200 {
                m.edit(|json| json["updated_at"] = json!("2001-01-01T00:00:00Z"));
            }
        },
        &["feed-receiver.lifecycle.updated-at-advances"],
    )
    .warned(),
    replied(
        "feeds-html",
        "says text/html for JSON",
        |_, m| m.set("content-type", "text/html"),
        &["feed-receiver.lifecycle.content-type"],
    ),
    replied(
        "feeds-products-unseen",
        "shows no products",
        |ask, m| {
            if shows(ask) {
                products(m, Vec::clear);
            }
        },
        &[
            "feed-receiver.lifecycle.upsert-new",
            "feed-receiver.lifecycle.upsert-known",
            "feed-receiver.lifecycle.upsert-minimal",
            "feed-receiver.lifecycle.member-title",
            "feed-receiver.concurrency.upserts-at-once",
        ],
    ),
    replied(
        "feeds-one-page-alone",
        "shows the first hundred products alone",
        |ask, m| {
            if shows(ask) {
                products(m, |all| all.truncate(100));
            }
        },
        &[
            "feed-receiver.lifecycle.products-all",
            "feed-receiver.limits.products-thousand",
        ],
    ),
    replied(
        "feeds-members-lost",
        "loses the barcodes of variants",
        |ask, m| {
            if shows(ask) {
                products(m, |all| {
                    for one in all {
                        for variant in one["variants"].as_array_mut().unwrap() {
                            variant.as_object_mut().unwrap().remove("barcodes");
                        }
                    }
                });
            }
        },
        &["feed-receiver.lifecycle.member-variant-barcodes"],
    ),
    replied(
        "feeds-prices-in-floats",
        "shows prices as fractions",
        |ask, m| {
            if shows(ask) {
                products(m, |all| {
                    for one in all {
                        one["variants"][0]["price"]["amount"] = json!(19.99);
                    }
                });
            }
        },
        &[
            "feed-receiver.lifecycle.upsert-full",
            "feed-receiver.lifecycle.member-variant-price",
            "feed-receiver.lifecycle.upsert-price",
        ],
    ),
    replied(
        "feeds-availability-lost",
        "loses the availability of variants",
        |ask, m| {
            if shows(ask) {
                products(m, |all| {
                    for one in all {
                        one["variants"][0]
                            .as_object_mut()
                            .unwrap()
                            .remove("availability");
                    }
                });
            }
        },
        &[
            "feed-receiver.lifecycle.upsert-availability",
            "feed-receiver.lifecycle.member-variant-availability",
        ],
    ),
    replied(
        "feeds-upsert-answers-202",
        "answers an upsert with 202",
        |ask, m| {
            if upserts(ask) && m.status == 200 {
                m.status = 202;
            }
        },
        &["feed-receiver.lifecycle.upsert-status"],
    ),
    replied(
        "feeds-id-of-a-product",
        "answers an upsert with a product's id",
        |ask, m| {
            if upserts(ask) && m.status == 200 {
                m.edit(|json| json["id"] = json!("mug"));
            }
        },
        &["feed-receiver.lifecycle.upsert-feed-id"],
    ),
    replied(
        "feeds-accepted-forgotten",
        "leaves out `accepted`",
        |ask, m| {
            if upserts(ask) && m.status == 200 {
                m.edit(|json| {
                    json.as_object_mut().unwrap().remove("accepted");
                });
            }
        },
        &[
            "feed-receiver.lifecycle.upsert-status",
            "feed-receiver.idempotency.upsert-replayed",
        ],
    ),
];
