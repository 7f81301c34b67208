//! The message that carries an event: identity, headers, signatures.

use comptoir_signing::fingerprint::Fingerprint;
use comptoir_signing::merchant_signature::MerchantSigner;
use comptoir_signing::request_signature::timestamp_text;
use comptoir_store::EventRow;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use crate::sender::Outgoing;
use crate::subscriber::{CodecError, Subscriber};

/// `Merchant-Signature`, the protocol's own.
pub const MERCHANT_SIGNATURE: HeaderName = HeaderName::from_static("merchant-signature");
/// `Request-Id`: the event's identity, the same in every attempt.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// `webhook-id`: the event's identity under the name Standard Webhooks gives it.
pub const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
/// `webhook-timestamp`: the attempt's time in Unix seconds.
pub const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
/// `Timestamp`: the attempt's time as RFC 3339.
pub const TIMESTAMP: HeaderName = HeaderName::from_static("timestamp");
/// `Comptoir-Order-Revision`: which state of the order the body shows; grows with every change.
pub const ORDER_REVISION: HeaderName = HeaderName::from_static("comptoir-order-revision");
/// `Comptoir-Event-Signature`: identity, revision and body under the subscriber's secret.
///
/// The protocol's signature covers the body alone, so whoever records a message could replay it
/// under another identity or revision; this second one, in the same form, prevents that.
pub const EVENT_SIGNATURE: HeaderName = HeaderName::from_static("comptoir-event-signature");

/// The identity of an event: `evt_` and 32 hexadecimal digits.
///
/// It is derived from the event itself, so it is the same in every attempt, after a crash and for
/// every subscriber, and differs between sellers.
#[must_use]
pub fn event_id(event: &EventRow) -> String {
    let origin = format!(
        "{} {} {} {} {} {} {}\n",
        event.tenant.0,
        event.key,
        event.created_at,
        event.revision,
        event.topic.len(),
        event.topic,
        event.subject
    );
    let digest = Fingerprint::of_bytes(&[origin.as_bytes(), &event.payload].concat()).to_hex();
    format!("evt_{}", digest.get(..32).unwrap_or(&digest))
}

/// What the event signature covers. JSON never begins like this, so the two signatures of a message
/// cannot be taken for one another.
pub(crate) fn bound_body(id: &str, revision: i64, body: &[u8]) -> Vec<u8> {
    [
        format!("comptoir-event-v1\n{id}\n{revision}\n").as_bytes(),
        body,
    ]
    .concat()
}

/// The message for one attempt `at` this moment.
///
/// # Errors
/// The codec has no form for the event.
pub(crate) fn compose(
    event: &EventRow,
    subscriber: &Subscriber,
    at: Timestamp,
) -> Result<Outgoing, CodecError> {
    let body = subscriber.codec.encode(event)?;
    let id = event_id(event);
    let headers = headers(&subscriber.signer, &id, event.revision, &body, at)?;
    Ok(Outgoing {
        url: subscriber.url.clone(),
        headers,
        body,
    })
}

fn headers(
    signer: &MerchantSigner,
    id: &str,
    revision: i64,
    body: &[u8],
    at: Timestamp,
) -> Result<HeaderMap, CodecError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ORDER_REVISION, HeaderValue::from(revision));
    headers.insert(WEBHOOK_TIMESTAMP, HeaderValue::from(at.as_second()));
    for (name, text) in [
        (MERCHANT_SIGNATURE, signer.sign(at, body)),
        (
            EVENT_SIGNATURE,
            signer.sign(at, &bound_body(id, revision, body)),
        ),
        (REQUEST_ID, id.to_owned()),
        (WEBHOOK_ID, id.to_owned()),
        (TIMESTAMP, timestamp_text(at)),
    ] {
        let value =
            HeaderValue::try_from(text).map_err(|_| CodecError(format!("header {name}")))?;
        headers.insert(name, value);
    }
    Ok(headers)
}
