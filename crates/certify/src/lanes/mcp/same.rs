//! Both transports are one shop: the same sessions, bodies, amounts and languages.

use serde_json::{Value, json};

use super::{
    Mcp,
    kit::row,
    lifecycle::does,
    likeness::{difference, likeness},
    tool::Tool,
};
use crate::{
    Answer, Check, Outcome, Stop, Topic,
    lanes::seller::{Seller, Session},
};

const ONE_SHOP: &[&str] = &["mcp.tools.same-sessions"];

const ADVICE: &str = "serve both transports from one store and one set of operations";

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = Tool::ALL.into_iter().map(same_body).collect();
    checks.extend(LINES.into_iter().map(same_totals));
    checks.extend(one_shop());
    checks.push(
        row(
            Topic::Lifecycle,
            "same-capabilities",
            "create negotiates the same capabilities as over REST",
            |mcp| async move {
                let rest = mcp.rest()?;
                let over_rest = rest.new_session().await?;
                let over_mcp = mcp.new_session().await?;
                let member = |session: &Session| {
                    likeness(session.json.get("capabilities").unwrap_or(&Value::Null))
                };
                alike(
                    &mcp,
                    &member(&over_rest),
                    &member(&over_mcp),
                    &over_mcp.answer,
                )
            },
        )
        .proves(&["mcp.capabilities.in-result"])
        .advice(ADVICE),
    );
    checks.push(
        row(
            Topic::Lifecycle,
            "same-language",
            "meta.accept_language gets the language that Accept-Language gets",
            |mcp| async move { same_language(&mcp).await },
        )
        .proves(&["mcp.meta.accept-language-applied"])
        .advice("pass meta.accept_language on as Accept-Language"),
    );
    checks
}

/// Two documents tell the same.
fn alike(mcp: &Mcp, rest: &Value, own: &Value, answer: &Answer) -> Outcome {
    let differs = difference(rest, own);
    mcp.case().must(
        differs.is_none(),
        answer,
        "the result is the body that REST answers",
        || format!("REST and MCP: {}", differs.clone().unwrap_or_default()),
    )
}

fn same_body(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Lifecycle,
        &format!("same-{verb}"),
        format!("the result of {verb} is the body that REST answers to an equal call"),
        move |mcp| async move {
            let rest = mcp.rest()?;
            let over_rest = over_rest(rest, tool).await?;
            let call = mcp.good(tool).await?;
            let over_mcp = mcp.session(&mcp.make(&call).await?)?;
            let (rest, own) = (likeness(&over_rest.json), likeness(&over_mcp.json));
            alike(&mcp, &rest, &own, &over_mcp.answer)
        },
    )
    .proves(&[does(tool), "mcp.result.same-body"])
    .advice("return the body of REST unchanged")
}

/// What REST answers to the call that `Mcp::good` makes.
async fn over_rest(rest: &Seller, tool: Tool) -> Outcome<Session> {
    match tool {
        Tool::Create => rest.new_session_with_address().await,
        Tool::Get => {
            let session = rest.new_session().await?;
            rest.read(&session.id).await
        }
        Tool::Update => {
            let session = rest.new_session().await?;
            let body = rest.address_body(&rest.target().address);
            rest.updated(&session, &body).await
        }
        Tool::Complete => rest.completed().await,
        Tool::Cancel => {
            let session = rest.new_session().await?;
            let answer = rest.cancel(&session.id).await?;
            rest.session(&answer)
        }
    }
}

/// Lines of a session: the name, what they are, places of items with units, and with an address.
type Lines = (&'static str, &'static str, &'static [(usize, u32)], bool);

const LINES: [Lines; 5] = [
    ("one", "one item", &[(0, 1)], true),
    (
        "no-address",
        "one item without an address",
        &[(0, 1)],
        false,
    ),
    ("two", "two items", &[(0, 1), (1, 1)], true),
    ("three-units", "three units of an item", &[(0, 3)], true),
    (
        "mixed",
        "two units of one item and one of another",
        &[(1, 2), (0, 1)],
        true,
    ),
];

fn same_totals((name, what, lines, address): Lines) -> Check {
    row(
        Topic::Arithmetic,
        &format!("same-{name}"),
        format!("{what} cost the same over both transports"),
        move |mcp| async move {
            let rest = mcp.rest()?;
            let mut wanted = Vec::new();
            for &(place, units) in lines {
                wanted.push((rest.item_at(place)?, units));
            }
            let body = Value::Object(rest.body_for(&wanted, address));
            let answer = rest.create(&body).await?;
            if answer.is_refusal() {
                // From 2026-01-30 on the schema of a request has no quantity.
                return Err(Stop::NotApplicable(
                    "not offered: REST refuses these lines".to_owned(),
                ));
            }
            let over_rest = rest.session(&answer)?;
            let over_mcp = mcp.create(body).await?;
            for member in ["totals", "line_items", "fulfillment_options", "currency"] {
                let part = |session: &Session| {
                    let whole = likeness(&session.json);
                    json!({ member: whole.get(member) })
                };
                alike(&mcp, &part(&over_rest), &part(&over_mcp), &over_mcp.answer)?;
            }
            Ok(())
        },
    )
    .proves(&["mcp.result.same-body", "mcp.args.payload-is-body"])
    .advice("compute prices in one place for both transports")
}

fn one_shop() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "rest-session-here",
            "a session made over REST is the same object here, and can be changed here",
            |mcp| async move { rest_session_here(&mcp).await },
        )
        .proves(ONE_SHOP)
        .advice(ADVICE),
        row(
            Topic::Lifecycle,
            "session-over-rest",
            "a session made here is the same object over REST, and can be changed there",
            |mcp| async move { session_over_rest(&mcp).await },
        )
        .proves(ONE_SHOP)
        .proves(&["mcp.get.authoritative"])
        .advice(ADVICE),
        row(
            Topic::Lifecycle,
            "order-over-rest",
            "what was completed here is completed over REST, with the same order",
            |mcp| async move {
                let rest = mcp.rest()?;
                let completed = mcp.completed().await?;
                let seen = rest.read(&completed.id).await?;
                let id =
                    |session: &Session| session.order().and_then(|order| order.get("id").cloned());
                mcp.case().must(
                    seen.status() == "completed"
                        && (seen.order().is_none() || id(&seen) == id(&completed)),
                    &seen.answer,
                    "an order is one order over both transports",
                    || format!("status {}, order {:?}", seen.status(), id(&seen)),
                )
            },
        )
        .proves(ONE_SHOP)
        .proves(&["mcp.complete.order"])
        .advice(ADVICE),
    ]
}

/// The same session read twice: only times may have gone on.
fn times_masked(session: &Value) -> Value {
    let mut copy = session.clone();
    let id = session.get("id").cloned();
    copy = likeness(&copy);
    if let (Some(members), Some(id)) = (copy.as_object_mut(), id) {
        // The id itself counts: it is the same object.
        members.insert("id".to_owned(), id);
    }
    copy
}

/// Languages that a shop may speak beside its own.
const LANGUAGES: [&str; 5] = ["de-DE", "fr-FR", "es-ES", "ja-JP", "en-GB"];

async fn same_language(mcp: &Mcp) -> Outcome {
    let rest = mcp.rest()?;
    let body = Value::Object(rest.create_body_with_address()?);
    let plain = spoken(rest, &body, "en-US").await?;
    for language in LANGUAGES {
        let over_rest = spoken(rest, &body, language).await?;
        if likeness(&over_rest.json) == likeness(&plain.json) {
            continue;
        }
        let call = mcp
            .harmless(Tool::Create)
            .await?
            .set("/meta/accept_language", language);
        let over_mcp = mcp.session(&mcp.make(&call).await?)?;
        let (rest, own) = (likeness(&over_rest.json), likeness(&over_mcp.json));
        return alike(mcp, &rest, &own, &over_mcp.answer);
    }
    Err(Stop::NotApplicable(format!(
        "not offered: REST answers alike in {}",
        LANGUAGES.join(", ")
    )))
}

async fn spoken(rest: &Seller, body: &Value, language: &str) -> Outcome<Session> {
    let request = rest
        .post_request("/checkout_sessions", body)?
        .header("Accept-Language", language);
    let answer = rest.send(request).await?;
    rest.session(&answer)
}

async fn rest_session_here(mcp: &Mcp) -> Outcome {
    let rest = mcp.rest()?;
    let made = rest.new_session_with_address().await?;
    let seen = mcp.get(&made.id).await?;
    alike(
        mcp,
        &times_masked(&made.json),
        &times_masked(&seen.json),
        &seen.answer,
    )?;
    mcp.cancel(&made.id).await?;
    let after = rest.read(&made.id).await?;
    mcp.case().must(
        after.status() == "canceled",
        &after.answer,
        "what is done over MCP is seen over REST",
        || format!("status {}", after.status()),
    )
}

async fn session_over_rest(mcp: &Mcp) -> Outcome {
    let rest = mcp.rest()?;
    let made = mcp.new_session_with_address().await?;
    let seen = rest.read(&made.id).await?;
    alike(
        mcp,
        &times_masked(&seen.json),
        &times_masked(&made.json),
        &made.answer,
    )?;
    let other = rest.other_address();
    rest.updated(&seen, &rest.address_body(&other)).await?;
    let after = mcp.get(&made.id).await?;
    rest.holds_address(&after, &other)
}
