//! 3-D Secure: the provider's delegate authentication, and the pages of the card's issuer.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::{
    call::{Call, Op},
    play::{Moment, Play},
    reply::Reply,
    shop::member,
};

/// A cryptogram of 20 bytes in base64.
pub(super) const CRYPTOGRAM: &str = "AAABBJg0VhI0VniQEjRWAAAAAAA=";
/// The directory server's id of every transaction here.
pub(super) const TRANSACTION: &str = "7a3f2b1c-5d4e-4f60-8a9b-0c1d2e3f4a5b";
/// Protocol version of the messages.
pub(super) const MESSAGE_VERSION: &str = "2.2.0";

/// How a scenario's authentication goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Nothing to do before `authenticate`; then authenticated.
    Pending,
    /// A fingerprint is taken, and the issuer notifies.
    Fingerprint,
    /// A fingerprint is asked for, and the issuer never notifies.
    SilentFingerprint,
    /// Then a challenge.
    Challenge,
    /// As a challenge; before it a forged result comes to the agent's callback.
    ForgedCallback,
    Attempted,
    NotAuthenticated,
    Rejected,
    /// The session is over when `authenticate` comes, once.
    Expired,
}

impl Way {
    fn starts_with_fingerprint(self) -> bool {
        matches!(
            self,
            Self::Fingerprint | Self::SilentFingerprint | Self::Challenge | Self::ForgedCallback
        )
    }

    fn challenges(self) -> bool {
        matches!(self, Self::Challenge | Self::ForgedCallback)
    }
}

/// A session of delegate authentication.
#[derive(Debug, Clone)]
pub(super) struct Authentication {
    pub(super) status: &'static str,
    transaction: String,
    /// Where the agent wants the result of a challenge.
    callback: Option<String>,
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other operations have nothing of their own here"
)]
pub(super) fn answer(play: &Play, op: Op, call: &Call, moment: &Moment<'_>) -> Reply {
    let Some(way) = play.scenario.way else {
        return Reply::error(
            400,
            "invalid_request",
            "unsupported",
            "no authentication here",
        );
    };
    let id = call.id.as_deref().unwrap_or_default();
    match op {
        Op::AuthenticationCreate => create(play, call, way),
        Op::Authenticate => authenticate(play, call, id, way, moment),
        _ => read(play, id),
    }
}

fn unknown() -> Reply {
    Reply::error(
        404,
        "invalid_request",
        "not_found",
        "no such authentication",
    )
}

fn callback_of(call: &Call) -> Option<String> {
    call.text("/challenge_notification_url").map(str::to_owned)
}

fn create(play: &Play, call: &Call, way: Way) -> Reply {
    let id = play.fresh("auth");
    let fingerprint = way.starts_with_fingerprint();
    let authentication = Authentication {
        status: if fingerprint {
            "action_required"
        } else {
            "pending"
        },
        transaction: play.fresh("trans"),
        callback: callback_of(call),
    };
    let mut document = json!({
        "authentication_session_id": id,
        "status": authentication.status,
    });
    if fingerprint {
        document = with_member(
            document,
            "action",
            json!({
                "type": "fingerprint",
                "fingerprint": {
                    "three_ds_method_url": format!("{}/acs/method/{id}", play.bases.elsewhere),
                    "three_ds_server_trans_id": authentication.transaction,
                },
            }),
        );
    }
    play.state().authentications.insert(id, authentication);
    Reply::json(201, &document)
}

fn authenticate(play: &Play, call: &Call, id: &str, way: Way, moment: &Moment<'_>) -> Reply {
    let mut state = play.state();
    let Some(found) = state.authentications.get_mut(id) else {
        return unknown();
    };
    if let Some(callback) = callback_of(call) {
        found.callback = Some(callback);
    }
    found.status = match way {
        Way::Challenge | Way::ForgedCallback => "action_required",
        Way::Attempted => "attempted",
        Way::NotAuthenticated => "not_authenticated",
        Way::Rejected => "rejected",
        Way::Expired if moment.nth == 1 => "expired",
        Way::Pending | Way::Fingerprint | Way::SilentFingerprint | Way::Expired => "authenticated",
    };
    let mut document = json!({ "authentication_session_id": id, "status": found.status });
    let mut reply_forms = Vec::new();
    if way.challenges() {
        document = with_member(
            document,
            "action",
            json!({
                "type": "challenge",
                "challenge": {
                    "acs_url": format!("{}/acs/challenge/{id}", play.bases.elsewhere),
                    "acs_trans_id": format!("acs-{}", found.transaction),
                    "three_ds_server_trans_id": found.transaction,
                    "message_version": MESSAGE_VERSION,
                },
            }),
        );
        if way == Way::ForgedCallback
            && let Some(callback) = &found.callback
        {
            reply_forms.push((callback.clone(), cres("a-transaction-of-nobody")));
        }
    }
    let mut reply = Reply::json(200, &document);
    reply.forms = reply_forms;
    reply
}

fn read(play: &Play, id: &str) -> Reply {
    let state = play.state();
    let Some(found) = state.authentications.get(id) else {
        return unknown();
    };
    let mut document = json!({ "authentication_session_id": id, "status": found.status });
    let (status, indicator) = match found.status {
        "authenticated" => ("Y", Some("05")),
        "attempted" => ("A", Some("06")),
        "not_authenticated" => ("N", None),
        "rejected" => ("R", None),
        _ => return Reply::json(200, &document),
    };
    let mut result = Map::new();
    for (name, value) in [
        ("trans_status", status),
        ("transaction_id", TRANSACTION),
        ("three_ds_server_trans_id", found.transaction.as_str()),
        ("version", MESSAGE_VERSION),
    ] {
        member(&mut result, name, Some(value.into()));
    }
    if let Some(indicator) = indicator {
        member(
            &mut result,
            "electronic_commerce_indicator",
            Some(indicator.into()),
        );
        member(&mut result, "three_ds_cryptogram", Some(CRYPTOGRAM.into()));
    }
    document = with_member(document, "authentication_result", Value::Object(result));
    Reply::json(200, &document)
}

/// The issuer's pages: what the buyer's browser posts there.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other operations have nothing of their own here"
)]
pub(super) fn issuer(play: &Play, op: Op, call: &Call) -> Reply {
    let id = call.id.as_deref().unwrap_or_default();
    let mut state = play.state();
    let Some(found) = state.authentications.get_mut(id) else {
        return Reply::page(404);
    };
    let mut reply = Reply::page(200);
    match op {
        Op::Fingerprint if play.scenario.way != Some(Way::SilentFingerprint) => {
            let data = form_json(call, "threeDSMethodData");
            let address = data.and_then(|data| {
                Some(
                    data.get("threeDSMethodNotificationURL")?
                        .as_str()?
                        .to_owned(),
                )
            });
            let answer = json!({ "threeDSServerTransID": found.transaction }).to_string();
            let form = [("threeDSMethodData", URL_SAFE_NO_PAD.encode(answer))];
            let form = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            reply.forms.extend(address.map(|address| (address, form)));
        }
        Op::Challenge => {
            found.status = "authenticated";
            let form = cres(&found.transaction);
            reply
                .forms
                .extend(found.callback.clone().map(|address| (address, form)));
        }
        _ => {}
    }
    reply
}

/// The form with which a challenge ends.
fn cres(transaction: &str) -> String {
    let message = json!({
        "threeDSServerTransID": transaction,
        "messageType": "CRes",
        "messageVersion": MESSAGE_VERSION,
        "transStatus": "Y",
    });
    let packed = URL_SAFE_NO_PAD.encode(message.to_string());
    form_urlencoded::Serializer::new(String::new())
        .append_pair("cres", &packed)
        .finish()
}

/// A field of a posted form.
pub(super) fn form_field(call: &Call, name: &str) -> Option<String> {
    form_urlencoded::parse(&call.body)
        .find(|(field, _)| field == name)
        .map(|(_, value)| value.into_owned())
}

/// A field of a posted form that is JSON in base64 of either alphabet.
pub(super) fn form_json(call: &Call, name: &str) -> Option<Value> {
    let text = form_field(call, name)?;
    let text = text.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .or_else(|_| STANDARD_NO_PAD.decode(text))
        .ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Whether a text is base64 of so many bytes.
pub(super) fn is_base64_of(text: &str, bytes: usize) -> bool {
    STANDARD
        .decode(text)
        .is_ok_and(|decoded| decoded.len() == bytes)
}

fn with_member(mut document: Value, name: &str, value: Value) -> Value {
    if let Some(members) = document.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    document
}
