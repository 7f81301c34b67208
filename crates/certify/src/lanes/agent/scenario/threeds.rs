//! Cards that must be authenticated.

use serde_json::json;

use super::Scenario;
use crate::{
    SpecVersion, Topic,
    lanes::agent::{authentication::Way, call::Op, play::set, rule::Rule, rules::authentication},
};

/// A session whose card must be authenticated.
fn guarded(name: &'static str, story: &'static str, way: Way) -> Scenario {
    Scenario::new(Topic::Escalation, name, story)
        .since(SpecVersion::V2025_12_12)
        .way(way)
        .terms(|_, terms| {
            terms.authentication = true;
            true
        })
        .rules([authentication::no_blind_complete()])
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = authenticated();
    all.extend(not_authenticated());
    all.extend(asked_late());
    all
}

fn authenticated() -> Vec<Scenario> {
    let ok: &[&str] = &["authenticated"];
    vec![
        guarded(
            "3ds",
            "the card must be authenticated, with a fingerprint",
            Way::Fingerprint,
        )
        .rules([authentication::attempts()])
        .rules(authentication::calls())
        .rules(authentication::content())
        .rules(authentication::fingerprint())
        .rules([
            authentication::retrieves("delegate-authentication.agent.authenticated-retrieve"),
            authentication::reported(ok),
            authentication::details(),
        ]),
        guarded(
            "3ds-pending",
            "the card must be authenticated, without a fingerprint",
            Way::Pending,
        )
        .rules([authentication::pending(), authentication::reported(ok)]),
        guarded(
            "3ds-silent",
            "the issuer takes a fingerprint and never says so",
            Way::SilentFingerprint,
        )
        .rules([authentication::fingerprint_silent()]),
        guarded(
            "3ds-challenge",
            "the issuer challenges the buyer",
            Way::Challenge,
        )
        .rules(authentication::challenge())
        .rules([authentication::reported(ok)]),
        guarded(
            "3ds-forged",
            "a forged result comes before the challenge",
            Way::ForgedCallback,
        )
        .rules([authentication::forged_callback()]),
        guarded(
            "3ds-attempted",
            "the issuer attests an attempt",
            Way::Attempted,
        )
        .rules([
            authentication::retrieves("delegate-authentication.agent.attempted-retrieve"),
            authentication::reported(&["attempt_acknowledged"]),
        ]),
    ]
}

fn not_authenticated() -> Vec<Scenario> {
    vec![
        guarded(
            "3ds-not-authenticated",
            "the buyer is not authenticated",
            Way::NotAuthenticated,
        )
        .rules([
            authentication::retrieves("delegate-authentication.agent.not-authenticated-retrieve"),
            authentication::no_payment(false),
            authentication::reported(&["denied"]),
        ]),
        guarded(
            "3ds-rejected",
            "the issuer rejects the payment",
            Way::Rejected,
        )
        .rules([authentication::no_payment(true)]),
        guarded(
            "3ds-expired",
            "the authentication expires on the way",
            Way::Expired,
        )
        .rules([authentication::new_session()]),
    ]
}

fn asked_late() -> Vec<Scenario> {
    vec![
        Scenario::new(
            Topic::Escalation,
            "3ds-message",
            "a complete without authentication is answered with requires_3ds",
        )
        .twist(|moment, session| {
            let message = json!({
                "type": "error",
                "code": "requires_3ds",
                "content_type": "plain",
                "content": "Please authenticate the card.",
            });
            let strikes = moment.op == Op::Complete
                && set(session, "/status", json!("ready_for_payment"))
                && set(session, "/messages", json!([message]));
            if let (true, Some(members)) = (strikes, session.as_object_mut()) {
                members.remove("order");
            }
            strikes
        })
        .rules([Rule::new(
            "no-hammering",
            "the agent does not complete again without a result",
            |grade| {
                let mut blind = grade
                    .seen
                    .completes()
                    .filter(|call| call.pointer("/authentication_result").is_none());
                let (first, second) = (blind.next(), blind.next());
                match (first, second) {
                    (Some(first), Some(second)) => grade.must(
                        second.key() == first.key() && second.body == first.body,
                        second,
                        "a further complete has the result of an authentication",
                        || "another complete without a result was sent".to_owned(),
                    ),
                    _ => Ok(()),
                }
            },
        )
        .proves(&["checkout.authentication.agent-attempts"])]),
    ]
}
