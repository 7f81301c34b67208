//! 3-D Secure: the agent's notification addresses, and the way through an authentication.

use std::time::Duration;

use axum::{Router, extract::State, http::Uri, routing::post};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};
use url::form_urlencoded;

use super::{
    bodies,
    naive::naive,
    wire::{Call, PSP_KEY, Wire},
};

/// Time after which a fingerprint counts as failed.
const FINGERPRINT_WAIT: Duration = Duration::from_secs(10);
/// Time after which the buyer counts as gone.
const CHALLENGE_WAIT: Duration = Duration::from_secs(5);

/// What must be authenticated.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) provider: &'a str,
    pub(crate) version: &'a str,
    pub(crate) merchant: &'a str,
    pub(crate) session: &'a str,
    pub(crate) amount: i64,
    /// `authentication_metadata` of the session.
    pub(crate) metadata: Option<&'a Value>,
}

/// Callbacks that came: path and form.
struct Callbacks {
    base: String,
    came: mpsc::UnboundedReceiver<(String, String)>,
}

impl Callbacks {
    async fn open() -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let (sender, came) = mpsc::unbounded_channel();
        let take =
            async |State(sender): State<mpsc::UnboundedSender<_>>, uri: Uri, form: String| {
                // Nobody waits any more: then the callback is late.
                let _ = sender.send((uri.path().to_owned(), form));
            };
        let app = Router::new().fallback(post(take)).with_state(sender);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self {
            base: format!("http://{address}"),
            came,
        })
    }

    fn address(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }

    /// Whether the field of a form for this transaction comes in time.
    async fn wait(
        &mut self,
        name: &str,
        field: &str,
        transaction: &str,
        longest: Duration,
    ) -> bool {
        let found = async {
            while let Some((path, form)) = self.came.recv().await {
                let said = decoded(&form, field);
                let ours = said.is_some_and(|said| said["threeDSServerTransID"] == transaction);
                if path == format!("/{name}") && (ours || naive("any-callback")) {
                    return true;
                }
            }
            false
        };
        timeout(longest, found).await.unwrap_or(false)
    }
}

/// JSON in base64 in a field of a form.
fn decoded(form: &str, field: &str) -> Option<Value> {
    let mut fields = form_urlencoded::parse(form.as_bytes());
    let (_, packed) = fields.find(|(name, _)| name == field)?;
    let bytes = URL_SAFE_NO_PAD.decode(packed.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Posts a form to the issuer, as the buyer's browser does.
async fn browse(address: &str, field: &str, content: &Value) -> Result<(), String> {
    let packed = URL_SAFE_NO_PAD.encode(content.to_string());
    let packed = if naive("padded-creq") {
        format!("{packed}==")
    } else {
        packed
    };
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair(field, &packed)
        .finish();
    let browser = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none())
        .timeout(CHALLENGE_WAIT)
        .build()
        .map_err(|error| error.to_string())?;
    let request = browser
        .post(address)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form);
    request
        .send()
        .await
        .map(|_| ())
        .map_err(|error| error.to_string())
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Authenticates the card; the `authentication_result` of the complete, when it may be paid with.
pub(crate) async fn authenticate(wire: &Wire, wanted: &Wanted<'_>) -> Result<Value, String> {
    let mut callbacks = Callbacks::open().await?;
    for _ in 0..2 {
        match attempt(wire, wanted, &mut callbacks).await? {
            Some(result) => return Ok(result),
            None if naive("expired-reused") => return Err("expired".to_owned()),
            None => {}
        }
    }
    Err("the authentication expires again and again".to_owned())
}

fn create_body(wanted: &Wanted<'_>) -> Value {
    let mut body = json!({
        "merchant_id": wanted.merchant,
        "payment_method": {
            "type": "card",
            "number": bodies::NUMBER,
            "exp_month": "11",
            "exp_year": "2031",
            "name": "Ada Lovelace",
        },
        "amount": { "value": wanted.amount, "currency": "USD" },
        "checkout_session_id": wanted.session,
        "shopper_details": {
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "address": bodies::address(),
        },
    });
    let metadata = wanted.metadata.unwrap_or(&Value::Null);
    for name in ["acquirer_details", "flow_preference"] {
        if let Some(value) = metadata.get(name).filter(|_| !naive("no-acquirer")) {
            body[name] = value.clone();
        }
    }
    body
}

fn authenticate_body(callbacks: &Callbacks, completion: &str) -> Value {
    let mut body = json!({
        "fingerprint_completion": completion,
        "channel": { "type": "browser", "browser": {
            "accept_header": "text/html",
            "ip_address": "192.0.2.7",
            "javascript_enabled": true,
            "language": "en-US",
            "user_agent": "reference-agent/1",
            "color_depth": 24,
            "java_enabled": false,
            "screen_height": 900,
            "screen_width": 1_440,
            "timezone_offset": 0,
        }},
        "challenge_notification_url": callbacks.address("challenge"),
    });
    if naive("no-channel") {
        body.as_object_mut()
            .and_then(|members| members.remove("channel"));
    }
    body
}

/// Visits the issuer's page; the word that says whether it finished.
async fn fingerprint(
    callbacks: &mut Callbacks,
    transaction: &str,
    method: &str,
) -> Result<&'static str, String> {
    let completion = if method.is_empty() {
        "U"
    } else {
        let notify = callbacks.address("fingerprint");
        let content =
            json!({ "threeDSServerTransID": transaction, "threeDSMethodNotificationURL": notify });
        let content = if naive("fingerprint-bare") {
            json!({ "threeDSServerTransID": transaction })
        } else {
            content
        };
        if !naive("no-fingerprint") {
            browse(method, "threeDSMethodData", &content).await?;
        }
        let longest = if naive("impatient-fingerprint") {
            Duration::ZERO
        } else {
            FINGERPRINT_WAIT
        };
        let came = callbacks
            .wait("fingerprint", "threeDSMethodData", transaction, longest)
            .await;
        if came || naive("fingerprint-always-y") {
            "Y"
        } else {
            "N"
        }
    };
    let completion = if naive("fingerprint-always-y") {
        "Y"
    } else {
        completion
    };
    Ok(completion)
}

/// One session of authentication; nothing when it expired.
async fn attempt(
    wire: &Wire,
    wanted: &Wanted<'_>,
    callbacks: &mut Callbacks,
) -> Result<Option<Value>, String> {
    let base = format!(
        "{}/agentic_commerce/delegate_authentication",
        wanted.provider
    );
    let post = |url: String, body: &Value| Call::post(url, PSP_KEY, wanted.version, body);
    let document = |got: super::wire::Got| {
        let answer = got.ok_or("the provider does not answer")?;
        answer
            .document()
            .cloned()
            .ok_or("the provider refuses the authentication")
    };
    let begun = document(wire.send(&post(base.clone(), &create_body(wanted))).await)?;
    let id = text(&begun, "/authentication_session_id").to_owned();
    let transaction = text(&begun, "/action/fingerprint/three_ds_server_trans_id");
    let method = text(&begun, "/action/fingerprint/three_ds_method_url");
    let completion = fingerprint(callbacks, transaction, method).await?;
    let body = authenticate_body(callbacks, completion);
    let told = document(
        wire.send(&post(format!("{base}/{id}/authenticate"), &body))
            .await,
    )?;
    if text(&told, "/status") == "expired" {
        if naive("expired-reused") {
            wire.send(&post(format!("{base}/{id}/authenticate"), &body))
                .await;
        }
        return Ok(None);
    }
    if text(&told, "/action/type") == "challenge" {
        challenge(callbacks, &told).await?;
    }
    let read = Call {
        method: Method::GET,
        ..Call::get(format!("{base}/{id}"), PSP_KEY, wanted.version)
    };
    let read = if naive("no-retrieve") {
        told
    } else {
        document(wire.send(&read).await)?
    };
    outcome(&read).map(Some)
}

async fn challenge(callbacks: &mut Callbacks, told: &Value) -> Result<(), String> {
    let said = |name: &str| text(told, &format!("/action/challenge/{name}")).to_owned();
    let transaction = said("three_ds_server_trans_id");
    let creq = json!({
        "threeDSServerTransID": transaction,
        "acsTransID": said("acs_trans_id"),
        "messageVersion": said("message_version"),
        "messageType": "CReq",
        "challengeWindowSize": "05",
    });
    if naive("no-challenge") {
        return Ok(());
    }
    if naive("any-callback") {
        // The forged result comes first.
        callbacks
            .wait("challenge", "cres", &transaction, CHALLENGE_WAIT)
            .await;
        return Ok(());
    }
    browse(&said("acs_url"), "creq", &creq).await?;
    if callbacks
        .wait("challenge", "cres", &transaction, CHALLENGE_WAIT)
        .await
    {
        Ok(())
    } else {
        Err("the buyer did not answer the issuer".to_owned())
    }
}

/// The result for the complete; an error when the card is not to be paid with.
fn outcome(read: &Value) -> Result<Value, String> {
    let outcome = match text(read, "/status") {
        "authenticated" => "authenticated",
        "attempted" => "attempt_acknowledged",
        _ if naive("pays-after-denial") => {
            return Ok(json!({ "outcome": "denied", "outcome_details": { "version": "2.2.0" } }));
        }
        "rejected" | "not_authenticated" | "" => {
            return Err("the card was not authenticated".to_owned());
        }
        other => return Err(format!("the authentication ended as {other}")),
    };
    let result = read.get("authentication_result").unwrap_or(&Value::Null);
    let mut details = json!({});
    for name in [
        "three_ds_cryptogram",
        "electronic_commerce_indicator",
        "transaction_id",
        "version",
    ] {
        details[name] = result.get(name).cloned().unwrap_or_default();
    }
    if naive("transaction-of-server") {
        details["transaction_id"] = result["three_ds_server_trans_id"].clone();
    }
    Ok(json!({ "outcome": outcome, "outcome_details": details }))
}
