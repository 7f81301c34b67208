//! What may stand beside payment method and allowance: address, risk signals, metadata.

use serde_json::{Value, json};

use super::row::{Row, refused, taken};
use crate::{Check, SpecVersion, VersionRange};

const ALL_FIELDS: &[&str] = &["delegate-payment.validation.all-fields"];
const BEFORE_2026_04_17: VersionRange =
    VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2026_01_30);

const ADDRESS: &str = "/billing_address";
const SIGNALS: &str = "/risk_signals";

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let rows = [
        address_members(),
        address_lengths(),
        signals(),
        signal_values(),
        metadata(),
        body(),
        permitted(),
    ];
    rows.into_iter().flatten().map(Row::check).collect()
}

fn address_members() -> Vec<Row> {
    let rows = vec![
        refused(
            "address-text",
            "a billing_address that is no object is refused",
        )
        .set(ADDRESS, "1 Market Street"),
        refused(
            "address-null",
            "a billing_address of null is refused: it is left out instead",
        )
        .set(ADDRESS, Value::Null),
        refused(
            "address-without-name",
            "a billing_address without name is refused",
        )
        .without("/billing_address/name"),
        refused(
            "address-without-line-one",
            "a billing_address without line_one is refused",
        )
        .without("/billing_address/line_one"),
        refused(
            "address-without-city",
            "a billing_address without city is refused",
        )
        .without("/billing_address/city"),
        refused(
            "address-without-state",
            "a billing_address without state is refused",
        )
        .without("/billing_address/state"),
        refused(
            "address-without-country",
            "a billing_address without country is refused",
        )
        .without("/billing_address/country"),
        refused(
            "address-without-postal-code",
            "a billing_address without postal_code is refused",
        )
        .without("/billing_address/postal_code"),
        refused(
            "address-unknown-member",
            "an unknown member of billing_address is refused",
        )
        .set("/billing_address/planet", "Earth"),
        refused(
            "address-postal-code-integer",
            "a postal_code that is written as an integer is refused",
        )
        .set("/billing_address/postal_code", 94_105),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn address_lengths() -> Vec<Row> {
    let rows = vec![
        refused(
            "address-name-long",
            "a name of 257 characters in billing_address is refused",
        )
        .set("/billing_address/name", "n".repeat(257)),
        refused(
            "address-line-one-long",
            "a line_one of 61 characters is refused",
        )
        .set("/billing_address/line_one", "l".repeat(61)),
        refused(
            "address-line-two-long",
            "a line_two of 61 characters is refused",
        )
        .set("/billing_address/line_two", "l".repeat(61)),
        refused("address-city-long", "a city of 61 characters is refused")
            .set("/billing_address/city", "c".repeat(61)),
        refused(
            "address-postal-code-long",
            "a postal_code of 21 characters is refused",
        )
        .set("/billing_address/postal_code", "1".repeat(21)),
        refused(
            "address-country-three-letters",
            "a country of three letters is refused",
        )
        .set("/billing_address/country", "USA"),
        refused(
            "address-country-one-letter",
            "a country of one letter is refused",
        )
        .set("/billing_address/country", "U"),
        refused(
            "address-country-lower-case",
            "a lower-case country is refused: ISO 3166-1 codes are upper case",
        )
        .set("/billing_address/country", "us")
        .advised(),
        refused("address-country-digits", "a country of digits is refused")
            .set("/billing_address/country", "42")
            .advised(),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn signals() -> Vec<Row> {
    let rows = vec![
        refused(
            "signals-missing",
            "a request without risk_signals is refused",
        )
        .without(SIGNALS),
        refused(
            "signals-object",
            "risk_signals that are no list are refused",
        )
        .set(
            SIGNALS,
            json!({ "type": "card_testing", "score": 1, "action": "authorized" }),
        ),
        refused(
            "signals-empty",
            "an empty list of risk signals is refused: this version wants at least one",
        )
        .set(SIGNALS, json!([]))
        .versions(BEFORE_2026_04_17)
        .proves(&["versions.delegate-payment.risk-signals-min-one-psp"]),
        refused(
            "signal-without-type",
            "a risk signal without type is refused",
        )
        .set(
            "/risk_signals/0",
            json!({ "score": 1, "action": "authorized" }),
        ),
        refused(
            "signal-without-score",
            "a risk signal without score is refused",
        )
        .set(
            "/risk_signals/0",
            json!({ "type": "card_testing", "action": "authorized" }),
        ),
        refused(
            "signal-without-action",
            "a risk signal without action is refused",
        )
        .set(
            "/risk_signals/0",
            json!({ "type": "card_testing", "score": 1 }),
        ),
        refused(
            "signal-type-unknown",
            "an unknown type of risk signal is refused",
        )
        .set("/risk_signals/0/type", "weather"),
        refused(
            "signal-action-unknown",
            "an unknown action of a risk signal is refused",
        )
        .set("/risk_signals/0/action", "allowed"),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn signal_values() -> Vec<Row> {
    let rows = vec![
        refused(
            "signal-score-text",
            "a score that is written as text is refused",
        )
        .set("/risk_signals/0/score", "1"),
        refused(
            "signal-score-fraction",
            "a score of 0.5 is refused: it is an integer",
        )
        .set("/risk_signals/0/score", 0.5),
        refused(
            "signal-unknown-member",
            "an unknown member of a risk signal is refused",
        )
        .set("/risk_signals/0/comment", "none"),
        refused(
            "signal-second-broken",
            "a broken second risk signal is refused",
        )
        .set("/risk_signals/1", json!({ "type": "card_testing" })),
        refused(
            "signal-blocked",
            "a request whose risk signal says blocked gets no token",
        )
        .set("/risk_signals/0/action", "blocked")
        .advised(),
        refused(
            "signal-second-blocked",
            "a request gets no token when any of its risk signals says blocked",
        )
        .set(
            "/risk_signals/1",
            json!({ "type": "card_testing", "score": 99, "action": "blocked" }),
        )
        .advised(),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn metadata() -> Vec<Row> {
    let rows = vec![
        refused("metadata-missing", "a request without metadata is refused").without("/metadata"),
        refused("metadata-text", "metadata that are no object are refused").set("/metadata", "q4"),
        refused("metadata-null", "metadata of null are refused").set("/metadata", Value::Null),
        refused(
            "metadata-number",
            "a number in metadata is refused: values are texts",
        )
        .set("/metadata/count", 1),
        refused("metadata-boolean", "a boolean in metadata is refused").set("/metadata/flag", true),
        refused("metadata-value-null", "a null in metadata is refused")
            .set("/metadata/nothing", Value::Null),
        refused("metadata-object", "an object in metadata is refused")
            .set("/metadata/nested", json!({ "a": "b" })),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn body() -> Vec<Row> {
    let rows = vec![
        refused(
            "body-unknown-member",
            "an unknown top-level member is refused",
        )
        .set("/surprise", "x"),
        refused(
            "body-handler-id",
            "a top-level handler_id is refused: it belongs into metadata",
        )
        .set("/handler_id", "card_tokenized"),
        refused("body-list", "a body that is a list is refused").set("", json!([])),
        refused("body-empty-object", "an empty object is refused").set("", json!({})),
        refused("body-text", "a body that is a text is refused").set("", "delegate"),
        refused("body-null", "a body of null is refused").set("", Value::Null),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn permitted() -> Vec<Row> {
    vec![
        taken(
            "without-address",
            "a request without billing_address is taken",
        )
        .without(ADDRESS),
        taken(
            "address-longest",
            "address members of exactly their greatest length are taken",
        )
        .set("/billing_address/name", "n".repeat(256))
        .set("/billing_address/line_one", "l".repeat(60))
        .set("/billing_address/line_two", "l".repeat(60))
        .set("/billing_address/city", "c".repeat(60))
        .set("/billing_address/postal_code", "1".repeat(20)),
        taken(
            "address-line-two-empty",
            "an empty line_two is taken, as in the specification's example",
        )
        .set("/billing_address/line_two", ""),
        taken("no-signals", "an empty list of risk signals is taken")
            .set(SIGNALS, json!([]))
            .versions(VersionRange::from(SpecVersion::V2026_04_17))
            .proves(&["delegate-payment.request.empty-risk-signals-accepted"])
            .demanded(),
        taken(
            "signal-manual-review",
            "a risk signal that asks for a manual review is no ground for refusal",
        )
        .set("/risk_signals/0/action", "manual_review"),
        taken("two-signals", "several risk signals are taken").set(
            "/risk_signals/1",
            json!({ "type": "card_testing", "score": 2, "action": "authorized" }),
        ),
        taken("metadata-empty", "empty metadata are taken").set("/metadata", json!({})),
        taken("metadata-pairs", "several pairs of metadata are taken")
            .set("/metadata/campaign", "q4")
            .set("/metadata/user_agent", "Certification/1.0"),
    ]
}
