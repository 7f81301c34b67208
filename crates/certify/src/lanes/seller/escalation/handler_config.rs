//! The configuration of payment handlers.

use serde_json::{Map, Value};

use super::{
    capabilities::SINCE_CAPABILITIES,
    handlers::{is_tokenized, offered},
};
use crate::{
    Check, Outcome, Stop, Topic,
    lanes::seller::{Seller, Session, rule::ask},
};

const CARD: &str = "dev.acp.tokenized.card";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = certain();
    for (name, member, requirement) in [
        (
            "config-merchant-display-name",
            "merchant_display_name",
            "handlers.config.merchant-display-name",
        ),
        (
            "config-delegate-id",
            "delegate_id",
            "handlers.config.delegate-id",
        ),
        (
            "config-delegate-display-name",
            "delegate_display_name",
            "handlers.config.delegate-display-name",
        ),
    ] {
        checks.push(
            ask(
                Topic::Escalation,
                name,
                format!("the config of a handler that delegates has {member}, where its schema allows it"),
                move |seller| recommended(seller, member),
            )
            .proves(&[requirement])
            .advice(format!("add {member} to the config")),
        );
    }
    checks
        .into_iter()
        .map(|check| check.versions(SINCE_CAPABILITIES))
        .collect()
}

fn certain() -> Vec<Check> {
    vec![
        ask(
            Topic::Escalation,
            "config-merchant-id",
            "config.merchant_id is there, not empty, and at most 256 characters long",
            merchant_id,
        )
        .proves(&["handlers.config.merchant-id"])
        .advice("name your account at the provider; the agent puts it into the allowance"),
        ask(
            Topic::Escalation,
            "config-psp",
            "config.psp is there and equals the handler's psp",
            psp,
        )
        .proves(&["handlers.config.psp"])
        .advice("write the same provider in both places"),
        ask(
            Topic::Escalation,
            "config-of-card-handler",
            "the config of a dev.acp.tokenized.card handler fits the schema that the RFC prints",
            card_config,
        )
        .proves(&[
            "handlers.config.card-schema",
            "handlers.declaration.config-schema-fits",
        ])
        .advice(
            "use the members and values of the RFC's config schema, section 10.4.1, and no other",
        ),
        ask(
            Topic::Escalation,
            "config-of-card-handler-names-brands",
            "the config of a card handler names at least one accepted brand",
            brands,
        )
        .proves(&["handlers.config.card-schema"])
        .advice("list the brands in accepted_brands"),
        ask(
            Topic::Escalation,
            "config-schema-is-an-address",
            "config_schema is an absolute address",
            config_schema,
        )
        .proves(&["handlers.declaration.config-schema-fits"])
        .advice("name the JSON Schema of the config"),
    ]
}

fn config_text<'a>(handler: &'a Value, member: &str) -> Option<&'a str> {
    Session::text(handler.get("config")?, member)
}

async fn merchant_id(seller: Seller) -> Outcome {
    let session = offered(&seller).await?;
    for handler in session.handlers() {
        let id = config_text(handler, "merchant_id");
        seller.case().must(
            id.is_some_and(|id| (1..=256).contains(&id.chars().count())),
            &session.answer,
            "config.merchant_id names the seller's account, in 1 to 256 characters",
            || handler.to_string(),
        )?;
    }
    Ok(())
}

async fn psp(seller: Seller) -> Outcome {
    let session = offered(&seller).await?;
    for handler in session.handlers() {
        let (inside, outside) = (config_text(handler, "psp"), Session::text(handler, "psp"));
        seller.case().must(
            inside.is_some() && inside == outside,
            &session.answer,
            "config.psp equals the handler's psp",
            || format!("{inside:?} and {outside:?}"),
        )?;
    }
    Ok(())
}

/// The configs of card handlers; not applicable when there is none.
fn card_configs(session: &Session) -> Outcome<Vec<&Map<String, Value>>> {
    let cards = session.handlers().iter();
    let configs: Vec<_> = cards
        .filter(|handler| Session::text(handler, "name") == Some(CARD))
        .filter_map(|handler| handler.get("config")?.as_object())
        .collect();
    if configs.is_empty() {
        return Err(Stop::NotApplicable(format!("not offered: {CARD}")));
    }
    Ok(configs)
}

const BRANDS: [&str; 7] = [
    "visa",
    "mastercard",
    "amex",
    "discover",
    "diners",
    "jcb",
    "unionpay",
];
const FUNDING: [&str; 3] = ["credit", "debit", "prepaid"];
const ENVIRONMENTS: [&str; 2] = ["sandbox", "production"];

/// Whether a value is a list without repetitions of texts out of `allowed`.
fn list_of(value: &Value, allowed: &[&str]) -> bool {
    let Some(list) = value.as_array() else {
        return false;
    };
    let mut texts: Vec<_> = list.iter().filter_map(Value::as_str).collect();
    let all = texts.iter().all(|text| allowed.contains(text));
    texts.sort_unstable();
    texts.dedup();
    all && texts.len() == list.len()
}

/// Whether a member of the RFC's config schema has an allowed value; other members are not allowed.
fn card_member(name: &str, value: &Value) -> bool {
    match name {
        "merchant_id" => value.as_str().is_some_and(|id| id.chars().count() <= 256),
        "psp" => value.as_str().is_some_and(|psp| !psp.is_empty()),
        "accepted_brands" => list_of(value, &BRANDS) && value != &Value::Array(Vec::new()),
        "accepted_funding_types" => list_of(value, &FUNDING),
        "supports_3ds" => value.is_boolean(),
        // The two documents disagree on the form of a version: 2.2 and 2.2.0 both pass.
        "3ds_versions" => value.as_array().is_some_and(|list| {
            list.iter()
                .all(|one| one.as_str().is_some_and(|text| text.starts_with("2.")))
        }),
        "environment" => value
            .as_str()
            .is_some_and(|one| ENVIRONMENTS.contains(&one)),
        _ => false,
    }
}

async fn card_config(seller: Seller) -> Outcome {
    let session = offered(&seller).await?;
    for config in card_configs(&session)? {
        for required in ["merchant_id", "psp", "accepted_brands"] {
            seller.case().must(
                config.contains_key(required),
                &session.answer,
                "a card config has merchant_id, psp and accepted_brands",
                || format!("{required} is missing"),
            )?;
        }
        for (name, value) in config {
            seller.case().must(
                card_member(name, value),
                &session.answer,
                "a card config has only members and values of the RFC's schema",
                || format!("{name}: {value}"),
            )?;
        }
    }
    Ok(())
}

async fn brands(seller: Seller) -> Outcome {
    let session = offered(&seller).await?;
    for config in card_configs(&session)? {
        let brands = config.get("accepted_brands").and_then(Value::as_array);
        seller.case().must(
            brands.is_some_and(|brands| {
                brands
                    .iter()
                    .any(|brand| brand.as_str().is_some_and(|one| BRANDS.contains(&one)))
            }),
            &session.answer,
            "accepted_brands names at least one brand of the RFC",
            || format!("{brands:?}"),
        )?;
    }
    Ok(())
}

async fn config_schema(seller: Seller) -> Outcome {
    let session = offered(&seller).await?;
    for handler in session.handlers() {
        let schema = Session::text(handler, "config_schema");
        let address = schema.and_then(|text| url::Url::parse(text).ok());
        seller.case().must(
            address.is_some_and(|url| url.host().is_some()),
            &session.answer,
            "config_schema is an absolute address",
            || handler.to_string(),
        )?;
    }
    Ok(())
}

async fn recommended(seller: Seller, member: &'static str) -> Outcome {
    let session = offered(&seller).await?;
    // The closed schema of card handlers forbids the members that the text recommends, and
    // seller-backed handlers have a text of their own.
    let mut open = session
        .handlers()
        .iter()
        .filter(|handler| {
            let name = Session::text(handler, "name").unwrap_or_default();
            handler.get("requires_delegate_payment") == Some(&Value::Bool(true))
                && name != CARD
                && !name.starts_with("dev.acp.seller_backed.")
        })
        .peekable();
    if open.peek().is_none() {
        let cards = session.handlers().iter().any(is_tokenized);
        return Err(Stop::NotApplicable(if cards {
            format!("the printed schema of {CARD} forbids {member}")
        } else {
            "not offered: a handler that delegates".to_owned()
        }));
    }
    for handler in open {
        seller.case().should(
            config_text(handler, member).is_some_and(|text| !text.is_empty()),
            &session.answer,
            "the config of a handler that delegates names seller and agent",
            || format!("no {member} in {handler}"),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Members and values of the printed schema pass, others do not.
    #[test]
    fn card_members_follow_the_rfc() {
        for (name, value) in [
            ("accepted_brands", json!(["visa", "amex"])),
            ("accepted_funding_types", json!([])),
            ("supports_3ds", json!(true)),
            ("3ds_versions", json!(["2.2", "2.3.1"])),
            ("environment", json!("sandbox")),
        ] {
            assert!(card_member(name, &value), "{name}");
        }
        for (name, value) in [
            ("accepted_brands", json!([])),
            ("accepted_brands", json!(["visa", "visa"])),
            ("accepted_brands", json!(["maestro"])),
            ("environment", json!("simulated")),
            ("delegate_id", json!("agent")),
            ("psp", json!("")),
        ] {
            assert!(!card_member(name, &value), "{name} {value}");
        }
    }
}
