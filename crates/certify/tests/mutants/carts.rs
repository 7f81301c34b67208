//! Sellers whose carts are broken in one way each.

use comptoir_certify::Lane;
use http::Method;
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers},
    proxy::{Answered, Asked, Bend},
};

pub(crate) const LANE: Lane = Lane::Carts;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = documents();
    all.extend(statuses());
    all.extend(super::carts_lines::faults());
    all.extend(super::carts_gates::faults());
    all.extend(super::carts_states::faults());
    all
}

/// What one cart call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    Get,
    Update,
    Cancel,
}

pub(crate) fn kind(asked: &Asked) -> Option<Kind> {
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

pub(crate) fn is_cart(asked: &Asked, answered: &Answered) -> bool {
    kind(asked).is_some() && (200..300).contains(&answered.status)
}

/// A change to every cart that is shown.
pub(crate) fn shown(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(LANE, id, does, red, is_cart, edit)
}

/// A change to the answers of one call.
pub(crate) fn of(
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

pub(crate) fn remove(json: &mut Value, member: &str) {
    json.as_object_mut().map(|all| all.remove(member));
}

fn documents() -> Vec<Fault> {
    let mut all = scopes();
    all.extend(amounts());
    all.extend(ends());
    all
}

fn scopes() -> Vec<Fault> {
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
    ]
}

fn amounts() -> Vec<Fault> {
    vec![
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
    ]
}

fn ends() -> Vec<Fault> {
    vec![
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
