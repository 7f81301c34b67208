//! What is true of every cart that is shown, whichever call shows it.

use serde_json::Value;

use super::{
    client::{Cart, Carts, row},
    operation::Operation,
};
use crate::{
    Check, Outcome, Topic,
    lanes::seller::{money::AMOUNT_MEMBERS, paths::members},
};

/// A rule of every answer.
#[derive(Clone, Copy)]
struct Rule {
    name: &'static str,
    title: &'static str,
    topic: Topic,
    proves: &'static [&'static str],
    advice: &'static str,
    judge: fn(&Carts, &Cart) -> Outcome,
}

const RULES: [Rule; 6] = [
    Rule {
        name: "shape",
        title: "the answer is a valid Cart",
        topic: Topic::Lifecycle,
        proves: &[],
        advice: "answer with the members of the schema, and no others",
        judge: |carts, cart| carts.case().shape(&cart.answer, "cart#Cart"),
    },
    Rule {
        name: "currency",
        title: "the cart names its currency, chosen by the seller",
        topic: Topic::Lifecycle,
        proves: &["cart.create.currency-set"],
        advice: "set currency to an ISO 4217 code in every answer",
        judge: currency,
    },
    Rule {
        name: "json",
        title: "the cart comes as JSON and says so",
        topic: Topic::Lifecycle,
        proves: &["cart.http.json"],
        advice: "send Content-Type: application/json",
        judge: |carts, cart| carts.seller.json_content_type(&cart.answer),
    },
    Rule {
        name: "no-payment",
        title: "the cart has no payment data, handlers, capabilities, status or fulfilment choice",
        topic: Topic::Lifecycle,
        proves: &["cart.scope.no-payment"],
        advice: "leave what belongs to checkout out of carts",
        judge: no_payment,
    },
    Rule {
        name: "minor-units",
        title: "amounts are whole minor units",
        topic: Topic::Arithmetic,
        proves: &["cart.money.minor-units"],
        advice: "write amounts as integers: 1500 for 15.00 USD",
        judge: minor_units,
    },
    Rule {
        name: "totals",
        title: "totals holds the estimates, at least subtotal and total",
        topic: Topic::Arithmetic,
        proves: &["cart.totals.estimated"],
        advice: "estimate what can be estimated: items, subtotal and total are known without an address",
        judge: |carts, cart| {
            estimated(carts, cart);
            Ok(())
        },
    },
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for rule in RULES {
        for operation in Operation::ALL {
            let verb = operation.as_str();
            let check = row(
                rule.topic,
                &format!("{}-{verb}", rule.name),
                format!("{} ({verb})", rule.title),
                move |carts| async move {
                    let call = carts.call(operation).await?;
                    let answer = carts.send(call.request).await?;
                    let cart = carts.cart(&answer, operation.status())?;
                    (rule.judge)(&carts, &cart)
                },
            )
            .proves(rule.proves)
            .advice(rule.advice);
            checks.push(if rule.name == "shape" {
                check.proves_shapes(&["cart#Cart"])
            } else {
                check
            });
        }
    }
    checks
}

fn currency(carts: &Carts, cart: &Cart) -> Outcome {
    let currency = cart.json.get("currency").and_then(Value::as_str);
    carts.case().must(
        currency.is_some_and(|code| {
            code.len() == 3 && code.bytes().all(|one| one.is_ascii_alphabetic())
        }),
        &cart.answer,
        "every cart names an ISO 4217 currency",
        || format!("currency is {:?}", cart.json.get("currency")),
    )
}

/// Members of checkout that a cart does not have.
const OF_CHECKOUT: [&str; 13] = [
    "payment_data",
    "payment_provider",
    "payment_handlers",
    "payment",
    "handlers",
    "capabilities",
    "status",
    "fulfillment_options",
    "selected_fulfillment_options",
    "fulfillment_option_id",
    "fulfillment_groups",
    "order",
    "authentication_metadata",
];

fn no_payment(carts: &Carts, cart: &Cart) -> Outcome {
    let found: Vec<_> = OF_CHECKOUT
        .into_iter()
        .filter(|member| cart.json.get(member).is_some())
        .collect();
    carts.case().must(
        found.is_empty(),
        &cart.answer,
        "a cart has nothing of payment, negotiation, status or fulfilment choice",
        || found.join(", "),
    )
}

fn minor_units(carts: &Carts, cart: &Cart) -> Outcome {
    let mut broken = Vec::new();
    members(&cart.json, &mut |path, name, value| {
        let is_amount = AMOUNT_MEMBERS.contains(&name) && !value.is_object() && !value.is_array();
        if is_amount && !(value.is_i64() || value.is_u64()) {
            broken.push(format!("{path} is {value}"));
        }
    });
    carts.case().must(
        broken.is_empty(),
        &cart.answer,
        "every amount is an integer in minor units",
        || broken.join(", "),
    )
}

fn estimated(carts: &Carts, cart: &Cart) {
    let kinds: Vec<_> = cart
        .list("totals")
        .iter()
        .filter_map(|row| row.get("type")?.as_str())
        .collect();
    carts.case().should(
        kinds.contains(&"subtotal") && kinds.contains(&"total"),
        &cart.answer,
        "totals has the estimates that need no address: subtotal and total",
        || format!("totals has {kinds:?}"),
    );
}
