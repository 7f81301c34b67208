//! Requests generated from the schema of delegate authentication.

use std::sync::Arc;

use serde_json::Value;

use super::{client::Authenticator, documents};
use crate::{
    Answer, Case, Check, Outcome, Severity, SpecVersion, Stop, Topic,
    lanes::psp::{
        check,
        mutations::{apply, constraints, kebab, plan},
        row::judge_refusal,
    },
};

const BUNDLE: &str = "delegate_authentication";
const CREATE: &str = "DelegateAuthenticationCreateRequest";
const AUTHENTICATE: &str = "DelegateAuthenticationAuthenticateRequest";
/// The parts of a create request; those of authenticate are among them.
const PARTS: [&str; 8] = [
    CREATE,
    "PaymentMethod",
    "Amount",
    "Channel",
    "BrowserInfo",
    "FlowPreference",
    "ShopperDetails",
    "Address",
];

pub(super) fn checks(version: SpecVersion) -> Vec<Check> {
    let creates = constraints(version, BUNDLE, &PARTS).into_iter();
    let creates = creates.map(|(id, expects)| generated(&id, &expects, CREATE));
    let authenticates = constraints(version, BUNDLE, &[AUTHENTICATE]).into_iter();
    let authenticates = authenticates.map(|(id, expects)| generated(&id, &expects, AUTHENTICATE));
    creates.chain(authenticates).collect()
}

fn generated(id: &str, expects: &str, root: &'static str) -> Check {
    let title = format!("a request that breaks {id} is refused: {expects}");
    let name = format!("authentication-{}", kebab(id));
    let id = id.to_owned();
    check(Topic::Fuzz, &name, &title, move |case| {
        let id = id.clone();
        async move { breaks(case, &id, root).await }
    })
    .proves(&["delegate-authentication.error.client-4xx"])
    .proves_shapes(&[
        CREATE,
        AUTHENTICATE,
        "PaymentMethod",
        "Amount",
        "Channel",
        "BrowserInfo",
        "FlowPreference",
        "ShopperDetails",
        "delegate_authentication#Address",
    ])
    .advice("check requests against the schema of the version before anything else")
}

async fn breaks(case: Arc<Case>, id: &str, root: &str) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let good = provider.body()?;
    let session = provider.created(&good).await?;
    let good = if root == CREATE {
        good
    } else {
        documents::authenticate_in_full()
    };
    let plan = plan(case.version(), &format!("{BUNDLE}#{root}"), &good);
    let changes = plan.breaking.get(id).ok_or_else(|| {
        Stop::NotTested("no request was found that breaks this constraint and no other".to_owned())
    })?;
    for change in changes {
        let mut broken = good.clone();
        apply(&mut broken, change);
        let answer = send(&provider, root, &session, &broken).await?;
        let rule = format!("a request whose {} is changed so is refused", change.0);
        judge_refusal(&case, &answer, Severity::Must, &rule)?;
        case.must(
            answer.pointer("/authentication_session_id").is_none(),
            &answer,
            "a refused call shows no session",
            || case.excerpt(&answer),
        )?;
    }
    Ok(())
}

async fn send(
    provider: &Authenticator,
    root: &str,
    session: &str,
    body: &Value,
) -> Outcome<Answer> {
    if root == CREATE {
        provider.create(body).await
    } else {
        provider.authenticate(session, body).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, PspTarget};

    /// Every constraint of both requests is broken by some request of its own.
    #[test]
    fn every_constraint_has_a_request() {
        let url = "https://psp.example".parse().unwrap();
        let psp = PspTarget::new(url, Key::new("key"), "merchant");
        let create = documents::create(&psp, "4242424242424242", "1");
        let authenticate = documents::authenticate_in_full();
        let version = SpecVersion::LATEST;
        let mut missing = Vec::new();
        for (root, document, shapes) in [
            (CREATE, &create, PARTS.as_slice()),
            (AUTHENTICATE, &authenticate, &[AUTHENTICATE]),
        ] {
            let plan = plan(version, &format!("{BUNDLE}#{root}"), document);
            for (id, _) in constraints(version, BUNDLE, shapes) {
                if !plan.breaking.contains_key(&id) {
                    missing.push(id);
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
