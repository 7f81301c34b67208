//! Sellers whose errors are wrong.

use comptoir_certify::Lane;
use serde_json::json;

use super::{
    fault::{Fault, Row, listed},
    pair::tell,
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[FORMS, CONTENTS, VERSIONS])
}

const FORMS: &[Row] = &[
    Row::new(
        "seller-errors-wrapped",
        "wraps errors in `error`",
        &[
            "seller.errors.body-truncated-create",
            "seller.errors.unknown-session-retrieve",
            "seller.auth.missing-create",
        ],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| *json = json!({ "error": json.clone() }));
                }
            })
        },
    ),
    Row::new(
        "seller-errors-in-html",
        "answers errors in HTML",
        &[
            "seller.errors.body-array-update",
            "seller.errors.unknown-session-cancel",
        ],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.set("content-type", "text/html");
                    answered.body = "<html>Bad Request</html>".into();
                }
            })
        },
    ),
    Row::new(
        "seller-errors-text-plain",
        "says text/plain for errors",
        &["seller.errors.body-null-create"],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.set("content-type", "text/plain");
                }
            })
        },
    ),
    Row::new(
        "seller-errors-with-trace",
        "shows a stack trace in errors",
        &["seller.errors.body-nan-create"],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| {
                        json["message"] = json!("Traceback (most recent call last): shop.py");
                    });
                }
            })
        },
    ),
];

const CONTENTS: &[Row] = &[
    Row::new(
        "seller-refusals-blame-server",
        "answers bad requests with processing_error",
        &[
            "seller.errors.body-empty-create",
            "seller.auth.wrong-update",
        ],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| json["type"] = json!("processing_error"));
                }
            })
        },
    ),
    Row::new(
        "seller-malformed-json-500",
        "answers malformed JSON with 500",
        &[
            "seller.errors.body-truncated-create",
            "seller.errors.body-html-cancel",
        ],
        || {
            tell(|_, answered| {
                if answered.status == 400 {
                    answered.status = 500;
                }
            })
        },
    ),
    Row::new(
        "seller-param-dotted",
        "writes param as a dotted path",
        &["seller.fuzz.create-currency-type"],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| json["param"] = json!("currency"));
                }
            })
        },
    ),
    Row::new(
        "seller-param-never",
        "never gives param",
        &[
            "seller.fuzz.create-currency-type",
            "seller.fuzz.update-buyer-type",
        ],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| {
                        json.as_object_mut().unwrap().remove("param");
                    });
                }
            })
        },
    )
    .warned(),
];

const VERSIONS: &[Row] = &[
    Row::new(
        "seller-versions-old-to-new",
        "lists supported_versions from old to new",
        &["seller.versions.unknown-on-create"],
        || {
            tell(|_, answered| {
                answered.edit(|json| {
                    if let Some(list) = json["supported_versions"].as_array_mut() {
                        list.reverse();
                    }
                });
            })
        },
    ),
    Row::new(
        "seller-versions-not-listed",
        "leaves out supported_versions",
        &["seller.versions.missing-lists-versions"],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| {
                        json.as_object_mut().unwrap().remove("supported_versions");
                    });
                }
            })
        },
    )
    .warned(),
    Row::new(
        "seller-versions-in-every-error",
        "lists supported_versions in every error",
        &[
            "seller.versions.list-only-in-version-errors",
            "seller.errors.body-array-create",
        ],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| json["supported_versions"] = json!(["2026-04-17"]));
                }
            })
        },
    ),
    Row::new(
        "seller-versions-are-words",
        "lists words as supported_versions",
        &["seller.versions.unknown-on-create"],
        || {
            tell(|_, answered| {
                if answered.is_error() {
                    answered.edit(|json| json["supported_versions"] = json!(["new"]));
                }
            })
        },
    ),
];
