//! Delegate authentication: 3-D Secure of a browser, step by step.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
};

use comptoir_certify::SpecVersion;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    basics::{fresh, later, now},
    gate::{Call, Terms},
    psp::{BROKEN, CARDS, Psp, vault_down},
    reply::{Answered, Refusal, Reply},
    rules,
    serve::{Incoming, nowhere},
    shapes::{self, text},
};

/// Sessions by id.
pub(crate) type Authentications = HashMap<String, Authentication>;

/// One authentication.
pub(crate) struct Authentication {
    agent: usize,
    status: &'static str,
    /// How the card's authentication goes.
    way: &'static str,
    channel: bool,
    notification: bool,
    expires_at: Timestamp,
    transaction: String,
}

impl Authentication {
    /// The status now: what is not done in time ends.
    fn status(&self) -> &'static str {
        match self.status {
            "challenged" if self.expires_at <= now() => "challenge_abandoned",
            "challenged" => "action_required",
            "action_required" | "pending" if self.expires_at <= now() => "expired",
            status => status,
        }
    }

    fn result(&self) -> Option<Value> {
        let (trans_status, indicator) = match self.status() {
            "authenticated" => ("Y", Some("05")),
            "attempted" => ("A", Some("06")),
            "not_authenticated" => ("N", None),
            "rejected" => ("R", None),
            "unavailable" => ("U", None),
            _ => return None,
        };
        let mut result = json!({
            "trans_status": trans_status,
            "transaction_id": self.transaction,
            "three_ds_server_trans_id": self.transaction,
            "version": "2.2.0",
        });
        if let Some(indicator) = indicator {
            result["electronic_commerce_indicator"] = json!(indicator);
            result["three_ds_cryptogram"] = json!("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=");
        }
        Some(result)
    }
}

pub(crate) fn answer(psp: &Psp, incoming: &Incoming) -> Reply {
    let terms = Terms {
        key_required: false,
        conflict: 409,
        since: SpecVersion::V2026_04_17,
        signed: true,
    };
    let agents = IpAddr::from(Ipv4Addr::LOCALHOST);
    if incoming.peer != agents && incoming.segments()[0] == "delegate_authentication" {
        let refusal = Refusal::new("invalid_card", "calls come from the agent's own addresses");
        return refusal.status(403).into();
    }
    match (incoming.method.as_str(), incoming.segments().as_slice()) {
        ("POST", ["delegate_authentication"]) => {
            psp.gate.pass(incoming, terms, |call| create(psp, call))
        }
        ("POST", ["delegate_authentication", id, "authenticate"]) => {
            psp.gate
                .pass(incoming, terms, |call| authenticate(psp, call, id))
        }
        ("GET", ["delegate_authentication", id]) => psp
            .gate
            .pass(incoming, terms, |call| retrieve(psp, call, id)),
        // The issuer's page: whoever posts there has passed the challenge.
        ("POST", ["acs", id]) => pass_challenge(psp, id),
        (_, ["delegate_authentication", _]) => nowhere(incoming, "GET"),
        (_, ["delegate_authentication"] | ["acs", _] | [_, _, "authenticate"]) => {
            nowhere(incoming, "POST")
        }
        _ => nowhere(incoming, ""),
    }
}

fn create(psp: &Psp, call: &Call) -> Answered {
    let body = call.document()?;
    let shape = "delegate_authentication#DelegateAuthenticationCreateRequest";
    shapes::check(call.version, shape, body)?;
    rules::check_card(&body["payment_method"])?;
    if body["amount"]["value"].as_f64() <= Some(0.0) {
        return Err(Refusal::new("invalid", "an amount is above zero").at("$.amount.value"));
    }
    let number = text(&body["payment_method"], "number").unwrap_or_default();
    if number == BROKEN {
        return Ok(vault_down());
    }
    let mut cards = CARDS.iter().rev();
    let way = cards
        .find(|(_, card)| *card == number)
        .map_or("", |(way, _)| way);
    let channel = body.get("channel").is_some();
    let status = match way {
        "not_supported" => "not_supported",
        "pending" => "pending",
        _ if channel => "action_required",
        _ => "pending",
    };
    let id = fresh("auth");
    let authentication = Authentication {
        agent: call.agent,
        status,
        way,
        channel,
        notification: body.get("challenge_notification_url").is_some(),
        expires_at: later(now(), psp.options.authentication_lives_s),
        transaction: fresh("3ds"),
    };
    let mut answer = json!({ "authentication_session_id": id, "status": status });
    if status == "action_required" {
        answer["action"] = json!({ "type": "fingerprint", "fingerprint": {
            "three_ds_method_url": format!("{}/acs/{id}", psp.base),
            "three_ds_server_trans_id": authentication.transaction,
        }});
    }
    psp.authentications
        .lock()
        .unwrap()
        .insert(id, authentication);
    Ok(Reply::json(201, &answer))
}

fn authenticate(psp: &Psp, call: &Call, id: &str) -> Answered {
    let body = call.document()?;
    let shape = "delegate_authentication#DelegateAuthenticationAuthenticateRequest";
    shapes::check(call.version, shape, body)?;
    let mut all = psp.authentications.lock().unwrap();
    let found = all
        .get_mut(id)
        .filter(|found| found.agent == call.agent)
        .ok_or_else(unknown)?;
    let needed = |there: bool, member: &str| {
        let there = there || body.get(member).is_some();
        let refusal =
            || Refusal::new("invalid", format!("{member} is needed")).at(format!("$.{member}"));
        there.then_some(()).ok_or_else(refusal)
    };
    needed(found.channel, "channel")?;
    needed(found.notification, "challenge_notification_url")?;
    match found.status() {
        "action_required" | "pending" if found.status != "challenged" => {
            found.status = match found.way {
                "challenge" => "challenged",
                way @ ("attempted" | "not_authenticated" | "rejected" | "unavailable") => way,
                _ => "authenticated",
            };
        }
        "expired" => {}
        _ => return Err(Refusal::new("invalid", "this step was taken").status(409)),
    }
    let mut answer = json!({ "authentication_session_id": id, "status": found.status() });
    if found.status == "challenged" {
        answer["action"] = json!({ "type": "challenge", "challenge": {
            "acs_url": format!("{}/acs/{id}", psp.base),
            "acs_trans_id": fresh("acs"),
            "three_ds_server_trans_id": found.transaction,
            "message_version": "2.2.0",
        }});
    }
    Ok(Reply::json(200, &answer))
}

fn retrieve(psp: &Psp, call: &Call, id: &str) -> Answered {
    let all = psp.authentications.lock().unwrap();
    let found = all
        .get(id)
        .filter(|found| found.agent == call.agent)
        .ok_or_else(unknown)?;
    let mut answer = json!({ "authentication_session_id": id, "status": found.status() });
    if let Some(result) = found.result() {
        answer["authentication_result"] = result;
    }
    Ok(Reply::json(200, &answer))
}

fn pass_challenge(psp: &Psp, id: &str) -> Reply {
    let mut all = psp.authentications.lock().unwrap();
    if let Some(found) = all.get_mut(id)
        && found.status == "challenged"
        && found.status() == "action_required"
    {
        found.status = "authenticated";
    }
    Reply::page("Thank you")
}

fn unknown() -> Refusal {
    Refusal::new("invalid", "no such authentication session").status(404)
}
