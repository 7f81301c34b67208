//! The calls of delegate authentication, as a well-behaved agent makes them.

use std::sync::Arc;

use http::Method;
use serde_json::Value;

use super::documents;
use crate::{
    Answer, Case, Outcome, Request, Stop,
    lanes::psp::{Psp, body},
};

/// The path of create.
pub(super) const CREATE: &str = "/delegate_authentication";

/// Longest life of a session that a check waits out, in seconds.
const LIFE_MAX_S: u64 = 20;

/// The authentication provider under test, seen from one check.
#[derive(Debug, Clone)]
pub(super) struct Authenticator {
    pub(super) psp: Psp,
}

impl Authenticator {
    /// The provider of this case; not applicable where the configuration says that it offers none.
    pub(super) fn of(case: &Arc<Case>) -> Outcome<Self> {
        let psp = Psp::of(case)?;
        if psp.target().delegate_authentication {
            return Ok(Self { psp });
        }
        Err(Stop::NotApplicable(
            "not offered: psp.delegate_authentication is false in certify.toml".to_owned(),
        ))
    }

    pub(super) fn case(&self) -> &Case {
        self.psp.case()
    }

    /// A create body with every optional member, for a card that passes unchallenged.
    pub(super) fn body(&self) -> Outcome<Value> {
        let delegate = self.psp.body()?;
        let number = delegate.pointer("/payment_method/number");
        let number = number.and_then(Value::as_str).unwrap_or_default();
        let key = body::letters(&self.case().fresh_key()?);
        Ok(documents::create(self.psp.target(), number, &key))
    }

    /// The same for the card of this outcome; not tested without one.
    pub(super) fn body_of(&self, outcome: &str) -> Outcome<Value> {
        let mut body = self.body()?;
        let card = self.psp.card(outcome)?;
        body::set(&mut body, "/payment_method/number", card.into());
        Ok(body)
    }

    pub(super) fn create_request(&self, body: &Value) -> Outcome<Request> {
        self.psp.post(CREATE, body.to_string())
    }

    pub(super) fn authenticate_request(&self, id: &str, body: &Value) -> Outcome<Request> {
        self.psp
            .post(format!("{CREATE}/{id}/authenticate"), body.to_string())
    }

    pub(super) fn retrieve_request(&self, id: &str) -> Outcome<Request> {
        let request = self.psp.bare(Method::GET, format!("{CREATE}/{id}"))?;
        self.psp.signed(request)
    }

    /// Sends any request.
    pub(super) async fn send(&self, request: Request) -> Outcome<Answer> {
        let answer = self.psp.send(request).await?;
        if answer.status == 401 && self.psp.target().signing_secret.is_none() {
            return Err(Stop::NotTested(
                "delegate authentication wants signed calls: set psp.signing_secret and psp.signing_scheme in certify.toml".to_owned(),
            ));
        }
        Ok(answer)
    }

    pub(super) async fn create(&self, body: &Value) -> Outcome<Answer> {
        self.send(self.create_request(body)?).await
    }

    pub(super) async fn authenticate(&self, id: &str, body: &Value) -> Outcome<Answer> {
        self.send(self.authenticate_request(id, body)?).await
    }

    pub(super) async fn retrieve(&self, id: &str) -> Outcome<Answer> {
        self.send(self.retrieve_request(id)?).await
    }

    /// The id of a created session; a violated MUST when there is none.
    pub(super) fn id(&self, answer: &Answer) -> Outcome<String> {
        let id = answer
            .text("/authentication_session_id")
            .unwrap_or_default();
        self.case().must(
            answer.status == 201 && !id.is_empty(),
            answer,
            "a valid create is answered with 201 and an authentication_session_id",
            || format!("{}: {}", answer.status, self.case().excerpt(answer)),
        )?;
        Ok(id.to_owned())
    }

    /// Creates a session and returns its id.
    pub(super) async fn created(&self, body: &Value) -> Outcome<String> {
        let answer = self.create(body).await?;
        self.id(&answer)
    }

    /// Authenticates with a done fingerprint; a violated MUST when it is no 200.
    pub(super) async fn authenticated(&self, id: &str) -> Outcome<Answer> {
        let answer = self.authenticate(id, &documents::authenticate("Y")).await?;
        self.case().status(&answer, &[200])?;
        Ok(answer)
    }

    /// Creates a session for the card of this outcome and authenticates it; returns its id and the
    /// answer to authenticate.
    pub(super) async fn run_to(&self, outcome: &str) -> Outcome<(String, Answer)> {
        let id = self.created(&self.body_of(outcome)?).await?;
        let answer = self.authenticated(&id).await?;
        Ok((id, answer))
    }

    /// Retrieves a session; a violated MUST when it is no 200.
    pub(super) async fn retrieved(&self, id: &str) -> Outcome<Answer> {
        let answer = self.retrieve(id).await?;
        self.case().status(&answer, &[200])?;
        Ok(answer)
    }

    /// The life of a session, where it is short enough to wait for its end.
    pub(super) fn life_s(&self) -> Outcome<u64> {
        let life = self.psp.target().authentication_lives_s;
        life.filter(|&seconds| seconds <= LIFE_MAX_S).ok_or_else(|| {
            Stop::NotTested(format!(
                "sessions are waited out only when they live for {LIFE_MAX_S} s or less: shorten their life in the test environment and set psp.authentication_lives_s"
            ))
        })
    }
}

/// The status of a session, as written.
pub(super) fn status(answer: &Answer) -> &str {
    answer.text("/status").unwrap_or_default()
}
