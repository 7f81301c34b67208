//! No extension lets a call through that lacks the ordinary credential.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, Request, Topic,
    lanes::{
        extensions::shop::{DISCOUNT, ask, body, code, plain, some_declared, with_codes},
        seller::{Seller, session_path},
    },
};

/// How the credential is spoilt.
type Spoil = fn(Request) -> Request;

const SPOILT: [(&str, &str, Spoil); 3] = [
    ("missing", "without credential", |request| {
        request.without("Authorization")
    }),
    ("wrong", "with a wrong credential", |request| {
        request.with("Authorization", "Bearer certify-no-such-key")
    }),
    (
        "extension",
        "with the extension's name as credential",
        |request| {
            request
                .without("Authorization")
                .header("Authorization", "discount SAVE10")
        },
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for (name, title, spoil) in SPOILT {
        for on_update in [false, true] {
            let operation = if on_update { "update" } else { "create" };
            checks.push(
                ask(
                    Topic::Auth,
                    &format!("extension-credential-{name}-on-{operation}"),
                    format!("{operation} with fields of an extension is refused {title}"),
                    move |seller| refused(seller, spoil, on_update),
                )
                .proves(&["extensions.security.no-auth-bypass"])
                .advice("look at the credential before the body, whatever extensions it uses"),
            );
        }
    }
    checks
}

async fn refused(seller: Seller, spoil: Spoil, on_update: bool) -> Outcome {
    let session = plain(&seller).await?;
    some_declared(&session)?;
    let configured = seller.target().discount_codes.contains_key("valid");
    let sent = if configured {
        code(&seller, "valid").await?
    } else {
        "SAVE10".to_owned()
    };
    let request = if on_update {
        let body = json!({ "discounts": { "codes": [sent] } });
        seller.post_request(session_path(&session.id, ""), &body)?
    } else {
        let body: Value = with_codes(body(&seller, Some(json!([DISCOUNT])))?, &[&sent]);
        seller.post_request("/checkout_sessions", &body)?
    };
    let answer = seller.send(spoil(request)).await?;
    seller.case().must(
        matches!(answer.status, 401 | 403),
        &answer,
        "a call that lacks the ordinary credential is refused with 401 or 403",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )?;
    seller.unchanged(&session, "a refused call").await
}
