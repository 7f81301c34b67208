//! One request of the agent, and what it got for it.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;

/// Where a request arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Party {
    Seller,
    Psp,
    /// A host that the agent has no business with: targets of redirects and of planted links, and
    /// the pages of the card's issuer.
    Elsewhere,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Create,
    Read,
    Update,
    Complete,
    Cancel,
    CartCreate,
    CartRead,
    CartPut,
    CartCancel,
    Discovery,
    Mcp,
    Feed,
    Delegate,
    AuthenticationCreate,
    Authenticate,
    AuthenticationRead,
    /// The issuer's page of the 3DS method.
    Fingerprint,
    /// The issuer's page of the challenge.
    Challenge,
    /// Anything else.
    Other,
}

impl Op {
    /// The operation, and the id in the path.
    pub(super) fn of(party: Party, method: &Method, path: &str) -> (Self, Option<String>) {
        let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let post = method == Method::POST;
        let get = method == Method::GET;
        let put = method == Method::PUT;
        let (op, id) = match (party, segments.as_slice()) {
            (Party::Seller, [".well-known", "acp.json"]) => (Self::Discovery, None),
            (Party::Seller, ["mcp"]) => (Self::Mcp, None),
            (Party::Seller, ["feeds", ..]) => (Self::Feed, None),
            (Party::Seller, [.., "checkout_sessions"]) if post => (Self::Create, None),
            (Party::Seller, [.., "checkout_sessions", id]) if post => (Self::Update, Some(id)),
            (Party::Seller, [.., "checkout_sessions", id]) if get => (Self::Read, Some(id)),
            (Party::Seller, [.., "checkout_sessions", id, "complete"]) if post => {
                (Self::Complete, Some(id))
            }
            (Party::Seller, [.., "checkout_sessions", id, "cancel"]) if post => {
                (Self::Cancel, Some(id))
            }
            (Party::Seller, [.., "carts"]) if post => (Self::CartCreate, None),
            (Party::Seller, [.., "carts", id]) if get => (Self::CartRead, Some(id)),
            (Party::Seller, [.., "carts", id]) if put => (Self::CartPut, Some(id)),
            (Party::Seller, [.., "carts", id, "cancel"]) if post => (Self::CartCancel, Some(id)),
            (Party::Psp, [.., "delegate_payment"]) if post => (Self::Delegate, None),
            (Party::Psp, [.., "delegate_authentication"]) if post => {
                (Self::AuthenticationCreate, None)
            }
            (Party::Psp, [.., "delegate_authentication", id, "authenticate"]) if post => {
                (Self::Authenticate, Some(id))
            }
            (Party::Psp, [.., "delegate_authentication", id]) if get => {
                (Self::AuthenticationRead, Some(id))
            }
            (Party::Elsewhere, ["acs", "method", id]) => (Self::Fingerprint, Some(id)),
            (Party::Elsewhere, ["acs", "challenge", id]) => (Self::Challenge, Some(id)),
            _ => (Self::Other, None),
        };
        (op, id.map(|&id| id.to_owned()))
    }

    /// Whether it is one of the five calls of a checkout session.
    pub(super) fn is_checkout(self) -> bool {
        matches!(
            self,
            Self::Create | Self::Read | Self::Update | Self::Complete | Self::Cancel
        )
    }

    /// Whether it is a call about a cart.
    pub(super) fn is_cart(self) -> bool {
        matches!(
            self,
            Self::CartCreate | Self::CartRead | Self::CartPut | Self::CartCancel
        )
    }

    /// Whether it is a call of delegate authentication.
    pub(super) fn is_authentication(self) -> bool {
        matches!(
            self,
            Self::AuthenticationCreate | Self::Authenticate | Self::AuthenticationRead
        )
    }
}

/// What went back.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub(super) body: Bytes,
    pub(super) json: Option<Value>,
    /// How the answer ended when it did not end well.
    pub(super) broken: Option<&'static str>,
}

/// A request, in the order of arrival.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) party: Party,
    pub(super) op: Op,
    /// Session, cart or authentication in the path.
    pub(super) id: Option<String>,
    pub(super) method: Method,
    /// Path and query.
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) json: Option<Value>,
    /// Since the purchase began.
    pub(super) at: Duration,
    /// When the answer left; `None` while it had not when the purchase ended.
    pub(super) until: Option<Duration>,
    pub(super) given: Option<Given>,
}

impl Call {
    /// A header that is text; the first of that name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The idempotency key; empty when there is none.
    pub(super) fn key(&self) -> &str {
        self.header("idempotency-key").unwrap_or_default()
    }

    /// A value of the body by JSON Pointer.
    pub(super) fn pointer(&self, pointer: &str) -> Option<&Value> {
        self.json.as_ref()?.pointer(pointer)
    }

    /// A text of the body by JSON Pointer.
    pub(super) fn text(&self, pointer: &str) -> Option<&str> {
        self.pointer(pointer)?.as_str()
    }

    /// The body as text.
    pub(super) fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A value of the answer by JSON Pointer.
    pub(super) fn answered(&self, pointer: &str) -> Option<&Value> {
        self.given.as_ref()?.json.as_ref()?.pointer(pointer)
    }

    /// The status of the answer, when a whole one was given.
    pub(super) fn status(&self) -> Option<u16> {
        let given = self.given.as_ref()?;
        given.broken.is_none().then_some(given.status)
    }

    /// Whether the whole answer is a 2xx.
    pub(super) fn succeeded(&self) -> bool {
        self.status()
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// Method and path, for findings.
    pub(super) fn what(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}
