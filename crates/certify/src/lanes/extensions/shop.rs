//! Sessions with extensions: how an agent asks for them, and which ones a session lists.

use serde_json::{Map, Value, json};

use super::offered::check;
use crate::{
    Check, Outcome, SpecVersion, Stop, Topic, VersionRange,
    lanes::{
        documents::list,
        seller::{Seller, Session},
    },
};

/// The versions that have extensions.
pub(super) const SINCE: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

/// The name of the discount extension.
pub(super) const DISCOUNT: &str = "discount";

/// A check of this lane that works on the seller under test.
pub(super) fn ask<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Seller) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    check(topic, name, title, run).versions(SINCE)
}

/// A body that buys the first two items, one of each, with an address, and lists `extensions` as
/// understood; without a list when `None`.
pub(super) fn body(seller: &Seller, extensions: Option<Value>) -> Outcome<Map<String, Value>> {
    let mut lines = vec![(seller.item()?, 1)];
    lines.extend(seller.item_at(1).ok().map(|second| (second, 1)));
    let mut body = seller.body_for(&lines, true);
    if let (Some(extensions), Some(capabilities)) = (
        extensions,
        body.get_mut("capabilities").and_then(Value::as_object_mut),
    ) {
        capabilities.insert("extensions".to_owned(), extensions);
    }
    Ok(body)
}

/// A new session of [`body`].
pub(super) async fn session(seller: &Seller, extensions: Option<Value>) -> Outcome<Session> {
    let answer = seller
        .create(&Value::Object(body(seller, extensions)?))
        .await?;
    seller.session(&answer)
}

/// A new session for an agent that understands the discount extension.
pub(super) async fn plain(seller: &Seller) -> Outcome<Session> {
    session(seller, Some(json!([DISCOUNT]))).await
}

/// The active extensions, as declared in a session.
pub(super) fn declared(session: &Session) -> &[Value] {
    let capabilities = session.json.get("capabilities");
    capabilities
        .map(|capabilities| list(capabilities, "extensions"))
        .unwrap_or_default()
}

/// The name of a declared extension, with its version; some shops write a bare name.
pub(super) fn name(declaration: &Value) -> Option<&str> {
    declaration
        .as_str()
        .or_else(|| declaration.get("name")?.as_str())
}

/// A name without its version.
pub(super) fn bare(name: &str) -> &str {
    name.split('@').next().unwrap_or(name)
}

/// The declaration of the extension of this bare name.
pub(super) fn declaration<'a>(session: &'a Session, wanted: &str) -> Option<&'a Value> {
    let mut all = declared(session).iter();
    all.find(|one| name(one).map(bare) == Some(wanted))
}

/// The session's extensions; not applicable where it lists none.
pub(super) fn some_declared(session: &Session) -> Outcome<&[Value]> {
    match declared(session) {
        [] => Err(Stop::NotApplicable(
            "not offered: no session lists an extension".to_owned(),
        )),
        all => Ok(all),
    }
}

/// Not applicable where the session does not list the discount extension.
pub(super) fn offers_discounts(session: &Session) -> Outcome {
    if declaration(session, DISCOUNT).is_some() {
        return Ok(());
    }
    Err(Stop::NotApplicable(
        "not offered: the session does not list the extension discount".to_owned(),
    ))
}

/// The configured code of this name. Without one the check is not applicable where the seller has no
/// discounts, and not tested where it has.
pub(super) async fn code(seller: &Seller, name: &str) -> Outcome<String> {
    if let Some(code) = seller.target().discount_codes.get(name) {
        return Ok(code.clone());
    }
    offers_discounts(&plain(seller).await?)?;
    Err(Stop::NotTested(format!(
        "no such discount code: set seller.discount_codes.{name} in certify.toml"
    )))
}

/// A code that no shop has given out.
pub(super) fn unknown_code(seller: &Seller) -> Outcome<String> {
    let key = seller.case().fresh_key()?;
    let random: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    Ok(format!("NOSUCH{}", random.to_uppercase()))
}

/// `body` with these codes.
pub(super) fn with_codes(mut body: Map<String, Value>, codes: &[&str]) -> Value {
    body.insert("discounts".to_owned(), json!({ "codes": codes }));
    Value::Object(body)
}

/// A new session with these codes, of a shop that has discounts.
pub(super) async fn discounted(seller: &Seller, codes: &[&str]) -> Outcome<Session> {
    let body = body(seller, Some(json!([DISCOUNT])))?;
    let session = seller.session(&seller.create(&with_codes(body, codes)).await?)?;
    offers_discounts(&session)?;
    Ok(session)
}

/// The session after its codes were replaced.
pub(super) async fn recoded(
    seller: &Seller,
    session: &Session,
    codes: &[&str],
) -> Outcome<Session> {
    let body = json!({ "discounts": { "codes": codes } });
    seller.updated(session, &body).await
}
