//! Carts, where the agent uses them.

use serde_json::Value;

use super::{bodies::shaped, keys, offered};
use crate::{
    Outcome, Topic,
    lanes::agent::{
        call::{Call, Op},
        rule::{Grade, Rule, not_offered},
        shop::ITEM_ID,
        transcript::total,
    },
};

/// The agent's calls about carts.
fn calls<'a>(grade: &'a Grade<'_>) -> Outcome<Vec<&'a Call>> {
    let found: Vec<_> = grade
        .seen
        .calls
        .iter()
        .filter(|call| call.op.is_cart())
        .collect();
    if found.is_empty() {
        return Err(not_offered("the agent uses no carts (ACP_TASK=cart)"));
    }
    Ok(found)
}

fn each(grade: &Grade<'_>, look: impl Fn(&Call) -> Outcome) -> Outcome {
    calls(grade)?.into_iter().try_for_each(look)
}

fn keyed(grade: &Grade<'_>, ops: &[Op]) -> Outcome {
    each(grade, |call| {
        let needed = ops.contains(&call.op);
        grade.must(
            !needed || !call.key().is_empty(),
            call,
            "the call has an Idempotency-Key",
            || call.what(),
        )
    })
}

/// Lines of a body, as item ids and pieces.
fn lines(body: Option<&Value>) -> Vec<(String, i64)> {
    let lines = body.and_then(|body| body.get("line_items")?.as_array());
    let mut lines: Vec<(String, i64)> = lines
        .into_iter()
        .flatten()
        .map(|line| {
            let id = line
                .pointer("/item/id")
                .or_else(|| line.get("id"))
                .and_then(Value::as_str);
            let quantity = line.get("quantity").and_then(Value::as_i64).unwrap_or(1);
            (id.unwrap_or_default().to_owned(), quantity)
        })
        .collect();
    lines.sort();
    lines
}

/// Rules of carts.
pub(in crate::lanes::agent) fn rules() -> Vec<Rule> {
    let mut rules = headers();
    rules.extend(conversion());
    rules
}

fn headers() -> Vec<Rule> {
    let mut all = shapes_and_headers();
    all.extend(cart_keys());
    all
}

fn shapes_and_headers() -> Vec<Rule> {
    vec![
        Rule::new(
            "create-shape",
            "the body that makes a cart has the version's shape",
            |grade| {
                calls(grade)?;
                shaped(grade, Op::CartCreate, "CartCreateRequest")
            },
        )
        .shapes(&["CartCreateRequest"]),
        Rule::new(
            "put-shape",
            "the body that replaces a cart has the version's shape",
            |grade| {
                offered(grade, Op::CartPut, "the agent replaces no cart")?;
                shaped(grade, Op::CartPut, "CartUpdateRequest")
            },
        )
        .shapes(&["CartUpdateRequest"]),
        Rule::new("bearer", "cart calls carry the bearer key", |grade| {
            each(grade, |call| {
                let bearer = call
                    .header("authorization")
                    .is_some_and(|value| value.starts_with("Bearer "));
                grade.must(bearer, call, "Authorization: Bearer is sent", || {
                    call.what()
                })
            })
        })
        .topic(Topic::Auth)
        .proves(&["cart.auth.sent"]),
        Rule::new("api-version", "cart calls name the version", |grade| {
            each(grade, |call| {
                let named = call.header("api-version").unwrap_or_default();
                grade.must(
                    named == grade.seen.version.as_str(),
                    call,
                    "API-Version is sent",
                    || named.to_owned(),
                )
            })
        })
        .topic(Topic::Versions)
        .proves(&["cart.version.sent"]),
        Rule::new("json", "cart bodies are JSON", |grade| {
            each(grade, |call| {
                let kind = call.header("content-type").unwrap_or_default();
                let json = call.body.is_empty()
                    || (kind.starts_with("application/json") && call.json.is_some());
                grade.must(json, call, "the body is application/json", || {
                    kind.to_owned()
                })
            })
        })
        .proves(&["cart.http.json"]),
    ]
}

fn cart_keys() -> Vec<Rule> {
    vec![
        Rule::new("post-key", "cart posts have an idempotency key", |grade| {
            keyed(grade, &[Op::CartCreate, Op::CartCancel])
        })
        .topic(Topic::Idempotency)
        .proves(&["cart.idempotency.client-key"]),
        Rule::new(
            "put-key",
            "cart replacements have an idempotency key",
            |grade| {
                if !calls(grade)?.iter().any(|call| call.op == Op::CartPut) {
                    return Err(not_offered("the agent replaces no cart"));
                }
                keyed(grade, &[Op::CartPut])
            },
        )
        .topic(Topic::Idempotency)
        .proves(&["cart.idempotency.put-key"]),
        Rule::new(
            "key-length",
            "cart keys have 1 to 255 characters",
            |grade| each(grade, |call| keys::length(grade, call)),
        )
        .topic(Topic::Idempotency)
        .proves(&["cart.idempotency.key-length"]),
        Rule::new("key-uuid4", "cart keys are random UUIDs", |grade| {
            each(grade, |call| {
                let uuid =
                    uuid::Uuid::try_parse(call.key()).is_ok_and(|uuid| uuid.get_version_num() == 4);
                grade.should(
                    uuid || call.key().is_empty(),
                    call,
                    "a key is a version 4 UUID",
                    || call.key().to_owned(),
                )
            })
        })
        .topic(Topic::Idempotency)
        .proves(&["cart.idempotency.key-uuid"]),
    ]
}

fn conversion() -> Vec<Rule> {
    let mut all = before_checkout();
    all.extend(into_checkout());
    all.extend(estimates());
    all
}

fn before_checkout() -> Vec<Rule> {
    vec![
        Rule::new(
            "discovered",
            "the agent looks for carts in the discovery document first",
            |grade| {
                let cart = offered(
                    grade,
                    Op::CartCreate,
                    "the agent uses no carts (ACP_TASK=cart)",
                )?;
                let looked = grade
                    .seen
                    .first(Op::Discovery)
                    .is_some_and(|call| call.at < cart.at);
                grade.should(
                    looked,
                    cart,
                    "the document is read before a cart is made",
                    || "it was not read".to_owned(),
                )
            },
        )
        .proves(&["cart.agent.discovery-checked"]),
        Rule::new("one-seller", "a cart holds one seller's items", |grade| {
            each(grade, |call| {
                let foreign = lines(call.json.as_ref())
                    .into_iter()
                    .find(|(id, _)| id != ITEM_ID);
                grade.should(
                    foreign.is_none(),
                    call,
                    "no cart mixes items of two sellers",
                    || format!("{foreign:?}"),
                )
            })
        })
        .proves(&["cart.agent.one-per-seller"]),
    ]
}

fn into_checkout() -> Vec<Rule> {
    vec![
        Rule::new(
            "read-first",
            "the agent reads the cart and puts its lines into create",
            |grade| {
                let cart = offered(
                    grade,
                    Op::CartCreate,
                    "the agent uses no carts (ACP_TASK=cart)",
                )?;
                let create = super::first(grade, Op::Create, "create")?;
                let mut reads = grade
                    .seen
                    .of_kind(Op::CartRead)
                    .filter(|call| call.at < create.at);
                let Some(read) = reads.next_back() else {
                    return grade.must(false, cart, "the cart is read before checkout", || {
                        grade.summary()
                    });
                };
                let kept = lines(read.given.as_ref().and_then(|given| given.json.as_ref()));
                let asked = lines(create.json.as_ref());
                grade.must(
                    kept == asked,
                    create,
                    "create has the lines of the cart",
                    || format!("{asked:?} instead of {kept:?}"),
                )
            },
        )
        .proves(&["cart.agent.reads-before-checkout"]),
        Rule::new("no-cart-id", "no cart id goes to checkout", |grade| {
            calls(grade)?;
            let create = super::first(grade, Op::Create, "create")?;
            grade.must(
                create.pointer("/cart_id").is_none(),
                create,
                "create has no cart_id",
                || "it has one".to_owned(),
            )
        })
        .proves(&["cart.agent.no-cart-id"]),
    ]
}

fn estimates() -> Vec<Rule> {
    vec![
        Rule::new(
            "estimates",
            "the agent pays the session's total and not the cart's",
            |grade| {
                calls(grade)?;
                let delegate = super::first(grade, Op::Delegate, "call for a token")?;
                let wanted = grade.seen.session_before(delegate).and_then(total);
                let limit = delegate
                    .pointer("/allowance/max_amount")
                    .and_then(Value::as_i64);
                grade.must(
                    limit == wanted,
                    delegate,
                    "max_amount is the session's total",
                    || format!("{limit:?} instead of {wanted:?}"),
                )
            },
        )
        .topic(Topic::Arithmetic)
        .proves(&["cart.agent.estimates"]),
        Rule::new(
            "whole-put",
            "a replacement holds all items the cart shall have",
            |grade| {
                let put = offered(grade, Op::CartPut, "the agent replaces no cart")?;
                let kept = lines(put.json.as_ref());
                grade.must(
                    kept.iter().any(|(id, _)| id == ITEM_ID),
                    put,
                    "PUT holds every item, also those unchanged",
                    || format!("{kept:?}"),
                )
            },
        )
        .proves(&["cart.agent.complete-state"]),
    ]
}

/// Without carts in the document no cart is made, and checkout begins at once.
pub(in crate::lanes::agent) fn none_offered() -> [Rule; 2] {
    [
        Rule::new(
            "no-cart",
            "no cart is made where none is offered",
            |grade| match grade.seen.first(Op::CartCreate) {
                None => Ok(()),
                Some(call) => grade.must(
                    false,
                    call,
                    "carts are called on sellers that offer them",
                    || call.what(),
                ),
            },
        )
        .proves(&["cart.agent.not-assumed"]),
        Rule::new("fallback", "the agent opens a checkout instead", |grade| {
            let there = grade.seen.first(Op::Create).is_some();
            grade.should_all(
                there,
                "without carts a checkout session is opened directly",
                || grade.summary(),
            )
        })
        .proves(&["cart.agent.fallback"]),
    ]
}
