//! The schemas that declarations name.

use http::Method;
use serde_json::{Map, Value, json};
use url::Url;

use super::declarations::parts;
use crate::{
    Answer, Check, Outcome, Request, Stop, Topic,
    lanes::{
        documents::{list, text},
        extensions::shop::{ask, declared, discounted, name, plain, some_declared, unknown_code},
        seller::{Seller, Session},
    },
};

/// Drafts before draft-07.
const TOO_OLD: [&str; 4] = ["draft-03", "draft-04", "draft-05", "draft-06"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "extension-schema-https",
            "the schema address of an extension is an https URL",
            https,
        )
        .proves(&["extensions.declaration.schema-https"])
        .advice("publish the schema over https"),
        ask(
            Topic::Lifecycle,
            "extension-schema-reachable",
            "the schema address of an extension can be fetched",
            reachable,
        )
        .proves(&["extensions.declaration.schema-reachable"])
        .advice("answer 200 to a GET without credential"),
        ask(
            Topic::Lifecycle,
            "extension-schema-is-schema",
            "the schema address of an extension answers with a JSON Schema, draft-07 or later",
            is_schema,
        )
        .proves(&["extensions.declaration.schema-is-json-schema"])
        .advice("answer with the JSON Schema itself"),
        ask(
            Topic::Lifecycle,
            "extension-data-fits-schema",
            "extension data in answers is valid under the schema that its declaration names",
            data_fits,
        )
        .proves(&["extensions.declaration.data-fits-schema"])
        .advice("correct the data, or publish the schema by which they are made"),
    ]
}

/// Each declaration with a schema, and that address.
fn with_schema(session: &Session) -> Outcome<Vec<(&Value, &str)>> {
    let all = some_declared(session)?.iter();
    let named: Vec<_> = all
        .filter_map(|one| Some((one, one.get("schema")?.as_str()?)))
        .collect();
    if named.is_empty() {
        return Err(Stop::NotApplicable(
            "not offered: no extension names a schema".to_owned(),
        ));
    }
    Ok(named)
}

async fn https(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    for (one, address) in with_schema(&session)? {
        let url = Url::parse(address).ok();
        seller.case().must(
            url.is_some_and(|url| url.scheme() == "https" && url.has_host()),
            &session.answer,
            "schema is an https URL",
            || format!("{}: {address}", name(one).unwrap_or_default()),
        )?;
    }
    Ok(())
}

/// Fetches a schema from its address, or from where the configuration says that it is for now. The
/// text says why there is none.
async fn fetch(seller: &Seller, address: &str) -> Result<Answer, String> {
    let elsewhere = seller.target().extension_schemas.get(address);
    let place = elsewhere.map_or(address, String::as_str);
    let (origin, path) = if place.starts_with('/') {
        (seller.target().url.clone(), place.to_owned())
    } else {
        let url = Url::parse(place).map_err(|error| format!("{place}: {error}"))?;
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let mut origin = url;
        origin.set_path("");
        origin.set_query(None);
        origin.set_fragment(None);
        (origin, path)
    };
    let request = Request::new(Method::GET, path)
        .header("Accept", "application/schema+json, application/json");
    match seller.case().try_send(&origin, &request).await {
        Ok(answer) => Ok(answer),
        Err((error, _)) => Err(format!("{place}: {error}")),
    }
}

async fn reachable(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    for (_, address) in with_schema(&session)? {
        match fetch(&seller, address).await {
            Ok(answer) => seller.case().should(
                answer.is_success(),
                &answer,
                "the schema of an extension can be fetched",
                || format!("{address} answers {}", answer.status),
            ),
            Err(reason) => seller.case().should_hold(
                false,
                "the schema of an extension can be fetched",
                || reason,
            ),
        }
    }
    Ok(())
}

/// Every schema that can be fetched, with its declaration; not tested where none can.
async fn fetched<'a>(seller: &Seller, session: &'a Session) -> Outcome<Vec<(&'a Value, Answer)>> {
    let mut all = Vec::new();
    let mut missing = String::new();
    for (one, address) in with_schema(session)? {
        match fetch(seller, address).await {
            Ok(answer) if answer.is_success() => all.push((one, answer)),
            Ok(answer) => missing = format!("{address} answers {}", answer.status),
            Err(reason) => missing = reason,
        }
    }
    if all.is_empty() {
        return Err(Stop::NotTested(format!(
            "no schema of an extension can be fetched ({missing}): name another place in seller.extension_schemas"
        )));
    }
    Ok(all)
}

/// Whether this is a JSON Schema of draft-07 or later.
fn is_modern(schema: &Value) -> bool {
    let draft = text(schema, "$schema");
    (schema.is_object() || schema.is_boolean())
        && !TOO_OLD.iter().any(|old| draft.contains(old))
        && jsonschema::meta::is_valid(schema)
}

async fn is_schema(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    for (one, answer) in fetched(&seller, &session).await? {
        seller.case().should(
            answer.json.as_ref().is_some_and(is_modern),
            &answer,
            "the schema address answers with a JSON Schema, draft-07 or later",
            || {
                let name = name(one).unwrap_or_default();
                format!("{name}: {}", seller.case().excerpt(&answer))
            },
        );
    }
    Ok(())
}

/// What an extension added to a session: the value of each field that it declares. A schema that
/// describes the field by name is asked about the object around it.
fn data(session: &Session, declaration: &Value, schema: &Value) -> Vec<(String, Value)> {
    let targets = list(declaration, "extends")
        .iter()
        .filter_map(Value::as_str);
    let fields = targets.filter_map(|target| match parts(target)? {
        ("CheckoutSession" | "CheckoutSessionResponse", field) => Some(field),
        _ => None,
    });
    fields
        .filter_map(|field| {
            let pointer = format!("/{}", field.replace('.', "/"));
            let value = session.json.pointer(&pointer)?.clone();
            let around = schema.pointer(&format!("/properties/{field}")).is_some();
            let value = if around {
                Value::Object(Map::from_iter([(field.to_owned(), value)]))
            } else {
                value
            };
            Some((field.to_owned(), value))
        })
        .collect()
}

async fn data_fits(seller: Seller) -> Outcome {
    let sent = unknown_code(&seller)?;
    let valid = seller.target().discount_codes.get("valid").cloned();
    let session = match valid {
        Some(code) => discounted(&seller, &[&code, &sent]).await?,
        None => plain(&seller).await?,
    };
    let mut any = false;
    for (declaration, answer) in fetched(&seller, &session).await? {
        let Some(schema) = answer.json.as_ref().filter(|schema| is_modern(schema)) else {
            continue;
        };
        let validator = jsonschema::options()
            .build(schema)
            .map_err(|error| Stop::NotTested(format!("the schema cannot be used: {error}")))?;
        for (field, value) in data(&session, declaration, schema) {
            any = true;
            let fault = validator.iter_errors(&value).next();
            seller.case().must(
                fault.is_none(),
                &session.answer,
                "extension data is valid under the schema that its declaration names",
                || {
                    let fault = fault.map(|one| one.masked().to_string());
                    format!("{field}: {}", fault.unwrap_or_default())
                },
            )?;
        }
    }
    if any {
        return Ok(());
    }
    Err(Stop::NotApplicable(format!(
        "not offered: data in the session of an extension with a schema, of {}",
        json!(
            declared(&session)
                .iter()
                .filter_map(name)
                .collect::<Vec<_>>()
        )
    )))
}
