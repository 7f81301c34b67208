//! `capabilities` in answers: what both sides can do.

use serde_json::{Value, json};

use crate::{
    Check, Outcome, SpecVersion, Topic, VersionRange,
    lanes::seller::{
        Seller, Session, Stage, paths,
        rule::{Rule, ask},
    },
};

pub(super) const SINCE_CAPABILITIES: VersionRange = VersionRange::from(SpecVersion::V2026_01_30);

/// Every intervention that the schema knows.
const ALL: [&str; 3] = ["3ds", "biometric", "address_verification"];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(PRESENT.at(Topic::Escalation, &Stage::OPERATIONS));
    checks.extend(NOT_ECHOED.at(Topic::Escalation, &[Stage::Created, Stage::Completed]));
    let mut questions = intersection();
    questions.extend(others());
    checks.extend(
        questions
            .into_iter()
            .map(|check| check.versions(SINCE_CAPABILITIES)),
    );
    checks
}

const PRESENT: Rule = Rule {
    name: "capabilities-present",
    title: "the session carries capabilities",
    proves: &["capabilities.seller.in-every-response"],
    advice: "answer every operation with capabilities",
    versions: SINCE_CAPABILITIES,
    judge: present,
};

const NOT_ECHOED: Rule = Rule {
    name: "request-fields-not-echoed",
    title: "what only agents say of themselves does not come back",
    proves: &["capabilities.seller.request-fields-not-echoed"],
    advice: "answer with supported, required and enforcement only",
    versions: SINCE_CAPABILITIES,
    judge: not_echoed,
};

fn intersection() -> Vec<Check> {
    let mut checks: Vec<_> = ALL
        .into_iter()
        .map(|one| {
            ask(
                Topic::Escalation,
                &format!("intersection-with-{}", one.replace('_', "-")),
                format!("an agent that can do {one} alone gets {one} if the seller can do it, and nothing else"),
                move |seller| intersection_with(seller, vec![one]),
            )
            .proves(&["capabilities.seller.intersection"])
            .advice("answer with what both sides can do: no more, no less")
        })
        .collect();
    checks.extend([
        ask(
            Topic::Escalation,
            "intersection-with-several",
            "an agent that can do several things gets those of them that the seller can do",
            |seller| intersection_with(seller, vec!["address_verification", "3ds"]),
        )
        .proves(&["capabilities.seller.intersection"])
        .advice("answer with what both sides can do: no more, no less"),
        ask(
            Topic::Escalation,
            "intersection-empty",
            "an agent that can do nothing gets an empty list",
            intersection_empty,
        )
        .proves(&["capabilities.seller.intersection-empty"])
        .advice("answer with an empty interventions.supported"),
        ask(
            Topic::Escalation,
            "intersection-order-does-not-matter",
            "the order in which an agent names its interventions changes nothing",
            order_does_not_matter,
        )
        .proves(&["capabilities.seller.intersection"])
        .advice("compare as sets"),
        ask(
            Topic::Escalation,
            "intersection-after-update",
            "after an update the answer is still bounded by what the agent declared on create",
            after_update,
        )
        .proves(&["capabilities.seller.update-recomputed"])
        .advice("store what the agent declared, and compute the intersection for each answer"),
    ]);
    checks
}

fn others() -> Vec<Check> {
    vec![
        ask(
            Topic::Escalation,
            "request-fields-not-echoed-when-sent",
            "display_context, redirect_context, max_redirects and max_interaction_depth do not come back",
            sent_not_echoed,
        )
        .proves(&["capabilities.seller.request-fields-not-echoed"])
        .advice("answer with supported, required and enforcement only"),
        ask(
            Topic::Escalation,
            "capabilities-missing",
            "a create without capabilities is refused",
            missing_refused,
        )
        .proves(&["capabilities.seller.missing-refused"])
        .advice("answer 4xx invalid_request with param $.capabilities"),
        ask(
            Topic::Escalation,
            "payment-declared",
            "the answer to create declares how it can be paid",
            payment_declared,
        )
        .proves(&["capabilities.seller.payment-declared"])
        .advice("answer with capabilities.payment.handlers"),
    ]
}

/// A body whose agent can do these interventions.
pub(super) fn body_with(seller: &Seller, interventions: &Value) -> Outcome<Value> {
    let mut body = seller.create_body_with_address()?;
    body.insert(
        "capabilities".to_owned(),
        json!({ "interventions": interventions }),
    );
    Ok(Value::Object(body))
}

/// A new session of an agent that can do these interventions.
pub(super) async fn session_with(seller: &Seller, supported: &[&str]) -> Outcome<Session> {
    let body = body_with(seller, &json!({ "supported": supported }))?;
    let answer = seller.create(&body).await?;
    seller.session(&answer)
}

/// A sorted list of interventions in the answer.
pub(super) fn interventions(session: &Session, member: &str) -> Vec<String> {
    let all = session.json.pointer("/capabilities/interventions");
    let all = all
        .and_then(|one| one.get(member))
        .and_then(Value::as_array);
    let all = all.into_iter().flatten().filter_map(Value::as_str);
    let mut all: Vec<_> = all.map(str::to_owned).collect();
    all.sort();
    all
}

fn present(seller: &Seller, session: &Session) -> Outcome {
    seller.case().must(
        session
            .json
            .get("capabilities")
            .is_some_and(Value::is_object),
        &session.answer,
        PRESENT.title,
        || seller.case().excerpt(&session.answer),
    )
}

const REQUEST_ONLY: [&str; 4] = [
    "display_context",
    "redirect_context",
    "max_redirects",
    "max_interaction_depth",
];

fn not_echoed(seller: &Seller, session: &Session) -> Outcome {
    let mut found = Vec::new();
    let capabilities = session.json.get("capabilities").unwrap_or(&Value::Null);
    paths::members(capabilities, &mut |path, name, _| {
        if REQUEST_ONLY.contains(&name) {
            found.push(path.to_owned());
        }
    });
    seller
        .case()
        .must(found.is_empty(), &session.answer, NOT_ECHOED.title, || {
            found.join(", ")
        })
}

async fn sent_not_echoed(seller: Seller) -> Outcome {
    let body = body_with(
        &seller,
        &json!({
            "supported": ["3ds"],
            "display_context": "webview",
            "redirect_context": "in_app",
            "max_redirects": 1,
            "max_interaction_depth": 2,
        }),
    )?;
    let created = seller.create(&body).await?;
    let created = seller.session(&created)?;
    not_echoed(&seller, &created)?;
    let updated = seller.updated(&created, &seller.buyer_body()).await?;
    not_echoed(&seller, &updated)?;
    let read = seller.read(&created.id).await?;
    not_echoed(&seller, &read)
}

/// What the seller can do at most: the answer to an agent that can do everything.
async fn intersection_with(seller: Seller, supported: Vec<&'static str>) -> Outcome {
    let most = session_with(&seller, &ALL).await?;
    let most = interventions(&most, "supported");
    let session = session_with(&seller, &supported).await?;
    let got = interventions(&session, "supported");
    let mut wanted: Vec<_> = supported
        .iter()
        .map(|&one| one.to_owned())
        .filter(|one| most.contains(one))
        .collect();
    wanted.sort();
    seller.case().must(
        got == wanted,
        &session.answer,
        "interventions.supported holds exactly what both sides can do",
        || format!("the seller can do {most:?}, the agent {supported:?}; the answer says {got:?}"),
    )
}

async fn intersection_empty(seller: Seller) -> Outcome {
    let session = session_with(&seller, &[]).await?;
    let got = interventions(&session, "supported");
    seller.case().must(
        got.is_empty(),
        &session.answer,
        "nothing shared is an empty list",
        || format!("{got:?}"),
    )
}

async fn order_does_not_matter(seller: Seller) -> Outcome {
    let one = session_with(&seller, &["3ds", "biometric"]).await?;
    let other = session_with(&seller, &["biometric", "3ds"]).await?;
    seller.case().must(
        interventions(&one, "supported") == interventions(&other, "supported"),
        &other.answer,
        "the order of interventions changes nothing",
        || {
            format!(
                "{:?} and {:?}",
                interventions(&one, "supported"),
                interventions(&other, "supported")
            )
        },
    )
}

async fn after_update(seller: Seller) -> Outcome {
    for supported in [&["3ds"][..], &[]] {
        let created = session_with(&seller, supported).await?;
        let updated = seller.updated(&created, &seller.buyer_body()).await?;
        seller.case().must(
            updated
                .json
                .get("capabilities")
                .is_some_and(Value::is_object),
            &updated.answer,
            "capabilities are given afresh after an update",
            || seller.case().excerpt(&updated.answer),
        )?;
        let got = interventions(&updated, "supported");
        seller.case().must(
            got == interventions(&created, "supported"),
            &updated.answer,
            "what the agent declared on create still bounds the answer",
            || format!("declared {supported:?}, got {got:?}"),
        )?;
    }
    Ok(())
}

async fn missing_refused(seller: Seller) -> Outcome {
    let mut body = seller.create_body()?;
    body.remove("capabilities");
    let answer = seller.create(&Value::Object(body)).await?;
    seller.case().must(
        answer.is_refusal(),
        &answer,
        "a create without capabilities is refused with 4xx",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )
}

async fn payment_declared(seller: Seller) -> Outcome {
    let session = seller.new_session_with_address().await?;
    seller.case().must(
        session
            .json
            .pointer("/capabilities/payment/handlers")
            .is_some_and(Value::is_array),
        &session.answer,
        "capabilities.payment.handlers declares how the session can be paid",
        || seller.case().excerpt(&session.answer),
    )
}
