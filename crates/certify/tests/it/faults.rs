//! Faults: their path, their constraint, their words.

use std::collections::BTreeSet;

use comptoir_certify::{FaultSource, SchemaError, SchemaFault, SchemaJudge, SpecVersion};
use serde_json::{Value, json};

use crate::spec::Spec;

const VERSION: SpecVersion = SpecVersion::V2026_04_17;

fn faults(shape: &str, value: &Value) -> Vec<SchemaFault> {
    SchemaJudge::bundled()
        .unwrap()
        .validate(VERSION, shape, value)
        .unwrap()
}

/// The faults as `path constraint message`, the constraint without version and bundle.
fn lines(shape: &str, value: &Value) -> Vec<String> {
    faults(shape, value)
        .into_iter()
        .map(|fault| {
            let (_, constraint) = fault.constraint.split_once('#').unwrap();
            format!("{} {constraint} {}", fault.path, fault.message)
        })
        .collect()
}

fn session() -> Value {
    json!({
        "id": "cs_1", "status": "ready_for_payment", "currency": "usd", "capabilities": {},
        "line_items": [{"id": "li_1", "item": {"id": "item_1"}, "quantity": 1, "totals": []}],
        "totals": [], "fulfillment_options": [], "messages": [], "links": [],
    })
}

#[test]
fn a_sound_value_has_no_faults() {
    assert_eq!(lines("CheckoutSession", &session()), [""; 0]);
}

#[test]
fn missing_and_needless_members_are_named_themselves() {
    let mut value = session();
    value["line_items"][0].as_object_mut().unwrap().remove("id");
    value["line_items"][0]["item"]["odd name"] = json!({"a": 1});
    assert_eq!(
        lines("CheckoutSession", &value),
        [
            "$.line_items[0].id LineItem.id:required expected the member `id`, found none",
            "$.line_items[0].item['odd name'] Item:closed expected no such member, \
             found an object of 1 member",
        ]
    );
}

#[test]
fn every_fault_is_found_at_its_place() {
    let mut value = session();
    value["currency"] = json!(7);
    value["line_items"][0]["quantity"] = json!(0);
    value["status"] = json!("paid");
    value["expires_at"] = json!("tomorrow");
    let paths: Vec<_> = faults("CheckoutSession", &value)
        .into_iter()
        .map(|fault| fault.path)
        .collect();
    assert_eq!(
        paths,
        [
            "$.currency",
            "$.expires_at",
            "$.line_items[0].quantity",
            "$.status"
        ]
    );
}

#[test]
fn a_fault_inside_of_an_alternative_is_that_of_the_alternative_meant() {
    let mut value = session();
    value["messages"] =
        json!([{"type": "warning", "code": "lost", "content_type": "plain", "content": ""}]);
    let found = lines("CheckoutSession", &value);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("$.messages[0].code MessageWarning.code:enum"),
        "{found:?}"
    );

    value["messages"] = json!([{"type": "rumour", "content_type": "plain", "content": ""}]);
    assert_eq!(
        lines("CheckoutSession", &value),
        [
            "$.messages[0] CheckoutSessionBase.messages[]:one_of expected MessageInfo, MessageWarning \
          or MessageError, found an object of 3 members"
        ]
    );
}

#[test]
fn rules_between_members_have_their_own_constraints() {
    assert_eq!(
        lines(
            "checkout#AuthenticationResult",
            &json!({"outcome": "authenticated"})
        ),
        [
            "$.outcome_details AuthenticationResult.outcome_details:required_when_outcome expected \
          the member `outcome_details`, for `outcome` is \"authenticated\", \"informational\" or \
          \"attempt_acknowledged\", found none"
        ]
    );
    assert_eq!(
        lines("AffiliateAttribution", &json!({"provider": "p"})),
        [
            "$ AffiliateAttribution:needs expected `token` or `publisher_id`, found an object of 1 member"
        ]
    );
}

#[test]
fn long_values_are_cut_and_secrets_left_out() {
    let long = "x".repeat(5_001);
    let found = lines(
        "CheckoutSessionUpdateRequest",
        &json!({"order_notes": long}),
    );
    assert!(
        found[0].contains("at most 5000 characters, found \"xxx"),
        "{found:?}"
    );
    assert!(found[0].len() < 250, "{found:?}");

    let card = json!({
        "type": "card", "card_number_type": "fpan", "number": 4_242_424_242_424_242_u64,
        "cvc": "12345", "display_card_funding_type": "credit", "metadata": {},
    });
    let text = lines("PaymentMethodCard", &card).join("\n");
    assert!(text.contains("found a string of 5 characters"), "{text}");
    assert!(text.contains("found a number"), "{text}");
    assert!(!text.contains("12345") && !text.contains("4242"), "{text}");
}

#[test]
fn a_shape_must_exist_and_be_the_only_one_of_its_name() {
    let judge = SchemaJudge::bundled().unwrap();
    let unknown = judge.validate(SpecVersion::V2025_09_29, "Cart", &json!({}));
    assert_eq!(
        unknown.unwrap_err().to_string(),
        "2025-09-29 has no shape `Cart`"
    );
    let unknown = judge.validate(VERSION, "feed#Cart", &json!({}));
    assert_eq!(
        unknown.unwrap_err().to_string(),
        "2026-04-17 has no shape `feed#Cart`"
    );
    let ambiguous = judge.validate(VERSION, "Error", &json!({}));
    assert!(
        matches!(ambiguous, Err(SchemaError::AmbiguousShape { bundles, .. }) if bundles.len() == 6)
    );
}

#[test]
fn official_faults_stand_beside_ours_and_bear_their_source() {
    let Some(spec) = Spec::load() else { return };
    let judge = SchemaJudge::with_official(&spec.folder).unwrap();
    let faults = judge
        .validate(
            VERSION,
            "Total",
            &json!({"type": "tax", "display_text": "", "amount": "1"}),
        )
        .unwrap();
    let found: Vec<_> = faults
        .iter()
        .map(|fault| (fault.source, fault.path.as_str(), fault.constraint.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (
                FaultSource::Shapes,
                "$.amount",
                "2026-04-17/checkout#Total.amount:type"
            ),
            (
                FaultSource::Official,
                "$.amount",
                "2026-04-17/json-schema/schema.agentic_checkout.json#/$defs/Total/properties/amount/type"
            ),
        ]
    );
    assert_eq!(
        faults[1].message,
        "the value is not of type \"integer\", found \"1\""
    );
    // What only a defect of the official file refuses is no fault.
    let capabilities = json!({"extensions": []});
    assert!(
        judge
            .validate(VERSION, "Capabilities", &capabilities)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_judge_can_be_shared_by_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&SchemaJudge::bundled().unwrap());
}

#[test]
fn a_folder_without_official_files_is_refused() {
    let empty = tempfile::tempdir().unwrap();
    let error = SchemaJudge::with_official(empty.path()).err().unwrap();
    assert!(matches!(error, SchemaError::NoOfficialFiles(_)), "{error}");

    let folder = empty.path().join("2026-04-17/json-schema");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("schema.cart.json"), "{").unwrap();
    let error = SchemaJudge::with_official(empty.path()).err().unwrap();
    assert!(
        matches!(error, SchemaError::UnreadableOfficialFile { .. }),
        "{error}"
    );
}

#[test]
fn every_fault_names_a_constraint_of_its_version() {
    let judge = SchemaJudge::bundled().unwrap();
    for version in SpecVersion::ALL {
        let known: BTreeSet<_> = judge
            .constraints(version)
            .map(|constraint| &constraint.id)
            .collect();
        for shape in judge.shapes(version) {
            for value in [json!(null), json!({"zz": 1}), json!([]), json!("")] {
                for fault in judge.validate(version, &shape, &value).unwrap() {
                    assert!(known.contains(&fault.constraint), "{shape}: {fault:?}");
                }
            }
        }
    }
}
