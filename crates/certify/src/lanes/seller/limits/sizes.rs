//! Long ids, many lines, long and many headers, deep and wide bodies.

use serde_json::{Value, json};

use super::super::{
    Seller,
    kit::row,
    operation::{Call, Operation},
};
use crate::{Answer, Check, Outcome, Request, Topic};

type Make = fn(&Seller, Request) -> Outcome<Request>;

/// Name, title, what is made of a good create. All may be taken or refused, in good form.
const ROWS: [(&str, &str, Make); 12] = [
    (
        "request-id-8k",
        "a Request-Id of 8000 characters does no harm",
        |_, request| Ok(request.header("Request-Id", "r".repeat(8000))),
    ),
    (
        "header-32k",
        "a header of 32000 characters does no harm",
        |_, request| Ok(request.header("X-Certify", "h".repeat(32_000))),
    ),
    (
        "headers-90",
        "ninety more headers do no harm",
        |_, request| {
            Ok((0..90).fold(request, |request, index| {
                request.header(&format!("X-Certify-{index}"), "h")
            }))
        },
    ),
    (
        "headers-500",
        "five hundred more headers do no harm",
        |_, request| {
            Ok((0..500).fold(request, |request, index| {
                request.header(&format!("X-Certify-{index}"), "h")
            }))
        },
    ),
    (
        "query-8k",
        "a query of 8000 characters does no harm",
        |_, request| {
            let path = format!("{}?q={}", request.path, "q".repeat(8000));
            Ok(Request { path, ..request })
        },
    ),
    (
        "language-8k",
        "an Accept-Language of 8000 characters does no harm",
        |_, request| Ok(request.header("Accept-Language", "en-US,".repeat(1300))),
    ),
    (
        "item-id-10k",
        "an item id of 10000 characters does no harm",
        |seller, request| Ok(with_lines(seller, request, &[("i".repeat(10_000), 1)])),
    ),
    (
        "item-id-empty",
        "an empty item id does no harm",
        |seller, request| Ok(with_lines(seller, request, &[(String::new(), 1)])),
    ),
    (
        "lines-200",
        "two hundred lines do no harm",
        |seller, request| {
            let item = seller.item()?.to_owned();
            Ok(with_lines(seller, request, &vec![(item, 1); 200]))
        },
    ),
    (
        "lines-5000",
        "five thousand lines do no harm",
        |seller, request| {
            let item = seller.item()?.to_owned();
            Ok(with_lines(seller, request, &vec![(item, 1); 5000]))
        },
    ),
    (
        "members-2000",
        "a body of 2000 unknown members does no harm",
        |seller, request| {
            let mut body = seller.create_body()?;
            body.extend((0..2000).map(|index| (format!("certify_{index}"), json!(index))));
            Ok(request.body(Value::Object(body).to_string()))
        },
    ),
    (
        "interventions-2000",
        "two thousand unknown interventions do no harm",
        |seller, request| {
            let mut body = seller.create_body()?;
            let many: Vec<_> = (0..2000).map(|index| format!("certify_{index}")).collect();
            body.insert(
                "capabilities".to_owned(),
                json!({ "interventions": { "supported": many } }),
            );
            Ok(request.body(Value::Object(body).to_string()))
        },
    ),
];

pub(super) fn checks() -> Vec<Check> {
    ROWS.into_iter().map(check).collect()
}

fn check((name, title, make): (&str, &str, Make)) -> Check {
    row(Topic::Limits, name, title, move |seller| async move {
        let call = Call::good(&seller, Operation::Create).await?;
        let request = make(&seller, call.request(&seller)?)?;
        let answer = seller.send(request).await?;
        in_form(&seller, &answer)
    })
    .advice("bound every size, and say so with 4xx and one flat error")
}

/// Taken, or refused; what a front refuses by its size alone need not be JSON.
fn in_form(seller: &Seller, answer: &Answer) -> Outcome {
    seller.no_breakdown(answer)?;
    if matches!(answer.status, 413 | 414 | 431) {
        return Ok(());
    }
    seller.taken_or_refused(answer).map(drop)
}

fn with_lines(seller: &Seller, request: Request, lines: &[(String, u32)]) -> Request {
    let lines: Vec<_> = lines
        .iter()
        .map(|(id, count)| (id.as_str(), *count))
        .collect();
    let body = seller.dialect().create(seller.target(), &lines);
    request.body(Value::Object(body).to_string())
}
