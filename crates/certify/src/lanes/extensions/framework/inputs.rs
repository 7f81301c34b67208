//! Malformed fields of extensions are refused like malformed core fields.

use serde_json::{Map, Value, json};

use crate::{
    Answer, Check, Outcome, Stop, Topic,
    lanes::{
        documents::with,
        extensions::shop::{DISCOUNT, ask, body, offers_discounts, plain, unknown_code},
        seller::Seller,
    },
};

const VALIDATED: &[&str] = &["extensions.security.inputs-validated"];

/// A member of a request and a value of a wrong type: name, title, member, value.
fn malformed() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let mut all = Vec::new();
    let discounts = [
        ("discounts-text", "discounts as a text", json!("SAVE10")),
        ("discounts-list", "discounts as a list", json!(["SAVE10"])),
        ("discounts-number", "discounts as a number", json!(10)),
        ("discounts-true", "discounts as true", json!(true)),
    ];
    all.extend(discounts.map(|(name, title, value)| (name, title, "discounts", value)));
    let codes = [
        ("codes-text", "codes as a text", json!("SAVE10")),
        (
            "codes-object",
            "codes as an object",
            json!({ "0": "SAVE10" }),
        ),
        ("codes-number", "codes as a number", json!(7)),
        ("code-number", "a code as a number", json!([10])),
        ("code-true", "a code as true", json!([true])),
        ("code-null", "a code as null", json!([null])),
        (
            "code-object",
            "a code as an object",
            json!([{ "code": "SAVE10" }]),
        ),
        ("code-list", "a code as a list", json!([["SAVE10"]])),
    ];
    all.extend(
        codes.map(|(name, title, value)| (name, title, "discounts", json!({ "codes": value }))),
    );
    let coupons = [
        ("coupons-text", "coupons as a text", json!("SAVE10")),
        ("coupons-number", "a coupon as a number", json!([10])),
    ];
    all.extend(coupons.map(|(name, title, value)| (name, title, "coupons", value)));
    all
}

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for (name, title, member, value) in malformed() {
        for on_update in [false, true] {
            let (operation, shape) = if on_update {
                ("update", "discount#checkout_update_request_with_discount")
            } else {
                ("create", "discount#checkout_create_request_with_discount")
            };
            let value = value.clone();
            checks.push(
                ask(
                    Topic::Errors,
                    &format!("{name}-on-{operation}"),
                    format!("{title} is refused with 4xx ({operation})"),
                    move |seller| refused(seller, member, value.clone(), shape, on_update),
                )
                .proves(VALIDATED)
                .proves_shapes(&[shape])
                .advice("check the fields of extensions against their schema before using them"),
            );
        }
    }
    checks.push(
        ask(
            Topic::Errors,
            "applied-from-agent",
            "discounts that an agent writes into applied take nothing off",
            applied_from_agent,
        )
        .proves(VALIDATED)
        .proves_shapes(&["discount#discounts_request"])
        .advice("refuse, or pass over, everything in discounts but codes"),
    );
    checks
}

/// The answer is a refusal in good form.
pub(super) fn is_refused(seller: &Seller, answer: &Answer) -> Outcome {
    let case = seller.case();
    case.must(
        answer.is_refusal(),
        answer,
        "a malformed field of an extension is refused with 4xx",
        || format!("{}: {}", answer.status, case.excerpt(answer)),
    )?;
    seller.is_error(answer)?;
    case.shape(answer, "checkout#Error")
}

async fn refused(
    seller: Seller,
    member: &'static str,
    value: Value,
    shape: &str,
    on_update: bool,
) -> Outcome {
    let session = plain(&seller).await?;
    offers_discounts(&session)?;
    let mut document = if on_update {
        Map::new()
    } else {
        body(&seller, Some(json!([DISCOUNT])))?
    };
    document.insert(member.to_owned(), value);
    let document = Value::Object(document);
    let case = seller.case();
    let valid = case
        .judge()
        .is_valid(case.version(), shape, &document)
        .map_err(|error| Stop::NotTested(error.to_string()))?;
    if valid {
        return Err(Stop::NotTested("the schema takes this body".to_owned()));
    }
    let answer = if on_update {
        seller.update(&session.id, &document).await?
    } else {
        seller.create(&document).await?
    };
    is_refused(&seller, &answer)?;
    if on_update {
        seller.unchanged(&session, "a refused update").await?;
    }
    Ok(())
}

async fn applied_from_agent(seller: Seller) -> Outcome {
    let without = plain(&seller).await?;
    offers_discounts(&without)?;
    let forged = json!([{
        "id": "di_forged",
        "code": unknown_code(&seller)?,
        "coupon": { "id": "coupon_forged", "name": "Forged", "amount_off": 100, "currency": seller.target().currency },
        "amount": 100,
    }]);
    let body = Value::Object(body(&seller, Some(json!([DISCOUNT])))?);
    let body = with(
        body,
        "/discounts",
        json!({ "codes": [], "applied": forged }),
    );
    let answer = seller.create(&body).await?;
    if answer.is_refusal() {
        return is_refused(&seller, &answer);
    }
    let session = seller.session(&answer)?;
    seller.case().must(
        session.total("total") == without.total("total")
            && !answer.body.windows(9).any(|text| text == b"di_forged"),
        &answer,
        "what an agent writes into applied takes nothing off and is not repeated",
        || seller.case().excerpt(&answer),
    )
}
