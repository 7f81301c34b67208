//! Content types, `Accept` and `Request-Id`.

use super::{
    super::{
        Seller,
        kit::row,
        operation::{Call, Operation},
    },
    Demand, MALFORMED, WITH_BODY, judge,
};
use crate::{Check, Outcome, Topic};

/// Spellings of JSON that must be understood: name, value.
const JSON_TYPES: [(&str, &str); 3] = [
    ("charset", "application/json; charset=utf-8"),
    ("upper-case", "Application/JSON"),
    ("spaced", "application/json ;charset=UTF-8"),
];

/// Other types on a body that is JSON: taken or refused.
const OTHER_TYPES: [(&str, Option<&str>); 5] = [
    ("missing", None),
    ("plain", Some("text/plain")),
    ("form", Some("application/x-www-form-urlencoded")),
    ("nonsense", Some("no/such;type;;")),
    ("xml", Some("application/xml")),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(
        JSON_TYPES
            .into_iter()
            .map(|(name, value)| understood(name, value)),
    );
    for operation in WITH_BODY {
        let others = OTHER_TYPES.into_iter();
        checks.extend(others.map(|(name, value)| other_type(operation, name, value)));
        checks.push(form_body(operation));
    }
    checks.push(encoding());
    checks.extend(accept());
    for operation in Operation::ALL {
        checks.extend(request_id(operation));
    }
    checks
}

fn understood(name: &str, value: &'static str) -> Check {
    row(
        Topic::Errors,
        &format!("content-type-{name}"),
        format!("a body of type `{value}` is JSON"),
        move |seller| async move {
            let call = Call::good(&seller, Operation::Create).await?;
            let request = call.request(&seller)?.with("Content-Type", value);
            let answer = seller.send(request).await?;
            seller.json_content_type(&answer)?;
            seller.session(&answer).map(drop)
        },
    )
    .proves(&["checkout.transport.json-responses"])
    .advice("compare media types without case and without parameters")
}

fn other_type(operation: Operation, name: &str, value: Option<&'static str>) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Errors,
        &format!("content-type-{name}-{verb}"),
        format!("{verb} with a {name} content type is refused in good form or taken"),
        move |seller| async move {
            let spoil = |call: &Call| {
                let request = call.request(&seller)?.without("Content-Type");
                Ok(match value {
                    Some(value) => request.header("Content-Type", value),
                    None => request,
                })
            };
            judge(&seller, operation, Demand::Harmless, spoil).await
        },
    )
    .proves(&["checkout.errors.4xx-body", "checkout.errors.flat"])
    .advice("answer an unwanted content type with one flat error")
}

fn form_body(operation: Operation) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Errors,
        &format!("form-body-{verb}"),
        format!("{verb} with a form instead of JSON is refused with 4xx"),
        move |seller| async move {
            let spoil = |call: &Call| {
                let request = call.request(&seller)?.body("currency=usd&line_items=1");
                Ok(request.with("Content-Type", "application/x-www-form-urlencoded"))
            };
            judge(&seller, operation, Demand::Refused, spoil).await
        },
    )
    .proves(&MALFORMED)
    .advice("refuse bodies that are no JSON")
}

fn encoding() -> Check {
    row(
        Topic::Errors,
        "content-encoding-false",
        "a body that claims to be compressed and is not is refused in good form or taken",
        |seller| async move {
            let spoil = |call: &Call| Ok(call.request(&seller)?.header("Content-Encoding", "gzip"));
            judge(&seller, Operation::Create, Demand::Harmless, spoil).await
        },
    )
    .advice("refuse content encodings that are not supported with 415")
}

fn accept() -> impl Iterator<Item = Check> {
    [
        ("html", "text/html"),
        ("none", "application/xml;q=1, */*;q=0"),
        ("broken", ";;;q=x"),
    ]
    .into_iter()
    .map(|(name, value)| {
        row(
            Topic::Errors,
            &format!("accept-{name}"),
            format!("with `Accept: {value}` answers are JSON all the same, or refused"),
            move |seller| async move {
                let session = seller.new_session().await?;
                let request = seller.get_request(Operation::Get.path(&session.id))?;
                let answer = seller.send(request.with("Accept", value)).await?;
                seller.no_breakdown(&answer)?;
                seller.json_content_type(&answer)?;
                seller.taken_or_refused(&answer).map(drop)
            },
        )
        .proves(&["checkout.transport.json-responses"])
        .advice("answer JSON whatever Accept says")
    })
}

fn request_id(operation: Operation) -> [Check; 2] {
    let verb = operation.as_str();
    let success = row(
        Topic::Errors,
        &format!("request-id-{verb}"),
        format!("the answer to {verb} repeats Request-Id"),
        move |seller| async move {
            let call = Call::good(&seller, operation).await?;
            let id = format!("certify.{}", seller.case().fresh_key()?);
            let request = call.request(&seller)?.header("Request-Id", id.as_str());
            let answer = seller.send(request).await?;
            seller.session(&answer)?;
            echoed(&seller, &answer, &id)
        },
    );
    let refusal = row(
        Topic::Errors,
        &format!("request-id-refused-{verb}"),
        format!("a refusal of {verb} repeats Request-Id too"),
        move |seller| async move {
            let call = Call::harmless(&seller, operation).await?;
            let id = format!("certify.{}", seller.case().fresh_key()?);
            let request = if operation == Operation::Create {
                call.request(&seller)?.body("[]")
            } else {
                call.request_to(&seller, &operation.path("cs_certify_unknown"))?
            };
            let answer = seller
                .send(request.header("Request-Id", id.as_str()))
                .await?;
            seller.refused(&answer)?;
            echoed(&seller, &answer, &id)
        },
    );
    [success, refusal].map(|check| {
        check
            .proves(&["checkout.headers.request-id-echo"])
            .advice("copy Request-Id into every answer, errors included")
    })
}

fn echoed(seller: &Seller, answer: &crate::Answer, id: &str) -> Outcome {
    seller.case().must(
        answer.header("request-id") == Some(id),
        answer,
        "the answer repeats Request-Id unchanged",
        || match answer.headers.get("request-id") {
            Some(value) => format!("Request-Id: {value:?} for {id}"),
            None => "no Request-Id in the answer".to_owned(),
        },
    )
}
