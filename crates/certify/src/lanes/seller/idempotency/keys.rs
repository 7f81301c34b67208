//! The header itself: when it is needed, what it may look like, and its echo.

use super::{
    super::{
        Seller,
        kit::{BEFORE_CANONICAL, CANONICAL, row},
        operation::{Call, Operation},
        raw,
    },
    fresh,
};
use crate::{Check, Outcome, Topic};

/// Keys that are as good as any other: opaque, up to 255 characters. `{}` becomes a fresh part.
const FORMS: [(&str, &str); 8] = [
    ("uuid", "{}"),
    ("prefixed", "agent-checkout:{}"),
    ("punctuation", "!#$%&'*+-.^_`|~/={}"),
    ("inner-spaces", "two words {} more"),
    ("json", "{\"k\":\"{}\"}"),
    ("query", "'OR(1=1);--{}"),
    ("path", "../../{}"),
    ("quoted", "\"{}\""),
];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in Operation::POSTS {
        checks.extend(presence(operation));
        checks.extend(echo(operation));
    }
    checks.extend(forms());
    checks.extend(bounds());
    checks.extend(reading());
    checks
}

fn key(name: &str, title: impl Into<String>) -> (String, String) {
    (format!("key-{name}"), title.into())
}

fn presence(operation: Operation) -> [Check; 3] {
    let verb = operation.as_str();
    let (name, title) = key(
        &format!("missing-{verb}"),
        format!(
            "{verb} without Idempotency-Key gets 400 idempotency_key_required and changes nothing"
        ),
    );
    let missing = row(Topic::Idempotency, &name, title, move |seller| async move {
        let call = Call::harmless(&seller, operation).await?;
        let request = call.request(&seller)?.without("Idempotency-Key");
        let answer = seller.send(request).await?;
        seller.refused_with(&answer, 400, "idempotency_key_required")?;
        seller.refused_as_invalid(&answer)?;
        call.changed_nothing(&seller).await
    })
    .versions(CANONICAL)
    .proves(&[
        "checkout.idempotency.key-required-400",
        "checkout.idempotency.key-required-code",
        "checkout.errors.idempotency-type",
    ])
    .advice("refuse every POST without Idempotency-Key before anything else happens");
    let (name, title) = key(
        &format!("empty-{verb}"),
        format!("{verb} with an empty Idempotency-Key is refused like one without"),
    );
    let empty = row(Topic::Idempotency, &name, title, move |seller| async move {
        let call = Call::harmless(&seller, operation).await?;
        let answer = seller.send(call.keyed(&seller, "")?).await?;
        seller.case().status(&answer, &[400])?;
        seller.refused_as_invalid(&answer)?;
        call.changed_nothing(&seller).await
    })
    .versions(CANONICAL)
    .proves(&["checkout.idempotency.key-required-400"])
    .advice("treat an empty Idempotency-Key as a missing one");
    let (name, title) = key(
        &format!("optional-{verb}"),
        format!("{verb} works without Idempotency-Key"),
    );
    let optional = row(Topic::Idempotency, &name, title, move |seller| async move {
        let call = Call::good(&seller, operation).await?;
        let request = call.request(&seller)?.without("Idempotency-Key");
        let answer = seller.send(request).await?;
        seller.session(&answer).map(drop)
    })
    .versions(BEFORE_CANONICAL)
    .proves(&["versions.idempotency.key-optional"])
    .advice("demand keys from 2026-04-17 on only");
    [missing, empty, optional]
}

fn echo(operation: Operation) -> [Check; 2] {
    const RULES: [&str; 2] = [
        "checkout.headers.idempotency-key-echo",
        "versions.idempotency.echo-if-given",
    ];
    let verb = operation.as_str();
    let (name, title) = key(
        &format!("echo-{verb}"),
        format!("the answer to {verb} repeats Idempotency-Key"),
    );
    let success = row(Topic::Idempotency, &name, title, move |seller| async move {
        let call = Call::good(&seller, operation).await?;
        let key = seller.case().fresh_key()?;
        let answer = seller.send(call.keyed(&seller, &key)?).await?;
        seller.session(&answer)?;
        echoed(&seller, &answer, &key)
    })
    .proves(&RULES)
    .advice("copy the request's Idempotency-Key into every answer to a POST");
    let (name, title) = key(
        &format!("echo-refused-{verb}"),
        format!("a refusal of {verb} repeats Idempotency-Key too"),
    );
    let refusal = row(Topic::Idempotency, &name, title, move |seller| async move {
        let call = Call::harmless(&seller, operation).await?;
        let key = seller.case().fresh_key()?;
        let request = if operation == Operation::Cancel {
            call.request_to(&seller, &operation.path(UNKNOWN))?
                .with("Idempotency-Key", key.as_str())
        } else {
            call.keyed_body(&seller, &key, "[]".to_owned())?
        };
        let answer = seller.send(request).await?;
        seller.refused(&answer)?;
        echoed(&seller, &answer, &key)
    })
    .proves(&RULES)
    .advice("copy the request's Idempotency-Key into errors as well");
    [success, refusal]
}

/// An id that no seller gives out.
const UNKNOWN: &str = "cs_certify_unknown";

fn echoed(seller: &Seller, answer: &crate::Answer, key: &str) -> Outcome {
    seller.case().must(
        answer.header("idempotency-key") == Some(key),
        answer,
        "every answer to a POST repeats the request's Idempotency-Key",
        || match answer.headers.get("idempotency-key") {
            Some(value) => format!("Idempotency-Key: {value:?} for {key}"),
            None => "no Idempotency-Key in the answer".to_owned(),
        },
    )
}

fn forms() -> impl Iterator<Item = Check> {
    FORMS.into_iter().map(|(form, pattern)| {
        let (name, title) = key(
            &format!("form-{form}"),
            format!(
                "a key is opaque: `{}` is accepted",
                pattern.replace("{}", "…")
            ),
        );
        row(Topic::Idempotency, &name, title, move |seller| async move {
            let key = pattern.replace("{}", &seller.case().fresh_key()?);
            accepted_and_kept(&seller, &key).await
        })
        .versions(CANONICAL)
        .proves(&["checkout.idempotency.key-opaque"])
        .advice("take any key of 1 to 255 characters as it is")
    })
}

fn bounds() -> Vec<Check> {
    let check =
        |name: &str,
         title: &str,
         run: fn(Seller) -> futures_util::future::BoxFuture<'static, Outcome>| {
            let (name, title) = key(name, title);
            row(Topic::Idempotency, &name, title, run)
        };
    vec![
        check("length-1", "a key of one character is accepted", |seller| {
            Box::pin(one_character(seller))
        })
        .proves(&["checkout.idempotency.key-opaque"])
        .versions(CANONICAL),
        check(
            "length-255",
            "a key of 255 characters is accepted",
            |seller| {
                Box::pin(async move { accepted_and_kept(&seller, &sized_key(&seller, 255)?).await })
            },
        )
        .proves(&["checkout.idempotency.key-opaque"])
        .versions(CANONICAL)
        .advice("allow 255 characters"),
        check(
            "length-256",
            "a key of 256 characters is refused",
            |seller| Box::pin(over_long(seller, 256)),
        )
        .versions(CANONICAL)
        .advice("refuse keys of more than 255 characters with 400"),
        check(
            "length-5000",
            "a key of 5000 characters does no harm",
            |seller| Box::pin(over_long(seller, 5000)),
        )
        .advice("refuse over-long keys with 4xx"),
        check(
            "twice",
            "two different Idempotency-Key headers are refused",
            |seller| Box::pin(two_keys(seller)),
        )
        .versions(CANONICAL)
        .advice("refuse a request with more than one Idempotency-Key"),
        check(
            "latin",
            "a key with bytes beyond ASCII does no harm",
            |seller| {
                Box::pin(async move {
                    let key = format!("clé-{}", seller.case().fresh_key()?);
                    let call = Call::good(&seller, Operation::Create).await?;
                    let answer = seller.send(call.keyed(&seller, &key)?).await?;
                    seller.taken_or_refused(&answer).map(drop)
                })
            },
        ),
        check(
            "control",
            "a key with control characters does no harm",
            |seller| Box::pin(control_characters(seller)),
        )
        .advice("answer header values that are no text with 400"),
        check("case", "keys that differ in case are two keys", |seller| {
            Box::pin(case_matters(seller))
        })
        .versions(CANONICAL)
        .proves(&["checkout.idempotency.key-opaque"])
        .advice("compare keys byte by byte"),
    ]
}

async fn one_character(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let answer = seller.send(call.keyed(&seller, "k")?).await?;
    // So short a key may have been used by an earlier run: then it was accepted as a key before.
    if answer.text("/code") == Some("idempotency_conflict") {
        return Ok(());
    }
    seller.session(&answer).map(drop)
}

async fn accepted_and_kept(seller: &Seller, key: &str) -> Outcome {
    let call = Call::good(seller, Operation::Create).await?;
    let first = seller.send(call.keyed(seller, key)?).await?;
    seller.session(&first)?;
    let again = seller.send(call.keyed(seller, key)?).await?;
    super::replayed(seller, &first, &again)
}

fn sized_key(seller: &Seller, length: usize) -> Outcome<String> {
    let fresh = seller.case().fresh_key()?;
    let filling = length.saturating_sub(fresh.len());
    Ok(format!("{fresh}{}", "k".repeat(filling)))
}

async fn over_long(seller: Seller, length: usize) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let key = sized_key(&seller, length)?;
    let answer = seller.send(call.keyed(&seller, &key)?).await?;
    seller.no_breakdown(&answer)?;
    seller.case().should(
        answer.is_refusal(),
        &answer,
        "a key has at most 255 characters; longer ones are refused",
        || format!("{} for a key of {length}", answer.status),
    );
    Ok(())
}

async fn two_keys(seller: Seller) -> Outcome {
    let call = Call::good(&seller, Operation::Create).await?;
    let request = call.request(&seller)?;
    let second = seller.case().fresh_key()?;
    let answer = seller
        .send(request.header("Idempotency-Key", second))
        .await?;
    seller.no_breakdown(&answer)?;
    seller.case().should(
        answer.is_refusal(),
        &answer,
        "a request with two Idempotency-Key headers is refused: it has no one key",
        || format!("{}", answer.status),
    );
    Ok(())
}

async fn control_characters(seller: Seller) -> Outcome {
    let body = serde_json::Value::Object(seller.create_body()?).to_string();
    let head = raw::head(
        &seller,
        "POST",
        "/checkout_sessions",
        &[
            ("Idempotency-Key", "a\u{1}b"),
            ("Content-Type", "application/json"),
            ("Content-Length", &body.len().to_string()),
        ],
    )?;
    let reply = raw::exchange(&seller, format!("{head}{body}").as_bytes()).await?;
    raw::harmless(&seller, &reply)
}

async fn case_matters(seller: Seller) -> Outcome {
    let lower = format!("key-{}", seller.case().fresh_key()?);
    let call = Call::good(&seller, Operation::Create).await?;
    let first = seller.send(call.keyed(&seller, &lower)?).await?;
    let first_session = seller.session(&first)?;
    let upper = lower.to_uppercase();
    let second = seller.send(call.keyed(&seller, &upper)?).await?;
    let second_session = seller.session(&second)?;
    seller.case().must(
        first_session.id != second_session.id,
        &second,
        "keys are opaque: upper and lower case are two keys",
        || format!("both gave {}", second_session.id),
    )?;
    fresh(&seller, &second)
}

fn reading() -> [Check; 2] {
    let (name, title) = key("get-needs-none", "retrieve works without Idempotency-Key");
    let without = row(Topic::Idempotency, &name, title, |seller| async move {
        let session = seller.new_session().await?;
        let answer = seller.get(&session.id).await?;
        seller.session(&answer).map(drop)
    })
    .proves(&["checkout.idempotency.get-needs-no-key"]);
    let (name, title) = key(
        "get-is-never-replayed",
        "retrieve with an Idempotency-Key shows the newest state, not a stored answer",
    );
    let with = row(Topic::Idempotency, &name, title, |seller| async move {
        let session = seller.new_session().await?;
        let key = seller.case().fresh_key()?;
        let request = || {
            let path = Operation::Get.path(&session.id);
            Ok(seller
                .get_request(path)?
                .header("Idempotency-Key", key.clone()))
        };
        let before = seller.send(request()?).await?;
        seller.session(&before)?;
        let canceled = seller.cancel(&session.id).await?;
        seller.session(&canceled)?;
        let after = seller.send(request()?).await?;
        let after = seller.session(&after)?;
        seller.case().must(
            after.status() == "canceled",
            &after.answer,
            "a retrieve shows the latest state, whatever headers it has",
            || format!("status {} after cancel", after.status()),
        )
    })
    .proves(&["checkout.idempotency.get-needs-no-key"]);
    [without, with]
}
