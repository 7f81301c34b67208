//! What may stand in `payment_method`.

use serde_json::{Value, json};

use super::row::{Row, refused, taken};
use crate::{Check, SpecVersion, VersionRange};

const ALL_FIELDS: &[&str] = &["delegate-payment.validation.all-fields"];
const ONLY_CARD: &[&str] = &[
    "delegate-payment.request.only-card",
    "delegate-payment.validation.all-fields",
];
const NUMBER: &[&str] = &["delegate-payment.validation.number-present"];

const METHOD: &str = "/payment_method";
const NUMBER_AT: &str = "/payment_method/number";
const CVC_AT: &str = "/payment_method/cvc";
const LAST4_AT: &str = "/payment_method/display_last4";

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let rows = [
        kind(),
        number(),
        display(),
        metadata(),
        optional(),
        unusual(),
    ];
    rows.into_iter().flatten().map(Row::check).collect()
}

fn kind() -> Vec<Row> {
    vec![
        refused(
            "method-missing",
            "a request without payment_method is refused",
        )
        .without(METHOD),
        refused(
            "method-text",
            "a payment_method that is no object is refused",
        )
        .set(METHOD, "4242424242424242"),
        refused(
            "method-list",
            "a list of payment methods is refused: exactly one is taken",
        )
        .set(METHOD, json!([])),
        refused("type-missing", "a payment method without type is refused")
            .without("/payment_method/type"),
        refused(
            "type-wallet",
            "a payment method of type wallet is refused: only card is known",
        )
        .set("/payment_method/type", "wallet"),
        refused(
            "type-bank-account",
            "a payment method of type bank_account is refused",
        )
        .set("/payment_method/type", "bank_account"),
        refused(
            "type-upper-case",
            "a payment method of type CARD is refused",
        )
        .set("/payment_method/type", "CARD"),
        refused(
            "type-seller-backed",
            "a payment method of an unknown seller-backed type is refused",
        )
        .set("/payment_method/type", "seller_backed_certification"),
        refused(
            "method-unknown-member",
            "an unknown member of payment_method is refused",
        )
        .set("/payment_method/surprise", "value")
        .proves(ALL_FIELDS),
    ]
    .into_iter()
    .map(|row| row.proves(ONLY_CARD))
    .collect()
}

fn number() -> Vec<Row> {
    let schema = vec![
        refused(
            "number-missing",
            "a payment method without number is refused",
        )
        .without(NUMBER_AT)
        .proves(NUMBER),
        refused(
            "number-integer",
            "a number that is written as an integer is refused",
        )
        .set(NUMBER_AT, 4_242_424_242_424_242_i64),
        refused("number-null", "a number of null is refused")
            .set(NUMBER_AT, Value::Null)
            .proves(NUMBER),
        refused(
            "number-type-missing",
            "a payment method without card_number_type is refused",
        )
        .without("/payment_method/card_number_type"),
        refused(
            "number-type-unknown",
            "a card_number_type of dpan is refused",
        )
        .set("/payment_method/card_number_type", "dpan"),
        refused("number-type-case", "a card_number_type of FPAN is refused")
            .set("/payment_method/card_number_type", "FPAN"),
        refused(
            "virtual-text",
            "a virtual of \"false\" is refused: it is a boolean",
        )
        .set("/payment_method/virtual", "false"),
    ];
    let advised = vec![
        refused(
            "number-check-digit",
            "a card number with a wrong check digit is refused",
        )
        .set(NUMBER_AT, "4242424242424241")
        .set(LAST4_AT, "4241"),
        refused(
            "number-swapped-digits",
            "a card number with two digits swapped is refused",
        )
        .set(NUMBER_AT, "4242424242424224")
        .set(LAST4_AT, "4224"),
        refused("number-empty", "an empty card number is refused").set(NUMBER_AT, ""),
        refused("number-letters", "a card number with letters is refused")
            .set(NUMBER_AT, "4242abcd42424242"),
        refused("number-short", "a card number of eleven digits is refused")
            .set(NUMBER_AT, "42424242428")
            .set(LAST4_AT, "2428"),
        refused("number-long", "a card number of twenty digits is refused")
            .set(NUMBER_AT, "42424242424242424242"),
        refused(
            "number-other-digits",
            "a card number in Arabic-Indic digits is refused",
        )
        .set(NUMBER_AT, "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"),
    ];
    let advised = advised
        .into_iter()
        .map(|row| row.advised().proves(ALL_FIELDS));
    let schema = schema.into_iter().map(|row| row.proves(ALL_FIELDS));
    schema.chain(advised).collect()
}

fn display() -> Vec<Row> {
    let four_digits = VersionRange::from(SpecVersion::V2026_01_30);
    let rows = vec![
        refused(
            "funding-missing",
            "a payment method without display_card_funding_type is refused",
        )
        .without("/payment_method/display_card_funding_type"),
        refused(
            "funding-unknown",
            "a display_card_funding_type of charge is refused",
        )
        .set("/payment_method/display_card_funding_type", "charge"),
        refused(
            "funding-case",
            "a display_card_funding_type of Credit is refused",
        )
        .set("/payment_method/display_card_funding_type", "Credit"),
        refused("last4-five", "a display_last4 of five digits is refused").set(LAST4_AT, "24242"),
        refused(
            "last4-integer",
            "a display_last4 that is written as an integer is refused",
        )
        .set(LAST4_AT, 4_242),
        refused("last4-three", "a display_last4 of three digits is refused")
            .set(LAST4_AT, "242")
            .versions(four_digits),
        refused("last4-letters", "a display_last4 with letters is refused")
            .set(LAST4_AT, "42x2")
            .versions(four_digits),
        refused(
            "last4-of-another-card",
            "a display_last4 that does not end the number is refused",
        )
        .set(LAST4_AT, "0000")
        .advised(),
        refused(
            "brand-integer",
            "a display_brand that is no text is refused",
        )
        .set("/payment_method/display_brand", 4),
        refused(
            "wallet-integer",
            "a display_wallet_type that is no text is refused",
        )
        .set("/payment_method/display_wallet_type", 1),
        refused(
            "holder-integer",
            "a name of the holder that is no text is refused",
        )
        .set("/payment_method/name", 1),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn metadata() -> Vec<Row> {
    let rows = vec![
        refused(
            "card-metadata-missing",
            "a payment method without metadata is refused",
        )
        .without("/payment_method/metadata"),
        refused(
            "card-metadata-list",
            "metadata of the card that is a list is refused",
        )
        .set("/payment_method/metadata", json!([])),
        refused(
            "card-metadata-number",
            "a number in the metadata of the card is refused: values are texts",
        )
        .set("/payment_method/metadata/count", 1),
        refused(
            "card-metadata-object",
            "an object in the metadata of the card is refused",
        )
        .set("/payment_method/metadata/nested", json!({ "a": "b" })),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

/// Members that the schema does not ask for.
fn optional() -> Vec<Row> {
    vec![
        taken(
            "without-virtual",
            "a payment method without virtual is taken",
        )
        .without("/payment_method/virtual")
        .proves(&["delegate-payment.request.virtual-optional"])
        .demanded(),
        taken("without-cvc", "a payment method without cvc is taken").without(CVC_AT),
        taken("without-holder", "a payment method without name is taken")
            .without("/payment_method/name"),
        taken(
            "without-checks",
            "a payment method without checks_performed is taken",
        )
        .without("/payment_method/checks_performed"),
        taken(
            "without-last4",
            "a payment method without display_last4 is taken",
        )
        .without(LAST4_AT),
        taken(
            "without-brand",
            "a payment method without display_brand is taken",
        )
        .without("/payment_method/display_brand"),
    ]
}

/// Values at the edges of what the schema permits.
fn unusual() -> Vec<Row> {
    vec![
        taken("virtual-card", "a virtual card is taken").set("/payment_method/virtual", true),
        taken("no-checks", "an empty list of performed checks is taken")
            .set("/payment_method/checks_performed", json!([])),
        taken("all-checks", "every known performed check is taken").set(
            "/payment_method/checks_performed",
            json!(["avs", "cvv", "ani", "auth0"]),
        ),
        taken("funding-debit", "a debit card is taken")
            .set("/payment_method/display_card_funding_type", "debit"),
        taken("funding-prepaid", "a prepaid card is taken")
            .set("/payment_method/display_card_funding_type", "prepaid"),
        taken("wallet-named", "the name of a wallet is taken")
            .set("/payment_method/display_wallet_type", "Certification Pay"),
        taken("holder-unicode", "a holder's name outside ASCII is taken")
            .set("/payment_method/name", "Zoë Nuñez-Łukasik 山田"),
        taken(
            "card-metadata-pairs",
            "text pairs in the metadata of the card are taken",
        )
        .set("/payment_method/metadata/issuing_bank", "test"),
    ]
}
