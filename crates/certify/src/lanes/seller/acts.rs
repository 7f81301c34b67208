//! What a check does with sessions, step by step.

use serde_json::{Map, Value, json};

use super::{Allowance, Seller, Session};
use crate::{Address, Answer, Outcome, Payment, Stop};

impl Seller {
    /// A new session of one item with the configured address.
    pub async fn new_session_with_address(&self) -> Outcome<Session> {
        let body = Value::Object(self.create_body_with_address()?);
        let answer = self.create(&body).await?;
        self.session(&answer)
    }

    /// A body for these lines, with or without the configured address.
    #[must_use]
    pub fn body_for(&self, lines: &[(&str, u32)], address: bool) -> Map<String, Value> {
        let mut body = self.dialect().create(self.target(), lines);
        if address {
            let value = self
                .dialect()
                .address(&self.target().address, &self.target().buyer);
            body.insert(self.dialect().address_member().to_owned(), value);
        }
        body
    }

    /// A new session with so many units of each item. From 2026-01-30 on the schema of a request
    /// has no quantity: where the seller refuses one, the id is repeated instead.
    pub async fn create_units(&self, lines: &[(&str, u32)], address: bool) -> Outcome<Session> {
        let mut body = self.body_for(lines, address);
        let mut answer = self.create(&Value::Object(body.clone())).await?;
        if answer.is_refusal() && self.dialect().negotiates() {
            body.insert("line_items".to_owned(), repeated(lines));
            answer = self.create(&Value::Object(body)).await?;
        }
        self.session(&answer)
    }

    /// The session after its lines were replaced.
    pub async fn update_units(&self, session: &Session, lines: &[(&str, u32)]) -> Outcome<Session> {
        let member = self.dialect().lines_member();
        let body = json!({ member: self.dialect().lines(lines) });
        let mut answer = self.update(&session.id, &body).await?;
        if answer.is_refusal() && self.dialect().negotiates() {
            let body = json!({ member: repeated(lines) });
            answer = self.update(&session.id, &body).await?;
        }
        self.session(&answer)
    }

    /// The session after this update.
    pub async fn updated(&self, session: &Session, body: &Value) -> Outcome<Session> {
        let answer = self.update(&session.id, body).await?;
        self.session(&answer)
    }

    /// The session as retrieve shows it.
    pub async fn read(&self, id: &str) -> Outcome<Session> {
        let answer = self.get(id).await?;
        self.session(&answer)
    }

    /// A body with this address and nothing else.
    #[must_use]
    pub fn address_body(&self, address: &Address) -> Value {
        let value = self.dialect().address(address, &self.target().buyer);
        json!({ self.dialect().address_member(): value })
    }

    /// A second address to which the items can be sent: the configured one, or another door in the
    /// same street.
    #[must_use]
    pub fn other_address(&self) -> Address {
        self.target()
            .other_address
            .clone()
            .unwrap_or_else(|| Address {
                name: "Second Buyer".to_owned(),
                line_one: format!("{}, second door", self.target().address.line_one),
                ..self.target().address.clone()
            })
    }

    /// A session that was canceled.
    pub async fn canceled(&self) -> Outcome<Session> {
        let session = self.new_session_with_address().await?;
        let answer = self.cancel(&session.id).await?;
        self.session(&answer)
    }

    /// A ready session after a declined payment, as complete answered it.
    pub async fn declined(&self) -> Outcome<Session> {
        let session = self.ready_session().await?;
        let token = self.declined_token(&session).await?;
        let answer = self.pay(&session, &token).await?;
        self.session(&answer)
    }

    /// Completes a session with this token.
    pub async fn pay(&self, session: &Session, token: &str) -> Outcome<Answer> {
        let body = self.complete_body(session, token);
        self.complete(&session.id, &body).await
    }

    /// A token on the card that is declined.
    pub async fn declined_token(&self, session: &Session) -> Outcome<String> {
        let allowance = Allowance::of(self.target(), session)?;
        self.token_with(&Allowance {
            declined: true,
            ..allowance
        })
        .await
    }

    /// A token on the card that needs 3-D Secure.
    pub async fn challenged_token(&self, session: &Session) -> Outcome<String> {
        let allowance = Allowance::of(self.target(), session)?;
        self.token_with(&Allowance {
            challenged: true,
            ..allowance
        })
        .await
    }

    /// A token whose limits are another than the session's; not tested where tokens have none.
    pub async fn limited_token(&self, allowance: &Allowance) -> Outcome<String> {
        if matches!(self.target().payment, Some(Payment::Token { .. })) {
            return Err(Stop::NotTested(
                "a fixed token has no limits: set [seller.payment] how = \"delegate\" or \"command\""
                    .to_owned(),
            ));
        }
        self.token_with(allowance).await
    }

    /// A token that pays once; not tested where the configuration gives one that pays for ever.
    pub async fn single_token(&self, session: &Session) -> Outcome<String> {
        self.limited_token(&Allowance::of(self.target(), session)?)
            .await
    }

    /// The session is as it was: same status, lines, totals and order. `what` says after what.
    pub async fn unchanged(&self, before: &Session, what: &str) -> Outcome {
        let after = self.read(&before.id).await?;
        for member in ["status", "line_items", "totals", "order"] {
            self.case().must(
                before.json.get(member) == after.json.get(member),
                &after.answer,
                &format!("{what} leaves the session as it was"),
                || {
                    format!(
                        "{member} was {} and is {}",
                        shown(&before.json, member),
                        shown(&after.json, member)
                    )
                },
            )?;
        }
        Ok(())
    }

    /// There is no order, neither in this answer nor on retrieve; `what` says after what.
    pub async fn no_order(&self, id: &str, answer: &Answer, what: &str) -> Outcome {
        let rule = format!("{what} makes no order and completes nothing");
        let completed = |json: Option<&Value>| {
            json.is_some_and(|json| {
                json.get("order").is_some_and(|order| !order.is_null())
                    || json.get("status").and_then(Value::as_str) == Some("completed")
            })
        };
        self.case()
            .must(!completed(answer.json.as_ref()), answer, &rule, || {
                self.case().excerpt(answer)
            })?;
        let after = self.get(id).await?;
        self.case()
            .must(!completed(after.json.as_ref()), &after, &rule, || {
                self.case().excerpt(&after)
            })
    }
}

/// A member as text, for findings.
fn shown(json: &Value, member: &str) -> String {
    json.get(member)
        .map_or_else(|| "absent".to_owned(), Value::to_string)
}

/// Lines without quantities, each id as often as it is wanted.
pub(in crate::lanes) fn repeated(lines: &[(&str, u32)]) -> Value {
    let lines = lines.iter().flat_map(|&(id, quantity)| {
        let times = usize::try_from(quantity).unwrap_or_default();
        std::iter::repeat_n(json!({ "id": id }), times)
    });
    Value::Array(lines.collect())
}

impl Seller {
    /// The session holds the configured buyer.
    pub fn holds_buyer(&self, session: &Session) -> Outcome {
        let wanted = json!(self.target().buyer);
        let got = session.json.get("buyer");
        self.case().must(
            got.is_some_and(|got| contains(got, &wanted)),
            &session.answer,
            "the buyer comes back as it was given",
            || format!("given {wanted}, got {}", shown(&session.json, "buyer")),
        )
    }

    /// The session holds this address.
    pub fn holds_address(&self, session: &Session, address: &Address) -> Outcome {
        let wanted = json!(address);
        let got = session.address();
        self.case().must(
            got.is_some_and(|got| contains(got, &wanted)),
            &session.answer,
            "the address comes back as it was given",
            || format!("given {wanted}, got {got:?}"),
        )
    }
}

/// Whether `whole` has every member of `part` with the same value.
pub(in crate::lanes) fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|own| contains(own, value))),
        _ => whole == part,
    }
}

impl Seller {
    /// An id that no session has.
    pub fn unknown_id(&self) -> Outcome<String> {
        Ok(format!("cs_unknown_{}", self.case().fresh_key()?))
    }

    /// The answer is an error: JSON with type, code and message at the top, and no session.
    pub fn is_error(&self, answer: &Answer) -> Outcome {
        let texts = ["/type", "/code", "/message"];
        self.case().must(
            texts.iter().all(|pointer| answer.text(pointer).is_some())
                && answer.pointer("/line_items").is_none(),
            answer,
            "the refusal has an error body with type, code and message",
            || self.case().excerpt(answer),
        )
    }

    /// An unknown item is refused by 4xx with a param at the line, or reported by a message at it.
    pub fn reports_unknown_item(&self, answer: &Answer) -> Outcome {
        let at_line = |param: Option<&str>| {
            param.is_some_and(|param| {
                param.contains(self.dialect().lines_member()) || param.contains("line_items")
            })
        };
        if answer.is_refusal() {
            return self.case().must(
                answer.text("/type") == Some("invalid_request") && at_line(answer.text("/param")),
                answer,
                "an unknown item is an invalid_request whose param points at the line",
                || self.case().excerpt(answer),
            );
        }
        let session = self.session(answer)?;
        let reported = session
            .errors()
            .any(|message| at_line(Session::text(message, "param")));
        self.case().must(
            reported && session.status() != "ready_for_payment",
            answer,
            "an unknown item is reported by an error message at the line, and cannot be paid",
            || self.case().excerpt(answer),
        )
    }
}
