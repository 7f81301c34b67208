//! Personal data has no place in a claim.

use serde_json::json;

use super::{
    super::{
        super::{documents::set, seller::Seller},
        offered::points_into,
    },
    Call, MEMBER, check, create, full_claim,
};
use crate::{Check, Outcome, Topic};

/// Where something personal stands: name of the row, pointer into the claim, value, words.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Values that are personal wherever they stand.
const VALUES: [Row; 6] = [
    (
        "email-in-publisher",
        "/publisher_id",
        "ann.buyer@example.com",
        "an email address as publisher_id",
    ),
    (
        "email-in-campaign",
        "/campaign_id",
        "ann.buyer@example.com",
        "an email address as campaign_id",
    ),
    (
        "email-in-sub-id",
        "/sub_id",
        "ann.buyer@example.com",
        "an email address as sub_id",
    ),
    (
        "email-in-metadata",
        "/metadata/reader",
        "ann.buyer@example.com",
        "an email address in metadata",
    ),
    (
        "phone-in-creative",
        "/creative_id",
        "+14155550123",
        "a phone number as creative_id",
    ),
    (
        "phone-in-metadata",
        "/metadata/reader",
        "+1 (415) 555-0123",
        "a phone number in metadata",
    ),
];

/// Names that say that what they hold is personal.
const NAMES: [Row; 4] = [
    (
        "name-email",
        "/metadata/email",
        "given",
        "a metadata member named email",
    ),
    (
        "name-phone",
        "/metadata/phone",
        "given",
        "a metadata member named phone",
    ),
    (
        "name-ssn",
        "/metadata/ssn",
        "given",
        "a metadata member named ssn",
    ),
    (
        "name-address",
        "/metadata/address",
        "given",
        "a metadata member named address",
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let values = VALUES.map(|row| check_of(row, "affiliate.validate.pii-refused"));
    let names = NAMES.map(|row| check_of(row, "affiliate.validate.pii-names"));
    values.into_iter().chain(names).collect()
}

fn check_of(row: Row, rule: &'static str) -> Check {
    let (name, _, _, words) = row;
    let title = format!("{words} should be refused with 400 pii_not_allowed");
    check(Topic::Leaks, &format!("pii-{name}"), title, move |seller| {
        refused(seller, row)
    })
    .proves(&[rule])
    .advice("look for email addresses, phone numbers and telling names in attribution fields")
}

async fn refused(seller: Seller, row: Row) -> Outcome {
    let (_, pointer, value, words) = row;
    let mut claim = full_claim(&seller, Call::Create)?;
    set(&mut claim, pointer, json!(value));
    let answer = create(&seller, &claim).await?;
    let case = seller.case();
    let found = || format!("{}: {}", answer.status, case.excerpt(&answer));
    case.must(
        answer.status < 500,
        &answer,
        "no request makes the server answer 5xx",
        found,
    )?;
    case.should(
        answer.status == 400 && answer.text("/code") == Some("pii_not_allowed"),
        &answer,
        &format!("{words} gets 400 with code pii_not_allowed"),
        found,
    );
    if answer.is_refusal() {
        points_into(&seller, &answer, MEMBER)?;
    }
    Ok(())
}
