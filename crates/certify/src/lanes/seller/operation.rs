//! The five operations as tables of checks go through them: each as a call that would succeed.

use serde_json::{Map, Value};

use super::{Seller, Session, session_path};
use crate::{Answer, Outcome, Request, Stop};

/// An operation of checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    /// `POST /checkout_sessions`.
    Create,
    /// `POST /checkout_sessions/{id}`.
    Update,
    /// `GET /checkout_sessions/{id}`.
    Get,
    /// `POST /checkout_sessions/{id}/complete`.
    Complete,
    /// `POST /checkout_sessions/{id}/cancel`.
    Cancel,
}

impl Operation {
    /// All of them.
    pub(super) const ALL: [Self; 5] = [
        Self::Create,
        Self::Update,
        Self::Get,
        Self::Complete,
        Self::Cancel,
    ];

    /// Those that are a POST.
    pub(super) const POSTS: [Self; 4] = [Self::Create, Self::Update, Self::Complete, Self::Cancel];

    /// Those with a body that must be there.
    pub(super) const WITH_BODY: [Self; 3] = [Self::Create, Self::Update, Self::Complete];

    /// The word in ids and texts.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Get => "retrieve",
            Self::Complete => "complete",
            Self::Cancel => "cancel",
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Create | Self::Update | Self::Get => "",
            Self::Complete => "/complete",
            Self::Cancel => "/cancel",
        }
    }

    /// The path of this operation on a session.
    pub(super) fn path(self, session: &str) -> String {
        match self {
            Self::Create => "/checkout_sessions".to_owned(),
            Self::Update | Self::Get | Self::Complete | Self::Cancel => {
                session_path(session, self.action())
            }
        }
    }
}

/// A call that was prepared and not sent, with the session that it is about.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) operation: Operation,
    pub(super) session: Option<Session>,
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

impl Call {
    /// A call that succeeds when it is sent; complete needs a token for that.
    pub(super) async fn good(seller: &Seller, operation: Operation) -> Outcome<Self> {
        if operation != Operation::Complete {
            return Self::harmless(seller, operation).await;
        }
        let session = seller.ready_session().await?;
        let token = seller.token(&session).await?;
        let body = seller.complete_body(&session, &token);
        Ok(Self::new(operation, Some(session), Some(body)))
    }

    /// The same, except that complete names a token which nobody gave: for calls that must be
    /// refused before money is thought of.
    pub(super) async fn harmless(seller: &Seller, operation: Operation) -> Outcome<Self> {
        Ok(match operation {
            Operation::Create => {
                let body = seller.create_body_with_address()?;
                Self::new(operation, None, Some(Value::Object(body)))
            }
            Operation::Update => {
                let session = seller.new_session().await?;
                Self::new(operation, Some(session), Some(address_body(seller)))
            }
            Operation::Complete => {
                let body = Value::Object(seller.create_body_with_address()?);
                let session = seller.session(&seller.create(&body).await?)?;
                let body = seller.complete_body(&session, NO_TOKEN);
                Self::new(operation, Some(session), Some(body))
            }
            Operation::Get | Operation::Cancel => {
                Self::new(operation, Some(seller.new_session().await?), None)
            }
        })
    }

    fn new(operation: Operation, session: Option<Session>, body: Option<Value>) -> Self {
        let id = session.as_ref().map_or("", |session| session.id.as_str());
        Self {
            path: operation.path(id),
            operation,
            session,
            body,
        }
    }

    /// The request, with a fresh key where it is a POST.
    pub(super) fn request(&self, seller: &Seller) -> Outcome<Request> {
        self.request_to(seller, &self.path)
    }

    /// The request to another path.
    pub(super) fn request_to(&self, seller: &Seller, path: &str) -> Outcome<Request> {
        if self.operation == Operation::Get {
            return seller.get_request(path);
        }
        let body = self.body.as_ref().unwrap_or(&Value::Null);
        let request = seller.post_request(path, body)?;
        Ok(match self.body {
            Some(_) => request,
            None => Request {
                body: None,
                ..request.without("Content-Type")
            },
        })
    }

    /// The request with this key.
    pub(super) fn keyed(&self, seller: &Seller, key: &str) -> Outcome<Request> {
        Ok(self.request(seller)?.with("Idempotency-Key", key))
    }

    /// The request with this key and another body.
    pub(super) fn keyed_body(&self, seller: &Seller, key: &str, body: String) -> Outcome<Request> {
        let request = self.keyed(seller, key)?;
        Ok(request.with("Content-Type", "application/json").body(body))
    }

    /// The id of the session that the call is about.
    pub(super) fn session_id(&self) -> Outcome<&str> {
        let session = self.session.as_ref();
        session
            .map(|session| session.id.as_str())
            .ok_or_else(|| Stop::NotTested("a create has no session yet".to_owned()))
    }

    /// Whether this refusal says something else than the same call gets without its fault. Only
    /// complete is refused for another reason: its token.
    pub(super) async fn tells_apart(&self, seller: &Seller, refusal: &Answer) -> Outcome<bool> {
        if self.operation != Operation::Complete {
            return Ok(true);
        }
        let sound = seller.send(self.request(seller)?).await?;
        let said = |answer: &Answer| {
            let (code, param) = (answer.text("/code"), answer.text("/param"));
            (
                answer.status,
                code.map(str::to_owned),
                param.map(str::to_owned),
            )
        };
        Ok(said(&sound) != said(refusal))
    }

    /// The session is still as it was before the call; a create has none to look at.
    pub(super) async fn changed_nothing(&self, seller: &Seller) -> Outcome {
        let Some(before) = &self.session else {
            return Ok(());
        };
        let after = seller.get(&before.id).await?;
        seller.same_state(&before.json, &after, "a refused call changes nothing")
    }
}

/// A token that no payment provider gave.
pub(in crate::lanes) const NO_TOKEN: &str = "certify_no_such_token";

/// A body that gives the configured address.
pub(in crate::lanes) fn address_body(seller: &Seller) -> Value {
    let dialect = seller.dialect();
    let target = seller.target();
    let address = dialect.address(&target.address, &target.buyer);
    Value::Object(Map::from_iter([(
        dialect.address_member().to_owned(),
        address,
    )]))
}

/// The members that make up a session's state; the others may be computed at each reading.
const STATE: [&str; 10] = [
    "status",
    "currency",
    "buyer",
    "fulfillment_details",
    "fulfillment_address",
    "selected_fulfillment_options",
    "fulfillment_option_id",
    "line_items",
    "totals",
    "order",
];

impl Seller {
    /// The session in `after` has the state of `before`.
    pub(in crate::lanes) fn same_state(
        &self,
        before: &Value,
        after: &Answer,
        rule: &str,
    ) -> Outcome {
        let json = self.case().json(after)?;
        let differing: Vec<_> = STATE
            .into_iter()
            .filter(|member| before.get(member) != json.get(member))
            .collect();
        self.case().must(differing.is_empty(), after, rule, || {
            format!("changed: {}", differing.join(", "))
        })
    }
}
