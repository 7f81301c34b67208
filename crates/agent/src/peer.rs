//! How calls reach a seller or the payment provider, as prepared bytes that can be sent again.

use std::{future::Future, pin::Pin};

use comptoir_acp::{
    id::{CheckoutSessionId, IdempotencyKey},
    latest::{
        checkout::CheckoutSession,
        delegate_payment::{DelegatePaymentRequest, DelegatePaymentResponse},
    },
};
use comptoir_client::{Client, ClientError, Prepared, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

/// One call: the same bytes and key on every sending, so that a repetition is no second call.
#[derive(Clone, Debug)]
pub(crate) enum PreparedCall {
    /// About a checkout session.
    Session(Prepared<CheckoutSession>),
    /// For a payment token; holds the card and cannot be stored.
    Token(Prepared<DelegatePaymentResponse>),
}

/// A call that cannot be put into the protocol's terms, or a stored one that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the call cannot be written or read")]
pub struct Unsendable;

impl PreparedCall {
    /// `POST /checkout_sessions`.
    pub(crate) fn create(body: &[u8], key: &str) -> Result<Self, Unsendable> {
        session(Prepared::create_checkout_session(
            &typed(body)?,
            parsed(key)?,
        ))
    }

    /// `POST /checkout_sessions/{id}`.
    pub(crate) fn update(id: &str, body: &[u8], key: &str) -> Result<Self, Unsendable> {
        session(Prepared::update_checkout_session(
            &named(id)?,
            &typed(body)?,
            parsed(key)?,
        ))
    }

    /// `GET /checkout_sessions/{id}`.
    pub(crate) fn read(id: &str) -> Result<Self, Unsendable> {
        session(Prepared::get_checkout_session(&named(id)?))
    }

    /// `POST /checkout_sessions/{id}/complete`.
    pub(crate) fn complete(id: &str, body: &[u8], key: &str) -> Result<Self, Unsendable> {
        session(Prepared::complete_checkout_session(
            &named(id)?,
            &typed(body)?,
            parsed(key)?,
        ))
    }

    /// `POST /checkout_sessions/{id}/cancel`, without a reason.
    pub(crate) fn cancel(id: &str, key: &str) -> Result<Self, Unsendable> {
        session(Prepared::cancel_checkout_session(
            &named(id)?,
            &typed(b"{}")?,
            parsed(key)?,
        ))
    }

    /// `POST /agentic_commerce/delegate_payment`.
    pub(crate) fn delegate(body: &[u8], key: &str) -> Result<Self, Unsendable> {
        let request: DelegatePaymentRequest = typed(body)?;
        Prepared::delegate_payment(&request, parsed(key)?)
            .map(Self::Token)
            .map_err(|_| Unsendable)
    }

    /// The call as bytes to seal and store; refused for calls that hold a card.
    pub(crate) fn to_record(&self) -> Result<Zeroizing<Vec<u8>>, Unsendable> {
        match self {
            Self::Session(prepared) => prepared.to_record(),
            Self::Token(prepared) => prepared.to_record(),
        }
        .map_err(|_| Unsendable)
    }

    /// A stored call, byte for byte.
    pub(crate) fn from_record(record: &[u8]) -> Result<Self, Unsendable> {
        Prepared::from_record(record)
            .map(Self::Session)
            .map_err(|_| Unsendable)
    }
}

fn session<E>(prepared: Result<Prepared<CheckoutSession>, E>) -> Result<PreparedCall, Unsendable> {
    prepared.map(PreparedCall::Session).map_err(|_| Unsendable)
}

/// Every body is read as the protocol's own type before it is sent: what does not fit never leaves.
fn typed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unsendable> {
    serde_json::from_slice(body).map_err(|_| Unsendable)
}

fn named(id: &str) -> Result<CheckoutSessionId, Unsendable> {
    CheckoutSessionId::parse(id).map_err(|_| Unsendable)
}

fn parsed(key: &str) -> Result<IdempotencyKey, Unsendable> {
    IdempotencyKey::parse(key).map_err(|_| Unsendable)
}

/// What came of a call that brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallFailure {
    /// The other side read the call and refused it (4xx).
    #[error("refused with {status} {code}")]
    Refused {
        status: u16,
        code: String,
        message: String,
    },
    /// The connection was never made: the call had no effect.
    #[error("not sent")]
    NotSent,
    /// Time-out, broken connection, 5xx, an earlier sending still running, or an unreadable
    /// answer: the call may have had its effect.
    #[error("outcome unknown")]
    Unknown,
}

/// A boxed future, because the trait is used as an object.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Result<Value, CallFailure>> + Send + 'a>>;

/// The other side of calls.
pub(crate) trait Peer: Send + Sync {
    /// Sends once, or several times with the same bytes and key.
    fn send<'a>(&'a self, call: &'a PreparedCall) -> Sending<'a>;
}

impl Peer for Client {
    fn send<'a>(&'a self, call: &'a PreparedCall) -> Sending<'a> {
        Box::pin(async move {
            match call {
                PreparedCall::Session(prepared) => read(self.send(prepared).await),
                PreparedCall::Token(prepared) => read(self.send(prepared).await),
            }
        })
    }
}

/// Any JSON is an answer: sellers that stray from the schema are read as far as they make sense, and
/// [`crate::purchase`] decides what must be there.
fn read<T>(outcome: Result<Response<T>, ClientError>) -> Result<Value, CallFailure> {
    let any = |raw: &[u8]| serde_json::from_slice(raw).map_err(|_| CallFailure::Unknown);
    match outcome {
        Ok(response) => any(&response.raw),
        Err(ClientError::BadBody { raw, .. }) => any(&raw.0),
        Err(ClientError::Transport { sent: false, .. }) => Err(CallFailure::NotSent),
        Err(error) if error.outcome_is_unknown() => Err(CallFailure::Unknown),
        Err(ClientError::Api {
            status: 425 | 429, ..
        }) => Err(CallFailure::Unknown),
        Err(ClientError::Api { status, error, .. }) => Err(CallFailure::Refused {
            status,
            code: crate::text::line(error.code.as_str(), 80),
            message: crate::text::line(&error.message, 300),
        }),
        // Not prepared or not signed: nothing left this machine.
        Err(_) => Err(CallFailure::NotSent),
    }
}
