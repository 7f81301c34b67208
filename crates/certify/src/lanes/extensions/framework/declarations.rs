//! The declarations in capabilities.extensions of answers.

use serde_json::{Map, Value, json};

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic,
    lanes::{
        documents::list,
        extensions::shop::{
            DISCOUNT, ask, declaration, declared, discounted, name, offers_discounts, plain,
            some_declared, unknown_code,
        },
        seller::{Seller, Session},
    },
    schema,
};

/// Schemas that the specification names as targets, beside those of the schema files.
const NAMED: [&str; 5] = [
    "CheckoutSessionCreateRequest",
    "CheckoutSessionUpdateRequest",
    "CheckoutSessionCompleteRequest",
    "CheckoutSession",
    "CheckoutSessionResponse",
];

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "declared-as-objects",
            "active extensions are objects with a name",
            |seller| async move { objects(&seller, &plain(&seller).await?) },
        )
        .proves(&["extensions.response.objects"])
        .advice("write { \"name\": \"discount\" }, not \"discount\""),
        ask(
            Topic::Lifecycle,
            "declared-as-objects-on-retrieve",
            "active extensions are objects with a name on retrieve",
            |seller| async move {
                let session = plain(&seller).await?;
                objects(&seller, &seller.read(&session.id).await?)
            },
        )
        .proves(&["extensions.response.objects"])
        .advice("write { \"name\": \"discount\" }, not \"discount\""),
        ask(
            Topic::Lifecycle,
            "declarations-shape",
            "capabilities.extensions fits the schema of active extensions",
            shape,
        )
        .proves(&["extensions.response.objects"])
        .proves_shapes(&[
            "extension#response_extensions",
            "checkout#ExtensionDeclaration",
        ])
        .advice("a declaration has name, and may have extends, schema and spec, nothing else"),
        ask(
            Topic::Lifecycle,
            "declarations-metadata",
            "a declaration can be read as the metadata of an extension",
            metadata,
        )
        .proves(&["extensions.response.objects"])
        .proves_shapes(&["extension#extension_metadata"])
        .advice("name, extends, schema and spec mean the same in a registry of extensions"),
        ask(
            Topic::Lifecycle,
            "extends-paths",
            "entries of extends read $.<SchemaName>.<fieldName>",
            extends_paths,
        )
        .proves(&["extensions.declaration.extends-jsonpath"])
        .advice("write $.CheckoutSession.discounts"),
        ask(
            Topic::Lifecycle,
            "extends-known-schemas",
            "extends names schemas of the checkout API",
            extends_known,
        )
        .proves(&["extensions.declaration.extends-known-schema"])
        .advice(
            "name CheckoutSession, CheckoutSessionCreateRequest or another schema of the version",
        ),
        ask(
            Topic::Lifecycle,
            "extends-fields-in-use",
            "a field declared under $.CheckoutSession is there once it is in use",
            fields_in_use,
        )
        .proves(&["extensions.declaration.extends-fields-true"])
        .advice("answer the field where extends says, or take the entry out"),
    ]
}

fn objects(seller: &Seller, session: &Session) -> Outcome {
    for one in some_declared(session)? {
        seller.case().must(
            one.is_object() && name(one).is_some_and(|name| !name.is_empty()),
            &session.answer,
            "each entry of capabilities.extensions is an object with a name",
            || one.to_string(),
        )?;
    }
    Ok(())
}

async fn shape(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    let all = Value::from(some_declared(&session)?);
    let case = seller.case();
    case.document(&all, &session.answer, "extension#response_extensions")?;
    for one in declared(&session) {
        case.document(one, &session.answer, "checkout#ExtensionDeclaration")?;
    }
    Ok(())
}

/// The metadata of an extension have an id where a declaration has a name.
async fn metadata(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    for one in some_declared(&session)? {
        let mut document: Map<String, Value> = one.as_object().cloned().unwrap_or_default();
        document.insert("id".to_owned(), json!(name(one)));
        let document = Value::Object(document);
        seller
            .case()
            .document(&document, &session.answer, "extension#extension_metadata")?;
    }
    Ok(())
}

/// Every entry of extends, with the name of its extension.
pub(super) fn targets(session: &Session) -> Outcome<Vec<(&str, &Value)>> {
    let mut all = Vec::new();
    for one in some_declared(session)? {
        let targets = list(one, "extends").iter();
        all.extend(targets.map(|target| (name(one).unwrap_or_default(), target)));
    }
    if all.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: no extension says what it extends".to_owned(),
        ));
    }
    Ok(all)
}

/// Schema and field of a target.
pub(super) fn parts(target: &str) -> Option<(&str, &str)> {
    let (schema, field) = target.strip_prefix("$.")?.split_once('.')?;
    let word = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text
                .chars()
                .all(|next| next.is_ascii_alphanumeric() || next == '_')
    };
    (word(schema) && field.split('.').all(word)).then_some((schema, field))
}

async fn extends_paths(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    for (name, target) in targets(&session)? {
        seller.case().must(
            target.as_str().and_then(parts).is_some(),
            &session.answer,
            "an entry of extends reads $.<SchemaName>.<fieldName>",
            || format!("{name}: {target}"),
        )?;
    }
    Ok(())
}

/// The names of every schema of a version.
fn schema_names(version: SpecVersion) -> Vec<&'static str> {
    let documents = schema::documents(version)
        .into_iter()
        .flat_map(|all| all.values());
    let definitions = documents.filter_map(|one| one.get("$defs")?.as_object());
    definitions
        .flat_map(Map::keys)
        .map(String::as_str)
        .collect()
}

async fn extends_known(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    let known = schema_names(seller.case().version());
    for (name, target) in targets(&session)? {
        let schema = target.as_str().and_then(parts).map(|(schema, _)| schema);
        seller.case().must(
            schema.is_some_and(|one| NAMED.contains(&one) || known.contains(&one)),
            &session.answer,
            "extends names a schema of the checkout API",
            || format!("{name}: {target}"),
        )?;
    }
    Ok(())
}

/// Only the discount extension can be brought into use from outside, by a code.
async fn fields_in_use(seller: Seller) -> Outcome {
    let session = discounted(&seller, &[&unknown_code(&seller)?]).await?;
    offers_discounts(&session)?;
    let own = declaration(&session, DISCOUNT).unwrap_or(&Value::Null);
    let mut any = false;
    for target in list(own, "extends").iter().filter_map(Value::as_str) {
        let Some(("CheckoutSession" | "CheckoutSessionResponse", field)) = parts(target) else {
            continue;
        };
        any = true;
        let pointer = format!("/{}", field.replace('.', "/"));
        seller.case().must(
            session.json.pointer(&pointer).is_some(),
            &session.answer,
            "a field that extends declares is in the session once a code was sent",
            || format!("{target} is not there"),
        )?;
    }
    if any {
        Ok(())
    } else {
        Err(Stop::NotApplicable(
            "discount does not say which field of the session it adds".to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Targets name a schema and a field, nothing else.
    #[test]
    fn targets_are_read() {
        assert_eq!(
            parts("$.CheckoutSession.discounts"),
            Some(("CheckoutSession", "discounts"))
        );
        for wrong in [
            "CheckoutSession.discounts",
            "$.CheckoutSession",
            "$.A.b[0]",
            "$..a",
            "",
        ] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }

    /// The schemas of a version are known by name.
    #[test]
    fn schemas_are_known() {
        let names = schema_names(SpecVersion::LATEST);
        assert!(names.contains(&"CheckoutSession") && names.contains(&"LineItem"));
    }
}
