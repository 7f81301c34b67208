//! What single versions ask and others do not.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Topic, VersionRange,
    lanes::seller::{Seller, rule::ask},
};

const NESTED: VersionRange =
    VersionRange::between(SpecVersion::V2025_12_12, SpecVersion::V2026_01_16);
const WITH_PROVIDER: VersionRange =
    VersionRange::between(SpecVersion::V2025_09_29, SpecVersion::V2026_01_16);
const WITH_HANDLERS: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Versions,
            "flat-address-is-not-read",
            "a flat fulfillment_address is neither read nor returned",
            flat_address,
        )
        .versions(NESTED)
        .proves(&["versions.address.nested"])
        .advice("read fulfillment_details only; the flat member belongs to 2025-09-29"),
        ask(
            Topic::Versions,
            "flat-option-is-not-read",
            "fulfillment_option_id is neither read nor returned",
            flat_option,
        )
        .versions(NESTED)
        .proves(&["versions.options.array-used"])
        .advice("read selected_fulfillment_options only; the flat member belongs to 2025-09-29"),
        ask(
            Topic::Versions,
            "payment-provider-is-named",
            "a session that can be paid names payment_provider with its methods",
            provider_named,
        )
        .versions(WITH_PROVIDER)
        .proves(&["versions.payment.provider-advertised"])
        .advice("answer with payment_provider: provider and supported_payment_methods"),
        ask(
            Topic::Versions,
            "handlers-replace-provider",
            "sessions carry capabilities.payment.handlers and no payment_provider",
            handlers_replace_provider,
        )
        .versions(WITH_HANDLERS)
        .proves(&["versions.payment.handlers-replace-provider"])
        .advice("drop payment_provider; list the handlers"),
        ask(
            Topic::Versions,
            "old-payment-data-is-refused",
            "payment_data with token and provider is refused and charges nothing",
            old_payment_data,
        )
        .versions(WITH_HANDLERS)
        .proves(&["versions.payment.old-data-refused"])
        .advice("answer 4xx: this version's payment_data names handler and instrument"),
        ask(
            Topic::Versions,
            "new-lines-are-not-read",
            "line_items in a request of a version with items opens no session of them",
            new_lines,
        )
        .versions(WITH_PROVIDER)
        .proves(&["versions.negotiation.shape-follows-header"])
        .advice("answer 4xx: items is required"),
        ask(
            Topic::Versions,
            "old-lines-are-not-read",
            "items in a request of a version with line_items opens no session of them",
            old_lines,
        )
        .versions(WITH_HANDLERS)
        .proves(&["versions.negotiation.shape-follows-header"])
        .advice("answer 4xx: line_items is required"),
    ]
}

async fn flat_address(seller: Seller) -> Outcome {
    let mut body = seller.create_body()?;
    body.insert(
        "fulfillment_address".to_owned(),
        json!(seller.target().address),
    );
    let answer = seller.create(&Value::Object(body)).await?;
    if answer.is_refusal() {
        return Ok(());
    }
    let session = seller.session(&answer)?;
    seller.case().must(
        session.address().is_none(),
        &answer,
        "a flat address is refused or passed over",
        || seller.case().excerpt(&answer),
    )
}

async fn flat_option(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    let selected = session.selected_options();
    let options = session.options().iter();
    let mut ids = options.filter_map(|option| option.get("id")?.as_str());
    let other = ids.find(|id| !selected.contains(id)).unwrap_or("other");
    let answer = seller
        .update(&session.id, &json!({ "fulfillment_option_id": other }))
        .await?;
    let read = seller.read(&session.id).await?;
    seller.case().must(
        read.selected_options() == selected && read.json.get("fulfillment_option_id").is_none(),
        &read.answer,
        "a flat choice is refused or passed over",
        || format!("{} then {:?}", answer.status, read.selected_options()),
    )
}

async fn provider_named(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    let provider = ready.json.pointer("/payment_provider/provider");
    let methods = ready
        .json
        .pointer("/payment_provider/supported_payment_methods")
        .and_then(Value::as_array);
    seller.case().must(
        provider.is_some_and(Value::is_string) && methods.is_some_and(|all| !all.is_empty()),
        &ready.answer,
        "payment_provider names provider and at least one method",
        || format!("{:?}", ready.json.get("payment_provider")),
    )
}

async fn handlers_replace_provider(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    seller.case().must(
        ready.json.get("payment_provider").is_none() && !ready.handlers().is_empty(),
        &ready.answer,
        "the session lists handlers and has no payment_provider",
        || seller.case().excerpt(&ready.answer),
    )
}

async fn old_payment_data(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    let token = seller.token(&ready).await?;
    let old = json!({
        "buyer": seller.target().buyer,
        "payment_data": { "token": token, "provider": "stripe" },
    });
    let answer = seller.complete(&ready.id, &old).await?;
    seller.case().must(
        answer.is_refusal(),
        &answer,
        "payment_data of an older version is refused with 4xx",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )?;
    seller
        .no_order(&ready.id, &answer, "payment_data of an older version")
        .await?;
    let answer = seller.pay(&ready, &token).await?;
    let paid = seller.session(&answer)?;
    seller.case().must(
        paid.status() == "completed",
        &answer,
        "the refused request charged nothing: the token still pays",
        || seller.case().excerpt(&answer),
    )
}

async fn new_lines(seller: Seller) -> Outcome {
    let body = json!({ "line_items": [{ "id": seller.item()? }] });
    let answer = seller.create(&body).await?;
    seller.case().must(
        answer.is_refusal(),
        &answer,
        "a create without items is refused with 4xx",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )
}

async fn old_lines(seller: Seller) -> Outcome {
    let mut body = seller.create_body()?;
    body.remove("line_items");
    body.insert(
        "items".to_owned(),
        json!([{ "id": seller.item()?, "quantity": 1 }]),
    );
    let answer = seller.create(&Value::Object(body)).await?;
    seller.case().must(
        answer.is_refusal(),
        &answer,
        "a create without line_items is refused with 4xx",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )
}
