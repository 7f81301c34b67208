//! Sellers that are wrong about marketing consent, in one way each.

use std::collections::HashSet;

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked, Bend},
    seller_visits::{Visit, refusal, sent, visit},
    stage::Stage,
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = offering();
    all.extend(taking());
    all.extend(keeping());
    let plain = faults_of_plain_shops().into_iter();
    all.extend(plain.map(|fault| fault.on(Stage::Plain)));
    all
}

/// Changes the options of the answers to one kind of call.
fn says(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    at: Visit,
    edit: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    Fault::edit(
        LANE,
        id,
        does,
        red,
        move |asked, answered| visit(asked) == Some(at) && !answered.is_error(),
        move |json| edit(&mut json["marketing_consent_options"]),
    )
}

fn offering() -> Vec<Fault> {
    vec![
        says(
            "consent-no-options",
            "lists no channels on create",
            &["extensions.lifecycle.consent-options-create"],
            Visit::Create,
            |options| *options = json!([]),
        ),
        says(
            "consent-no-options-later",
            "lists no channels after an update",
            &["extensions.lifecycle.consent-options-update"],
            Visit::Update,
            |options| *options = json!([]),
        ),
        says(
            "consent-silent",
            "does not say what the buyer would agree to",
            &["extensions.lifecycle.consent-options-retrieve"],
            Visit::Retrieve,
            |options| options[0]["display_text"] = json!(""),
        ),
        says(
            "consent-channel-twice",
            "lists a channel twice",
            &["extensions.lifecycle.consent-options-create"],
            Visit::Create,
            |options| {
                let first = options[0].clone();
                if let Some(options) = options.as_array_mut() {
                    options.push(first);
                }
            },
        ),
        says(
            "consent-subscribed",
            "says that everybody is subscribed",
            &[
                "extensions.lifecycle.consent-new-buyer",
                "extensions.lifecycle.consent-no-buyer",
            ],
            Visit::Create,
            |options| options[0]["is_subscribed"] = json!(true),
        ),
        says(
            "consent-policy-gone",
            "links a policy that is not there",
            &["extensions.lifecycle.consent-policy-url"],
            Visit::Create,
            |options| {
                let url = options[0]["privacy_policy_url"]
                    .as_str()
                    .unwrap_or_default();
                options[0]["privacy_policy_url"] = json!(url.replace("/pages/", "/nothing/"));
            },
        ),
        says(
            "consent-policy-relative",
            "links a policy without an address",
            &["extensions.lifecycle.consent-policy-url"],
            Visit::Create,
            |options| options[0]["privacy_policy_url"] = json!("/pages/privacy"),
        ),
    ]
}

fn consents(asked: &Asked) -> Value {
    sent(asked, "/marketing_consents")
}

fn names(asked: &Asked, channel: &str) -> bool {
    let consents = consents(asked);
    let mut all = consents.as_array().into_iter().flatten();
    all.any(|one| one["channel"] == channel)
}

/// Refuses completes for which this holds.
fn refuses(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    when: impl Fn(&Asked) -> bool + Clone + Send + Sync + 'static,
) -> Fault {
    let bend = requests(move |asked| {
        let refused = visit(asked) == Some(Visit::Complete) && when(asked);
        refused.then(|| refusal(400, "invalid", "$.marketing_consents"))
    });
    Fault::new(LANE, id, does, red, bend)
}

/// Changes what completes say before the good party hears it.
fn hears(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    change: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    let bend = requests(move |asked| {
        if visit(asked) == Some(Visit::Complete) {
            asked.edit(&change);
        }
        None
    });
    Fault::new(LANE, id, does, red, bend)
}

/// Takes consents that come with a create, at the complete of the same buyer.
#[derive(Default)]
struct Early(HashSet<String>);

impl Bend for Early {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let buyer = sent(asked, "/buyer/email").to_string();
        let early = consents(asked);
        match visit(asked) {
            Some(Visit::Create) if !early.is_null() => {
                self.0.insert(buyer);
                asked.edit(strip);
            }
            Some(Visit::Complete) if early.is_null() && self.0.contains(&buyer) => {
                asked.edit(|body| body["marketing_consents"] = all(true));
            }
            _ => {}
        }
        None
    }
}

fn strip(body: &mut Value) {
    if let Some(members) = body.as_object_mut() {
        members.remove("marketing_consents");
    }
}

fn all(opted_in: bool) -> Value {
    json!([
        { "channel": "email", "opted_in": opted_in },
        { "channel": "sms", "opted_in": opted_in },
    ])
}

fn taking() -> Vec<Fault> {
    vec![
        refuses(
            "consent-refused",
            "refuses a complete with consents",
            &[
                "extensions.lifecycle.consent-opt-in",
                "extensions.lifecycle.consent-opt-out",
            ],
            |asked| !consents(asked).is_null(),
        ),
        refuses(
            "consent-demanded",
            "refuses a complete without consents",
            &["extensions.lifecycle.consent-not-required"],
            |asked| consents(asked).is_null(),
        ),
        refuses(
            "consent-all-demanded",
            "refuses a complete that leaves channels out",
            &["extensions.lifecycle.consent-one-channel"],
            |asked| names(asked, "email") && !names(asked, "sms"),
        ),
        refuses(
            "consent-unoffered-refused",
            "refuses a channel that it does not offer",
            &["extensions.lifecycle.consent-unoffered"],
            |asked| names(asked, "certify_pigeon_post"),
        ),
        hears(
            "consent-unoffered-mail",
            "takes any consent as one for mail",
            &["extensions.lifecycle.consent-unoffered"],
            |body| {
                if let Some(channel) = body.pointer_mut("/marketing_consents/0/channel") {
                    *channel = json!("email");
                }
            },
        ),
        refuses(
            "consent-no-contact-refused",
            "refuses consent for messages without a number",
            &["extensions.lifecycle.consent-no-contact"],
            |asked| names(asked, "sms") && sent(asked, "/buyer/phone_number").is_null(),
        ),
        hears(
            "consent-no-contact-taken",
            "subscribes phones that it does not know",
            &["extensions.lifecycle.consent-no-contact"],
            |body| body["buyer"]["phone_number"] = json!("+14155550100"),
        ),
        Fault::new(
            LANE,
            "consent-early",
            "takes consents at create",
            &["extensions.lifecycle.consent-early-create"],
            || Box::new(Early::default()),
        ),
    ]
}

fn only_opt_ins(body: &mut Value) {
    if let Some(list) = body
        .pointer_mut("/marketing_consents")
        .and_then(Value::as_array_mut)
    {
        list.retain(|one| one["opted_in"] == true);
    }
}

/// Says something about the channels that were left out.
fn fill(body: &mut Value, opted_in: bool) {
    let list = body.get("marketing_consents").and_then(Value::as_array);
    let mut list = list.cloned().unwrap_or_default();
    for channel in ["email", "sms"] {
        if !list.iter().any(|one| one["channel"] == channel) {
            list.push(json!({ "channel": channel, "opted_in": opted_in }));
        }
    }
    body["marketing_consents"] = Value::Array(list);
}

fn keeping() -> Vec<Fault> {
    vec![
        hears(
            "consent-forgotten",
            "forgets consents",
            &["extensions.lifecycle.consent-opt-in-kept"],
            strip,
        ),
        hears(
            "consent-for-ever",
            "never lets a subscriber go",
            &["extensions.lifecycle.consent-opt-out-kept"],
            only_opt_ins,
        ),
        hears(
            "consent-omission-ends",
            "ends subscriptions of which nothing was said",
            &[
                "extensions.lifecycle.consent-omission-keeps",
                "extensions.lifecycle.consent-empty-list-keeps",
            ],
            |body| fill(body, false),
        ),
        hears(
            "consent-omission-begins",
            "subscribes buyers who said nothing",
            &[
                "extensions.lifecycle.consent-omission-subscribes-not",
                "extensions.lifecycle.consent-omitted-channel-subscribes-not",
            ],
            |body| fill(body, true),
        ),
        hears(
            "consent-one-for-all",
            "takes what is said of one channel for all",
            &["extensions.lifecycle.consent-omitted-channel-keeps"],
            |body| {
                let said = body.pointer("/marketing_consents/0/opted_in").cloned();
                if let Some(opted_in) = said.and_then(|said| said.as_bool()) {
                    body["marketing_consents"] = all(opted_in);
                }
            },
        ),
    ]
}

/// Shops without marketing that show some all the same.
fn faults_of_plain_shops() -> Vec<Fault> {
    vec![Fault::new(
        LANE,
        "consent-plain-offers",
        "asks for consent without offering marketing",
        &["extensions.lifecycle.consent-none"],
        answers(|asked, answered| {
            if visit(asked) == Some(Visit::Create) {
                answered.edit(|json| {
                    json["marketing_consent_options"] = json!([{
                        "channel": "email",
                        "display_text": "News",
                        "privacy_policy_url": "https://shop.example/privacy",
                    }]);
                });
            }
        }),
    )]
}
