//! What a check does with sessions, step by step.

use serde_json::{Value, json};

use super::{Mcp, said::Said, tool::Tool};
use crate::{
    Outcome, Stop,
    lanes::{
        documents,
        seller::{NO_TOKEN, Session, address_body},
    },
};

/// A tool call that was prepared and not sent, with the session that it is about.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) tool: Tool,
    pub(super) session: Option<Session>,
    pub(super) arguments: Value,
}

impl Call {
    /// Puts a value at a JSON Pointer of the arguments.
    pub(super) fn set(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        documents::set(&mut self.arguments, pointer, value.into());
        self
    }

    /// Takes a member of the arguments away.
    pub(super) fn without(mut self, pointer: &str) -> Self {
        documents::remove(&mut self.arguments, pointer);
        self
    }

    /// The session that the call is about.
    pub(super) fn session(&self) -> Outcome<&Session> {
        let none = || Stop::NotTested("a create has no session yet".to_owned());
        self.session.as_ref().ok_or_else(none)
    }
}

impl Mcp {
    /// `meta` of a well-behaved agent, with a fresh key where the tool changes something.
    pub(super) fn meta(&self, tool: Tool) -> Outcome<Value> {
        let mut meta = json!({ "api_version": self.case().version().as_str() });
        if tool != Tool::Get {
            documents::set(
                &mut meta,
                "/idempotency_key",
                json!(self.case().fresh_key()?),
            );
        }
        Ok(meta)
    }

    /// Arguments of a well-behaved agent.
    pub(super) fn arguments(
        &self,
        tool: Tool,
        id: Option<&str>,
        payload: Option<Value>,
    ) -> Outcome<Value> {
        let mut arguments = json!({ "meta": self.meta(tool)? });
        if let Some(id) = id {
            documents::set(&mut arguments, "/id", json!(id));
        }
        if let Some(payload) = payload {
            documents::set(&mut arguments, "/payload", payload);
        }
        Ok(arguments)
    }

    /// A call that succeeds when it is sent; complete needs a token for that.
    pub(super) async fn good(&self, tool: Tool) -> Outcome<Call> {
        if tool != Tool::Complete {
            return self.harmless(tool).await;
        }
        let session = self.ready_session().await?;
        let token = self.seller().token(&session).await?;
        let payload = self.seller().complete_body(&session, &token);
        self.call_on(tool, session, Some(payload))
    }

    /// The same, except that complete names a token which nobody gave: for calls that must be
    /// refused before money is thought of.
    pub(super) async fn harmless(&self, tool: Tool) -> Outcome<Call> {
        if tool == Tool::Create {
            let payload = Value::Object(self.seller().create_body_with_address()?);
            return Ok(Call {
                tool,
                session: None,
                arguments: self.arguments(tool, None, Some(payload))?,
            });
        }
        let session = if tool == Tool::Complete {
            self.new_session_with_address().await?
        } else {
            self.new_session().await?
        };
        let payload = match tool {
            Tool::Update => Some(address_body(self.seller())),
            Tool::Complete => Some(self.seller().complete_body(&session, NO_TOKEN)),
            Tool::Create | Tool::Get | Tool::Cancel => None,
        };
        self.call_on(tool, session, payload)
    }

    fn call_on(&self, tool: Tool, session: Session, payload: Option<Value>) -> Outcome<Call> {
        let arguments = self.arguments(tool, Some(&session.id), payload)?;
        Ok(Call {
            tool,
            session: Some(session),
            arguments,
        })
    }

    /// Sends a prepared call.
    pub(super) async fn make(&self, call: &Call) -> Outcome<Said> {
        self.call(call.tool, call.arguments.clone()).await
    }

    /// A session made of this payload.
    pub(super) async fn create(&self, payload: Value) -> Outcome<Session> {
        let arguments = self.arguments(Tool::Create, None, Some(payload))?;
        self.session(&self.call(Tool::Create, arguments).await?)
    }

    /// A new session of one item, without an address.
    pub(super) async fn new_session(&self) -> Outcome<Session> {
        self.create(Value::Object(self.seller().create_body()?))
            .await
    }

    /// A new session of one item with the configured address.
    pub(super) async fn new_session_with_address(&self) -> Outcome<Session> {
        let payload = self.seller().create_body_with_address()?;
        self.create(Value::Object(payload)).await
    }

    /// The session as `get` shows it.
    pub(super) async fn get(&self, id: &str) -> Outcome<Session> {
        let arguments = self.arguments(Tool::Get, Some(id), None)?;
        self.session(&self.call(Tool::Get, arguments).await?)
    }

    /// The session after this update.
    pub(super) async fn update(&self, id: &str, payload: Value) -> Outcome<Session> {
        let arguments = self.arguments(Tool::Update, Some(id), Some(payload))?;
        self.session(&self.call(Tool::Update, arguments).await?)
    }

    /// The session after `cancel`, without a payload.
    pub(super) async fn cancel(&self, id: &str) -> Outcome<Session> {
        let arguments = self.arguments(Tool::Cancel, Some(id), None)?;
        self.session(&self.call(Tool::Cancel, arguments).await?)
    }

    /// What comes of completing with this token.
    pub(super) async fn pay(&self, session: &Session, token: &str) -> Outcome<Said> {
        let payload = self.seller().complete_body(session, token);
        let arguments = self.arguments(Tool::Complete, Some(&session.id), Some(payload))?;
        self.call(Tool::Complete, arguments).await
    }

    /// A new session that can be paid: address given, an option selected where the seller did not
    /// select one itself; not tested where that does not suffice.
    pub(super) async fn ready_session(&self) -> Outcome<Session> {
        let mut session = self.new_session_with_address().await?;
        if session.status() != "ready_for_payment"
            && let Some(option) = session.options().first()
        {
            let text = |member| Session::text(option, member).unwrap_or_default();
            let dialect = self.seller().dialect();
            let chosen = dialect.select_option(text("id"), text("type"), &session.line_ids());
            session = self.update(&session.id, chosen).await?;
        }
        if session.status() == "ready_for_payment" {
            return Ok(session);
        }
        Err(Stop::NotTested(format!(
            "no session became ready_for_payment with the configured items and address: status {}, messages {}",
            session.status(),
            Value::Array(session.messages().to_vec()),
        )))
    }

    /// A completed session with its order.
    pub(super) async fn completed(&self) -> Outcome<Session> {
        let session = self.ready_session().await?;
        let token = self.seller().token(&session).await?;
        let said = self.pay(&session, &token).await?;
        let completed = self.session(&said)?;
        self.case().must(
            completed.status() == "completed",
            &said.answer,
            "completing a ready session with a good token completes it",
            || format!("status {}", completed.status()),
        )?;
        Ok(completed)
    }

    /// A session that was canceled.
    pub(super) async fn canceled(&self) -> Outcome<Session> {
        let session = self.new_session().await?;
        self.cancel(&session.id).await
    }

    /// The session is still as it was before the call; a create has none to look at.
    pub(super) async fn changed_nothing(&self, call: &Call) -> Outcome {
        let Some(before) = &call.session else {
            return Ok(());
        };
        let after = self.get(&before.id).await?;
        self.seller().same_state(
            &before.json,
            &after.answer,
            "a refused call changes nothing",
        )
    }
}
