//! Currencies, languages, extensions and interventions.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Discovery, check, client::texts};
use crate::{Case, Check, Outcome, SpecVersion, Stop, Topic};

const CURRENCIES: &str = "/capabilities/supported_currencies";
const LOCALES: &str = "/capabilities/supported_locales";
const EXTENSIONS: &str = "/capabilities/extensions";
const INTERVENTIONS: &str = "/capabilities/intervention_types";

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = money_and_words();
    checks.extend(features());
    checks
}

fn money_and_words() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "currencies-listed",
            "a seller that knows its currencies lists them",
            currencies_listed,
        )
        .proves(&["discovery.capabilities.currencies"]),
        check(
            Topic::Lifecycle,
            "currencies-form",
            "currencies are lower-case ISO 4217 codes, each once",
            currencies_form,
        ),
        check(
            Topic::Lifecycle,
            "currencies-work",
            "a session in each listed currency can be created",
            currencies_work,
        )
        .proves(&["discovery.capabilities.currencies-true"])
        .advice("list the currencies in which sessions are created"),
        check(
            Topic::Lifecycle,
            "locales-listed",
            "a seller that knows its languages lists them",
            locales_listed,
        )
        .proves(&["discovery.capabilities.locales"]),
        check(
            Topic::Lifecycle,
            "locales-form",
            "locales are BCP 47 tags, each once",
            locales_form,
        ),
    ]
}

fn features() -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "interventions-listed",
            "a seller that handles interventions lists intervention_types",
            interventions_listed,
        )
        .proves(&["discovery.capabilities.interventions"]),
        check(
            Topic::Lifecycle,
            "interventions-form",
            "intervention types are known, each once",
            interventions_form,
        ),
        check(
            Topic::Lifecycle,
            "extensions-listed",
            "a seller with extensions lists them",
            extensions_listed,
        )
        .proves(&["discovery.capabilities.extensions"]),
        check(
            Topic::Lifecycle,
            "extensions-names",
            "extensions have names, each once",
            extensions_names,
        ),
        check(
            Topic::Lifecycle,
            "extensions-work",
            "each listed extension can be negotiated in a session",
            extensions_work,
        )
        .proves(&["discovery.capabilities.extensions-true"])
        .advice("list an extension under the name that sessions use"),
    ]
}

async fn currencies_listed(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (answer, document) = discovery.document().await?;
    let list = texts(&document, CURRENCIES);
    let own = &discovery.target().currency;
    case.should(
        list.contains(&own.as_str()),
        &answer,
        "supported_currencies lists the currencies of the seller's items",
        || format!("items are in {own}, listed {list:?}"),
    );
    Ok(())
}

fn each_once(list: &[&str]) -> bool {
    (1..list.len()).all(|place| {
        let (before, rest) = list.split_at(place);
        rest.first().is_none_or(|one| !before.contains(one))
    })
}

async fn currencies_form(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let list = texts(&document, CURRENCIES);
    let code = |text: &&str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    case.must(
        list.iter().all(code) && each_once(&list),
        &answer,
        "currencies are three lower-case letters, each once",
        || format!("{list:?}"),
    )
}

/// A create with one member of the body replaced.
async fn create_with(
    discovery: &Discovery,
    case: &Case,
    member: &str,
    value: Value,
) -> Outcome<crate::Answer> {
    let (answer, _) = discovery.document().await?;
    let base = discovery.base_url(&answer)?;
    let mut body = discovery.create_body(case.version())?;
    if let Some(members) = body.as_object_mut() {
        members.insert(member.to_owned(), value);
    }
    discovery
        .post(&base, "/checkout_sessions", case.version().as_str(), &body)
        .await
}

async fn currencies_work(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, document) = discovery.document().await?;
    let list = texts(&document, CURRENCIES);
    if list.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: no supported_currencies".to_owned(),
        ));
    }
    for currency in list {
        let answer = create_with(&discovery, &case, "currency", json!(currency)).await?;
        let got = answer.text("/currency").unwrap_or_default().to_lowercase();
        case.must_also(
            answer.is_success() && got == currency,
            &answer,
            "a session in each listed currency can be created",
            || format!("{currency}: {} {}", answer.status, case.excerpt(&answer)),
        );
    }
    Ok(())
}

async fn locales_listed(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    case.should(
        !texts(&document, LOCALES).is_empty(),
        &answer,
        "a seller that knows its languages lists supported_locales",
        || "supported_locales is missing or empty".to_owned(),
    );
    Ok(())
}

async fn locales_form(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let list = texts(&document, LOCALES);
    let subtag = |text: &str| {
        (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let tag = |text: &&str| {
        let language = text.split('-').next().unwrap_or_default();
        (2..=8).contains(&language.len())
            && language.bytes().all(|byte| byte.is_ascii_alphabetic())
            && text.split('-').all(subtag)
    };
    case.must(
        list.iter().all(tag) && each_once(&list),
        &answer,
        "locales are BCP 47 tags such as en or fr-FR, each once",
        || format!("{list:?}"),
    )
}

async fn interventions_listed(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (document, json) = discovery.document().await?;
    let capabilities =
        json!({ "interventions": { "supported": ["3ds", "biometric", "address_verification"] } });
    let answer = create_with(&discovery, &case, "capabilities", capabilities).await?;
    let body = answer.json.clone().unwrap_or_default();
    let listed = texts(&json, INTERVENTIONS);
    for used in texts(&body, "/capabilities/interventions/supported") {
        case.should(
            listed.contains(&used),
            &document,
            "interventions that sessions support are listed",
            || format!("a session supports {used}, listed {listed:?}"),
        );
    }
    Ok(())
}

async fn interventions_form(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let list = texts(&document, INTERVENTIONS);
    let known = |text: &&str| ["3ds", "biometric", "address_verification"].contains(text);
    case.must(
        list.iter().all(known) && each_once(&list),
        &answer,
        "intervention types are 3ds, biometric and address_verification, each once",
        || format!("{list:?}"),
    )
}

/// Names of the extensions in the document.
fn extension_names(document: &Value) -> Vec<&str> {
    let list = document.pointer(EXTENSIONS).and_then(Value::as_array);
    let names = list.into_iter().flatten().map(|one| one.get("name"));
    names
        .map(|name| name.and_then(Value::as_str).unwrap_or_default())
        .collect()
}

/// Names without a version behind `@`.
fn bare(name: &str) -> &str {
    name.split('@').next().unwrap_or(name)
}

/// Names of the extensions that a session says are active.
fn active(body: &Value) -> Vec<&str> {
    let list = body
        .pointer("/capabilities/extensions")
        .and_then(Value::as_array);
    let names = list
        .into_iter()
        .flatten()
        .map(|one| one.get("name").unwrap_or(one));
    names.filter_map(Value::as_str).map(bare).collect()
}

async fn extensions_listed(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (document, json) = discovery.document().await?;
    let asked = json!({ "extensions": ["discount", "affiliate_attribution", "intent_traces", "marketing_consent", "fulfillment"] });
    let answer = create_with(&discovery, &case, "capabilities", asked).await?;
    let body = answer.json.clone().unwrap_or_default();
    let listed: Vec<_> = extension_names(&json).into_iter().map(bare).collect();
    for used in active(&body) {
        case.should(
            listed.contains(&used),
            &document,
            "extensions that sessions activate are listed",
            || format!("a session activates {used}, listed {listed:?}"),
        );
    }
    Ok(())
}

async fn extensions_names(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let names = extension_names(&document);
    case.must(
        names.iter().all(|name| !name.is_empty()) && each_once(&names),
        &answer,
        "every extension has a name of its own",
        || format!("{names:?}"),
    )
}

async fn extensions_work(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, document) = discovery.document().await?;
    let names = extension_names(&document);
    if names.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: no extensions are listed".to_owned(),
        ));
    }
    for name in names {
        let asked = json!({ "extensions": [bare(name)] });
        let answer = create_with(&discovery, &case, "capabilities", asked).await?;
        let body = answer.json.clone().unwrap_or_default();
        case.must_also(
            answer.is_success() && active(&body).contains(&bare(name)),
            &answer,
            "each listed extension can be negotiated in a session",
            || {
                format!(
                    "{name}: {} {:?}",
                    answer.status,
                    body.pointer("/capabilities/extensions")
                )
            },
        );
    }
    Ok(())
}
