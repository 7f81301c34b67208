//! Sellers that are wrong about affiliate attribution, in one way each.

use std::sync::atomic::{AtomicU64, Ordering};

use comptoir_certify::{Lane, SpecVersion};
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked, Bend},
    seller_visits::{Visit, refusal, sent, visit},
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = refusing();
    all.extend(lenient());
    all.extend(personal());
    all.extend(telling());
    all.extend(conflicts());
    all.extend(keys());
    all
}

fn claim(asked: &Asked, pointer: &str) -> Value {
    sent(asked, &format!("/affiliate_attribution{pointer}"))
}

/// Refuses requests with attribution for which this holds.
fn refuses(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    when: impl Fn(&Asked, &Value) -> bool + Clone + Send + Sync + 'static,
) -> Fault {
    let bend = requests(move |asked| {
        let claim = claim(asked, "");
        let refused = !claim.is_null() && when(asked, &claim);
        refused.then(|| refusal(400, "invalid", "$.affiliate_attribution"))
    });
    Fault::new(LANE, id, does, red, bend)
}

/// Takes bad attribution: the good party never sees what is wrong with it.
fn takes(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    mend: impl Fn(&mut Value) + Clone + Send + Sync + 'static,
) -> Fault {
    let bend = requests(move |asked| {
        if !claim(asked, "").is_null() {
            asked.edit(|body| mend(&mut body["affiliate_attribution"]));
        }
        None
    });
    Fault::new(LANE, id, does, red, bend)
}

fn refusing() -> Vec<Fault> {
    vec![
        refuses(
            "affiliate-no-create",
            "refuses attribution on create",
            &[
                "extensions.lifecycle.affiliate-create-token-and-publisher",
                "extensions.lifecycle.affiliate-create-whole",
            ],
            |asked, _| visit(asked) == Some(Visit::Create),
        ),
        refuses(
            "affiliate-no-complete",
            "refuses attribution on complete",
            &["extensions.lifecycle.affiliate-complete-token-and-publisher"],
            |asked, _| visit(asked) == Some(Visit::Complete),
        )
        .version(SpecVersion::V2025_12_12),
        refuses(
            "affiliate-token-demanded",
            "refuses attribution without a token",
            &["extensions.lifecycle.affiliate-create-publisher-alone"],
            |_, claim| claim.get("token").is_none(),
        ),
        refuses(
            "affiliate-known-networks",
            "refuses networks that it does not know",
            &[
                "extensions.lifecycle.affiliate-create-unknown-provider",
                "extensions.lifecycle.affiliate-complete-unknown-provider",
            ],
            |_, claim| {
                claim["provider"]
                    .as_str()
                    .is_some_and(|one| one.starts_with("urn:"))
            },
        ),
        refuses(
            "affiliate-closed",
            "refuses members that it does not know",
            &["extensions.lifecycle.affiliate-create-unknown-member"],
            |_, claim| claim.get("certify_unknown").is_some(),
        ),
        Fault::new(
            LANE,
            "affiliate-demanded",
            "sells to nobody without attribution",
            &["extensions.lifecycle.affiliate-optional"],
            requests(|asked| {
                let bare = visit(asked) == Some(Visit::Create) && claim(asked, "").is_null();
                bare.then(|| refusal(400, "missing", "$.affiliate_attribution"))
            }),
        ),
        Fault::new(
            LANE,
            "affiliate-dearer",
            "asks more of buyers who were brought",
            &["extensions.lifecycle.affiliate-optional"],
            answers(|asked, answered| {
                if !claim(asked, "").is_null() {
                    answered.edit(|json| json["totals"][0]["amount"] = json!(7));
                }
            }),
        ),
    ]
}

fn lenient() -> Vec<Fault> {
    vec![
        takes(
            "affiliate-no-provider",
            "takes attribution without a provider",
            &[
                "extensions.errors.affiliate-create-no-provider",
                "extensions.errors.affiliate-complete-no-provider",
            ],
            |claim| claim["provider"] = json!("certify.example"),
        ),
        takes(
            "affiliate-nobody",
            "takes attribution with neither token nor publisher",
            &[
                "extensions.errors.affiliate-create-nobody",
                "extensions.errors.affiliate-complete-nobody",
            ],
            |claim| claim["token"] = json!("atp_made_up"),
        ),
        takes(
            "affiliate-deep",
            "takes nested metadata",
            &[
                "extensions.errors.affiliate-create-nested-metadata",
                "extensions.errors.affiliate-complete-listed-metadata",
            ],
            |claim| claim["metadata"] = json!({}),
        ),
        takes(
            "affiliate-loose",
            "takes attribution of wrong types",
            &[
                "extensions.errors.affiliate-create-provider-number",
                "extensions.errors.affiliate-create-token-object",
                "extensions.errors.affiliate-create-unknown-touchpoint",
                "extensions.errors.affiliate-create-source-text",
                "extensions.errors.affiliate-create-text",
            ],
            |claim| *claim = json!({ "provider": "certify.example", "token": "atp_made_up" }),
        ),
        Fault::edit(
            LANE,
            "affiliate-no-param",
            "does not say where attribution is bad",
            &["extensions.errors.affiliate-create-no-provider"],
            |_, answered| answered.is_error(),
            |json| json["param"] = json!("$"),
        ),
        Fault::new(
            LANE,
            "affiliate-422",
            "refuses bad attribution with 422",
            &["extensions.errors.affiliate-create-no-provider"],
            answers(|_, answered| {
                if answered.status == 400 {
                    answered.status = 422;
                }
            }),
        ),
    ]
}

fn personal() -> Vec<Fault> {
    vec![
        takes(
            "affiliate-emails",
            "takes email addresses in attribution",
            &[
                "extensions.leaks.affiliate-pii-email-in-publisher",
                "extensions.leaks.affiliate-pii-email-in-metadata",
            ],
            |claim| *claim = json!({ "provider": "certify.example", "token": "atp_made_up" }),
        ),
        takes(
            "affiliate-phones",
            "takes phone numbers in metadata",
            &["extensions.leaks.affiliate-pii-phone-in-metadata"],
            |claim| claim["metadata"] = json!({}),
        ),
        takes(
            "affiliate-names",
            "takes metadata named after personal data",
            &[
                "extensions.leaks.affiliate-pii-name-email",
                "extensions.leaks.affiliate-pii-name-ssn",
            ],
            |claim| claim["metadata"] = json!({}),
        ),
        Fault::edit(
            LANE,
            "affiliate-pii-code",
            "has another code for personal data",
            &["extensions.leaks.affiliate-pii-email-in-campaign"],
            |_, answered| answered.is_error(),
            |json| json["code"] = json!("invalid"),
        ),
    ]
}

/// Repeats the last attribution in the answers to one kind of call.
struct Repeats {
    at: Visit,
    member: &'static str,
    last: Value,
}

impl Bend for Repeats {
    fn answer(&mut self, asked: &Asked, answered: &mut Answered) {
        let claim = claim(asked, "");
        if !claim.is_null() {
            self.last = claim;
        }
        if visit(asked) == Some(self.at) && !answered.is_error() {
            answered.edit(|json| json[self.member] = self.last.clone());
        }
    }
}

fn repeats(
    id: &'static str,
    does: &'static str,
    red: &'static [&'static str],
    at: Visit,
    member: &'static str,
) -> Fault {
    Fault::new(LANE, id, does, red, move || {
        let last = Value::Null;
        Box::new(Repeats { at, member, last })
    })
}

fn telling() -> Vec<Fault> {
    vec![
        repeats(
            "affiliate-echo-create",
            "repeats attribution in the answer to create",
            &["extensions.leaks.affiliate-hidden-create"],
            Visit::Create,
            "affiliate_attribution",
        )
        .version(SpecVersion::V2026_01_16),
        repeats(
            "affiliate-echo-retrieve",
            "shows attribution on retrieve",
            &[
                "extensions.leaks.affiliate-hidden-retrieve",
                "extensions.leaks.affiliate-hidden-retrieve-canceled",
                "extensions.leaks.affiliate-hidden-retrieve-completed",
            ],
            Visit::Retrieve,
            "affiliate_attribution",
        ),
        repeats(
            "affiliate-echo-elsewhere",
            "shows what was claimed under another name",
            &["extensions.leaks.affiliate-hidden-update"],
            Visit::Update,
            "metadata",
        ),
        repeats(
            "affiliate-echo-complete",
            "shows attribution in the answer to complete",
            &[
                "extensions.leaks.affiliate-hidden-complete",
                "extensions.leaks.affiliate-hidden-complete-again",
            ],
            Visit::Complete,
            "affiliate_attribution",
        ),
        repeats(
            "affiliate-echo-cancel",
            "shows attribution in the answer to cancel",
            &["extensions.leaks.affiliate-hidden-cancel"],
            Visit::Cancel,
            "affiliate_attribution",
        ),
        Fault::new(
            LANE,
            "affiliate-token-told",
            "repeats the token in errors",
            &[
                "extensions.leaks.affiliate-token-in-error-metadata",
                "extensions.leaks.affiliate-token-in-error-item",
                "extensions.leaks.affiliate-token-in-error-key",
            ],
            answers(|asked, answered| {
                if answered.is_error() {
                    let token = claim(asked, "/token");
                    answered.edit(|json| json["message"] = json!(format!("what is {token}?")));
                }
            }),
        ),
    ]
}

fn conflicts() -> Vec<Fault> {
    let differs = |claim: &Value| {
        let begins = |member: &str, start: &str| {
            claim[member]
                .as_str()
                .is_some_and(|text| text.starts_with(start))
        };
        begins("provider", "other-network") || begins("publisher_id", "other_")
    };
    vec![
        refuses(
            "affiliate-conflict-refused",
            "refuses a complete that names another network",
            &[
                "extensions.lifecycle.affiliate-conflict-provider",
                "extensions.lifecycle.affiliate-conflict-publisher",
                "extensions.lifecycle.affiliate-conflict-all",
            ],
            move |_, claim| differs(claim),
        ),
        Fault::new(
            LANE,
            "affiliate-conflict-told",
            "tells the buyer that two networks claim the purchase",
            &[
                "extensions.lifecycle.affiliate-conflict-silent-provider",
                "extensions.lifecycle.affiliate-conflict-silent-publisher",
            ],
            answers(move |asked, answered| {
                if differs(&claim(asked, "")) {
                    let text = "Somebody else claims to have brought you here.";
                    answered.edit(|json| {
                        json["messages"] = json!([{
                            "type": "info", "code": "claim", "content_type": "plain", "content": text,
                        }]);
                    });
                }
            }),
        ),
    ]
}

/// Gives every request another key.
#[derive(Default)]
struct Rekeys(AtomicU64);

impl Bend for Rekeys {
    fn request(&mut self, asked: &mut Asked) -> Option<Answered> {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        asked.set("idempotency-key", &format!("key-of-the-proxy-{count}"));
        None
    }
}

fn keys() -> Vec<Fault> {
    vec![
        Fault::new(
            LANE,
            "affiliate-key-forgotten",
            "pays no heed to keys",
            &[
                "extensions.idempotency.affiliate-create-replay",
                "extensions.idempotency.affiliate-complete-replay",
                "extensions.idempotency.affiliate-create-mismatch-token",
            ],
            || Box::new(Rekeys::default()),
        ),
        takes(
            "affiliate-key-blind",
            "does not compare attribution under a key",
            &[
                "extensions.idempotency.affiliate-create-mismatch-token",
                "extensions.idempotency.affiliate-create-mismatch-provider",
                "extensions.idempotency.affiliate-create-mismatch-metadata",
                "extensions.idempotency.affiliate-complete-mismatch-touchpoint",
            ],
            |claim| *claim = json!({ "provider": "certify.example", "token": "atp_made_up" }),
        ),
        Fault::new(
            LANE,
            "affiliate-mismatch-409",
            "answers a mismatch with 409",
            &["extensions.idempotency.affiliate-create-mismatch-absent"],
            answers(|_, answered| {
                if answered.status == 422 {
                    answered.status = 409;
                }
            }),
        ),
        Fault::new(
            LANE,
            "affiliate-mismatch-422",
            "answers a mismatch with 422 before 2026-04-17",
            &["extensions.idempotency.affiliate-create-mismatch-token"],
            answers(|_, answered| {
                if answered.status == 409 {
                    answered.status = 422;
                }
            }),
        )
        .version(SpecVersion::V2026_01_30),
    ]
}

/// Shops without the extension that make something of it all the same.
pub(crate) fn faults_of_plain_shops() -> Vec<Fault> {
    vec![
        refuses(
            "affiliate-plain-refuses",
            "refuses a field that it does not know",
            &["extensions.lifecycle.affiliate-unsupported"],
            |_, _| true,
        ),
        Fault::new(
            LANE,
            "affiliate-plain-breaks",
            "breaks over a field that it does not know",
            &["extensions.lifecycle.affiliate-unsupported"],
            requests(|asked| {
                let claims = !claim(asked, "").is_null();
                claims.then(|| Answered::new(500, &json!({})))
            }),
        ),
    ]
}
