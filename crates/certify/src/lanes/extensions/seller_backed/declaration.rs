//! How the handlers are declared.

use serde_json::Value;

use super::{
    super::{
        super::{
            documents::{list, text},
            seller::{Seller, Session},
        },
        offered::Place,
    },
    KNOWN, PREFIX, backed, balance, check, kind, member, of_kind, session_of,
};
use crate::{Answer, Case, Check, Outcome, Stop, Topic};

/// What every declaration must be.
#[derive(Clone, Copy)]
struct Rule {
    name: &'static str,
    title: &'static str,
    proves: &'static str,
    holds: fn(&Value) -> bool,
    advised: bool,
}

const RULES: [Rule; 5] = [
    Rule {
        name: "delegation",
        title: "requires_delegate_payment of a seller-backed handler is true",
        proves: "seller-backed.declaration.delegate-true",
        holds: delegates,
        advised: false,
    },
    Rule {
        name: "pci",
        title: "requires_pci_compliance of a seller-backed handler is false",
        proves: "seller-backed.declaration.pci-false",
        holds: without_pci,
        advised: false,
    },
    Rule {
        name: "psp",
        title: "psp of a seller-backed handler should be seller_managed",
        proves: "seller-backed.declaration.psp-seller-managed",
        holds: |handler| text(handler, "psp") == "seller_managed",
        advised: true,
    },
    Rule {
        name: "name",
        title: "a seller-backed handler is named dev.acp.seller_backed. and a type",
        proves: "seller-backed.declaration.name",
        holds: |handler| {
            let kind = kind(handler).as_bytes();
            let fits =
                |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
            !kind.is_empty() && kind.iter().all(fits)
        },
        advised: false,
    },
    Rule {
        name: "config",
        title: "config of a seller-backed handler has merchant_id, psp and display_name",
        proves: "seller-backed.declaration.config-common",
        holds: |handler| {
            texts(handler, "merchant_id", 256)
                && texts(handler, "psp", usize::MAX)
                && texts(handler, "display_name", 128)
        },
        advised: false,
    },
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = Place::ALL
        .into_iter()
        .map(|(place, word)| {
            let title = format!("{word} answers with the shop's own handlers beside the others");
            check(
                Topic::Lifecycle,
                &format!("place-{word}"),
                title,
                move |seller| placed(seller, place),
            )
            .proves(&["seller-backed.declaration.place"])
            .proves_shapes(&["checkout#PaymentHandler"])
            .advice("declare them in capabilities.payment.handlers, each with its own id")
        })
        .collect();
    checks.extend(RULES.map(|rule| {
        check(Topic::Lifecycle, rule.name, rule.title, move |seller| {
            judged(seller, rule)
        })
        .proves(&[rule.proves])
    }));
    checks.extend([
        check(
            Topic::Lifecycle,
            "own-type",
            "a seller-backed handler of the shop's own type follows the rules of the others",
            own_type,
        )
        .proves(&["seller-backed.declaration.custom-type-same-rules"]),
        check(
            Topic::Lifecycle,
            "saved-config",
            "a saved_card names its payment_method_id, a known brand and four digits",
            saved_config,
        )
        .proves(&["seller-backed.saved-card.config"]),
        check(
            Topic::Lifecycle,
            "gift-fields",
            "a gift_card lists required_fields with name, label, type and required",
            gift_fields,
        )
        .proves(&["seller-backed.gift-card.required-fields"]),
        check(
            Topic::Lifecycle,
            "credit-balance",
            "the balance of a store_credit is a whole number of minor units, its currency lower case",
            credit_balance,
        )
        .proves(&["seller-backed.store-credit.balance-minor-units"]),
    ]);
    checks
}

fn delegates(handler: &Value) -> bool {
    handler.get("requires_delegate_payment") == Some(&Value::Bool(true))
}

fn without_pci(handler: &Value) -> bool {
    handler.get("requires_pci_compliance") == Some(&Value::Bool(false))
}

/// Whether a member of the config is a text of 1 to `longest` characters.
fn texts(handler: &Value, member: &str, longest: usize) -> bool {
    let value = handler.get("config").and_then(|config| config.get(member));
    let count = value
        .and_then(Value::as_str)
        .map(|text| text.chars().count());
    count.is_some_and(|count| (1..=longest).contains(&count))
}

/// The member's session and its handlers; not applicable when it has none.
async fn declared(seller: &Seller) -> Outcome<(Session, Vec<Value>)> {
    let session = session_of(seller, Some(&member(seller))).await?;
    let handlers: Vec<_> = backed(&session).cloned().collect();
    if handlers.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: a seller-backed handler to this buyer; set seller.backed.buyer"
                .to_owned(),
        ));
    }
    Ok((session, handlers))
}

/// Every handler fulfils a rule.
fn all_hold(
    case: &Case,
    answer: &Answer,
    handlers: &[Value],
    rule: &str,
    holds: impl Fn(&Value) -> bool,
) -> Outcome {
    let wrong = handlers.iter().find(|handler| !holds(handler));
    let found = || wrong.map(Value::to_string).unwrap_or_default();
    case.must(wrong.is_none(), answer, rule, found)
}

async fn placed(seller: Seller, place: Place) -> Outcome {
    let created = session_of(&seller, Some(&member(&seller))).await?;
    let session = place.of(&seller, created).await?;
    let case = seller.case();
    let answer = &session.answer;
    case.must(
        backed(&session).next().is_some(),
        answer,
        "a shop with seller-backed handlers declares them in capabilities.payment.handlers",
        || {
            let names = session.handlers().iter();
            let names: Vec<_> = names.map(|handler| text(handler, "name")).collect();
            format!("the handlers are {}", names.join(", "))
        },
    )?;
    for handler in backed(&session) {
        case.document(handler, answer, "checkout#PaymentHandler")?;
    }
    let mut ids: Vec<_> = session
        .handlers()
        .iter()
        .map(|one| text(one, "id"))
        .collect();
    ids.sort_unstable();
    let twice = ids.windows(2).any(|pair| pair.first() == pair.last());
    let unnamed = ids.iter().any(|id| id.is_empty());
    case.must(
        !twice && !unnamed,
        answer,
        "each handler of a session has an id of its own",
        || ids.join(", "),
    )
}

async fn judged(seller: Seller, rule: Rule) -> Outcome {
    let (session, handlers) = declared(&seller).await?;
    let case = seller.case();
    if rule.advised {
        let wrong = handlers.iter().find(|handler| !(rule.holds)(handler));
        case.should(wrong.is_none(), &session.answer, rule.title, || {
            wrong.map(Value::to_string).unwrap_or_default()
        });
        return Ok(());
    }
    all_hold(case, &session.answer, &handlers, rule.title, rule.holds)
}

async fn own_type(seller: Seller) -> Outcome {
    let (session, mut handlers) = declared(&seller).await?;
    handlers.retain(|handler| !KNOWN.contains(&kind(handler)) && !kind(handler).is_empty());
    let Some(handler) = handlers.first() else {
        return Err(Stop::NotApplicable(format!(
            "not offered: a type of the shop's own below {PREFIX}"
        )));
    };
    let rule = "an own type needs delegation and no PCI compliance, and has the common config";
    all_hold(seller.case(), &session.answer, &handlers, rule, |handler| {
        let fulfils = |rule: &Rule| rule.advised || (rule.holds)(handler);
        RULES.iter().all(fulfils)
    })?;
    if seller.confirm_test_mode().is_err() {
        return Ok(());
    }
    super::pay::tokenless(&seller, handler).await?;
    super::pay::pays(&seller, handler, Value::Null).await
}

async fn saved_config(seller: Seller) -> Outcome {
    let session = session_of(&seller, Some(&member(&seller))).await?;
    let handlers = of_kind(&session, "saved_card")?;
    let rule = "a saved_card has payment_method_id, and of brand and last4 only good ones";
    all_hold(seller.case(), &session.answer, &handlers, rule, |handler| {
        let shown = |member: &str| handler.pointer(&format!("/config/display_metadata/{member}"));
        let brand = shown("brand").is_none_or(|brand| {
            let brand = brand.as_str().unwrap_or_default();
            matches!(brand, "visa" | "mastercard" | "amex" | "discover")
        });
        let last4 = shown("last4").is_none_or(|last4| {
            let digits = last4.as_str().unwrap_or_default().as_bytes();
            digits.len() == 4 && digits.iter().all(u8::is_ascii_digit)
        });
        let able = handler.pointer("/config/supports_3ds");
        texts(handler, "payment_method_id", usize::MAX)
            && brand
            && last4
            && able.is_none_or(Value::is_boolean)
    })
}

async fn gift_fields(seller: Seller) -> Outcome {
    let session = session_of(&seller, Some(&member(&seller))).await?;
    let handlers = of_kind(&session, "gift_card")?;
    let rule = "required_fields lists what to enter, each with name, label, type and required";
    let good = |field: &Value| {
        let says = |member| !text(field, member).is_empty();
        says("name")
            && says("label")
            && matches!(text(field, "type"), "text" | "number")
            && field.get("required").is_some_and(Value::is_boolean)
            && ["pattern", "placeholder", "description"]
                .iter()
                .all(|member| field.get(member).is_none_or(Value::is_string))
            && field.get("secure").is_none_or(Value::is_boolean)
    };
    all_hold(seller.case(), &session.answer, &handlers, rule, |handler| {
        let config = handler.get("config").unwrap_or(&Value::Null);
        let fields = list(config, "required_fields");
        !fields.is_empty() && fields.iter().all(good)
    })
}

async fn credit_balance(seller: Seller) -> Outcome {
    let session = session_of(&seller, Some(&member(&seller))).await?;
    let handlers = of_kind(&session, "store_credit")?;
    let shown = |handler: &Value, member: &str| {
        let pointer = format!("/config/display_metadata/{member}");
        handler.pointer(&pointer).cloned()
    };
    if handlers.iter().all(|one| shown(one, "balance").is_none()) {
        return Err(Stop::NotApplicable(
            "not offered: a balance in display_metadata of store_credit".to_owned(),
        ));
    }
    let total = session.total("total").unwrap_or_default();
    let rule = "a balance is a whole number of minor units that covers the total, and its currency \
                three small letters";
    all_hold(seller.case(), &session.answer, &handlers, rule, |handler| {
        let whole = shown(handler, "balance").is_none()
            || balance(handler).is_some_and(|balance| balance >= total);
        let currency = shown(handler, "currency").is_none_or(|currency| {
            let letters = currency.as_str().unwrap_or_default().as_bytes();
            letters.len() == 3 && letters.iter().all(u8::is_ascii_lowercase)
        });
        whole && currency
    })
}
