//! Where the parts of a discount landed.

use super::{
    reading::{Applied, applied, line_of},
    rule::{Rule, absent},
    scene::Scene,
};
use crate::{
    Check, Topic,
    lanes::{
        documents::text,
        seller::{Session, json_path},
    },
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(SUM.at(Topic::Arithmetic, Scene::CODED));
    checks.extend(PATH.at(Topic::Arithmetic, Scene::CODED));
    checks.extend(EACH.at(Topic::Arithmetic, Scene::CODED));
    checks.extend(ACROSS.at(Topic::Arithmetic, &[Scene::Automatic, Scene::Any]));
    checks
}

const SUM: Rule = Rule {
    name: "discount-allocations-sum",
    title: "the allocations of a discount add up to its amount",
    proves: &["discounts.allocations.sum"],
    advice: "give the rounding difference to one of the allocations",
    judge: |seller, session| {
        let allocated = with_allocations(session);
        if allocated.is_empty() {
            return absent("allocations");
        }
        for one in allocated {
            let amounts = one
                .allocations()
                .iter()
                .map(|part| part.get("amount")?.as_i64());
            let sum = amounts.sum::<Option<i64>>();
            seller.case().must(
                sum.is_some() && sum == one.amount(),
                &session.answer,
                SUM.title,
                || format!("the allocations make {sum:?}: {}", one.0),
            )?;
        }
        Ok(())
    },
};

const PATH: Rule = Rule {
    name: "discount-allocation-paths",
    title: "the path of an allocation is a JSONPath, and one to a line finds it in the same answer",
    proves: &["discounts.allocations.path-resolves"],
    advice: "count lines from 0 as they stand in this answer: $.line_items[0]",
    judge: |seller, session| {
        let allocated = with_allocations(session);
        if allocated.is_empty() {
            return absent("allocations");
        }
        let lines = session.lines().len();
        for part in allocated.into_iter().flat_map(Applied::allocations) {
            let path = text(part, "path");
            let to_line = path.contains("line_items");
            let found = match line_of(path) {
                Some(line) => line < lines,
                None => !to_line && json_path::segments(path).is_some_and(|one| !one.is_empty()),
            };
            seller.case().must(found, &session.answer, PATH.title, || {
                format!("{path}, with {lines} lines")
            })?;
        }
        Ok(())
    },
};

const EACH: Rule = Rule {
    name: "discount-each-has-allocations",
    title: "a discount of method each over several lines has allocations",
    proves: &["discounts.allocations.each-has-breakdown"],
    advice: "show by allocations what each line got",
    judge: |seller, session| {
        let of_each = of_method(session, "each");
        if of_each.is_empty() || session.lines().len() < 2 {
            return absent("a discount of method each over several lines");
        }
        for one in of_each {
            seller.case().should(
                one.parts().iter().any(|part| part.line.is_some()),
                &session.answer,
                EACH.title,
                || one.0.to_string(),
            );
        }
        Ok(())
    },
};

const ACROSS: Rule = Rule {
    name: "discount-across-has-none",
    title: "a discount of method across has no allocations to lines",
    proves: &["discounts.allocations.across-none"],
    advice: "take it from the order total, without allocations to lines",
    judge: |seller, session| {
        let across = of_method(session, "across");
        if across.is_empty() {
            return absent("a discount of method across");
        }
        for one in across {
            seller.case().should(
                one.parts().iter().all(|part| part.line.is_none()),
                &session.answer,
                ACROSS.title,
                || one.0.to_string(),
            );
        }
        Ok(())
    },
};

fn with_allocations(session: &Session) -> Vec<Applied<'_>> {
    let mut all = applied(session);
    all.retain(|one| !one.allocations().is_empty());
    all
}

fn of_method<'a>(session: &'a Session, method: &str) -> Vec<Applied<'a>> {
    let mut all = applied(session);
    all.retain(|one| one.text("method") == Some(method));
    all
}
