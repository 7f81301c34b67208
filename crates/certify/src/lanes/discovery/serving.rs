//! How the document is served.

use std::sync::Arc;

use http::Method;

use super::{Discovery, check, client::WELL_KNOWN};
use crate::{Answer, Case, Check, Outcome, SpecVersion, Topic, lanes::seller::Seller};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = vec![
        check(
            Topic::Lifecycle,
            "well-known",
            "GET /.well-known/acp.json at the root of the origin answers 200 with a JSON object",
            well_known,
        )
        .proves(&[
            "discovery.document.well-known",
            "discovery.document.status-200",
        ])
        .advice("serve the document at the root of the origin, not below a base path"),
        check(
            Topic::Lifecycle,
            "content-type",
            "the document has Content-Type application/json",
            content_type,
        )
        .proves(&["discovery.document.content-type"]),
        check(
            Topic::Lifecycle,
            "any-accept",
            "the document is served whatever the Accept header says",
            any_accept,
        )
        .proves(&["discovery.document.status-200"]),
        check(
            Topic::Lifecycle,
            "without-version",
            "the document is served without API-Version, and with any",
            any_version,
        )
        .proves(&["discovery.document.status-200"]),
        check(
            Topic::Lifecycle,
            "head",
            "HEAD answers as GET does, without a body",
            head,
        ),
        check(
            Topic::Lifecycle,
            "not-optional",
            "sessions are created without a fetch of the document",
            not_fetched,
        )
        .proves(&["discovery.compat.optional"]),
    ];
    checks.extend(callers());
    checks
}

fn callers() -> Vec<Check> {
    vec![
        check(
            Topic::Auth,
            "public",
            "the document is served without Authorization",
            public,
        )
        .proves(&["discovery.document.public"])
        .advice("ask for no key"),
        check(
            Topic::Auth,
            "wrong-key",
            "a wrong key does not keep the document from its caller",
            wrong_key,
        )
        .proves(&["discovery.document.public"]),
        check(
            Topic::Auth,
            "same-for-all",
            "every caller gets the same document",
            same_for_all,
        )
        .proves(&["discovery.privacy.no-buyer"]),
        check(
            Topic::Auth,
            "no-cookie",
            "the document sets no cookie: caches share it",
            no_cookie,
        ),
        check(
            Topic::Errors,
            "post",
            "POST, PUT and DELETE do not reach the document",
            other_methods,
        ),
        check(
            Topic::Errors,
            "unknown-query",
            "an unknown query does not matter, or is refused with a 4xx",
            unknown_query,
        ),
        check(
            Topic::Errors,
            "case-of-path",
            "/.well-known/ACP.json is another path, and no reason for a 5xx",
            case_of_path,
        ),
    ]
}

async fn well_known(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let answer = discovery.fetch().await?;
    case.status(&answer, &[200])?;
    case.must(
        case.json(&answer)?.is_object(),
        &answer,
        "the document is a JSON object",
        || case.excerpt(&answer),
    )
}

async fn content_type(case: Arc<Case>) -> Outcome {
    let (answer, _) = Discovery::of(&case)?.document().await?;
    let found = answer.header("content-type").unwrap_or_default();
    let kind = found.split(';').next().unwrap_or_default().trim();
    case.must(
        kind.eq_ignore_ascii_case("application/json"),
        &answer,
        "the document has Content-Type application/json",
        || format!("Content-Type: {found}"),
    )
}

fn is_served(case: &Case, answer: &Answer, how: &str) -> Outcome {
    case.must(
        answer.status == 200 && answer.pointer("/protocol").is_some(),
        answer,
        "the document is served",
        || format!("{how}: {} {}", answer.status, case.excerpt(answer)),
    )
}

async fn any_accept(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    discovery.document().await?;
    for accept in ["*/*", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"] {
        let answer = discovery
            .send(discovery.request().with("Accept", accept))
            .await?;
        is_served(&case, &answer, accept)?;
    }
    let answer = discovery
        .send(discovery.request().without("Accept"))
        .await?;
    is_served(&case, &answer, "no Accept")
}

async fn any_version(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    discovery.document().await?;
    for version in ["2020-01-01", case.version().as_str()] {
        let request = discovery.request().header("API-Version", version);
        is_served(&case, &discovery.send(request).await?, version)?;
    }
    Ok(())
}

async fn head(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    discovery.document().await?;
    let mut request = discovery.request();
    request.method = Method::HEAD;
    let answer = discovery.send(request).await?;
    case.should(
        answer.status == 200 && answer.body.is_empty(),
        &answer,
        "HEAD is answered as GET is, without a body (RFC 9110, 9.3.2)",
        || format!("{} with {} bytes", answer.status, answer.body.len()),
    );
    Ok(())
}

async fn not_fetched(case: Arc<Case>) -> Outcome {
    Seller::of(&case)?.new_session().await.map(drop)
}

async fn public(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let answer = discovery.fetch().await?;
    case.must(
        ![401, 403, 407].contains(&answer.status),
        &answer,
        "the document is served without Authorization",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )
}

async fn wrong_key(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    discovery.document().await?;
    let request = discovery
        .request()
        .header("Authorization", "Bearer certification-unknown-key");
    is_served(&case, &discovery.send(request).await?, "a wrong key")
}

async fn same_for_all(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, document) = discovery.document().await?;
    let keys = [
        Some(&discovery.target().key),
        discovery.target().other_key.as_ref(),
    ];
    for key in keys.into_iter().flatten().filter_map(|key| key.expose()) {
        let request = discovery
            .request()
            .header("Authorization", format!("Bearer {key}"))
            .header("Cookie", "session=certification")
            .header("Accept-Language", "fr")
            .header("User-Agent", "Certification/1.0");
        let answer = discovery.send(request).await?;
        case.must(
            answer.json.as_ref() == Some(&document),
            &answer,
            "every caller gets the same document",
            || format!("a caller with a key gets {}", case.excerpt(&answer)),
        )?;
    }
    Ok(())
}

async fn no_cookie(case: Arc<Case>) -> Outcome {
    let (answer, _) = Discovery::of(&case)?.document().await?;
    case.should(
        !answer.headers.contains_key("set-cookie"),
        &answer,
        "a shared document sets no cookie",
        || "the answer has Set-Cookie".to_owned(),
    );
    Ok(())
}

async fn other_methods(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, document) = discovery.document().await?;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let mut request = discovery
            .request()
            .header("Content-Type", "application/json")
            .body("{}");
        request.method = method.clone();
        let answer = discovery.send(request).await?;
        case.must_also(
            answer.is_refusal(),
            &answer,
            "only GET and HEAD are answered",
            || format!("{method}: {}", answer.status),
        );
    }
    let (answer, after) = discovery.document().await?;
    case.must(
        after == document,
        &answer,
        "nobody can change the document",
        || "the document is another one after PUT and DELETE".to_owned(),
    )
}

async fn unknown_query(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, document) = discovery.document().await?;
    let mut request = discovery.request();
    request.path = format!("{WELL_KNOWN}?utm_source=certification&x=%F0%9F%9B%92");
    let answer = discovery.send(request).await?;
    case.must(
        answer.is_refusal() || answer.json.as_ref() == Some(&document),
        &answer,
        "an unknown query does not matter, or is refused",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )
}

async fn case_of_path(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    for path in [
        "/.well-known/ACP.json",
        "/.well-known/acp.json/",
        "/.well-known/acp.json/../acp.json%00",
    ] {
        let mut request = discovery.request();
        path.clone_into(&mut request.path);
        let answer = discovery.send(request).await?;
        case.must(
            answer.status < 500,
            &answer,
            "a path beside the document is no reason for a 5xx",
            || format!("{path}: {}", answer.status),
        )?;
    }
    Ok(())
}
