//! Codes that cannot be used are rejected with the reason that fits.

use super::{
    reading::{amounts, applied, reasons, rejected, shown},
    requests::swapped,
    scene::{in_force, out_of_force, valid},
};
use crate::{
    Check, Outcome, Topic,
    lanes::{
        extensions::shop::{
            DISCOUNT, ask, code, discounted, offers_discounts, unknown_code, with_codes,
        },
        seller::{Seller, Session},
    },
};

/// A code that the shop knows and does not take: its name in the configuration, the reason, the
/// requirements.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const KNOWN: [Row; 5] = [
    (
        "expired",
        "discount_code_expired",
        "an expired code",
        &[
            "discounts.reasons.expired",
            "discounts.response.rejected-listed",
        ],
    ),
    (
        "ineligible",
        "discount_code_user_ineligible",
        "a code that the buyer may not use",
        &[
            "discounts.reasons.ineligible",
            "discounts.response.rejected-listed",
        ],
    ),
    (
        "minimum",
        "discount_code_minimum_not_met",
        "a code below its minimum purchase",
        &[
            "discounts.reasons.minimum",
            "discounts.response.rejected-listed",
        ],
    ),
    (
        "not-logged-in",
        "discount_code_user_not_logged_in",
        "a code for signed-in buyers, sent for a guest,",
        &[
            "discounts.reasons.not-logged-in",
            "discounts.response.rejected-listed",
        ],
    ),
    (
        "usage-limit",
        "discount_code_usage_limit_reached",
        "a used-up code",
        &[
            "discounts.reasons.usage-limit",
            "discounts.response.rejected-listed",
            "discounts.coupon.redemptions",
        ],
    ),
];

/// Texts that are no code of any shop: name, title, text.
const MALFORMED: [(&str, &str, &str); 6] = [
    ("empty", "an empty code", ""),
    ("blank", "a code of blanks", "   "),
    ("punctuation", "a code of punctuation", "';--%00<b>"),
    ("unicode", "a code in another script", "скидка🎁"),
    ("spaced", "a code with a line break", "SA\nVE"),
    (
        "long",
        "a code of two hundred characters",
        "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<Check> = KNOWN.into_iter().map(known).collect();
    checks.extend(MALFORMED.into_iter().map(malformed));
    checks.extend([
        ask(
            Topic::Errors,
            "discount-code-unknown",
            "an unknown code is rejected as discount_code_invalid",
            |seller| async move {
                let code = unknown_code(&seller)?;
                let session = discounted(&seller, &[&code]).await?;
                is_rejected(&seller, &session, &code, "discount_code_invalid")
            },
        )
        .proves(&[
            "discounts.reasons.invalid",
            "discounts.response.rejected-listed",
        ])
        .advice("reject it in discounts.rejected with this reason"),
        ask(
            Topic::Errors,
            "discount-code-twice",
            "the same code twice is rejected the second time, and counts once",
            |seller| twice(seller, str::to_owned),
        )
        .proves(&["discounts.reasons.already-applied"])
        .advice("reject the second one as discount_code_already_applied"),
        ask(
            Topic::Errors,
            "discount-code-twice-in-other-case",
            "the same code in another case is rejected the second time, and counts once",
            |seller| twice(seller, swapped),
        )
        .proves(&["discounts.reasons.already-applied"])
        .advice("reject the second one as discount_code_already_applied"),
        ask(
            Topic::Errors,
            "discount-combination",
            "of two codes that do not go together one is rejected for that",
            |seller| combination(seller, false),
        )
        .proves(&["discounts.reasons.combination"])
        .advice("reject the other one as discount_code_combination_disallowed"),
        ask(
            Topic::Errors,
            "discount-combination-reversed",
            "of two codes that do not go together one is rejected for that, in the other order too",
            |seller| combination(seller, true),
        )
        .proves(&["discounts.reasons.combination"])
        .advice("reject the other one as discount_code_combination_disallowed"),
    ]);
    checks
}

fn known((name, reason, what, proves): Row) -> Check {
    ask(
        Topic::Errors,
        &format!("discount-code-{name}"),
        format!("{what} is rejected as {reason}"),
        move |seller| async move {
            let code = code(&seller, name).await?;
            let session = single(&seller, &code).await?;
            is_rejected(&seller, &session, &code, reason)
        },
    )
    .proves(proves)
    .advice("reject it in discounts.rejected with this reason")
}

fn malformed((name, what, text): (&'static str, &str, &'static str)) -> Check {
    ask(
        Topic::Errors,
        &format!("discount-code-{name}"),
        format!("{what} is rejected as discount_code_invalid"),
        move |seller| async move {
            let session = discounted(&seller, &[text]).await?;
            is_rejected(&seller, &session, text, "discount_code_invalid")
        },
    )
    .proves(&["discounts.reasons.invalid"])
    .advice("a text that is no code is an unknown code: reject it with this reason")
}

/// A session of one unit of the first item: the smallest purchase.
async fn single(seller: &Seller, code: &str) -> Outcome<Session> {
    let mut body = seller.create_body_with_address()?;
    if let Some(capabilities) = body
        .get_mut("capabilities")
        .and_then(|all| all.as_object_mut())
    {
        capabilities.insert("extensions".to_owned(), serde_json::json!([DISCOUNT]));
    }
    let answer = seller.create(&with_codes(body, &[code])).await?;
    let session = seller.session(&answer)?;
    offers_discounts(&session)?;
    Ok(session)
}

/// The code is rejected for this reason and takes nothing off.
fn is_rejected(seller: &Seller, session: &Session, code: &str, reason: &str) -> Outcome {
    let found = reasons(session, code);
    seller.case().must(
        found == [reason],
        &session.answer,
        &format!("discounts.rejected names the code with reason {reason}"),
        || format!("{code}: {}", shown(session)),
    )?;
    out_of_force(seller, session, code, "a rejected code")
}

async fn twice(seller: Seller, again: fn(&str) -> String) -> Outcome {
    let (once, code) = valid(&seller).await?;
    let session = discounted(&seller, &[&code, &again(&code)]).await?;
    in_force(&seller, &session, &code)?;
    let count = applied(&session)
        .into_iter()
        .filter(|one| one.is_of(&code))
        .count();
    seller.case().must(
        count == 1 && amounts(&session) == amounts(&once),
        &session.answer,
        "a code that was sent twice counts once",
        || format!("{count} times: {}", shown(&session)),
    )?;
    seller.case().must(
        reasons(&session, &code) == ["discount_code_already_applied"],
        &session.answer,
        "the second one is rejected as discount_code_already_applied",
        || shown(&session),
    )
}

async fn combination(seller: Seller, reversed: bool) -> Outcome {
    let alone = code(&seller, "combination").await?;
    let (_, code) = valid(&seller).await?;
    let mut sent = [code.as_str(), alone.as_str()];
    if reversed {
        sent.reverse();
    }
    let session = discounted(&seller, &sent).await?;
    let in_force = sent
        .iter()
        .filter(|code| super::reading::applied_by(&session, code).is_some());
    let count = in_force.count();
    seller.case().must(
        count == 1,
        &session.answer,
        "one of two codes that do not go together is in force",
        || format!("{count}: {}", shown(&session)),
    )?;
    let told = rejected(&session)
        .iter()
        .filter_map(|one| Session::text(one, "reason"))
        .collect::<Vec<_>>();
    seller.case().must(
        told == ["discount_code_combination_disallowed"],
        &session.answer,
        "the other one is rejected as discount_code_combination_disallowed",
        || shown(&session),
    )
}
