//! 3-D Secure: the session asks for it, and pays only with its result.

use serde_json::{Value, json};

use crate::{
    Answer, Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::seller::{Seller, Session, codes, rule::ask},
};

pub(super) const SINCE_3DS: VersionRange = VersionRange::from(SpecVersion::V2025_12_12);

pub(super) fn checks() -> Vec<Check> {
    asked()
}

fn asked() -> Vec<Check> {
    let mut checks = vec![
        ask(
            Topic::Escalation,
            "3ds-status",
            "a card that needs authentication leads to authentication_required and no order",
            status_set,
        )
        .proves(&["checkout.authentication.status-set"])
        .advice("answer 200 with status authentication_required"),
        ask(
            Topic::Escalation,
            "3ds-metadata",
            "a session in authentication_required carries authentication_metadata",
            metadata_present,
        )
        .proves(&["checkout.authentication.metadata-present"])
        .advice("answer with acquirer_details and directory_server"),
        ask(
            Topic::Escalation,
            "3ds-metadata-shape",
            "authentication_metadata fits the version's schema",
            metadata_shape,
        )
        .proves(&["checkout.authentication.metadata-present"])
        .proves_shapes(&["checkout#AuthenticationMetadata"])
        .advice("make authentication_metadata fit the schema"),
        ask(
            Topic::Escalation,
            "3ds-acquirer-country",
            "acquirer_country is an ISO 3166-1 alpha-2 code",
            acquirer_country,
        )
        .proves(&["checkout.authentication.country-code"])
        .advice("write the country of the acquirer, such as US"),
    ];
    checks.extend(asked_more());
    let mut checks: Vec<_> = checks
        .into_iter()
        .map(|check| check.versions(SINCE_3DS))
        .collect();
    checks.push(
        ask(
            Topic::Escalation,
            "3ds-browser-details",
            "with javascript_enabled the metadata has the details of the browser",
            browser_details,
        )
        .versions(VersionRange::between(
            SpecVersion::V2025_12_12,
            SpecVersion::V2026_01_30,
        ))
        .proves(&["versions.authentication.browser-details"])
        .advice("add color_depth, java_enabled, screen_height, screen_width and timezone_offset"),
    );
    checks
}

fn asked_more() -> Vec<Check> {
    vec![
        ask(
            Topic::Escalation,
            "3ds-survives-retrieve",
            "authentication_required and its metadata are there on retrieve",
            survives_retrieve,
        )
        .proves(&[
            "checkout.authentication.metadata-present",
            "checkout.get.latest-state",
        ])
        .advice("store the state; the agent may lose the answer to complete"),
        ask(
            Topic::Escalation,
            "3ds-shape",
            "a session in authentication_required is valid",
            session_shape,
        )
        .proves(&["checkout.authentication.status-set"])
        .proves_shapes(&["checkout#CheckoutSession"])
        .advice("make the session fit the schema"),
        ask(
            Topic::Escalation,
            "3ds-keeps-the-amounts",
            "asking for authentication changes no amount",
            keeps_amounts,
        )
        .proves(&["checkout.state.authoritative-every-response"])
        .advice("answer with the session as it was"),
        ask(
            Topic::Escalation,
            "3ds-can-be-canceled",
            "a session in authentication_required can be canceled",
            can_be_canceled,
        )
        .proves(&[
            "checkout.cancel.status-200",
            "checkout.cancel.status-canceled",
        ])
        .advice("a session that is not completed can be canceled"),
    ]
}

impl Seller {
    /// A session in `authentication_required`, with the token that led there; not tested without a
    /// card that needs authentication, not applicable when that card pays at once.
    pub(super) async fn challenged(&self, ready: Session) -> Outcome<(Session, String)> {
        let token = self.challenged_token(&ready).await?;
        let answer = self.pay(&ready, &token).await?;
        let session = self.session(&answer)?;
        if session.status() == "authentication_required" {
            return Ok((session, token));
        }
        Err(Stop::NotApplicable(format!(
            "not offered: the card that needs authentication led to {}",
            session.status()
        )))
    }

    /// A fresh session in `authentication_required`.
    pub(super) async fn new_challenged(&self) -> Outcome<(Session, String)> {
        let ready = self.ready_session().await?;
        self.challenged(ready).await
    }

    /// The result of an authentication that succeeded.
    pub(super) fn proof(&self) -> Outcome<Value> {
        Ok(self.dialect().authenticated(&self.case().fresh_key()?))
    }

    /// Completes with the result of an authentication.
    pub(super) async fn authenticated(
        &self,
        session: &Session,
        token: &str,
        result: &Value,
    ) -> Outcome<Answer> {
        let mut body = self.complete_body(session, token);
        if let Some(body) = body.as_object_mut() {
            body.insert("authentication_result".to_owned(), result.clone());
        }
        self.complete(&session.id, &body).await
    }
}

async fn status_set(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    let token = seller.challenged_token(&ready).await?;
    let answer = seller.pay(&ready, &token).await?;
    seller
        .no_order(&ready.id, &answer, "a payment that needs authentication")
        .await?;
    let session = seller.session(&answer)?;
    seller.case().must(
        session.status() == "authentication_required",
        &answer,
        "a payment that needs authentication leads to authentication_required",
        || session.status().to_owned(),
    )
}

fn metadata<'a>(seller: &Seller, session: &'a Session) -> Outcome<&'a Value> {
    let metadata = session.json.get("authentication_metadata");
    seller.case().must(
        metadata.is_some_and(Value::is_object),
        &session.answer,
        "a session in authentication_required carries authentication_metadata",
        || seller.case().excerpt(&session.answer),
    )?;
    Ok(metadata.unwrap_or(&Value::Null))
}

async fn metadata_present(seller: Seller) -> Outcome {
    let (session, _) = seller.new_challenged().await?;
    let metadata = metadata(&seller, &session)?;
    for pointer in [
        "/acquirer_details/acquirer_bin",
        "/acquirer_details/acquirer_merchant_id",
        "/acquirer_details/merchant_name",
        "/directory_server",
    ] {
        seller.case().must(
            metadata.pointer(pointer).is_some_and(Value::is_string),
            &session.answer,
            "the metadata has what an authentication needs",
            || format!("{pointer} is missing in {metadata}"),
        )?;
    }
    Ok(())
}

async fn metadata_shape(seller: Seller) -> Outcome {
    let (session, _) = seller.new_challenged().await?;
    let metadata = metadata(&seller, &session)?;
    seller
        .case()
        .document(metadata, &session.answer, "checkout#AuthenticationMetadata")
}

async fn acquirer_country(seller: Seller) -> Outcome {
    let (session, _) = seller.new_challenged().await?;
    let metadata = metadata(&seller, &session)?;
    let country = metadata.pointer("/acquirer_details/acquirer_country");
    seller.case().must(
        country
            .and_then(Value::as_str)
            .is_some_and(codes::is_country),
        &session.answer,
        "acquirer_country is an ISO 3166-1 alpha-2 code",
        || format!("{country:?}"),
    )
}

async fn survives_retrieve(seller: Seller) -> Outcome {
    let (session, _) = seller.new_challenged().await?;
    let read = seller.read(&session.id).await?;
    let shown = metadata(&seller, &session)?;
    seller.case().must(
        read.status() == "authentication_required"
            && read.json.get("authentication_metadata") == Some(shown),
        &read.answer,
        "retrieve shows the state and the metadata that complete showed",
        || seller.case().excerpt(&read.answer),
    )
}

async fn session_shape(seller: Seller) -> Outcome {
    let (session, _) = seller.new_challenged().await?;
    let shape = seller.dialect().session_shape();
    seller.case().shape(&session.answer, shape)
}

async fn keeps_amounts(seller: Seller) -> Outcome {
    let ready = seller.ready_session().await?;
    let totals = ready.json.get("totals").cloned();
    let (session, _) = seller.challenged(ready).await?;
    seller.case().must(
        session.json.get("totals") == totals.as_ref(),
        &session.answer,
        "asking for authentication changes no amount",
        || format!("{totals:?} and {:?}", session.json.get("totals")),
    )
}

async fn can_be_canceled(seller: Seller) -> Outcome {
    let (session, _) = seller.new_challenged().await?;
    let answer = seller.cancel(&session.id).await?;
    seller.case().status(&answer, &[200])?;
    let canceled = seller.session(&answer)?;
    seller.case().must(
        canceled.status() == "canceled",
        &answer,
        "the session is canceled",
        || canceled.status().to_owned(),
    )
}

async fn browser_details(seller: Seller) -> Outcome {
    let (session, _) = seller.new_challenged().await?;
    let metadata = metadata(&seller, &session)?;
    let browser = metadata.pointer("/channel/browser");
    let Some(browser) = browser.filter(|one| one.get("javascript_enabled") == Some(&json!(true)))
    else {
        return Err(Stop::NotApplicable(
            "the metadata names no browser with JavaScript".to_owned(),
        ));
    };
    for member in [
        "color_depth",
        "java_enabled",
        "screen_height",
        "screen_width",
        "timezone_offset",
    ] {
        seller.case().must(
            browser.get(member).is_some(),
            &session.answer,
            "a browser with JavaScript is described in full",
            || format!("{member} is missing in {browser}"),
        )?;
    }
    Ok(())
}
