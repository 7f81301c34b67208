//! How a shop says that it takes codes.

use serde_json::{Value, json};

use super::scene::{self, Scene};
use crate::{
    Check, Outcome, Stop, Topic,
    lanes::{
        documents::{list, set},
        extensions::shop::{
            DISCOUNT, ask, bare, body, declaration, offers_discounts, plain, unknown_code,
            with_codes,
        },
        seller::Seller,
    },
};

/// What the extension adds, in the order of the specification.
const EXTENDS: [&str; 3] = [
    "$.CheckoutSessionCreateRequest.discounts",
    "$.CheckoutSessionUpdateRequest.discounts",
    "$.CheckoutSession.discounts",
];

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Lifecycle,
            "discount-advertised",
            "a shop that takes codes lists discount in capabilities.extensions",
            advertised,
        )
        .proves(&["discounts.declaration.advertised"])
        .advice("add { \"name\": \"discount\" } to capabilities.extensions of every session"),
        ask(
            Topic::Lifecycle,
            "discount-advertised-with-codes",
            "a session with codes lists discount in capabilities.extensions",
            advertised_with_codes,
        )
        .proves(&["discounts.declaration.advertised"])
        .advice("list the extension in every answer, also on update"),
        ask(
            Topic::Lifecycle,
            "discount-extends",
            "the declaration of discount extends create request, update request and session by discounts",
            extends,
        )
        .proves(&["discounts.declaration.extends"])
        .advice("name the three places in extends"),
        ask(
            Topic::Lifecycle,
            "discount-core-metadata",
            "the declaration of discount agrees with the registry of core extensions",
            agrees_with_registry,
        )
        .proves(&["discounts.declaration.extends"])
        .proves_shapes(&["extension#core_extensions"])
        .advice("take name and extends from the specification; spec and schema are addresses"),
    ]
}

async fn advertised(seller: Seller) -> Outcome {
    let codes = [unknown_code(&seller)?];
    let session = plain(&seller).await?;
    if offers_discounts(&session).is_ok() {
        return Ok(());
    }
    let body = body(&seller, Some(json!([DISCOUNT])))?;
    let answer = seller
        .create(&with_codes(body, &codes.each_ref().map(String::as_str)))
        .await?;
    let takes_codes = answer.pointer("/discounts").is_some()
        || session.json.get("discounts").is_some()
        || seller.target().offers("discounts")
        || seller.target().discount_codes.contains_key("valid");
    if !takes_codes {
        return Err(Stop::NotApplicable(
            "not offered: the seller shows no sign of discounts".to_owned(),
        ));
    }
    seller.case().must(
        false,
        &session.answer,
        "a shop that takes codes lists discount in capabilities.extensions",
        || {
            let capabilities = session.json.get("capabilities").unwrap_or(&Value::Null);
            format!("capabilities.extensions is {}", capabilities["extensions"])
        },
    )
}

async fn advertised_with_codes(seller: Seller) -> Outcome {
    let (session, code) = scene::valid(&seller).await?;
    let updated = Scene::Updated.sessions(&seller).await?;
    for session in updated.iter().chain([&session]) {
        seller.case().must(
            declaration(session, DISCOUNT).is_some(),
            &session.answer,
            "a session with codes lists discount",
            || format!("not listed with {code}"),
        )?;
    }
    Ok(())
}

async fn extends(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    offers_discounts(&session)?;
    let declaration = declaration(&session, DISCOUNT).unwrap_or(&Value::Null);
    if declaration.get("extends").is_none() {
        return Err(Stop::NotApplicable(
            "the declaration has no extends, which is optional".to_owned(),
        ));
    }
    let named: Vec<_> = list(declaration, "extends")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let missing: Vec<_> = EXTENDS
        .into_iter()
        .filter(|one| !named.contains(one))
        .collect();
    seller.case().must(
        missing.is_empty(),
        &session.answer,
        "extends names all three places that the extension adds",
        || format!("missing: {}", missing.join(", ")),
    )
}

/// The registry describes each core extension by a document of its own. What the shop declares is
/// put into that form, and extends into the registry's order, which a declaration need not keep.
async fn agrees_with_registry(seller: Seller) -> Outcome {
    let session = plain(&seller).await?;
    offers_discounts(&session)?;
    let declaration = declaration(&session, DISCOUNT).unwrap_or(&Value::Null);
    let name = declaration.get("name").and_then(Value::as_str);
    let mut metadata = json!({ "id": name.map(bare), "name": "Discount Extension" });
    for member in ["spec", "schema"] {
        if let Some(value) = declaration.get(member) {
            set(&mut metadata, &format!("/{member}"), value.clone());
        }
    }
    if let Some(extends) = declaration.get("extends").and_then(Value::as_array) {
        let known = EXTENDS.into_iter();
        let ordered: Vec<_> = known.filter(|one| extends.contains(&json!(one))).collect();
        set(&mut metadata, "/extends", json!(ordered));
    }
    let registry = json!({ DISCOUNT: metadata });
    seller
        .case()
        .document(&registry, &session.answer, "extension#core_extensions")
}
