//! Sellers that are wrong about affiliate attribution, in one way each.

use comptoir_certify::{Lane, SpecVersion};
use serde_json::{Value, json};

use super::{
    fault::{Fault, answers, requests},
    proxy::{Answered, Asked},
    seller_visits::{Visit, refusal, sent, visit},
    stage::Stage,
};

const LANE: Lane = Lane::Extensions;

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = refusing();
    all.extend(lenient());
    all.extend(personal());
    let plain = faults_of_plain_shops().into_iter();
    all.extend(plain.map(|fault| fault.on(Stage::Plain)));
    all
}

pub(crate) fn claim(asked: &Asked, pointer: &str) -> Value {
    sent(asked, &format!("/affiliate_attribution{pointer}"))
}

/// Refuses requests with attribution for which this holds.
pub(crate) fn refuses(
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
pub(crate) fn takes(
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
    let mut all = vec![
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
    ];
    all.extend(choosing());
    all
}

/// Sellers that refuse some attribution, or sell otherwise because of it.
fn choosing() -> Vec<Fault> {
    vec![
        refuses(
            "affiliate-whole-numbers",
            "refuses numbers in metadata that are not whole",
            &[
                "extensions.lifecycle.affiliate-create-fractions",
                "extensions.lifecycle.affiliate-complete-fractions",
            ],
            |_, claim| claim["metadata"]["score"].is_f64(),
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

/// Shops without the extension that make something of it all the same.
fn faults_of_plain_shops() -> Vec<Fault> {
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
