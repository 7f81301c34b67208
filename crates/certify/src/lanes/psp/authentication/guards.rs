//! Who may call, in which version, signed how, from where.

use std::{sync::Arc, time::Instant};

use super::client::Authenticator;
use crate::{
    Answer, Case, Check, Outcome, RecordedRequest, RecordedResponse, Request, SpecVersion, Stop,
    Topic,
    lanes::{
        psp::{body, check, transport},
        tls::TlsVersion,
    },
};

/// A time far outside any tolerance of clocks, in seconds.
const FAR_S: i64 = 24 * 3_600;

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = callers();
    checks.extend(signatures());
    checks
}

fn callers() -> Vec<Check> {
    vec![
        check(Topic::Auth, "authentication-bearer", "calls without a known bearer key are refused", bearer)
            .proves(&["delegate-authentication.security.bearer-required"]),
        check(Topic::Auth, "authentication-other-agent", "another agent's session is not found", other_agent),
        check(Topic::Auth, "authentication-origin", "calls from an address outside the agent's infrastructure are refused, even with its key", origin)
            .proves(&["delegate-authentication.security.origin-allowlist"]),
        check(Topic::Auth, "authentication-https", "all calls run over HTTPS", https)
            .proves(&["delegate-authentication.http.https"]),
        check(Topic::Auth, "authentication-tls", "a handshake that offers TLS 1.1 at most fails", tls)
            .proves(&["delegate-authentication.security.tls12"]),
        check(Topic::Versions, "authentication-missing", "a call without API-Version is refused", |case| async move {
            version(case, None).await
        })
        .proves(&["delegate-authentication.version.missing-refused"]),
        check(Topic::Versions, "authentication-unsupported", "a call with an unsupported API-Version is refused and opens no session", |case| async move {
            version(case, Some("2020-01-01")).await
        })
        .proves(&["delegate-authentication.version.unsupported-refused"]),
    ]
}

fn signatures() -> Vec<Check> {
    let forged = |name: &'static str, title: &'static str, forge: fn(Request) -> Request| {
        check(Topic::Signatures, name, title, move |case| async move {
            refuses_forged(case, forge).await
        })
        .proves(&["delegate-authentication.security.signature-verified"])
        .advice("verify the signature of every call over the canonical JSON of its body")
    };
    vec![
        check(
            Topic::Signatures,
            "authentication-unsigned",
            "a call without Signature is refused",
            unsigned,
        )
        .proves(&["delegate-authentication.security.signature-verified"]),
        forged(
            "authentication-body-changed",
            "a call whose body was changed after signing is refused",
            |request| {
                let body = request.body.clone().unwrap_or_default();
                let text = String::from_utf8_lossy(&body).replace(":1000", ":9000");
                request.body(text)
            },
        ),
        forged(
            "authentication-signature-changed",
            "a call whose signature was changed is refused",
            |request| {
                let old = request
                    .header_value("Signature")
                    .unwrap_or_default()
                    .to_owned();
                let turned: String = old.chars().rev().collect();
                request.with("Signature", turned)
            },
        ),
        check(
            Topic::Signatures,
            "authentication-timestamp-missing",
            "a call without Timestamp is refused",
            no_timestamp,
        )
        .proves(&["delegate-authentication.security.timestamp-required"]),
        check(
            Topic::Signatures,
            "authentication-timestamp-old",
            "a Timestamp of yesterday is refused",
            |case| async move { refuses_time(case, -FAR_S).await },
        )
        .proves(&["delegate-authentication.security.timestamp-window"]),
        check(
            Topic::Signatures,
            "authentication-timestamp-future",
            "a Timestamp of tomorrow is refused",
            |case| async move { refuses_time(case, FAR_S).await },
        )
        .proves(&["delegate-authentication.security.timestamp-window"]),
    ]
}

fn is_refused(case: &Case, answer: &Answer, rule: &str) -> Outcome {
    case.must(
        answer.is_refusal() && answer.pointer("/authentication_session_id").is_none(),
        answer,
        rule,
        || format!("{}: {}", answer.status, case.excerpt(answer)),
    )
}

/// The provider takes a good call: otherwise a refusal proves nothing.
async fn of(case: &Arc<Case>) -> Outcome<(Authenticator, String)> {
    let provider = Authenticator::of(case)?;
    let id = provider.created(&provider.body()?).await?;
    Ok((provider, id))
}

async fn bearer(case: Arc<Case>) -> Outcome {
    let (provider, id) = of(&case).await?;
    let rule = "calls without a known bearer key are refused";
    for request in [
        provider.create_request(&provider.body()?)?,
        provider.retrieve_request(&id)?,
    ] {
        for key in [None, Some("Bearer certification-unknown-key-000000000000")] {
            let request = request.clone().without("Authorization");
            let request = match key {
                Some(key) => request.header("Authorization", key),
                None => request,
            };
            is_refused(&case, &provider.psp.send(request).await?, rule)?;
        }
    }
    Ok(())
}

async fn other_agent(case: Arc<Case>) -> Outcome {
    let (provider, id) = of(&case).await?;
    let other = Authenticator {
        psp: provider.psp.as_other_agent()?,
    };
    let answer = other.retrieve(&id).await?;
    is_refused(&case, &answer, "another agent does not see the session")
}

/// The same call, once from this machine's usual address and once from the configured other one.
async fn origin(case: Arc<Case>) -> Outcome {
    let (provider, _) = of(&case).await?;
    let address = provider.psp.target().stranger_address.ok_or_else(|| {
        Stop::NotTested(
            "needs a second address of this machine that the provider does not know: set psp.stranger_address in certify.toml".to_owned(),
        )
    })?;
    let request = provider.create_request(&provider.body()?)?;
    let url = &provider.psp.target().url;
    let answered = from_address(&case, url, &request, address).await?;
    case.must_hold(
        answered.is_none_or(|status| (400..500).contains(&status)),
        "calls from outside the agent's infrastructure are refused",
        || format!("a call from {address} was answered with {answered:?}"),
    )
}

/// The status of a call from another local address; none when the connection is refused.
async fn from_address(
    case: &Case,
    base: &url::Url,
    request: &Request,
    address: std::net::IpAddr,
) -> Outcome<Option<u16>> {
    let started = Instant::now();
    let client = reqwest::Client::builder()
        .no_proxy()
        .local_address(address)
        .timeout(std::time::Duration::from_secs(10))
        .build()
        .map_err(|error| Stop::NotTested(error.to_string()))?;
    let url = format!("{}{}", base.as_str().trim_end_matches('/'), request.path);
    let mut prepared = client.request(request.method.clone(), &url);
    for (name, value) in &request.headers {
        prepared = prepared.header(name, value);
    }
    let sent = prepared
        .body(request.body.clone().unwrap_or_default())
        .send()
        .await;
    let status = sent
        .as_ref()
        .ok()
        .map(|response| response.status().as_u16());
    let recorded = RecordedRequest {
        method: request.method.to_string(),
        url,
        headers: Vec::new(),
        body: case.redact(request.body.as_deref().unwrap_or_default()),
    };
    let response = status.map(|status| RecordedResponse {
        status,
        headers: Vec::new(),
        body: String::new(),
    });
    let error = sent.err().map(|error| format!("from {address}: {error}"));
    case.keep(recorded, response, error, started);
    Ok(status)
}

async fn https(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    transport::over_https(&provider.psp.target().url)
}

async fn tls(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    transport::refuses(&case, &provider.psp.target().url, TlsVersion::V1_1).await
}

async fn version(case: Arc<Case>, version: Option<&str>) -> Outcome {
    let (provider, id) = of(&case).await?;
    for request in [
        provider.create_request(&provider.body()?)?,
        provider.retrieve_request(&id)?,
    ] {
        let request = request.without("API-Version");
        let request = match version {
            Some(version) => request.header("API-Version", version),
            None => request,
        };
        let answer = provider.psp.send(request).await?;
        is_refused(
            &case,
            &answer,
            "a call without a supported API-Version is refused",
        )?;
    }
    Ok(())
}

async fn unsigned(case: Arc<Case>) -> Outcome {
    let provider = Authenticator::of(&case)?;
    let request = provider.create_request(&provider.body()?)?;
    let request = request.without("Signature").without("Timestamp");
    let answer = provider.psp.send(request).await?;
    is_refused(&case, &answer, "a call without Signature is refused")
}

fn agreed(provider: &Authenticator) -> Outcome {
    match provider.psp.target().signing_secret {
        Some(_) => Ok(()),
        None => Err(Stop::NotTested(
            "signatures need an agreed key: set psp.signing_secret and psp.signing_scheme in certify.toml".to_owned(),
        )),
    }
}

async fn refuses_forged(case: Arc<Case>, forge: fn(Request) -> Request) -> Outcome {
    agreed(&Authenticator::of(&case)?)?;
    let (provider, _) = of(&case).await?;
    let request = forge(provider.create_request(&provider.body()?)?);
    let answer = provider.psp.send(request).await?;
    is_refused(
        &case,
        &answer,
        "a call whose Signature does not fit its body is refused",
    )
}

async fn no_timestamp(case: Arc<Case>) -> Outcome {
    let (provider, _) = of(&case).await?;
    let request = provider
        .create_request(&provider.body()?)?
        .without("Timestamp");
    let answer = provider.psp.send(request).await?;
    case.should(
        answer.is_refusal(),
        &answer,
        "a call without Timestamp is refused",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    );
    Ok(())
}

async fn refuses_time(case: Arc<Case>, seconds: i64) -> Outcome {
    let (provider, _) = of(&case).await?;
    let request = provider.create_request(&provider.body()?)?;
    let request = provider.psp.signed_at(request, seconds)?;
    let request = request.with("Timestamp", body::time_from_now(seconds)?);
    let answer = provider.psp.send(request).await?;
    case.should(
        answer.is_refusal(),
        &answer,
        "a Timestamp far outside the window of clock skew is refused",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    );
    Ok(())
}
