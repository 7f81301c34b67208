//! A call of a version is answered in that version's shape.

use serde_json::Value;

use crate::{
    Check, Outcome, SpecVersion, Stop, Topic,
    lanes::seller::{Dialect, Seller, rule::ask},
};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for version in SpecVersion::ALL {
        checks.push(
            ask(
                Topic::Versions,
                &format!("shape-of-{version}"),
                format!(
                    "a call that names {version} is answered in the shape of {version}, or refused"
                ),
                move |seller| shape_of(seller, version),
            )
            .proves(&["versions.negotiation.shape-follows-header"])
            .advice(
                "choose the shape by the API-Version of each call, not by a setting of the server",
            ),
        );
    }
    checks.push(
        ask(
            Topic::Versions,
            "shape-of-another-version-is-not-mixed-in",
            "the answer has no member that only other versions have",
            not_mixed,
        )
        .proves(&["versions.negotiation.shape-follows-header"])
        .advice("leave out what the named version does not have"),
    );
    checks
}

/// What is in a session of a version, and what is not, as JSON Pointers.
fn marks(version: SpecVersion) -> (&'static [&'static str], &'static [&'static str]) {
    match version {
        SpecVersion::V2025_09_29 => (
            &["/line_items/0/base_amount", "/line_items/0/item/quantity"],
            &[
                "/capabilities",
                "/fulfillment_details",
                "/selected_fulfillment_options",
                "/line_items/0/totals",
                "/line_items/0/quantity",
            ],
        ),
        SpecVersion::V2025_12_12 | SpecVersion::V2026_01_16 => (
            &["/line_items/0/base_amount", "/line_items/0/item/quantity"],
            &[
                "/capabilities",
                "/fulfillment_address",
                "/fulfillment_option_id",
                "/line_items/0/totals",
                "/line_items/0/quantity",
            ],
        ),
        SpecVersion::V2026_01_30 | SpecVersion::V2026_04_17 => (
            &[
                "/capabilities",
                "/line_items/0/totals",
                "/line_items/0/quantity",
            ],
            &[
                "/payment_provider",
                "/fulfillment_address",
                "/fulfillment_option_id",
                "/line_items/0/base_amount",
                "/line_items/0/item/quantity",
            ],
        ),
    }
}

async fn shape_of(seller: Seller, version: SpecVersion) -> Outcome {
    let dialect = Dialect(version);
    let mut body = dialect.create(seller.target(), &[(seller.item()?, 1)]);
    let address = dialect.address(&seller.target().address, &seller.target().buyer);
    body.insert(dialect.address_member().to_owned(), address);
    let request = seller
        .post_request("/checkout_sessions", &Value::Object(body))?
        .with("API-Version", version.as_str());
    let answer = seller.send(request).await?;
    if answer.is_refusal() && version != seller.case().version() {
        return Err(Stop::NotApplicable(format!("not offered: {version}")));
    }
    seller.case().must(
        answer.is_success(),
        &answer,
        "a good create of a supported version gets a session",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )?;
    let json = seller.case().json(&answer)?;
    let (there, absent) = marks(version);
    for pointer in there {
        seller.case().must(
            json.pointer(pointer).is_some(),
            &answer,
            "the answer has what the named version has",
            || format!("{version}: {pointer} is missing"),
        )?;
    }
    for pointer in absent {
        seller.case().must(
            json.pointer(pointer).is_none(),
            &answer,
            "the answer has nothing that the named version does not have",
            || format!("{version}: {pointer} is there"),
        )?;
    }
    let faults = seller
        .case()
        .judge()
        .validate(version, dialect.session_shape(), json)
        .map_err(|error| Stop::NotTested(error.to_string()))?;
    seller.case().must(
        faults.is_empty(),
        &answer,
        "the answer is valid under the schema of the named version",
        || {
            let faults = faults.iter().take(5);
            let texts = faults.map(|fault| format!("{}: {}", fault.path, fault.message));
            format!("{version}: {}", texts.collect::<Vec<_>>().join("; "))
        },
    )
}

async fn not_mixed(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let (_, absent) = marks(seller.case().version());
    for pointer in absent {
        seller.case().must(
            session.json.pointer(pointer).is_none(),
            &session.answer,
            "the answer has nothing that the version does not have",
            || format!("{pointer} is there"),
        )?;
    }
    Ok(())
}
