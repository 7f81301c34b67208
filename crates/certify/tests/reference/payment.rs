//! Paying a session.

use comptoir_certify::SpecVersion;
use serde_json::Value;

use super::{
    handlers::{self, Means},
    pricing::needs_authentication,
    psp::{Charge, Demand, MERCHANT},
    reply::Refusal,
    seller::{Seller, Shop},
    session::Session,
    shapes::text,
    threeds,
};

/// What comes of an attempt to pay.
pub(crate) enum Outcome {
    Paid,
    /// The buyer must authenticate first.
    Authenticate,
    /// Not paid, with a message code and a text for the buyer.
    Failed(&'static str, String),
}

/// Charges the session's total. `authentication` is the result that was awaited, if any.
pub(crate) fn pay(
    seller: &Seller,
    shop: &mut Shop,
    version: SpecVersion,
    session: &Session,
    body: &Value,
    authentication: Option<&Value>,
) -> Result<Outcome, Refusal> {
    let (means, token) = instrument(seller, shop, version, session, body)?;
    if let Some(result) = authentication
        && !threeds::passed(result)
    {
        let text = "The card issuer did not authenticate the buyer.";
        return Ok(Outcome::Failed("payment_declined", text.to_owned()));
    }
    let demand = Demand {
        token,
        merchant: MERCHANT,
        session: &session.id,
        amount: session.priced.total(),
        currency: "usd",
        handler: (means != Means::Card).then(|| means.handler_id()),
        authenticated: authentication.is_some(),
    };
    if needs_authentication(session) && authentication.is_none() {
        return Ok(authenticate(version, session));
    }
    let fields = match seller.psp.charge(&demand) {
        Charge::Paid(fields) => fields,
        Charge::Authenticate => return Ok(authenticate(version, session)),
        Charge::Refused(text) => return Ok(Outcome::Failed("payment_declined", text)),
    };
    Ok(match shop.accounts.take(session, means, &fields) {
        Ok(()) => Outcome::Paid,
        Err(text) => {
            seller.psp.give_back(token);
            Outcome::Failed("payment_declined", text)
        }
    })
}

/// Asks for authentication, where version and agent know how.
fn authenticate(version: SpecVersion, session: &Session) -> Outcome {
    let able = match &session.interventions {
        Some(supported) => supported.iter().any(|one| one == "3ds"),
        None => version >= SpecVersion::V2025_12_12,
    };
    if able && version >= SpecVersion::V2025_12_12 {
        return Outcome::Authenticate;
    }
    let text = "This payment needs 3-D Secure (3ds), which your agent cannot present.".to_owned();
    if version >= SpecVersion::V2026_01_30 {
        Outcome::Failed("intervention_required", text)
    } else {
        Outcome::Failed("requires_3ds", text)
    }
}

/// How the agent pays, and with which token.
fn instrument<'a>(
    seller: &Seller,
    shop: &Shop,
    version: SpecVersion,
    session: &Session,
    body: &'a Value,
) -> Result<(Means, &'a str), Refusal> {
    let data = &body["payment_data"];
    let refused =
        |at: &str, text: &str| Err(Refusal::new("invalid", text).at(format!("$.payment_data{at}")));
    if version < SpecVersion::V2026_01_30 {
        return match text(data, "token") {
            Some(token) if !token.is_empty() => Ok((Means::Card, token)),
            _ => refused(".token", "a token is needed"),
        };
    }
    let Some(id) = text(data, "handler_id") else {
        return refused("", "the shop sells on no terms but payment by a handler");
    };
    let Some(means) = handlers::find(seller, shop, session, id) else {
        return refused(".handler_id", "the session does not offer this handler");
    };
    let credential = &data["instrument"]["credential"];
    match (text(credential, "type"), text(credential, "token")) {
        (Some("spt"), Some(token)) if !token.is_empty() => Ok((means, token)),
        _ => refused(
            ".instrument.credential",
            "a delegated token (spt) is needed",
        ),
    }
}
