//! Which extensions are active in a session.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, Stop, Topic,
    lanes::{
        documents::list,
        extensions::{
            framework::declarations::parts,
            shop::{
                DISCOUNT, ask, bare, declaration, declared, discounted, name, plain, session,
                unknown_code,
            },
        },
        seller::{Seller, Session},
    },
    schema,
};

/// Names that no shop has.
const UNKNOWN: [&str; 3] = [
    "com.example.certify-unknown",
    "certify_no_such_extension",
    "com.example.certify-unknown-versioned@2026-01-27",
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Lifecycle,
            "declared-extension-activated",
            "an extension that the agent declares and the shop has is active",
            activated,
        )
        .proves(&["extensions.negotiation.activated"])
        .advice("list every extension that both sides have"),
        ask(
            Topic::Lifecycle,
            "active-list-is-truth",
            "extension fields appear only for extensions listed as active",
            |seller| async move { only_listed(&seller, &plain(&seller).await?) },
        )
        .proves(&["extensions.negotiation.active-is-truth"])
        .advice("list the extension, or leave its fields out"),
        ask(
            Topic::Lifecycle,
            "active-list-is-truth-undeclared",
            "extension fields appear only for extensions listed as active, when the agent declared none",
            |seller| async move { only_listed(&seller, &session(&seller, None).await?) },
        )
        .proves(&["extensions.negotiation.active-is-truth"])
        .advice("list the extension, or leave its fields out"),
        ask(
            Topic::Lifecycle,
            "active-list-is-truth-in-use",
            "extension fields appear only for extensions listed as active, when codes were sent",
            |seller| async move {
                let session = discounted(&seller, &[&unknown_code(&seller)?]).await?;
                only_listed(&seller, &session)
            },
        )
        .proves(&["extensions.negotiation.active-is-truth"])
        .advice("list the extension, or leave its fields out"),
        ask(
            Topic::Lifecycle,
            "no-extensions-omitted",
            "without active extensions capabilities.extensions is left out",
            none_omitted,
        )
        .proves(&["extensions.negotiation.none-omitted"])
        .advice("leave the member out; do not write null or an empty list"),
        ask(
            Topic::Lifecycle,
            "extensions-optional",
            "a create without capabilities.extensions is accepted",
            |seller| async move { session(&seller, None).await.map(drop) },
        )
        .proves(&["extensions.negotiation.optional-in-request"])
        .advice("take a request that says nothing of extensions"),
    ];
    checks.extend(unknown());
    checks
}

fn unknown() -> [Check; 2] {
    [
        ask(
            Topic::Lifecycle,
            "unknown-extensions-ignored",
            "unknown extension names are not refused and not echoed as active",
            |seller| unknown_ignored(seller, json!(UNKNOWN)),
        )
        .proves(&["extensions.negotiation.unknown-names-ignored"])
        .advice("pass over names that you do not know"),
        ask(
            Topic::Lifecycle,
            "unknown-extension-among-known",
            "an unknown extension name beside a known one is passed over",
            |seller| unknown_ignored(seller, json!([UNKNOWN[0], DISCOUNT, UNKNOWN[1]])),
        )
        .proves(&["extensions.negotiation.unknown-names-ignored"])
        .advice("pass over names that you do not know"),
    ]
}

/// That the shop has the extension is known from a session that lists it without being asked, from
/// codes that work, or from the configuration.
async fn activated(seller: Seller) -> Outcome {
    let silent = session(&seller, None).await?;
    let asked = plain(&seller).await?;
    let active = declaration(&asked, DISCOUNT).is_some();
    let has = active
        || declaration(&silent, DISCOUNT).is_some()
        || silent.json.get("discounts").is_some()
        || seller.target().offers("discounts");
    if !has {
        return Err(Stop::NotApplicable(
            "not offered: the extension discount".to_owned(),
        ));
    }
    seller.case().should(
        active,
        &asked.answer,
        "discount, which the agent declared and the shop has, is active",
        || {
            let capabilities = asked.json.get("capabilities").unwrap_or(&Value::Null);
            capabilities["extensions"].to_string()
        },
    );
    Ok(())
}

/// Members of a session beyond the core: `discounts`, and whatever the schema does not know.
fn extension_fields(seller: &Seller, session: &Session) -> Vec<String> {
    let documents = schema::documents(seller.case().version());
    let core = documents
        .and_then(|all| all.get("checkout"))
        .and_then(|all| all.pointer("/$defs/CheckoutSessionBase/properties"))
        .and_then(Value::as_object);
    let members = session.json.as_object().into_iter().flatten();
    members
        .map(|(name, _)| name)
        .filter(|name| *name == "discounts" || core.is_none_or(|core| !core.contains_key(*name)))
        .cloned()
        .collect()
}

fn only_listed(seller: &Seller, session: &Session) -> Outcome {
    let fields = extension_fields(seller, session);
    let claimed = |field: &str| {
        declared(session).iter().any(|one| {
            let own = name(one).map(bare) == Some(DISCOUNT) && field == "discounts";
            let mut targets = list(one, "extends").iter().filter_map(Value::as_str);
            own || targets.any(|target| {
                parts(target).is_some_and(|(schema, name)| {
                    schema.starts_with("CheckoutSession") && name.split('.').next() == Some(field)
                })
            })
        })
    };
    if fields.is_empty() && declared(session).is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: no session has an extension".to_owned(),
        ));
    }
    for field in fields {
        seller.case().must(
            claimed(&field),
            &session.answer,
            "a member that an extension adds belongs to an extension listed as active",
            || format!("{field} belongs to none"),
        )?;
    }
    Ok(())
}

async fn none_omitted(seller: Seller) -> Outcome {
    for asked in [None, Some(json!([])), Some(json!([UNKNOWN[0]]))] {
        let session = session(&seller, asked.clone()).await?;
        let listed = session.json.pointer("/capabilities/extensions");
        let filled = |list: &Value| list.as_array().is_some_and(|list| !list.is_empty());
        seller.case().must(
            listed.is_none_or(filled),
            &session.answer,
            "capabilities.extensions lists something, or is not there",
            || {
                let listed = listed.unwrap_or(&Value::Null);
                format!("{listed}, for an agent that says {asked:?}")
            },
        )?;
    }
    Ok(())
}

async fn unknown_ignored(seller: Seller, asked: Value) -> Outcome {
    let session = session(&seller, Some(asked)).await?;
    let echoed: Vec<_> = declared(&session)
        .iter()
        .filter_map(name)
        .filter(|name| UNKNOWN.iter().any(|one| bare(one) == bare(name)))
        .collect();
    seller.case().must(
        echoed.is_empty(),
        &session.answer,
        "an unknown extension is not listed as active",
        || echoed.join(", "),
    )
}
