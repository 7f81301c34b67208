//! Which extensions the seller has, and what the checks of all of them share.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::super::{
    documents::set,
    seller::{Seller, Session, of_seller},
};
use crate::{Answer, Check, Lane, Outcome, Request, Stop, Topic, probe};

/// What the seller shows of itself, looked up once per run.
#[derive(Default)]
struct Shown(OnceCell<Vec<String>>);

/// A check of this lane.
pub(super) fn check<F, R>(topic: Topic, name: &str, title: impl Into<String>, run: F) -> Check
where
    F: Fn(Seller) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    of_seller(Lane::Extensions, topic, name, title, run)
}

/// A check of this lane for sellers that offer `feature`, a word of `seller.offers`.
pub(super) fn check_of<F, R>(
    feature: &'static str,
    topic: Topic,
    name: &str,
    title: impl Into<String>,
    run: F,
) -> Check
where
    F: Fn(Seller) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    let run = Arc::new(run);
    check(topic, name, title, move |seller| {
        let run = Arc::clone(&run);
        async move {
            if is_offered(&seller, feature).await? {
                run(seller).await
            } else {
                Err(not_offered(feature))
            }
        }
    })
}

/// Where something that a seller offers is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Create,
    Update,
    Retrieve,
}

impl Place {
    pub(super) const ALL: [(Self, &str); 3] = [
        (Self::Create, "create"),
        (Self::Update, "update"),
        (Self::Retrieve, "retrieve"),
    ];

    /// What the seller answers here about the session that was created.
    pub(super) async fn of(self, seller: &Seller, created: Session) -> Outcome<Session> {
        match self {
            Self::Create => Ok(created),
            Self::Update => {
                let body = seller.address_body(&seller.other_address());
                seller.updated(&created, &body).await
            }
            Self::Retrieve => seller.read(&created.id).await,
        }
    }
}

/// How a check ends that asks for what the seller does not have.
pub(super) fn not_offered(feature: &str) -> Stop {
    Stop::NotApplicable(format!(
        "not offered: {feature}; a seller that has it names it in seller.offers"
    ))
}

/// Whether the seller offers this: by the configuration, or where that names nothing at all, by
/// what a session and the discovery document show.
pub(super) async fn is_offered(seller: &Seller, feature: &str) -> Outcome<bool> {
    if !seller.target().offers.is_empty() {
        return Ok(seller.target().offers(feature));
    }
    let shown = seller.case().shared::<Shown>();
    let shown = shown.0.get_or_try_init(|| look(seller)).await?;
    Ok(shown.iter().any(|one| one == feature))
}

async fn look(seller: &Seller) -> Outcome<Vec<String>> {
    let mut plain = Value::Object(seller.create_body_with_address()?);
    set(&mut plain, "/buyer", json!(seller.target().buyer));
    let mut asking = plain.clone();
    if let Some(capabilities) = asking.get_mut("capabilities") {
        // Some sellers show only what the agent understands, others refuse what they do not know.
        set(capabilities, "/extensions", json!(probe::EXTENSIONS));
    }
    let mut answer = seller.create(&asking).await?;
    if answer.is_refusal() {
        answer = seller.create(&plain).await?;
    }
    let session = seller.session(&answer)?;
    let mut origin = seller.target().url.clone();
    origin.set_path("");
    let request = Request::new(Method::GET, "/.well-known/acp.json");
    let discovery = seller.case().try_send(&origin, &request).await.ok();
    let document = discovery.and_then(|answer| answer.json);
    Ok(probe::offers(&session.json, document.as_ref()))
}

/// The answer holds neither a member of this name, at any depth, nor one of these texts.
pub(super) fn shows_nothing(
    seller: &Seller,
    answer: &Answer,
    member: &str,
    texts: &[String],
    rule: &str,
) -> Outcome {
    let body = String::from_utf8_lossy(&answer.body);
    let shown = texts.iter().find(|text| body.contains(text.as_str()));
    let named = answer
        .json
        .as_ref()
        .is_some_and(|json| has_member(json, member));
    seller
        .case()
        .must(!named && shown.is_none(), answer, rule, || match shown {
            Some(text) => format!("the answer holds {text}"),
            None => format!("the answer has a member {member}"),
        })
}

fn has_member(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(members) => {
            members.contains_key(name) || members.values().any(|value| has_member(value, name))
        }
        Value::Array(elements) => elements.iter().any(|value| has_member(value, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The refusal of a bad `member`: 400 with a flat error of type `invalid_request` whose `param`
/// points into it. All of that is advice; a server that breaks is not.
pub(super) fn points_into(seller: &Seller, answer: &Answer, member: &str) -> Outcome {
    let case = seller.case();
    case.should(
        answer.status == 400,
        answer,
        &format!("a bad {member} gets 400"),
        || format!("{}: {}", answer.status, case.excerpt(answer)),
    );
    case.shape(answer, "checkout#Error")?;
    case.should(
        answer.text("/type") == Some("invalid_request"),
        answer,
        &format!("the error of a bad {member} has type invalid_request"),
        || format!("type {:?}", answer.text("/type")),
    );
    let param = answer.text("/param");
    case.should(
        param.is_some_and(|param| param.starts_with('$') && param.contains(member)),
        answer,
        &format!("the param of the error points into {member}"),
        || format!("param {param:?}"),
    );
    Ok(())
}

/// A text that occurs nowhere else, to be looked for in answers.
pub(super) fn mark(seller: &Seller, kind: &str) -> Outcome<String> {
    Ok(format!("{kind}_{}", seller.case().fresh_key()?))
}
