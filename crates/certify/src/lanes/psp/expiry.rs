//! Expiry, codes and checks of a card.

use serde_json::json;

use super::{
    body::year_from_now,
    row::{Row, refused},
};
use crate::{Check, SpecVersion, VersionRange};

const ALL_FIELDS: &[&str] = &["delegate-payment.validation.all-fields"];
const MONTH: &[&str] = &["delegate-payment.validation.exp-month-range"];
const YEAR: &[&str] = &["delegate-payment.validation.exp-year-digits"];

const MONTH_AT: &str = "/payment_method/exp_month";
const YEAR_AT: &str = "/payment_method/exp_year";
const CVC_AT: &str = "/payment_method/cvc";
const IIN_AT: &str = "/payment_method/iin";

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let rows = [expiry(), codes(), issuer()];
    rows.into_iter().flatten().map(Row::check).collect()
}

fn expiry() -> Vec<Row> {
    let last_year = year_from_now(-1).to_string();
    let month = |name, title, value: &str| refused(name, title).set(MONTH_AT, value).proves(MONTH);
    let year = |name, title, value: &str| refused(name, title).set(YEAR_AT, value).proves(YEAR);
    vec![
        month("exp-month-00", "an expiry month of 00 is refused", "00"),
        month("exp-month-13", "an expiry month of 13 is refused", "13"),
        month("exp-month-99", "an expiry month of 99 is refused", "99"),
        month("exp-month-letter", "an expiry month of 1x is refused", "1x"),
        month("exp-month-sign", "an expiry month of -1 is refused", "-1"),
        month(
            "exp-month-space",
            "an expiry month of \" 1\" is refused",
            " 1",
        ),
        month("exp-month-long", "an expiry month of 012 is refused", "012"),
        month("exp-month-empty", "an empty expiry month is refused", ""),
        month(
            "exp-month-one-digit",
            "an expiry month of one digit is refused: 01 to 12 have two",
            "7",
        ),
        refused(
            "exp-month-integer",
            "an expiry month that is written as an integer is refused",
        )
        .set(MONTH_AT, 12)
        .proves(ALL_FIELDS),
        year(
            "exp-year-two-digits",
            "an expiry year of two digits is refused",
            "29",
        ),
        year(
            "exp-year-letter",
            "an expiry year of 20x9 is refused",
            "20x9",
        ),
        year(
            "exp-year-five-digits",
            "an expiry year of five digits is refused",
            "02029",
        ),
        year("exp-year-empty", "an empty expiry year is refused", ""),
        year("exp-year-sign", "an expiry year of -029 is refused", "-029"),
        refused(
            "exp-year-integer",
            "an expiry year that is written as an integer is refused",
        )
        .set(YEAR_AT, 2_040)
        .proves(ALL_FIELDS),
        refused("exp-last-year", "a card that expired last year is refused")
            .set(YEAR_AT, last_year)
            .proves(ALL_FIELDS)
            .advised(),
        refused("exp-year-2000", "a card that expired in 2000 is refused")
            .set(YEAR_AT, "2000")
            .proves(ALL_FIELDS)
            .advised(),
        refused("exp-year-9999", "an expiry in the year 9999 is refused")
            .set(YEAR_AT, "9999")
            .proves(ALL_FIELDS)
            .advised(),
    ]
}

fn codes() -> Vec<Row> {
    let rows = vec![
        refused("cvc-five-digits", "a cvc of five digits is refused").set(CVC_AT, "73912"),
        refused(
            "cvc-integer",
            "a cvc that is written as an integer is refused",
        )
        .set(CVC_AT, 739),
        refused("cvc-letters", "a cvc with letters is refused")
            .set(CVC_AT, "7x9")
            .advised(),
        refused("cvc-two-digits", "a cvc of two digits is refused")
            .set(CVC_AT, "73")
            .advised(),
        refused("cvc-empty", "an empty cvc is refused")
            .set(CVC_AT, "")
            .advised(),
        refused(
            "eci-three-digits",
            "an eci_value of three characters is refused",
        )
        .set("/payment_method/eci_value", "005"),
        refused(
            "eci-integer",
            "an eci_value that is written as an integer is refused",
        )
        .set("/payment_method/eci_value", 5),
        refused(
            "cryptogram-integer",
            "a cryptogram that is no text is refused",
        )
        .set("/payment_method/cryptogram", 1),
        refused("checks-unknown", "an unknown performed check is refused").set(
            "/payment_method/checks_performed",
            json!(["avs", "horoscope"]),
        ),
        refused("checks-text", "checks_performed that is no list is refused")
            .set("/payment_method/checks_performed", "avs"),
        refused("checks-case", "a performed check of AVS is refused")
            .set("/payment_method/checks_performed", json!(["AVS"])),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}

fn issuer() -> Vec<Row> {
    let rows = vec![
        refused("iin-nine-digits", "an iin of nine digits is refused").set(IIN_AT, "424242424"),
        refused(
            "iin-integer",
            "an iin that is written as an integer is refused",
        )
        .set(IIN_AT, 424_242),
        refused(
            "iin-eight-2026-01-30",
            "an iin of eight digits is refused: this version caps it at six",
        )
        .set(IIN_AT, "42424242")
        .versions(VersionRange::between(
            SpecVersion::V2026_01_30,
            SpecVersion::V2026_01_30,
        ))
        .proves(&["versions.delegate-payment.iin-eight-refused"]),
        refused(
            "iin-eight-2025-12-12",
            "an iin of eight digits is refused: this version caps it at six",
        )
        .set(IIN_AT, "42424242")
        .versions(VersionRange::between(
            SpecVersion::V2025_12_12,
            SpecVersion::V2025_12_12,
        ))
        .proves(&["versions.delegate-payment.iin-eight-refused-2025-12-12"]),
        refused(
            "iin-seven-2025-12-12",
            "an iin of seven digits is refused: this version caps it at six",
        )
        .set(IIN_AT, "4242424")
        .versions(VersionRange::between(
            SpecVersion::V2025_12_12,
            SpecVersion::V2025_12_12,
        ))
        .proves(&["versions.delegate-payment.iin-eight-refused-2025-12-12"]),
        refused(
            "iin-of-another-card",
            "an iin that does not begin the number is refused",
        )
        .set(IIN_AT, "555555")
        .advised(),
    ];
    rows.into_iter().map(|row| row.proves(ALL_FIELDS)).collect()
}
