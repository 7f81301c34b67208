//! Sellers whose answers about codes are broken in one way each.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    discounts_amounts::{members, remove, says},
    fault::{Fault, requests},
    proxy::Answered,
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = answers();
    all.extend(lists());
    all.extend(reasons());
    all.extend(combinations());
    all.extend(telling());
    all
}

fn answers() -> Vec<Fault> {
    vec![
        says(
            "discounts-absent",
            "lists the extension and answers no discounts",
            &[
                "extensions.lifecycle.discount-present-without-code",
                "extensions.lifecycle.extends-fields-in-use",
            ],
            |session| remove(session, "discounts"),
        ),
        says(
            "discounts-applied-absent",
            "leaves applied out when nothing applies",
            &["extensions.lifecycle.discount-applied-listed-without-code"],
            |session| {
                if session["discounts"]["applied"] == json!([]) {
                    remove(&mut session["discounts"], "applied");
                }
            },
        ),
        says(
            "discounts-unlisted",
            "takes codes without listing the extension",
            &[
                "extensions.lifecycle.discount-advertised",
                "extensions.lifecycle.active-list-is-truth",
            ],
            |session| remove(&mut session["capabilities"], "extensions"),
        ),
        says(
            "discounts-extends-short",
            "does not say that codes may be sent on update",
            &[
                "extensions.lifecycle.discount-extends",
                "extensions.lifecycle.discount-core-metadata",
            ],
            |session| {
                session["capabilities"]["extensions"][0]["extends"] = json!([
                    "$.CheckoutSessionCreateRequest.discounts",
                    "$.CheckoutSession.discounts"
                ]);
            },
        ),
    ]
}

fn lists() -> Vec<Fault> {
    vec![
        says(
            "discounts-codes-good-only",
            "repeats only the codes that it took",
            &[
                "extensions.lifecycle.discount-codes-repeated",
                "extensions.lifecycle.discount-codes-repeated-on-retrieve",
                "extensions.lifecycle.discount-replaced-by-unknown",
            ],
            |session| {
                let applied = session["discounts"]["applied"].as_array().cloned();
                let all = applied.into_iter().flatten();
                let codes = all.filter_map(|one| one.get("code").cloned());
                session["discounts"]["codes"] = codes.collect();
            },
        ),
        says(
            "discounts-rejects-silently",
            "drops codes that it does not take",
            &[
                "extensions.lifecycle.discount-each-code-accounted",
                "extensions.lifecycle.discount-single-code-accounted",
                "extensions.errors.discount-code-unknown",
            ],
            |session| remove(&mut session["discounts"], "rejected"),
        ),
        says(
            "discounts-in-both-lists",
            "rejects the codes that it applies",
            &["extensions.lifecycle.discount-single-code-accounted"],
            |session| {
                let applied = session["discounts"]["applied"].as_array().cloned();
                let both = applied
                    .into_iter()
                    .flatten()
                    .map(|one| json!({ "code": one["code"], "reason": "discount_code_invalid" }));
                session["discounts"]["rejected"] = both.collect();
            },
        ),
        says(
            "discounts-unknown-member",
            "adds a member to a rejected code that the schema does not know",
            &["extensions.lifecycle.discount-shape-with-an-unknown-code"],
            |session| {
                for one in members(session, "/discounts/rejected") {
                    one["retry"] = json!(false);
                }
            },
        ),
    ]
}

/// Every rejection gives this reason instead of the right one.
fn blames(
    id: &'static str,
    does: &'static str,
    reason: &'static str,
    red: &'static [&'static str],
) -> Fault {
    says(id, does, red, move |session| {
        for one in members(session, "/discounts/rejected") {
            one["reason"] = json!(reason);
        }
    })
}

fn reasons() -> Vec<Fault> {
    vec![
        blames(
            "reason-always-invalid",
            "calls every rejected code invalid",
            "discount_code_invalid",
            &[
                "extensions.errors.discount-code-expired",
                "extensions.errors.discount-code-ineligible",
                "extensions.errors.discount-code-minimum",
                "extensions.errors.discount-code-not-logged-in",
                "extensions.errors.discount-code-usage-limit",
                "extensions.errors.discount-code-twice",
                "extensions.errors.discount-combination",
            ],
        ),
        blames(
            "reason-always-expired",
            "calls every rejected code expired",
            "discount_code_expired",
            &[
                "extensions.errors.discount-code-unknown",
                "extensions.errors.discount-code-empty",
                "extensions.errors.discount-code-punctuation",
                "extensions.errors.discount-code-long",
            ],
        ),
        blames(
            "reason-of-its-own",
            "gives a reason that the extension does not have",
            "coupon_not_found",
            &[
                "extensions.errors.extension-error-codes",
                "extensions.lifecycle.discount-shape-with-an-unknown-code",
            ],
        ),
    ]
}

fn combinations() -> Vec<Fault> {
    vec![
        says(
            "code-applied-twice",
            "applies a code once more for each time it was sent",
            &[
                "extensions.errors.discount-code-twice",
                "extensions.errors.discount-code-twice-in-other-case",
            ],
            |session| {
                if session["discounts"]["codes"].as_array().map(Vec::len) == Some(2)
                    && let Some(Value::Array(applied)) = session.pointer_mut("/discounts/applied")
                {
                    applied.extend(applied.clone());
                }
            },
        ),
        says(
            "code-combined",
            "applies codes that do not go together",
            &["extensions.errors.discount-combination-reversed"],
            |session| {
                let disallowed = "discount_code_combination_disallowed";
                let lost = members(session, "/discounts/rejected")
                    .iter()
                    .find(|one| one["reason"] == disallowed)
                    .cloned();
                if let (Some(lost), Some(Value::Array(applied))) =
                    (lost, session.pointer_mut("/discounts/applied"))
                {
                    applied.push(json!({
                        "id": "di_more",
                        "code": lost["code"],
                        "coupon": { "id": "coupon_more", "name": "More" },
                        "amount": 1,
                    }));
                }
            },
        ),
    ]
}

fn telling() -> Vec<Fault> {
    vec![
        says(
            "rejection-untold",
            "tells rejected codes by no message",
            &[
                "extensions.errors.discount-rejection-message",
                "extensions.errors.discount-expired-message",
            ],
            |session| session["messages"] = json!([]),
        )
        .warned(),
        says(
            "rejection-at-no-code",
            "points messages at the list instead of the code",
            &["extensions.errors.discount-rejection-message"],
            |session| {
                for one in members(session, "/messages") {
                    one["param"] = json!("$.discounts.codes");
                }
            },
        )
        .warned(),
        says(
            "rejection-in-passing",
            "tells lost discounts by messages of type info",
            &["extensions.errors.discount-rejection-warning"],
            |session| {
                for one in members(session, "/messages") {
                    one["type"] = json!("info");
                }
            },
        )
        .warned(),
        says(
            "rejection-code-of-core",
            "tells a problem of discounts by a code of the core",
            &["extensions.errors.extension-error-codes"],
            |session| {
                for one in members(session, "/messages") {
                    one["code"] = json!("invalid");
                }
            },
        ),
        says(
            "rejection-blocks",
            "lets no session with a rejected code be paid",
            &["extensions.errors.discount-rejection-blocks-nothing"],
            |session| {
                if !members(session, "/discounts/rejected").is_empty() {
                    session["status"] = json!("not_ready_for_payment");
                }
            },
        ),
        Fault::new(
            LANE,
            "rejection-fatal",
            "refuses requests with a code that it does not know",
            &[
                "extensions.errors.discount-rejection-on-create",
                "extensions.errors.discount-rejection-on-update",
                "extensions.errors.discount-code-unknown",
            ],
            requests(|asked| {
                let text = String::from_utf8_lossy(&asked.body).contains("NOSUCH");
                text.then(refusal)
            }),
        ),
    ]
}

/// A refusal in good form.
pub(crate) fn refusal() -> Answered {
    let body = json!({ "type": "invalid_request", "code": "invalid", "message": "no" });
    Answered::new(400, &body)
}
