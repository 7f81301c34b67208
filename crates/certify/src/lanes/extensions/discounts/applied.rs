//! Each discount in force: its id, its code, its amount, its dates.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{
    reading::{Applied, applied, codes, same_code},
    rule::{Rule, absent},
    scene::Scene,
};
use crate::{
    Check, Outcome, Topic,
    lanes::{
        clock::now,
        seller::{Seller, Session},
    },
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(ID.at(Topic::Lifecycle, &SEVERAL));
    checks.extend(CODE.at(Topic::Lifecycle, Scene::DISCOUNTED));
    checks.extend(AUTOMATIC.at(Topic::Lifecycle, Scene::DISCOUNTED));
    checks.extend(AMOUNT.at(Topic::Arithmetic, Scene::DISCOUNTED));
    checks.extend(DATES.at(Topic::Expiry, Scene::CODED));
    checks
}

const SEVERAL: [Scene; 3] = [Scene::Created, Scene::Stacked, Scene::Automatic];

const ID: Rule = Rule {
    name: "discount-ids-unique",
    title: "applied discounts have ids unique in the session",
    proves: &["discounts.applied.id-unique"],
    advice: "give each applied discount an id of its own",
    judge: |seller, session| {
        let mut seen = BTreeSet::new();
        each(seller, session, ID.title, |one| {
            let id = one.text("id").unwrap_or_default();
            (!id.is_empty() && seen.insert(id)).then_some(())
        })
    },
};

const CODE: Rule = Rule {
    name: "discount-names-its-code",
    title: "a discount from a code names a code that was submitted",
    proves: &["discounts.applied.code-for-codes"],
    advice: "write the code into each discount that comes from one",
    judge: |seller, session| {
        let sent = codes(session);
        each(seller, session, CODE.title, |one| match one.text("code") {
            Some(code) => sent.iter().any(|sent| same_code(sent, code)).then_some(()),
            None => one.is_automatic().then_some(()),
        })
    },
};

const AUTOMATIC: Rule = Rule {
    name: "discount-automatic",
    title: "an automatic discount has automatic true and no code, one from a code has not automatic true",
    proves: &["discounts.applied.automatic"],
    advice: "set automatic exactly where no code was needed",
    judge: |seller, session| {
        each(seller, session, AUTOMATIC.title, |one| {
            (one.is_automatic() == one.text("code").is_none()).then_some(())
        })
    },
};

const AMOUNT: Rule = Rule {
    name: "discount-amount-positive",
    title: "discount amounts are positive integers in minor units",
    proves: &["discounts.applied.amount-positive"],
    advice: "write 5.00 off as 500; leave out a discount that takes nothing off",
    judge: |seller, session| {
        each(seller, session, AMOUNT.title, |one| {
            one.amount().filter(|amount| *amount > 0).map(drop)
        })?;
        let mut parts = applied(session).into_iter().flat_map(Applied::allocations);
        let wrong = parts.find(|part| {
            let amount = part.get("amount").and_then(serde_json::Value::as_i64);
            amount.is_none_or(|amount| amount < 0)
        });
        seller.case().must(
            wrong.is_none(),
            &session.answer,
            "allocated amounts are integers in minor units, none negative",
            || wrong.map(ToString::to_string).unwrap_or_default(),
        )
    },
};

const DATES: Rule = Rule {
    name: "discount-within-dates",
    title: "start and end of an applied discount are RFC 3339, and now lies between them",
    proves: &["discounts.applied.within-dates"],
    advice: "apply a discount only from start to end, and write both in RFC 3339",
    judge: |seller, session| {
        let dated = |one: &Applied<'_>| {
            ["start", "end"]
                .iter()
                .any(|member| one.0.get(member).is_some())
        };
        if !applied(session).iter().any(dated) {
            return absent("a discount with start or end");
        }
        let now = now();
        each(seller, session, DATES.title, |one| {
            let time = |member: &str| match one.0.get(member) {
                None => Some(None),
                Some(text) => text.as_str()?.parse::<Timestamp>().ok().map(Some),
            };
            let (start, end) = (time("start")?, time("end")?);
            let begun = start.is_none_or(|start| start <= now);
            let open = end.is_none_or(|end| now <= end);
            (begun && open).then_some(())
        })
    },
};

/// The rule holds for each applied discount; nothing to judge where there is none.
pub(super) fn each<'a>(
    seller: &Seller,
    session: &'a Session,
    rule: &str,
    mut holds: impl FnMut(Applied<'a>) -> Option<()>,
) -> Outcome {
    let all = applied(session);
    if all.is_empty() {
        return absent("a discount in force at this stage");
    }
    for one in all {
        seller
            .case()
            .must(holds(one).is_some(), &session.answer, rule, || {
                one.0.to_string()
            })?;
    }
    Ok(())
}
