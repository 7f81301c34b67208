//! What may stand in `allowance`.

use serde_json::{Value, json};

use super::{
    body::time_from_now,
    row::{Row, refused, taken},
};
use crate::{Check, SpecVersion};

const ALL_FIELDS: &[&str] = &["delegate-payment.validation.all-fields"];
const CURRENCY: &[&str] = &["delegate-payment.validation.currency-lower"];
const EXPIRES: &[&str] = &["delegate-payment.validation.expires-at-rfc3339"];

const AMOUNT_AT: &str = "/allowance/max_amount";
const CURRENCY_AT: &str = "/allowance/currency";
const MERCHANT_AT: &str = "/allowance/merchant_id";
const SESSION_AT: &str = "/allowance/checkout_session_id";
const EXPIRES_AT: &str = "/allowance/expires_at";

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let rows = [
        whole(),
        amount(),
        currency(),
        parties(),
        expires(),
        expires_when(),
        permitted(),
    ];
    rows.into_iter().flatten().map(Row::check).collect()
}

fn whole() -> Vec<Row> {
    let rows = vec![
        refused(
            "allowance-missing",
            "a request without allowance is refused",
        )
        .without("/allowance"),
        refused(
            "allowance-list",
            "an allowance that is no object is refused",
        )
        .set("/allowance", json!([])),
        refused(
            "allowance-unknown-member",
            "an unknown member of allowance is refused",
        )
        .set("/allowance/surprise", "value"),
        refused("reason-missing", "an allowance without reason is refused")
            .without("/allowance/reason"),
        refused(
            "reason-recurring",
            "an allowance of reason recurring is refused: only one_time is known",
        )
        .set("/allowance/reason", "recurring"),
        refused("reason-case", "an allowance of reason ONE_TIME is refused")
            .set("/allowance/reason", "ONE_TIME"),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn amount() -> Vec<Row> {
    let amount = |name, title, value: Value| {
        refused(name, title)
            .set(AMOUNT_AT, value)
            .proves(ALL_FIELDS)
    };
    vec![
        refused(
            "amount-missing",
            "an allowance without max_amount is refused",
        )
        .without(AMOUNT_AT)
        .proves(ALL_FIELDS),
        amount(
            "amount-fraction",
            "a max_amount of 1.5 is refused: it is an integer of minor units",
            json!(1.5),
        ),
        amount(
            "amount-text",
            "a max_amount of \"1000\" is refused: it is an integer",
            json!("1000"),
        ),
        amount(
            "amount-null",
            "a max_amount of null is refused",
            Value::Null,
        ),
        amount(
            "amount-boolean",
            "a max_amount of true is refused",
            json!(true),
        ),
        amount(
            "amount-zero",
            "a max_amount of zero is refused: nothing could be charged",
            json!(0),
        )
        .advised(),
        amount(
            "amount-negative",
            "a max_amount of -1 is refused",
            json!(-1),
        )
        .advised(),
        amount(
            "amount-64-bit",
            "a max_amount of 2^63 - 1 is refused: no purchase is so dear",
            json!(i64::MAX),
        )
        .advised(),
        amount(
            "amount-beyond-64-bit",
            "a max_amount beyond 64 bits is refused",
            json!(u64::MAX),
        )
        .advised(),
        amount(
            "amount-1e30",
            "a max_amount of 1e30 is refused",
            json!(1e30),
        )
        .advised(),
    ]
}

fn currency() -> Vec<Row> {
    let currency = |name, title, value: &str| {
        refused(name, title)
            .set(CURRENCY_AT, value)
            .proves(CURRENCY)
    };
    vec![
        currency(
            "currency-upper-case",
            "an upper-case currency is refused",
            "USD",
        ),
        currency("currency-mixed-case", "a currency of Usd is refused", "Usd"),
        currency(
            "currency-four-letters",
            "a currency of four letters is refused",
            "usdt",
        ),
        currency(
            "currency-two-letters",
            "a currency of two letters is refused",
            "us",
        ),
        currency("currency-numeric", "a numeric currency is refused", "840"),
        currency(
            "currency-line-break",
            "a currency with a line break behind it is refused",
            "usd\n",
        ),
        currency("currency-empty", "an empty currency is refused", ""),
        currency("currency-symbol", "a currency of $$$ is refused", "$$$"),
        refused(
            "currency-missing",
            "an allowance without currency is refused",
        )
        .without(CURRENCY_AT)
        .proves(ALL_FIELDS),
        currency(
            "currency-unknown",
            "a currency that ISO 4217 does not have is refused",
            "qqq",
        )
        .advised(),
    ]
}

fn parties() -> Vec<Row> {
    let rows = vec![
        refused(
            "session-missing",
            "an allowance without checkout_session_id is refused",
        )
        .without(SESSION_AT),
        refused(
            "session-integer",
            "a checkout_session_id that is no text is refused",
        )
        .set(SESSION_AT, 1),
        refused(
            "session-empty",
            "an empty checkout_session_id is refused: it names no session",
        )
        .set(SESSION_AT, "")
        .advised(),
        refused(
            "merchant-missing",
            "an allowance without merchant_id is refused",
        )
        .without(MERCHANT_AT),
        refused(
            "merchant-integer",
            "a merchant_id that is no text is refused",
        )
        .set(MERCHANT_AT, 1),
        refused(
            "merchant-too-long",
            "a merchant_id of 257 characters is refused",
        )
        .set(MERCHANT_AT, "m".repeat(257)),
        refused("merchant-empty", "an empty merchant_id is refused")
            .set(MERCHANT_AT, "")
            .advised(),
        refused(
            "merchant-unknown",
            "a merchant_id that the provider does not know is refused",
        )
        .set(MERCHANT_AT, "merchant_unknown_to_certification")
        .advised(),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn spelled(name: &'static str, title: &'static str, value: impl Into<Value>) -> Row {
    refused(name, title).set(EXPIRES_AT, value).proves(EXPIRES)
}

fn expires() -> Vec<Row> {
    // A clock that cannot be read leaves texts that are refused for another reason.
    let soon = time_from_now(600).unwrap_or_default();
    vec![
        refused(
            "expires-missing",
            "an allowance without expires_at is refused",
        )
        .without(EXPIRES_AT)
        .proves(ALL_FIELDS),
        spelled(
            "expires-no-zone",
            "an expires_at without zone is refused",
            soon.replace('Z', ""),
        ),
        spelled(
            "expires-date",
            "an expires_at without time of day is refused",
            soon.chars().take(10).collect::<String>(),
        ),
        spelled(
            "expires-no-separator",
            "an expires_at in basic format is refused",
            soon.replace(['-', ':'], ""),
        ),
        spelled(
            "expires-unix",
            "an expires_at of Unix seconds is refused",
            "1893456000".to_owned(),
        ),
        spelled(
            "expires-words",
            "an expires_at of \"tomorrow\" is refused",
            "tomorrow".to_owned(),
        ),
        spelled(
            "expires-empty",
            "an empty expires_at is refused",
            String::new(),
        ),
        spelled(
            "expires-month-13",
            "an expires_at in month 13 is refused",
            "2099-13-01T00:00:00Z".to_owned(),
        ),
        spelled(
            "expires-february-30",
            "an expires_at on 30 February is refused",
            "2099-02-30T00:00:00Z".to_owned(),
        ),
        spelled(
            "expires-hour-25",
            "an expires_at at 25 o'clock is refused",
            "2099-01-01T25:00:00Z".to_owned(),
        ),
    ]
}

fn expires_when() -> Vec<Row> {
    let past = time_from_now(-3_600).unwrap_or_default();
    vec![
        refused(
            "expires-integer",
            "an expires_at that is written as an integer is refused",
        )
        .set(EXPIRES_AT, 1_893_456_000)
        .proves(EXPIRES),
        refused(
            "expires-past",
            "an expires_at an hour ago is refused: the token could never pay",
        )
        .set(EXPIRES_AT, past)
        .proves(ALL_FIELDS)
        .advised(),
        refused("expires-1970", "an expires_at in 1970 is refused")
            .set(EXPIRES_AT, "1970-01-01T00:00:00Z")
            .proves(ALL_FIELDS)
            .advised(),
        refused(
            "expires-far",
            "an expires_at in the year 9999 is refused: a token lives for one purchase",
        )
        .set(EXPIRES_AT, "9999-12-31T23:59:59Z")
        .proves(ALL_FIELDS)
        .advised(),
    ]
}

fn permitted() -> Vec<Row> {
    let soon = time_from_now(600).unwrap_or_default();
    let offset = time_from_now(600 + 7_200).unwrap_or_default();
    vec![
        taken(
            "expires-fraction",
            "an expires_at with fractions of a second is taken",
        )
        .set(EXPIRES_AT, soon.replace('Z', ".52Z")),
        taken(
            "expires-offset",
            "an expires_at with an offset other than Z is taken",
        )
        .set(EXPIRES_AT, offset.replace('Z', "+02:00")),
        taken("amount-one", "a max_amount of one minor unit is taken").set(AMOUNT_AT, 1),
        taken(
            "session-odd-characters",
            "a checkout_session_id of any text is taken",
        )
        .set(SESSION_AT, "cs/ü 42?#%2F"),
    ]
}
