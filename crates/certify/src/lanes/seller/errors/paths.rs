//! Sessions that do not exist, and paths that mean to confuse.

use super::super::{
    Seller,
    kit::row,
    operation::{Call, Operation},
    raw,
};
use crate::{Check, Outcome, Topic};

/// Ids of no session, as they stand in the path.
const IDS: [(&str, &str); 8] = [
    ("query", "1'%20OR%20'1'='1"),
    ("script", "%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
    ("template", "%7B%7B7*7%7D%7D%24%7B7*7%7D"),
    ("nul", "cs_%00"),
    ("line-break", "cs_%0d%0aSet-Cookie:%20a=b"),
    ("bad-utf8", "cs_%ff%fe"),
    ("emoji", "cs_%F0%9F%9B%92"),
    ("wildcard", "%25"),
];

/// Paths that a client would tidy up, sent as they stand; `ID` becomes the id of a session.
const TRICKS: [(&str, &str, &str); 12] = [
    ("dots", "GET", "/checkout_sessions/../checkout_sessions/ID"),
    (
        "encoded-dots",
        "GET",
        "/checkout_sessions/%2e%2e/checkout_sessions/ID",
    ),
    (
        "up-to-root",
        "GET",
        "/checkout_sessions/../../../../etc/passwd",
    ),
    ("backslash", "GET", "/checkout_sessions\\..\\ID"),
    ("double-slash", "GET", "//checkout_sessions//ID"),
    ("trailing-slash", "GET", "/checkout_sessions/ID/"),
    ("parameters", "GET", "/checkout_sessions;a=b/ID;c=d"),
    ("upper-case", "GET", "/CHECKOUT_SESSIONS/ID"),
    ("long-query", "GET", "/checkout_sessions/ID?q="),
    ("encoded-action", "POST", "/checkout_sessions/ID%2fcancel"),
    (
        "twice-encoded-action",
        "POST",
        "/checkout_sessions/ID%252fcancel",
    ),
    (
        "action-in-query",
        "POST",
        "/checkout_sessions/ID?action=/cancel",
    ),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in [
        Operation::Get,
        Operation::Update,
        Operation::Complete,
        Operation::Cancel,
    ] {
        checks.push(unknown(operation));
    }
    for (name, id) in IDS {
        checks.push(strange_id(Operation::Get, name, id));
        checks.push(strange_id(Operation::Update, name, id));
    }
    checks.push(long_id());
    checks.extend(
        TRICKS
            .into_iter()
            .map(|(name, method, path)| trick(name, method, path)),
    );
    checks
}

fn unknown(operation: Operation) -> Check {
    let verb = operation.as_str();
    let rule = if operation == Operation::Get {
        "checkout.get.unknown-404"
    } else {
        "checkout.update.unknown-session-4xx"
    };
    row(
        Topic::Errors,
        &format!("unknown-session-{verb}"),
        format!("{verb} of a session that does not exist gets 404 with a flat error"),
        move |seller| async move {
            let call = Call::harmless(&seller, operation).await?;
            let request = call.request_to(&seller, &operation.path("cs_certify_unknown"))?;
            let answer = seller.send(request).await?;
            seller.refused(&answer)?;
            if operation == Operation::Get {
                return seller.case().status(&answer, &[404]);
            }
            seller.case().should(
                answer.status == 404,
                &answer,
                "a session that does not exist is answered with 404",
                || format!("{}", answer.status),
            );
            Ok(())
        },
    )
    .proves(&[rule, "checkout.errors.4xx-body", "checkout.errors.flat"])
    .advice("answer unknown ids with 404 and one flat error")
}

fn strange_id(operation: Operation, name: &str, id: &'static str) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Errors,
        &format!("strange-id-{name}-{verb}"),
        format!("{verb} of a session called `{id}` is refused like any unknown one"),
        move |seller| async move {
            let call = Call::harmless(&seller, operation).await?;
            let request = call.request_to(&seller, &operation.path(id))?;
            let answer = seller.send(request).await?;
            seller.refused(&answer)?;
            not_reflected(&seller, &answer)
        },
    )
    .proves(&["checkout.errors.4xx-body", "checkout.errors.flat"])
    .advice("look ids up as they are, and never build a query or a header from them")
}

/// The id came neither into a header nor into an evaluated template.
fn not_reflected(seller: &Seller, answer: &crate::Answer) -> Outcome {
    let body = String::from_utf8_lossy(&answer.body);
    let evaluated = body.contains("49") && body.contains("template");
    seller.case().must(
        !answer.headers.contains_key("set-cookie") && !evaluated,
        answer,
        "text of a request does not become part of headers or programs",
        || seller.case().excerpt(answer),
    )
}

fn long_id() -> Check {
    row(
        Topic::Errors,
        "strange-id-long-retrieve",
        "a session id of 6000 characters is refused in good form",
        |seller| async move {
            let answer = seller.get(&"x".repeat(6000)).await?;
            seller.no_breakdown(&answer)?;
            seller.case().must(
                answer.is_refusal(),
                &answer,
                "an unknown id is refused with 4xx",
                || format!("{}", answer.status),
            )
        },
    )
    .advice("bound the length of paths")
}

fn trick(name: &str, method: &'static str, path: &'static str) -> Check {
    row(
        Topic::Errors,
        &format!("path-{name}"),
        format!("`{method} {path}` leads nowhere else than it says"),
        move |seller| async move {
            let session = seller.new_session().await?;
            let mut path = path.replace("ID", &session.id);
            if name_is_long(&path) {
                path.push_str(&"q".repeat(4000));
            }
            let key = seller.case().fresh_key()?;
            let head = raw::head(
                &seller,
                method,
                &path,
                &[
                    ("Idempotency-Key", key.as_str()),
                    ("Content-Length", "0"),
                    ("Connection", "close"),
                ],
            )?;
            let reply = raw::exchange(&seller, head.as_bytes()).await?;
            match reply.answers.first() {
                None => raw::closed_without_answer(&reply)?,
                Some(answer) => {
                    seller.no_breakdown(answer)?;
                    let leaked = String::from_utf8_lossy(&answer.body).contains("root:");
                    seller
                        .case()
                        .must(!leaked, answer, "no path leads to files", || {
                            seller.case().excerpt(answer)
                        })?;
                }
            }
            let now = seller.get(&session.id).await?;
            seller.same_state(
                &session.json,
                &now,
                "no disguised path reaches another action",
            )
        },
    )
    .advice("route by the path as it stands, decoded once")
}

fn name_is_long(path: &str) -> bool {
    path.ends_with("?q=")
}
