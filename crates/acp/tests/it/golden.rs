//! Every official example parses, writes back equal JSON, and fits the official schema.

use std::collections::BTreeMap;

use comptoir_acp::latest::webhook::WebhookEvent;
use serde_json::Value;

use crate::{
    defects::{DEFECTS, Stage},
    kinds::{KINDS, Kind, WITHOUT_TYPE},
    spec::{SCHEMAS, Spec},
};

/// One example: where it stands, what it is, its value.
struct Example {
    name: String,
    schema: &'static str,
    definition: &'static str,
    value: Value,
}

#[test]
fn every_official_example_round_trips_and_fits_its_schema() {
    let Some(spec) = Spec::load() else { return };
    let mut findings = Vec::new();
    let mut defects: BTreeMap<&str, _> = DEFECTS
        .iter()
        .map(|defect| (defect.example, defect))
        .collect();
    let examples = collect(&spec);
    assert!(
        examples.len() > 90,
        "only {} examples were found",
        examples.len()
    );
    for example in &examples {
        let found = problem(&spec, example);
        let listed = defects.remove(example.name.as_str());
        match (found, listed) {
            (None, None) => {}
            (Some((stage, _)), Some(defect)) if stage == defect.stage => {}
            (Some((stage, text)), _) => {
                findings.push(format!("{}: {stage:?}: {text}", example.name));
            }
            (None, Some(defect)) => {
                findings.push(format!("{}: stale defect: {}", example.name, defect.reason));
            }
        }
    }
    findings.extend(
        defects
            .keys()
            .map(|name| format!("{name}: listed defect of no example")),
    );
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn every_definition_of_the_schemas_has_a_type_or_a_reason() {
    let Some(spec) = Spec::load() else { return };
    for schema in SCHEMAS {
        for name in spec.schemas[schema]["$defs"].as_object().unwrap().keys() {
            let typed = KINDS
                .iter()
                .any(|k| k.schema == schema && k.definition == name);
            let excused = WITHOUT_TYPE
                .iter()
                .any(|(s, d, _)| *s == schema && d == name);
            assert!(
                typed != excused,
                "{schema} {name}: typed {typed}, excused {excused}"
            );
        }
    }
    for (schema, definition, reason) in WITHOUT_TYPE {
        assert!(
            !spec.definition(schema, definition).is_null(),
            "{definition}: {reason}"
        );
    }
}

fn problem(spec: &Spec, example: &Example) -> Option<(Stage, String)> {
    let kind = Kind::of(example.schema, example.definition);
    let validator = spec.validator(example.schema, example.definition);
    let invalid = validator
        .validate(&example.value)
        .err()
        .map(|error| error.to_string());
    match ((kind.round_trip)(&example.value.to_string()), invalid) {
        (Ok(written), None) => {
            assert_eq!(written, example.value, "{} changed", example.name);
            None
        }
        (Ok(_), Some(invalid)) => Some((Stage::AcceptedAgainstSchema, invalid)),
        (Err(refused), Some(_)) => Some((Stage::Refused, refused)),
        (Err(refused), None) => panic!("{}: valid, yet refused: {refused}", example.name),
    }
}

fn collect(spec: &Spec) -> Vec<Example> {
    let mut found = Vec::new();
    for (file, document) in spec.examples() {
        let mut add = |name: String, (schema, definition), value: &Value| {
            found.push(Example {
                name,
                schema,
                definition,
                value: value.clone(),
            });
        };
        if file.starts_with("orders/") {
            let mut order = document.clone();
            // Annotations of the file, not fields of the order.
            for annotation in ["$schema", "_description"] {
                order.as_object_mut().unwrap().remove(annotation);
            }
            add(file.clone(), ("agentic_checkout", "Order"), &order);
            continue;
        }
        for (key, value) in document.as_object().unwrap() {
            let name = format!("{file} {key}");
            if file.starts_with("discount-extension/") {
                match key.as_str() {
                    "request" => add(
                        name,
                        ("discount", "checkout_create_request_with_discount"),
                        value,
                    ),
                    "response" => add(name, ("discount", "checkout_with_discount"), value),
                    _ => {}
                }
            } else if key.starts_with("webhook_") {
                webhook(&name, value);
                add(name, ("agentic_checkout", "Order"), &value["data"]);
            } else if file == "examples.mcp.agentic_checkout.json" {
                if let Some((body, kind)) = mcp(key, value) {
                    add(name, kind, body);
                }
            } else {
                add(name, kind_of_key(&file, key), value);
            }
        }
    }
    found
}

/// The envelope of a webhook has no JSON schema: it is read, written back and compared here.
fn webhook(name: &str, value: &Value) {
    match serde_json::from_value::<WebhookEvent>(value.clone()) {
        Ok(event) => assert_eq!(serde_json::to_value(event).unwrap(), *value, "{name}"),
        Err(_) => assert!(
            DEFECTS.iter().any(|defect| defect.example == name),
            "{name} is refused"
        ),
    }
}

type SchemaName = (&'static str, &'static str);

/// The body inside of an MCP envelope.
fn mcp<'a>(key: &str, value: &'a Value) -> Option<(&'a Value, SchemaName)> {
    if key.ends_with("_request") {
        let body = value.pointer("/params/arguments/payload")?;
        return Some((body, kind_of_key("examples.agentic_checkout.json", key)));
    }
    if let Some(error) = value.pointer("/error/data") {
        return Some((error, ("agentic_checkout", "Error")));
    }
    Some((
        value.get("result")?,
        ("agentic_checkout", "CheckoutSession"),
    ))
}

fn kind_of_key(file: &str, key: &str) -> SchemaName {
    let checkout = |definition| ("agentic_checkout", definition);
    let payment = |definition| ("delegate_payment", definition);
    let authentication = |definition| ("delegate_authentication", definition);
    match file {
        "examples.agentic_checkout.json" | "examples.multi_item_checkout.json" => match key {
            _ if key.starts_with("error_") => checkout("Error"),
            _ if key.starts_with("discovery_") => checkout("DiscoveryResponse"),
            _ if key.starts_with("authentication_result") => checkout("AuthenticationResult"),
            "complete_checkout_session_response" => checkout("CheckoutSessionWithOrder"),
            _ if key.starts_with("checkout_session_") => checkout("CheckoutSession"),
            _ if key.ends_with("_response") => checkout("CheckoutSession"),
            _ if key.starts_with("create_") => checkout("CheckoutSessionCreateRequest"),
            _ if key.starts_with("update_") => checkout("CheckoutSessionUpdateRequest"),
            _ if key.starts_with("complete_") => checkout("CheckoutSessionCompleteRequest"),
            _ if key.starts_with("cancel_") => checkout("CancelSessionRequest"),
            _ => panic!("new example {key} in {file}"),
        },
        "examples.delegate_payment.json" => match key {
            "delegate_payment_request" => payment("DelegatePaymentRequest"),
            "delegate_payment_success_response" => payment("DelegatePaymentResponse"),
            _ if key.starts_with("delegate_payment_error_") => payment("Error"),
            _ => panic!("new example {key} in {file}"),
        },
        "examples.delegate_authentication.json" => match key {
            _ if key.starts_with("error_") => checkout("Error"),
            _ if key.starts_with("create_authentication_session_request") => {
                authentication("DelegateAuthenticationCreateRequest")
            }
            _ if key.starts_with("authenticate_request") => {
                authentication("DelegateAuthenticationAuthenticateRequest")
            }
            _ if key.starts_with("retrieve_") => {
                authentication("DelegateAuthenticationSessionWithResult")
            }
            _ if key.contains("_response_") => authentication("DelegateAuthenticationSession"),
            _ => panic!("new example {key} in {file}"),
        },
        "examples.feed.json" => match key {
            "create_feed_request_minimal" => ("feed", "CreateFeedRequest"),
            "create_feed_response" | "get_feed_response" => ("feed", "FeedMetadata"),
            "get_products_response" => ("feed", "ProductsResponse"),
            "upsert_products_request_single_product" => ("feed", "UpsertProductsRequest"),
            _ if key.starts_with("feed_error_") => ("feed", "Error"),
            _ => panic!("new example {key} in {file}"),
        },
        _ => panic!("new example file {file}"),
    }
}
