//! Requests that two HTTP servers in a row would cut differently (RFC 9112). Raw bytes, for
//! `http://` addresses only.

use super::super::{
    Seller,
    kit::row,
    operation::Operation,
    raw::{self, Heard},
};
use crate::{Check, Outcome, Topic};

/// How a request is spoilt: headers after those of a well-behaved agent, and what follows them.
/// `LENGTH` becomes the length of `BODY`, a good create; `NEXT` becomes a second request.
struct Row {
    name: &'static str,
    title: &'static str,
    headers: &'static str,
    body: &'static str,
    demand: Demand,
}

/// What RFC 9112 asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Demand {
    /// Refused; the request has no meaning.
    Refused,
    /// Refused or understood; in any case it is one request.
    OneAnswer,
}

static ROWS: [Row; 12] = [
    Row {
        name: "two-lengths",
        title: "two different Content-Length headers are refused",
        headers: "Content-Length: LENGTH\r\nContent-Length: 5\r\n",
        body: "BODY",
        demand: Demand::Refused,
    },
    Row {
        name: "length-list",
        title: "a Content-Length with two values is refused",
        headers: "Content-Length: LENGTH, 5\r\n",
        body: "BODY",
        demand: Demand::Refused,
    },
    Row {
        name: "length-and-chunks",
        title: "Content-Length beside Transfer-Encoding hides no second request",
        headers: "Content-Length: LENGTH\r\nTransfer-Encoding: chunked\r\n",
        body: "0\r\n\r\nNEXT",
        demand: Demand::OneAnswer,
    },
    Row {
        name: "negative-length",
        title: "a negative Content-Length is refused",
        headers: "Content-Length: -1\r\n",
        body: "BODY",
        demand: Demand::Refused,
    },
    Row {
        name: "plus-length",
        title: "a Content-Length with a sign is refused",
        headers: "Content-Length: +LENGTH\r\n",
        body: "BODY",
        demand: Demand::Refused,
    },
    Row {
        name: "huge-length",
        title: "a Content-Length beyond 64 bits is refused",
        headers: "Content-Length: 99999999999999999999999\r\n",
        body: "BODY",
        demand: Demand::Refused,
    },
    Row {
        name: "unknown-coding",
        title: "a transfer coding that is not chunked at the end is refused",
        headers: "Transfer-Encoding: chunked, identity\r\n",
        body: "0\r\n\r\nNEXT",
        demand: Demand::OneAnswer,
    },
    Row {
        name: "disguised-coding",
        title: "a disguised Transfer-Encoding hides no second request",
        headers: "Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n",
        body: "0\r\n\r\nNEXT",
        demand: Demand::OneAnswer,
    },
    Row {
        name: "space-before-colon",
        title: "a space between header name and colon is refused",
        headers: "Content-Length : LENGTH\r\n",
        body: "BODY",
        demand: Demand::Refused,
    },
    Row {
        name: "folded-header",
        title: "a folded header does no harm",
        headers: "X-Certify: a\r\n folded\r\nContent-Length: LENGTH\r\n",
        body: "BODY",
        demand: Demand::OneAnswer,
    },
    Row {
        name: "bad-chunk-size",
        title: "a chunk size that is no number is refused",
        headers: "Transfer-Encoding: chunked\r\n",
        body: "xyz\r\nBODY\r\n0\r\n\r\n",
        demand: Demand::Refused,
    },
    Row {
        name: "huge-chunk-size",
        title: "a chunk size beyond 64 bits is refused",
        headers: "Transfer-Encoding: chunked\r\n",
        body: "FFFFFFFFFFFFFFFFF\r\nBODY\r\n0\r\n\r\n",
        demand: Demand::Refused,
    },
];

pub(super) fn checks() -> Vec<Check> {
    ROWS.iter().map(check).collect()
}

fn check(one: &'static Row) -> Check {
    let Row {
        name,
        title,
        headers,
        body,
        demand,
    } = *one;
    row(
        Topic::Errors,
        &format!("http-{name}"),
        title,
        move |seller| async move {
            let session = seller.new_session().await?;
            let bytes = request(&seller, &session.id, headers, body)?;
            let heard = raw::exchange(&seller, bytes.as_bytes()).await?;
            judge(&seller, &heard, demand)?;
            let now = seller.get(&session.id).await?;
            seller.same_state(
                &session.json,
                &now,
                "no request is smuggled past the first one",
            )
        },
    )
    .advice("refuse ambiguous framing with 400 and close the connection (RFC 9112, section 6.3)")
}

/// A create with spoilt framing. The second request, where there is one, cancels the session.
fn request(seller: &Seller, id: &str, headers: &str, body: &str) -> Outcome<String> {
    let good = serde_json::Value::Object(seller.create_body()?).to_string();
    let key = seller.case().fresh_key()?;
    let head = raw::head(
        seller,
        "POST",
        &Operation::Create.path(id),
        &[
            ("Idempotency-Key", key.as_str()),
            ("Content-Type", "application/json"),
        ],
    )?;
    let key = seller.case().fresh_key()?;
    let next = raw::head(
        seller,
        "POST",
        &Operation::Cancel.path(id),
        &[("Idempotency-Key", key.as_str()), ("Content-Length", "0")],
    )?;
    let headers = headers.replace("LENGTH", &good.len().to_string());
    let body = body.replace("BODY", &good).replace("NEXT", &next);
    let head = head.strip_suffix("\r\n").unwrap_or(&head);
    Ok(format!("{head}{headers}\r\n{body}"))
}

fn judge(seller: &Seller, heard: &Heard, demand: Demand) -> Outcome {
    if demand == Demand::Refused {
        raw::harmless(seller, heard)?;
    }
    let Some(answer) = heard.answers.first() else {
        return raw::closed_without_answer(heard);
    };
    seller.no_breakdown(answer)?;
    seller.case().must(
        heard.answers.len() == 1,
        answer,
        "bytes after an ambiguous request are not a second request: the connection is closed",
        || format!("{} answers", heard.answers.len()),
    )
}
