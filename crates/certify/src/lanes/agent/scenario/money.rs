//! Sums, prices and currencies that are wrong or change.

use serde_json::{Value, json};

use super::{Scenario, Task};
use crate::{
    SpecVersion, Topic,
    lanes::agent::{
        call::Op,
        play::{Moment, change_row, push, set},
        rule::Rule,
        rules::{buys, choices, no_complete, once, should_buy, stops, token},
        shop::{Terms, row},
    },
};

/// The price that a shop asks once it has the buyer, in minor units.
const RAISED: i64 = 2_600;

fn wrong(name: &'static str, story: &'static str) -> Scenario {
    Scenario::new(Topic::Arithmetic, name, story)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = sums();
    all.extend(malformed());
    all.extend(additions());
    all.extend(drifts());
    all.extend(late());
    all
}

/// Sums that do not add up.
fn sums() -> Vec<Scenario> {
    vec![
        wrong(
            "totals-off-by-one",
            "the total is one unit more than its rows",
        )
        .twist(|_, session| change_row(session, "total", |amount| json!(amount + 1)))
        .rules(stops()),
        wrong("totals-high", "the total is far more than its rows")
            .twist(|_, session| change_row(session, "total", |amount| json!(amount * 3)))
            .rules(stops()),
        wrong("totals-low", "the total is less than its rows")
            .twist(|_, session| change_row(session, "total", |amount| json!(amount - 700)))
            .rules(stops()),
        wrong("subtotal-off", "the items' sum is not that of the lines")
            .twist(|_, session| {
                change_row(session, "items_base_amount", |amount| json!(amount + 900))
            })
            .rules(stops()),
        wrong(
            "line-total-off",
            "a line's total is not its price times pieces",
        )
        .since(SpecVersion::V2026_01_30)
        .twist(|_, session| {
            set(session, "/line_items/0/totals/0/amount", json!(3_000))
                && set(session, "/line_items/0/totals/3/amount", json!(3_200))
        })
        .rules(stops()),
        wrong(
            "row-left-out",
            "a fee stands among the rows that is not in the total",
        )
        .twist(|_, session| push(session, "/totals", row("fee", "Fee", 900)))
        .rules(stops()),
    ]
}

/// Totals that cannot be read in one way.
fn malformed() -> Vec<Scenario> {
    let mut all = malformed_totals();
    all.extend(currencies());
    all
}

fn malformed_totals() -> Vec<Scenario> {
    vec![
        wrong("total-missing", "the totals have no row of type total")
            .twist(|_, session| {
                let rows = session.pointer_mut("/totals").and_then(Value::as_array_mut);
                rows.and_then(Vec::pop).is_some()
            })
            .rules(stops()),
        wrong("total-twice", "the totals have two rows of type total")
            .twist(|_, session| push(session, "/totals", row("total", "Total", 9_900)))
            .rules(stops()),
        wrong("total-negative", "the total is below zero")
            .twist(|_, session| change_row(session, "total", |amount| json!(-amount)))
            .rules(stops()),
        wrong(
            "total-fraction",
            "the total is written as a fraction of the major unit",
        )
        .twist(|_, session| {
            change_row(session, "total", |amount| {
                json!(i32::try_from(amount).map_or(0.5, f64::from) / 100.0)
            })
        })
        .rules(stops())
        .rules([token::limit()]),
        wrong(
            "total-huge",
            "an amount is at the end of the range of integers",
        )
        .twist(|_, session| {
            push(session, "/totals", row("fee", "Fee", i64::MAX))
                && change_row(session, "total", |_| json!(i64::MAX))
        })
        .rules(stops()),
        wrong("total-text", "the total is written as text")
            .twist(|_, session| change_row(session, "total", |amount| json!(amount.to_string())))
            .rules([Rule::new("integer", "no token's limit is text", |grade| {
                for call in grade.seen.delegates() {
                    let limit = call.pointer("/allowance/max_amount");
                    grade.must(
                        limit.is_some_and(Value::is_i64),
                        call,
                        "max_amount is an integer",
                        || format!("{limit:?}"),
                    )?;
                }
                Ok(())
            })
            .proves(&["checkout.money.integer-minor-units"])]),
        wrong(
            "currency-other",
            "the session is in another currency than was asked for",
        )
        .terms(|_, terms| {
            terms.currency = "jpy";
            true
        })
        .rules(stops()),
    ]
}

fn currencies() -> Vec<Scenario> {
    vec![
        wrong("currency-later", "the currency changes with the address")
            .terms(|moment, terms| {
                terms.currency = if moment.op == Op::Create {
                    "usd"
                } else {
                    "eur"
                };
                moment.op != Op::Create
            })
            .rules(stops()),
        wrong("currency-missing", "the session has no currency")
            .twist(|_, session| {
                session
                    .as_object_mut()
                    .and_then(|members| members.remove("currency"))
                    .is_some()
            })
            .rules(stops()),
        wrong("currency-upper", "the session's currency is in capitals")
            .terms(|_, terms| {
                terms.currency = "USD";
                true
            })
            .rules([should_buy(), token::currency()]),
    ]
}

/// Things that the buyer did not ask for.
fn additions() -> Vec<Scenario> {
    vec![
        wrong("extra-line", "a gift card is added to the order")
            .terms(|_, terms| {
                terms.gift_card = Some(2_500);
                true
            })
            .rules(stops()),
        wrong("extra-line-late", "a gift card is added with the address")
            .terms(|moment, terms| later(moment, |terms| terms.gift_card = Some(2_500), terms))
            .rules(stops()),
        wrong(
            "extra-line-free",
            "a line for nothing is added to the order",
        )
        .terms(|_, terms| {
            terms.gift_card = Some(0);
            true
        })
        .rules(stops()),
        wrong(
            "quantity-raised",
            "more pieces are sold than were asked for",
        )
        .terms(|_, terms| {
            terms.quantity_add = 1;
            true
        })
        .rules(stops()),
        wrong(
            "quantity-raised-late",
            "the pieces become more with the address",
        )
        .terms(|moment, terms| later(moment, |terms| terms.quantity_add = 4, terms))
        .rules(stops()),
        wrong("item-replaced", "another item is sold than was asked for")
            .terms(|_, terms| {
                terms.item = "certify-refurbished-mug";
                true
            })
            .rules(stops()),
        wrong(
            "item-replaced-late",
            "the item becomes another with the address",
        )
        .terms(|moment, terms| {
            later(
                moment,
                |terms| terms.item = "certify-refurbished-mug",
                terms,
            )
        })
        .rules(stops()),
        wrong(
            "lines-empty",
            "the session has no lines, and a total all the same",
        )
        .twist(|_, session| set(session, "/line_items", json!([])))
        .rules(stops()),
        wrong(
            "fee-shown",
            "a handling fee is among the rows from the beginning",
        )
        .terms(|_, terms| {
            terms.fee = 300;
            true
        })
        .rules([should_buy(), token::exact()]),
    ]
}

/// Changes the terms of every answer after create.
fn later(moment: &Moment<'_>, change: impl Fn(&mut Terms), terms: &mut Terms) -> bool {
    let strikes = moment.op != Op::Create;
    if strikes {
        change(terms);
    }
    strikes
}

/// Prices that change on the way.
fn drifts() -> Vec<Scenario> {
    vec![
        wrong(
            "price-drift-update",
            "the price rises between create and update",
        )
        .terms(|moment, terms| later(moment, |terms| terms.unit = RAISED, terms))
        .rules([token::limit(), current()]),
        wrong("price-falls", "the price falls between create and update")
            .terms(|moment, terms| later(moment, |terms| terms.unit = 1_500, terms))
            .rules([token::limit(), current()]),
        wrong(
            "price-drift-read",
            "the price rises when the session is read before paying",
        )
        .terms(|moment, terms| {
            let strikes = moment.op == Op::Read && moment.tokens == 0;
            if strikes {
                terms.unit = RAISED;
            }
            strikes
        })
        .task(Task::SayNo)
        .rules([
            token::limit(),
            no_complete().proves(&[
                "checkout.state.agent-uses-latest",
                "feeds.agent.presents-session-state",
            ]),
        ]),
        wrong(
            "shipping-raised-late",
            "the delivery becomes dearer once it was chosen",
        )
        .terms(|moment, terms| {
            let strikes = moment.ready && moment.op != Op::Update;
            if strikes {
                terms.delivery_add = 1_500;
            }
            strikes
        })
        .rules([token::limit(), token::never_raised(), once::pays_once()]),
        wrong(
            "options-renamed",
            "the ids of deliveries change with every answer after create",
        )
        .terms(|moment, terms| {
            let strikes = moment.op == Op::Update && moment.nth >= 1;
            if strikes {
                terms.option_prefix = "v2-";
            }
            strikes
        })
        .rules([choices::option_known()]),
    ]
}

/// No call for a token is older than the newest total.
fn current() -> Rule {
    Rule::new(
        "current-total",
        "whatever is paid is the newest total",
        |grade| {
            if grade.seen.first(Op::Delegate).is_none() {
                return Ok(());
            }
            (token::exact().judge)(grade)
        },
    )
    .proves(&["checkout.state.agent-uses-latest"])
}

/// Changes after the buyer agreed.
fn late() -> Vec<Scenario> {
    vec![
        wrong(
            "raised-after-token",
            "the total rises once the token is issued",
        )
        .terms(|moment, terms| {
            let strikes = moment.tokens > 0;
            if strikes {
                terms.unit = RAISED;
            }
            strikes
        })
        .rules([token::never_raised(), once::pays_once(), token::limit()]),
        wrong("fee-after-token", "a fee is added once the token is issued")
            .terms(|moment, terms| {
                let strikes = moment.tokens > 0;
                if strikes {
                    terms.fee = 199;
                }
                strikes
            })
            .rules([token::never_raised(), once::pays_once()]),
        wrong(
            "order-other-total",
            "the completed session has another total than was agreed",
        )
        .twist(|moment, session| {
            moment.op == Op::Complete
                && session.get("order").is_some()
                && change_row(session, "total", |amount| json!(amount + 5_000))
        })
        .rules([buys(), once::pays_once(), no_more_tokens()]),
        wrong(
            "order-other-currency",
            "the completed session is in another currency",
        )
        .twist(|moment, session| {
            moment.op == Op::Complete
                && session.get("order").is_some()
                && set(session, "/currency", json!("eur"))
        })
        .rules([once::pays_once(), no_more_tokens()]),
    ]
}

/// One token is enough.
pub(super) fn no_more_tokens() -> Rule {
    Rule::new("one-token", "no second token is asked for", |grade| {
        let mut calls = grade.seen.delegates().skip(1);
        match calls.next() {
            None => Ok(()),
            Some(call) => grade.must(false, call, "one token was asked for, and no more", || {
                "a second was".to_owned()
            }),
        }
    })
    .advice("what was paid is paid: tell the buyer, and ask for nothing more")
}
