//! The calls of checkout, as a well-behaved agent makes them.

use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value};

use super::{
    Dialect, Session,
    payment::{self, Allowance},
};
use crate::{Answer, Case, Outcome, Request, SellerTarget, Stop};

/// The seller under test, seen from one check.
#[derive(Debug, Clone)]
pub struct Seller {
    case: Arc<Case>,
    target: SellerTarget,
    dialect: Dialect,
}

impl Seller {
    /// The seller of this case; not tested without a `[seller]` section.
    pub fn of(case: &Arc<Case>) -> Outcome<Self> {
        let target =
            case.target().seller.clone().ok_or_else(|| {
                Stop::NotTested("no seller: set [seller] in certify.toml".to_owned())
            })?;
        Ok(Self {
            case: Arc::clone(case),
            target,
            dialect: Dialect(case.version()),
        })
    }

    /// The case that records.
    #[must_use]
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// The same, to begin another client with.
    #[must_use]
    pub fn shared_case(&self) -> Arc<Case> {
        Arc::clone(&self.case)
    }

    /// Its configuration.
    #[must_use]
    pub fn target(&self) -> &SellerTarget {
        &self.target
    }

    /// The words of the version.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The first item that can be bought.
    pub fn item(&self) -> Outcome<&str> {
        self.item_at(0)
    }

    /// The item at this place of the configuration.
    pub fn item_at(&self, index: usize) -> Outcome<&str> {
        self.target
            .items
            .get(index)
            .map(String::as_str)
            .ok_or_else(|| {
                Stop::NotTested(format!(
                    "{} item ids are needed: set seller.items, or run `init` with a feed",
                    index.saturating_add(1)
                ))
            })
    }

    /// A GET with the headers of a well-behaved agent.
    pub fn get_request(&self, path: impl Into<String>) -> Outcome<Request> {
        let key = self.target.key.exposed("seller.key")?;
        Ok(Request::new(Method::GET, path)
            .header("Authorization", format!("Bearer {key}"))
            .header("API-Version", self.case.version().as_str())
            .header("Accept", "application/json"))
    }

    /// A POST with the headers of a well-behaved agent, and a fresh key.
    pub fn post_request(&self, path: impl Into<String>, body: &Value) -> Outcome<Request> {
        let mut request = self.get_request(path)?;
        request.method = Method::POST;
        Ok(request
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", self.case.fresh_key()?)
            .body(body.to_string()))
    }

    /// Sends any request.
    pub async fn send(&self, request: Request) -> Outcome<Answer> {
        self.case.send(&self.target.url, request).await
    }

    /// `POST /checkout_sessions`.
    pub async fn create(&self, body: &Value) -> Outcome<Answer> {
        self.send(self.post_request("/checkout_sessions", body)?)
            .await
    }

    /// `GET /checkout_sessions/{id}`.
    pub async fn get(&self, id: &str) -> Outcome<Answer> {
        self.send(self.get_request(session_path(id, ""))?).await
    }

    /// `POST /checkout_sessions/{id}`.
    pub async fn update(&self, id: &str, body: &Value) -> Outcome<Answer> {
        self.send(self.post_request(session_path(id, ""), body)?)
            .await
    }

    /// `POST /checkout_sessions/{id}/complete`.
    pub async fn complete(&self, id: &str, body: &Value) -> Outcome<Answer> {
        self.send(self.post_request(session_path(id, "/complete"), body)?)
            .await
    }

    /// `POST /checkout_sessions/{id}/cancel`, without a body.
    pub async fn cancel(&self, id: &str) -> Outcome<Answer> {
        let request = self.post_request(session_path(id, "/cancel"), &Value::Null)?;
        self.send(Request {
            body: None,
            ..request.without("Content-Type")
        })
        .await
    }

    /// A body for one unit of the first item, without an address.
    pub fn create_body(&self) -> Outcome<Map<String, Value>> {
        Ok(self.dialect.create(&self.target, &[(self.item()?, 1)]))
    }

    /// The same with the configured address.
    pub fn create_body_with_address(&self) -> Outcome<Map<String, Value>> {
        let mut body = self.create_body()?;
        let address = self
            .dialect
            .address(&self.target.address, &self.target.buyer);
        body.insert(self.dialect.address_member().to_owned(), address);
        Ok(body)
    }

    /// The session of an answer; a violated MUST when there is none.
    pub fn session(&self, answer: &Answer) -> Outcome<Session> {
        self.case.must(
            answer.is_success(),
            answer,
            "a well-formed request of a known agent gets a session (2xx)",
            || format!("{}: {}", answer.status, self.case.excerpt(answer)),
        )?;
        let session = Session::read(self.case.version(), answer);
        self.case.must(
            session.is_some(),
            answer,
            "the answer is a checkout session with an id",
            || self.case.excerpt(answer),
        )?;
        session.ok_or_else(|| Stop::NotTested("no session".to_owned()))
    }

    /// A new session of one item, without an address.
    pub async fn new_session(&self) -> Outcome<Session> {
        let answer = self.create(&Value::Object(self.create_body()?)).await?;
        self.session(&answer)
    }

    /// A new session that can be paid: address given, an option selected where the seller did not
    /// select one itself.
    pub async fn ready_session(&self) -> Outcome<Session> {
        let answer = self
            .create(&Value::Object(self.create_body_with_address()?))
            .await?;
        let session = self.session(&answer)?;
        self.made_ready(session).await
    }

    /// Selects the first option where that is what is missing; not tested when the session still
    /// cannot be paid.
    pub async fn made_ready(&self, session: Session) -> Outcome<Session> {
        let session = if session.status() == "ready_for_payment" {
            session
        } else {
            self.with_first_option(session).await?
        };
        if session.status() == "ready_for_payment" {
            return Ok(session);
        }
        Err(Stop::NotTested(format!(
            "no session became ready_for_payment with the configured items and address: status {}, messages {}",
            session.status(),
            Value::Array(session.messages().to_vec()),
        )))
    }

    async fn with_first_option(&self, session: Session) -> Outcome<Session> {
        let Some(option) = session.options().first() else {
            return Ok(session);
        };
        let text = |member: &str| {
            option
                .get(member)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let lines = session.lines().iter();
        let ids: Vec<_> = lines
            .filter_map(|line| line.get("id")?.as_str().map(str::to_owned))
            .collect();
        let body = self.dialect.select_option(text("id"), text("type"), &ids);
        let answer = self.update(&session.id, &body).await?;
        self.session(&answer)
    }

    /// A token for exactly this session's total.
    pub async fn token(&self, session: &Session) -> Outcome<String> {
        self.token_with(&Allowance::of(&self.target, session)?)
            .await
    }

    /// A token with another allowance.
    pub async fn token_with(&self, allowance: &Allowance) -> Outcome<String> {
        self.confirm_test_mode()?;
        payment::token(&self.case, &self.target, allowance).await
    }

    /// A body that completes this session with a token.
    #[must_use]
    pub fn complete_body(&self, session: &Session, token: &str) -> Value {
        let handler = session.handler_or_provider().unwrap_or("card_tokenized");
        self.dialect.complete(&self.target, token, handler)
    }

    /// A completed session with its order.
    pub async fn completed(&self) -> Outcome<Session> {
        let session = self.ready_session().await?;
        let token = self.token(&session).await?;
        let body = self.complete_body(&session, &token);
        let answer = self.complete(&session.id, &body).await?;
        let completed = self.session(&answer)?;
        self.case.must(
            completed.status() == "completed",
            &answer,
            "completing a ready session with a good token completes it",
            || format!("status {}", completed.status()),
        )?;
        Ok(completed)
    }

    /// Completions need the operator's word that no real money moves.
    pub fn confirm_test_mode(&self) -> Outcome {
        if self.target.test_mode {
            return Ok(());
        }
        Err(Stop::NotTested(
            "completions are tried in test mode only: set seller.test_mode = true when no real money moves".to_owned(),
        ))
    }
}

/// The path of a session, with an action such as `/complete`.
#[must_use]
pub fn session_path(id: &str, action: &str) -> String {
    format!("/checkout_sessions/{id}{action}")
}
