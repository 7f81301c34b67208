//! Missing, malformed and wrong bearer keys.

use super::super::{
    Seller,
    kit::row,
    operation::{Call, Operation},
};
use crate::{Answer, Check, Outcome, Request, Stop, Topic};

/// What stands in place of a good `Authorization`.
type Spoil = fn(Request, &str) -> Request;

type Row = (&'static str, &'static str, &'static str, Spoil);

const MISSING: &str = "checkout.auth.missing-refused";
const WRONG: &str = "checkout.auth.wrong-refused";

/// Tried on every operation.
const EVERYWHERE: [Row; 5] = [
    ("missing", "without Authorization", MISSING, |request, _| {
        request.without("Authorization")
    }),
    (
        "empty",
        "with an empty Authorization",
        MISSING,
        |request, _| request.with("Authorization", ""),
    ),
    ("wrong", "with an unknown key", WRONG, |request, _| {
        request.with(
            "Authorization",
            "Bearer certify-unknown-key-0123456789abcdef",
        )
    }),
    (
        "basic",
        "with the key in the Basic scheme",
        WRONG,
        |request, key| request.with("Authorization", format!("Basic {key}")),
    ),
    (
        "query",
        "with the key in the query",
        MISSING,
        |request, key| {
            let request = request.without("Authorization");
            let path = format!("{}?access_token={key}&api_key={key}", request.path);
            Request { path, ..request }
        },
    ),
];

/// Tried on retrieve: what is compared must be the whole key, byte by byte.
const CLOSE: [Row; 10] = [
    (
        "scheme-only",
        "with the scheme and no key",
        MISSING,
        |request, _| request.with("Authorization", "Bearer"),
    ),
    (
        "blank-key",
        "with a key of spaces",
        MISSING,
        |request, _| request.with("Authorization", "Bearer    "),
    ),
    ("no-scheme", "with the bare key", WRONG, |request, key| {
        request.with("Authorization", key)
    }),
    (
        "longer",
        "with one character more",
        WRONG,
        |request, key| request.with("Authorization", format!("Bearer {key}x")),
    ),
    (
        "shorter",
        "with one character less",
        WRONG,
        |request, key| {
            let mut shorter = key.to_owned();
            shorter.pop();
            request.with("Authorization", format!("Bearer {shorter}"))
        },
    ),
    (
        "other-case",
        "with letters in another case",
        WRONG,
        |request, key| request.with("Authorization", format!("Bearer {}", swapped(key))),
    ),
    ("star", "with a wildcard", WRONG, |request, _| {
        request.with("Authorization", "Bearer *")
    }),
    ("null", "with the word null", WRONG, |request, _| {
        request.with("Authorization", "Bearer null")
    }),
    (
        "long",
        "with a key of 5000 characters",
        WRONG,
        |request, _| request.with("Authorization", format!("Bearer {}", "k".repeat(5000))),
    ),
    (
        "cookie",
        "with the key in a cookie and another header",
        MISSING,
        |request, key| {
            let request = request.without("Authorization");
            request
                .header("Cookie", format!("token={key}"))
                .header("X-Api-Key", key)
        },
    ),
];

fn swapped(key: &str) -> String {
    let swap = |one: char| {
        if one.is_lowercase() {
            one.to_ascii_uppercase()
        } else {
            one.to_ascii_lowercase()
        }
    };
    key.chars().map(swap).collect()
}

pub(super) fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for operation in Operation::ALL {
        checks.extend(EVERYWHERE.into_iter().map(|one| check(operation, one)));
    }
    checks.extend(CLOSE.into_iter().map(|one| check(Operation::Get, one)));
    checks.extend([
        row(
            Topic::Auth,
            "two-headers",
            "two Authorization headers, a good and a wrong one, show nothing by chance",
            two_headers,
        )
        .advice("refuse a request with more than one Authorization header"),
        row(
            Topic::Auth,
            "scheme-case",
            "the scheme Bearer is compared without case (RFC 9110)",
            scheme_case,
        )
        .advice("compare the scheme without case"),
        row(
            Topic::Auth,
            "before-everything",
            "a caller without a key learns nothing about sessions: known and unknown ids answer alike",
            no_oracle,
        )
        .proves(&[MISSING])
        .advice("look at the key before the path"),
    ]);
    checks
}

fn check(operation: Operation, (name, what, rule, spoil): Row) -> Check {
    let verb = operation.as_str();
    row(
        Topic::Auth,
        &format!("{name}-{verb}"),
        format!("{verb} {what} is refused, shows nothing and changes nothing"),
        move |seller| async move {
            let call = Call::harmless(&seller, operation).await?;
            let key = own_key(&seller)?.to_owned();
            let request = call.request(&seller)?;
            let spoilt = spoil(request.clone(), &key);
            if spoilt.path == request.path
                && spoilt.header_value("Authorization") == request.header_value("Authorization")
            {
                return Err(Stop::NotTested(format!(
                    "the configured key stays the same {what}"
                )));
            }
            let answer = seller.send(spoilt).await?;
            unauthorized(&seller, &call, &answer)?;
            call.changed_nothing(&seller).await
        },
    )
    .proves(&[rule, "checkout.errors.4xx-body"])
    .advice("answer 401 with one flat error, before anything else is looked at")
}

fn unauthorized(seller: &Seller, call: &Call, answer: &Answer) -> Outcome {
    let case = seller.case();
    seller.refused(answer)?;
    case.should(
        answer.status == 401 || answer.status == 403,
        answer,
        "a call without a good key is answered with 401",
        || format!("{}", answer.status),
    );
    let shown = call
        .session
        .as_ref()
        .is_some_and(|session| String::from_utf8_lossy(&answer.body).contains(&session.id));
    case.must(
        !shown && answer.pointer("/line_items").is_none(),
        answer,
        "a refused caller is shown nothing of a session",
        || case.excerpt(answer),
    )
}

fn own_key(seller: &Seller) -> Outcome<&str> {
    let key = seller.target().key.expose();
    key.ok_or_else(|| Stop::NotTested("the key of the seller was not read".to_owned()))
}

async fn two_headers(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let request = seller.get_request(Operation::Get.path(&session.id))?;
    let answer = seller
        .send(request.header("Authorization", "Bearer certify-unknown-key"))
        .await?;
    seller.no_breakdown(&answer)?;
    seller.case().should(
        answer.is_refusal(),
        &answer,
        "a request with two different Authorization headers is refused",
        || format!("{}", answer.status),
    );
    Ok(())
}

async fn scheme_case(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let request = seller.get_request(Operation::Get.path(&session.id))?;
    let key = own_key(&seller)?.to_owned();
    let answer = seller
        .send(request.with("Authorization", format!("bearer {key}")))
        .await?;
    seller.no_breakdown(&answer)?;
    seller.case().should(
        answer.is_success(),
        &answer,
        "names of authentication schemes are compared without case",
        || format!("{} for `bearer`", answer.status),
    );
    Ok(())
}

async fn no_oracle(seller: Seller) -> Outcome {
    let session = seller.new_session().await?;
    let mut said = Vec::new();
    for id in [session.id.as_str(), "cs_certify_unknown"] {
        let request = seller.get_request(Operation::Get.path(id))?;
        let answer = seller.send(request.without("Authorization")).await?;
        seller.refused(&answer)?;
        said.push(answer);
    }
    let Some((unknown, [known])) = said.split_last() else {
        return Ok(());
    };
    seller.case().must(
        (known.status, &known.json) == (unknown.status, &unknown.json),
        unknown,
        "without a key a known session and an unknown one are answered alike",
        || {
            format!(
                "{} for a known one, {} for an unknown one",
                known.status, unknown.status
            )
        },
    )
}
