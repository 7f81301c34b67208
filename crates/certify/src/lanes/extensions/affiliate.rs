//! Affiliate attribution: who brought the buyer, said by the agent and never shown again.

mod accept;
mod conflict;
mod keys;
mod personal;
mod refuse;
mod secrecy;

use serde_json::{Value, json};

use super::{
    super::{
        documents::with,
        seller::{Seller, Session},
    },
    offered::{check_of, mark},
};
use crate::{Answer, Check, Outcome, SpecVersion, Topic, VersionRange};

/// The word in `seller.offers`.
const FEATURE: &str = "affiliate";

/// The member of requests.
const MEMBER: &str = "affiliate_attribution";

/// Versions that have it.
const SINCE: VersionRange = VersionRange::from(SpecVersion::V2025_12_12);

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(accept::checks());
    checks.extend(conflict::checks());
    checks.extend(keys::checks(version));
    checks.extend(personal::checks());
    checks.extend(refuse::checks());
    checks.extend(secrecy::checks());
    checks
}

/// A check of sellers that take attribution.
fn check<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Seller) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    check_of(FEATURE, topic, &format!("affiliate-{name}"), title, run).versions(SINCE)
}

/// The two calls that take attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Create,
    Complete,
}

impl Call {
    const BOTH: [Self; 2] = [Self::Create, Self::Complete];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Complete => "complete",
        }
    }

    const fn touchpoint(self) -> &'static str {
        match self {
            Self::Create => "first",
            Self::Complete => "last",
        }
    }
}

/// A good claim with a token and ids that occur nowhere else.
fn claim(seller: &Seller, call: Call) -> Outcome<Value> {
    Ok(json!({
        "provider": "certify.example",
        "token": mark(seller, "atp")?,
        "publisher_id": mark(seller, "pub")?,
        "touchpoint": call.touchpoint(),
    }))
}

/// A good claim with every member that the schema knows.
fn full_claim(seller: &Seller, call: Call) -> Outcome<Value> {
    let mut claim = claim(seller, call)?;
    let more = json!({
        "campaign_id": mark(seller, "cmp")?,
        "creative_id": mark(seller, "cr")?,
        "sub_id": "u1=abc&u2=def",
        "source": { "type": "url", "url": "https://publisher.example/reviews/mugs" },
        "issued_at": "2026-01-02T10:30:00Z",
        "expires_at": "2099-01-02T10:30:00Z",
        "metadata": { "content_type": "article", "rank": 1, "top_pick": true },
    });
    if let (Some(members), Value::Object(more)) = (claim.as_object_mut(), more) {
        members.extend(more);
    }
    Ok(claim)
}

/// The texts of a claim that nobody else may have made up.
fn marks(claim: &Value) -> Vec<String> {
    ["token", "publisher_id", "campaign_id", "creative_id"]
        .iter()
        .filter_map(|member| claim.get(member)?.as_str().map(str::to_owned))
        .collect()
}

/// A body with this claim.
fn claiming(body: Value, claim: &Value) -> Value {
    with(body, "/affiliate_attribution", claim.clone())
}

/// A body that creates a session that can be paid.
fn create_body(seller: &Seller) -> Outcome<Value> {
    Ok(Value::Object(seller.create_body_with_address()?))
}

/// A body that pays this session.
async fn complete_body(seller: &Seller, session: &Session) -> Outcome<Value> {
    let token = seller.token(session).await?;
    Ok(seller.complete_body(session, &token))
}

/// Creates a session with this claim.
async fn create(seller: &Seller, claim: &Value) -> Outcome<Answer> {
    let body = claiming(create_body(seller)?, claim);
    seller.create(&body).await
}

/// A session that was created with this claim and can be paid.
async fn ready(seller: &Seller, claim: &Value) -> Outcome<Session> {
    let answer = create(seller, claim).await?;
    seller.made_ready(seller.session(&answer)?).await
}

/// Completes a session with this claim.
async fn complete(seller: &Seller, session: &Session, claim: &Value) -> Outcome<Answer> {
    let body = claiming(complete_body(seller, session).await?, claim);
    seller.complete(&session.id, &body).await
}

/// The answer is a completed session.
fn completed(seller: &Seller, answer: &Answer, rule: &str) -> Outcome<Session> {
    let session = seller.session(answer)?;
    seller.case().must(
        session.status() == "completed" && session.order().is_some(),
        answer,
        rule,
        || format!("status {}", session.status()),
    )?;
    Ok(session)
}
