//! ACP errors: each of REST, in the data of a JSON-RPC error.

use serde_json::{Value, json};

use super::{Mcp, kit::row, said::Said, tool::Tool};
use crate::{
    Answer, Check, Outcome, Topic,
    lanes::{
        documents,
        seller::{NO_TOKEN, Seller, session_path},
    },
};

const ERRORS: &[&str] = &[
    "mcp.error.in-data",
    "mcp.error.code-32000",
    "mcp.error.types",
];

const ADVICE: &str =
    "answer -32000, and put the error of REST into data as it is: type, code, message, param";

pub(super) fn checks() -> Vec<Check> {
    let mut checks: Vec<_> = Tool::WITH_ID.into_iter().map(unknown).collect();
    checks.extend(CASES.into_iter().map(as_rest));
    checks.extend(PAYLOADS.into_iter().map(payload_as_rest));
    checks.push(
        row(
            Topic::Errors,
            "token-unknown",
            "a complete with a token that nobody gave makes no order",
            |mcp| async move {
                let session = mcp.ready_session().await?;
                let said = mcp.pay(&session, NO_TOKEN).await?;
                if said.is_failure() {
                    mcp.refused(&said)?;
                }
                let after = mcp.get(&session.id).await?;
                mcp.case().must(
                    after.order().is_none() && after.status() != "completed",
                    &after.answer,
                    "only a good token makes an order",
                    || format!("status {}", after.status()),
                )
            },
        )
        .proves(&["mcp.tools.complete", "mcp.complete.order"]),
    );
    checks
}

fn unknown(tool: Tool) -> Check {
    let verb = tool.verb();
    row(
        Topic::Errors,
        &format!("{verb}-unknown-session"),
        format!("{verb} of an unknown session fails with -32000 and the error of REST"),
        move |mcp| async move {
            let call = mcp.harmless(tool).await?;
            let call = call.set("/id", mcp.seller().unknown_id()?);
            mcp.refused_as_invalid(&mcp.make(&call).await?).map(|_| ())
        },
    )
    .proves(ERRORS)
    .advice(ADVICE)
}

/// A fault that is made over both transports.
#[derive(Debug, Clone, Copy)]
enum Fault {
    UnknownSession,
    UnsupportedVersion,
    MissingLines,
    WrongType,
    CancelCanceled,
    UpdateCanceled,
    Conflict,
}

const CASES: [(&str, &str, Fault); 7] = [
    (
        "unknown-session",
        "an unknown session",
        Fault::UnknownSession,
    ),
    (
        "unsupported-version",
        "an unsupported version",
        Fault::UnsupportedVersion,
    ),
    (
        "missing-lines",
        "a create without lines",
        Fault::MissingLines,
    ),
    (
        "wrong-type",
        "a currency that is a number",
        Fault::WrongType,
    ),
    (
        "cancel-canceled",
        "cancel of a canceled session",
        Fault::CancelCanceled,
    ),
    (
        "update-canceled",
        "update of a canceled session",
        Fault::UpdateCanceled,
    ),
    (
        "conflict",
        "a key that comes with another payload",
        Fault::Conflict,
    ),
];

fn as_rest((name, what, fault): (&str, &str, Fault)) -> Check {
    row(
        Topic::Errors,
        &format!("as-rest-{name}"),
        format!("{what} gets the type and code that REST gives it"),
        move |mcp| async move {
            let rest = mcp.rest()?;
            let answer = over_rest(rest, fault).await?;
            let said = over_mcp(&mcp, fault).await?;
            mcp.refused(&said)?;
            for member in ["type", "code"] {
                let wanted = answer
                    .json
                    .as_ref()
                    .and_then(|json| json.get(member)?.as_str());
                let found = said.data_text(member);
                mcp.case().must(
                    wanted == Some(found),
                    &said.answer,
                    "data is the error that REST answers",
                    || format!("{member} {found} instead of {wanted:?}"),
                )?;
            }
            Ok(())
        },
    )
    .proves(ERRORS)
    .advice(ADVICE)
}

async fn over_rest(rest: &Seller, fault: Fault) -> Outcome<Answer> {
    let body = rest.create_body()?;
    Ok(match fault {
        Fault::UnknownSession => rest.get(&rest.unknown_id()?).await?,
        Fault::UnsupportedVersion => {
            let request = rest.post_request("/checkout_sessions", &Value::Object(body))?;
            rest.send(request.with("API-Version", "2020-01-01")).await?
        }
        Fault::MissingLines => {
            let mut body = body;
            body.remove(rest.dialect().lines_member());
            rest.create(&Value::Object(body)).await?
        }
        Fault::WrongType => {
            let mut body = body;
            body.insert("currency".to_owned(), json!(7));
            rest.create(&Value::Object(body)).await?
        }
        Fault::CancelCanceled => rest.cancel(&rest.canceled().await?.id).await?,
        Fault::UpdateCanceled => {
            let body = rest.address_body(&rest.target().address);
            rest.update(&rest.canceled().await?.id, &body).await?
        }
        Fault::Conflict => {
            let key = rest.case().fresh_key()?;
            let first = rest.post_request("/checkout_sessions", &Value::Object(body))?;
            rest.send(first.with("Idempotency-Key", key.as_str()))
                .await?;
            let other = Value::Object(rest.create_body_with_address()?);
            let again = rest.post_request("/checkout_sessions", &other)?;
            rest.send(again.with("Idempotency-Key", key)).await?
        }
    })
}

async fn over_mcp(mcp: &Mcp, fault: Fault) -> Outcome<Said> {
    let create = mcp.harmless(Tool::Create).await?;
    let call = match fault {
        Fault::UnknownSession => {
            let unknown = mcp.seller().unknown_id()?;
            mcp.harmless(Tool::Get).await?.set("/id", unknown)
        }
        Fault::UnsupportedVersion => create.set("/meta/api_version", "2020-01-01"),
        Fault::MissingLines => {
            let lines = mcp.seller().dialect().lines_member();
            create.without(&format!("/payload/{lines}"))
        }
        Fault::WrongType => create.set("/payload/currency", 7),
        Fault::CancelCanceled | Fault::UpdateCanceled => {
            let tool = if matches!(fault, Fault::CancelCanceled) {
                Tool::Cancel
            } else {
                Tool::Update
            };
            let canceled = mcp.canceled().await?;
            mcp.harmless(tool).await?.set("/id", canceled.id)
        }
        Fault::Conflict => {
            mcp.make(&create).await?;
            create.set("/payload", Value::Object(mcp.seller().create_body()?))
        }
    };
    mcp.make(&call).await
}

/// Payloads that both transports take, or both refuse: the tool, the name, a member, its value.
const PAYLOADS: [(Tool, &str, &str, &str); 10] = [
    (Tool::Create, "unknown-member", "certify_unknown", "true"),
    (Tool::Create, "null-buyer", "buyer", "null"),
    (Tool::Create, "empty-lines", "line_items", "[]"),
    (Tool::Create, "lines-text", "line_items", r#""mug""#),
    (Tool::Create, "capabilities-empty", "capabilities", "{}"),
    (Tool::Create, "other-currency", "currency", r#""xts""#),
    (Tool::Update, "empty", "", ""),
    (Tool::Update, "null-address", "fulfillment_details", "null"),
    (Tool::Update, "unknown-member", "certify_unknown", "true"),
    (Tool::Cancel, "unknown-member", "certify_unknown", "true"),
];

fn payload_as_rest((tool, name, member, json): (Tool, &str, &'static str, &'static str)) -> Check {
    let verb = tool.verb();
    row(
        Topic::Errors,
        &format!("{verb}-as-rest-{name}"),
        format!("{verb} takes a payload ({name}) exactly where REST takes it as body"),
        move |mcp| async move {
            let rest = mcp.rest()?;
            let call = mcp.harmless(tool).await?;
            let mut payload = call.arguments.get("payload").cloned().unwrap_or(json!({}));
            if let Ok(value) = serde_json::from_str(json) {
                documents::set(&mut payload, &format!("/{member}"), value);
            } else {
                payload = json!({});
            }
            let path = if call.session.is_some() {
                let own = rest.new_session().await?;
                let action = if tool == Tool::Cancel { "/cancel" } else { "" };
                session_path(&own.id, action)
            } else {
                "/checkout_sessions".to_owned()
            };
            let answer = rest.send(rest.post_request(path, &payload)?).await?;
            let said = mcp.make(&call.set("/payload", payload)).await?;
            mcp.case().must(
                answer.is_success() != said.is_failure(),
                &said.answer,
                "the tool takes what REST takes and refuses what REST refuses",
                || {
                    format!(
                        "REST says {}, MCP {}",
                        answer.status,
                        mcp.case().excerpt(&said.answer)
                    )
                },
            )?;
            if said.is_failure() {
                mcp.refused(&said)?;
            }
            Ok(())
        },
    )
    .proves(&["mcp.args.payload-is-body", "mcp.error.in-data"])
    .advice("hand the payload on as the body of REST, unchanged")
}
