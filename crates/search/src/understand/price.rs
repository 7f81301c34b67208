//! Price limits: "under $50", "à moins de 100 €", "between 20 and 40", "entre 20 et 40 euros".

use comptoir_acp::currency::Currency;
use comptoir_rank::PriceLimit;

use super::mark::Marks;
use crate::{query::ProductQuery, words::unit};

/// Phrases before an amount, each with what it makes of it. `Money` ones need a currency.
const LEADS: &[(&[&str], Meaning, Needs)] = &[
    (&["no", "more", "than"], Meaning::Max, Needs::Number),
    (&["not", "more", "than"], Meaning::Max, Needs::Number),
    (&["less", "than"], Meaning::Max, Needs::Number),
    (&["cheaper", "than"], Meaning::Max, Needs::Number),
    (&["lower", "than"], Meaning::Max, Needs::Number),
    (&["costs", "less", "than"], Meaning::Max, Needs::Number),
    (&["up", "to"], Meaning::Max, Needs::Number),
    (&["at", "most"], Meaning::Max, Needs::Number),
    (&["under"], Meaning::Max, Needs::Number),
    (&["below"], Meaning::Max, Needs::Number),
    (&["within"], Meaning::Max, Needs::Money),
    (&["max"], Meaning::Max, Needs::Number),
    (&["maximum"], Meaning::Max, Needs::Number),
    (&["budget"], Meaning::Max, Needs::Number),
    (&["budget", "of"], Meaning::Max, Needs::Number),
    (&["budget", "is"], Meaning::Max, Needs::Number),
    (&["budget", "de"], Meaning::Max, Needs::Number),
    (&["pas", "plus", "de"], Meaning::Max, Needs::Number),
    (&["moins", "cher", "que"], Meaning::Max, Needs::Number),
    (&["moins", "cheres", "que"], Meaning::Max, Needs::Number),
    (&["moins", "chere", "que"], Meaning::Max, Needs::Number),
    (&["a", "moins", "de"], Meaning::Max, Needs::Number),
    (&["moins", "de"], Meaning::Max, Needs::Number),
    (&["en", "dessous", "de"], Meaning::Max, Needs::Number),
    (&["inferieur", "a"], Meaning::Max, Needs::Number),
    (&["jusqu", "a"], Meaning::Max, Needs::Number),
    (&["au", "maximum"], Meaning::Max, Needs::Number),
    (&["au", "plus"], Meaning::Max, Needs::Number),
    (&["sous"], Meaning::Max, Needs::Number),
    (&["more", "than"], Meaning::Min, Needs::Number),
    (&["at", "least"], Meaning::Min, Needs::Number),
    (&["over"], Meaning::Min, Needs::Number),
    (&["above"], Meaning::Min, Needs::Number),
    (&["minimum"], Meaning::Min, Needs::Money),
    (&["starting", "at"], Meaning::Min, Needs::Money),
    (&["from"], Meaning::Min, Needs::Money),
    (&["plus", "de"], Meaning::Min, Needs::Money),
    (&["au", "moins"], Meaning::Min, Needs::Money),
    (&["a", "partir", "de"], Meaning::Min, Needs::Number),
    (&["au", "dessus", "de"], Meaning::Min, Needs::Number),
    (&["superieur", "a"], Meaning::Min, Needs::Number),
    (&["around"], Meaning::Around, Needs::Money),
    (&["about"], Meaning::Around, Needs::Money),
    (&["roughly"], Meaning::Around, Needs::Money),
    (&["environ"], Meaning::Around, Needs::Money),
    (&["autour", "de"], Meaning::Around, Needs::Money),
    (&["dans", "les"], Meaning::Around, Needs::Money),
    (&["for"], Meaning::Max, Needs::Money),
    (&["pour"], Meaning::Max, Needs::Money),
    (&["a"], Meaning::Max, Needs::Money),
    (&["at"], Meaning::Max, Needs::Money),
];

/// Phrases behind an amount that make it an upper limit.
const TAILS: &[&[&str]] = &[
    &["or", "less"],
    &["or", "under"],
    &["or", "below"],
    &["max"],
    &["maximum"],
    &["tops"],
    &["ou", "moins"],
    &["et", "moins"],
    &["au", "maximum"],
    &["au", "plus"],
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Max,
    Min,
    Around,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Number,
    Money,
}

/// An amount in the message.
#[derive(Clone, Copy)]
struct Amount {
    start: usize,
    end: usize,
    value: i64,
    currency: Option<Currency>,
}

impl Amount {
    fn limit(&self) -> PriceLimit {
        PriceLimit {
            ten_thousandths: self.value,
            currency: self.currency,
        }
    }
}

/// Reads all price limits, then a wish for a currency alone.
pub(super) fn read(marks: &mut Marks, query: &mut ProductQuery) {
    let mut position = 0_usize;
    while position < marks.list.len() {
        let Some(amount) = amount_at(marks, position) else {
            position = position.saturating_add(1);
            continue;
        };
        if !between(marks, query, amount) {
            single(marks, query, amount);
        }
        position = amount.end;
    }
    let limits = [query.price_max, query.price_min];
    query.currency = limits
        .iter()
        .flatten()
        .find_map(|limit| limit.currency)
        .or_else(|| {
            let wished = marks
                .list
                .iter()
                .position(|mark| !mark.used && mark.currency.is_some())?;
            let before = wished.checked_sub(1)?;
            let introduced = matches!(marks.word(before), "in" | "en");
            let currency = marks.get(wished)?.currency.filter(|_| introduced)?;
            marks.take(before..wished.saturating_add(1));
            Some(currency)
        });
}

/// The amount whose number stands at `position`, with the currency beside it.
fn amount_at(marks: &Marks, position: usize) -> Option<Amount> {
    let mark = marks.get(position).filter(|mark| !mark.used)?;
    let value = mark.number?;
    let beside = |at: Option<usize>| {
        let currency = at
            .and_then(|at| marks.get(at))
            .filter(|mark| !mark.used)?
            .currency?;
        Some((at?, currency))
    };
    let after = beside(position.checked_add(1));
    let before = beside(position.checked_sub(1));
    let mut amount = Amount {
        start: position,
        end: position.saturating_add(1),
        value,
        currency: None,
    };
    if let Some((at, currency)) = after {
        amount.end = at.saturating_add(1);
        amount.currency = Some(currency);
    } else if let Some((at, currency)) = before {
        amount.start = at;
        amount.currency = Some(currency);
    } else if unit::is_unit(marks.word(amount.end)) || mark.piece.after == '"' {
        return None;
    }
    Some(amount)
}

/// "between A and B", "entre A et B", "from A to B", "A-B €".
fn between(marks: &mut Marks, query: &mut ProductQuery, low: Amount) -> bool {
    let joined = matches!(marks.word(low.end), "and" | "et" | "to" | "a");
    let dash = marks
        .get(low.end.saturating_sub(1))
        .is_some_and(|mark| mark.piece.after == '-');
    let next = if joined {
        low.end.saturating_add(1)
    } else {
        low.end
    };
    let behind_sign = marks.get(next).is_some_and(|mark| mark.currency.is_some());
    let next = if behind_sign {
        next.saturating_add(1)
    } else {
        next
    };
    let Some(high) = amount_at(marks, next).filter(|_| joined || dash) else {
        return false;
    };
    let lead = ["between", "entre", "from", "de"]
        .iter()
        .find_map(|lead| marks.ends(low.start, &[lead]).map(|start| (start, *lead)));
    let sure = lead.is_some_and(|(_, lead)| lead == "between" || lead == "entre");
    let currency = high.currency.or(low.currency);
    if !sure && currency.is_none() {
        return false;
    }
    let (low_value, high_value) = (low.value.min(high.value), low.value.max(high.value));
    query.price_min = Some(PriceLimit {
        ten_thousandths: low_value,
        currency,
    });
    query.price_max = Some(PriceLimit {
        ten_thousandths: high_value,
        currency,
    });
    marks.take(lead.map_or(low.start, |(start, _)| start)..high.end);
    true
}

/// One amount with a phrase before or behind it, or with a currency alone.
fn single(marks: &mut Marks, query: &mut ProductQuery, amount: Amount) {
    if let Some(tail) = TAILS.iter().find(|tail| marks.starts(amount.end, tail)) {
        let end = amount.end.saturating_add(tail.len());
        query.price_max = Some(amount.limit());
        marks.take(amount.start..end);
        return;
    }
    // The longest phrase decides: "no more than" before "more than".
    let lead = LEADS
        .iter()
        .filter_map(|(phrase, meaning, needs)| {
            let start = marks.ends(amount.start, phrase)?;
            let sure = amount.currency.is_some() || *needs == Needs::Number;
            (sure && !is_model_name(marks, start, phrase)).then_some((
                phrase.len(),
                start,
                *meaning,
            ))
        })
        .max_by_key(|&(length, ..)| length);
    match lead {
        Some((_, start, meaning)) => {
            apply(query, amount, meaning);
            marks.take(start..amount.end);
        }
        None if amount.currency.is_some() => {
            apply(query, amount, Meaning::Max);
            marks.take(amount.start..amount.end);
        }
        None => {}
    }
}

/// "iPhone 12 Pro Max 256" has no price in it.
fn is_model_name(marks: &Marks, start: usize, phrase: &[&str]) -> bool {
    phrase == ["max"]
        && start
            .checked_sub(1)
            .is_some_and(|before| marks.word(before) == "pro")
}

fn apply(query: &mut ProductQuery, amount: Amount, meaning: Meaning) {
    let share = |percent: i64| PriceLimit {
        ten_thousandths: amount.value.saturating_mul(percent) / 100,
        currency: amount.currency,
    };
    match meaning {
        Meaning::Max => query.price_max = Some(amount.limit()),
        Meaning::Min => query.price_min = Some(amount.limit()),
        Meaning::Around => {
            query.price_min = Some(share(80));
            query.price_max = Some(share(120));
        }
    }
}
