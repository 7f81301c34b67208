//! The names of extensions, and the versions in them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::{
    Check, Outcome, Stop, Topic,
    lanes::{
        documents::{list, text},
        extensions::shop::{
            DISCOUNT, ask, bare, declaration, declared, name, offers_discounts, plain, session,
            some_declared,
        },
        seller::{Seller, Session},
    },
};

/// The specification's own extensions.
const CORE: [&str; 9] = [
    "discount",
    "fulfillment",
    "loyalty",
    "subscription",
    "affiliate_attribution",
    "intent_trace",
    "intent_traces",
    "marketing_consent",
    "seller_backed_payment",
];

/// The newest version of the discount extension.
const NEWEST: &str = "2026-01-27";

/// The name with that version.
const VERSIONED: &str = "discount@2026-01-27";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "names-lower-case",
            "extension names are lower case",
            |seller| {
                each_name(seller, "an extension's name is lower case", |name| {
                    !name.is_empty() && !name.chars().any(char::is_uppercase)
                })
            },
        )
        .proves(&["extensions.identifiers.lower-case"])
        .advice("write names in lower case"),
        ask(
            Topic::Lifecycle,
            "names-unique",
            "no extension is listed twice",
            unique,
        )
        .proves(&["extensions.identifiers.unique"])
        .advice("list each active extension once, in one version"),
        ask(
            Topic::Lifecycle,
            "core-name",
            "what adds discounts to a session is called discount",
            core_name,
        )
        .proves(&["extensions.identifiers.core-simple"])
        .advice("call the specification's own extension by its simple name"),
        ask(
            Topic::Lifecycle,
            "third-party-names",
            "third-party extensions have reverse-domain names",
            third_party_names,
        )
        .proves(&["extensions.identifiers.reverse-domain"])
        .advice("name it com.example.name, after a domain of yours"),
        ask(
            Topic::Lifecycle,
            "third-party-schema",
            "third-party extensions give a schema address",
            |seller| give_schema(seller, true),
        )
        .proves(&["extensions.declaration.schema-third-party"])
        .advice("publish the JSON Schema and name it in schema"),
        ask(
            Topic::Lifecycle,
            "own-extension-schema",
            "a merchant's own extensions give a schema address",
            |seller| give_schema(seller, false),
        )
        .proves(&["extensions.declaration.schema-custom"])
        .advice("publish the JSON Schema and name it in schema"),
    ];
    checks.extend(versions());
    checks
}

fn versions() -> [Check; 2] {
    [
        ask(
            Topic::Versions,
            "extension-version-date",
            "an extension's version is a date after an @ in its name",
            version_date,
        )
        .proves(&["extensions.versioning.date"])
        .advice("write discount@2026-01-27; there is no member version"),
        ask(
            Topic::Versions,
            "extension-version-default",
            "a name without version stands for the newest stable version",
            default_is_latest,
        )
        .proves(&["extensions.versioning.default-latest"])
        .advice("serve the newest version to agents that name none"),
    ]
}

async fn each_name(seller: Seller, rule: &'static str, holds: fn(&str) -> bool) -> Outcome {
    let session = plain(&seller).await?;
    for one in some_declared(&session)? {
        seller
            .case()
            .must(name(one).is_some_and(holds), &session.answer, rule, || {
                one.to_string()
            })?;
    }
    Ok(())
}

async fn unique(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    let mut seen = BTreeSet::new();
    for one in some_declared(&session)? {
        let name = name(one).map(bare).unwrap_or_default();
        seller.case().must(
            seen.insert(name),
            &session.answer,
            "a name stands once in capabilities.extensions",
            || format!("{name} stands twice"),
        )?;
    }
    Ok(())
}

async fn core_name(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    some_declared(&session)?;
    let adds_discounts =
        |one: &&Value| list(one, "extends").contains(&json!("$.CheckoutSession.discounts"));
    let Some(own) = declared(&session)
        .iter()
        .find(|one| adds_discounts(one) || name(one).map(bare) == Some(DISCOUNT))
    else {
        return Err(Stop::NotApplicable(
            "not offered: no extension adds discounts".to_owned(),
        ));
    };
    seller.case().must(
        name(own).map(bare) == Some(DISCOUNT),
        &session.answer,
        "the extension that adds discounts is called discount",
        || own.to_string(),
    )
}

/// Whether a name is of a third party, by its form.
fn is_reverse_domain(name: &str) -> bool {
    bare(name).contains('.')
}

async fn third_party_names(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    let names = some_declared(&session)?.iter().filter_map(name);
    let foreign: Vec<_> = names.filter(|name| !CORE.contains(&bare(name))).collect();
    if foreign.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: an extension beyond the specification's own".to_owned(),
        ));
    }
    for name in foreign {
        seller.case().should(
            is_reverse_domain(name),
            &session.answer,
            "an extension beyond the specification's own has a reverse-domain name",
            || name.to_owned(),
        );
    }
    Ok(())
}

/// A merchant's own extension cannot be told from a third party's, but by a simple name: all of them
/// are asked for the one, those with a domain for the other.
async fn give_schema(seller: Seller, third_party: bool) -> Outcome {
    let session = plain(&seller).await?;
    let all = some_declared(&session)?.iter();
    let mut chosen: Vec<_> = all
        .filter(|one| !name(one).is_some_and(|name| CORE.contains(&bare(name))))
        .collect();
    chosen.retain(|one| !third_party || name(one).is_some_and(is_reverse_domain));
    if chosen.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: such an extension".to_owned(),
        ));
    }
    for one in chosen {
        seller.case().should(
            !text(one, "schema").is_empty(),
            &session.answer,
            "an extension beyond the specification's own gives a schema address",
            || one.to_string(),
        );
    }
    Ok(())
}

/// The sessions of an agent that names the version, and of one that does not.
async fn both(seller: &Seller) -> Outcome<[Session; 2]> {
    let unversioned = plain(seller).await?;
    offers_discounts(&unversioned)?;
    let versioned = session(seller, Some(json!([VERSIONED]))).await?;
    Ok([unversioned, versioned])
}

fn version_of(session: &Session) -> Option<&str> {
    let (_, version) = name(declaration(session, DISCOUNT)?)?.split_once('@')?;
    Some(version)
}

async fn version_date(seller: Seller) -> Outcome {
    let mut any = false;
    for session in both(&seller).await? {
        for one in declared(&session) {
            seller.case().must(
                one.get("version").is_none(),
                &session.answer,
                "the version of an extension is a part of its name",
                || one.to_string(),
            )?;
            let Some((_, version)) = name(one).and_then(|name| name.split_once('@')) else {
                continue;
            };
            any = true;
            let date = version.parse::<Date>();
            seller.case().must(
                date.is_ok_and(|date| date.to_string() == version),
                &session.answer,
                "the version of an extension is a date, YYYY-MM-DD",
                || version.to_owned(),
            )?;
        }
    }
    if any {
        Ok(())
    } else {
        Err(Stop::NotApplicable(
            "not offered: an extension with a version in its name".to_owned(),
        ))
    }
}

async fn default_is_latest(seller: Seller) -> Outcome {
    let [unversioned, versioned] = both(&seller).await?;
    let newest = version_of(&versioned).unwrap_or(NEWEST).max(NEWEST);
    let given = version_of(&unversioned);
    seller.case().must(
        given.is_none_or(|given| given >= newest),
        &unversioned.answer,
        "an agent that names no version gets the newest",
        || format!("{} before {newest}", given.unwrap_or_default()),
    )?;
    // Where both get the same version, they get the same declaration.
    let extends = |session: &Session| {
        declaration(session, DISCOUNT).and_then(|one| one.get("extends").cloned())
    };
    if declaration(&versioned, DISCOUNT).is_none() {
        return Ok(());
    }
    seller.case().must(
        extends(&unversioned) == extends(&versioned),
        &unversioned.answer,
        "a name without version stands for the newest version",
        || {
            format!(
                "{:?}, and with a version {:?}",
                extends(&unversioned),
                extends(&versioned)
            )
        },
    )
}
