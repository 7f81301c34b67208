//! The connection: HTTPS, and the versions of TLS below it.

use std::sync::Arc;

use url::Url;

use super::{
    super::tls::{self, Reply, TlsVersion},
    Psp, check,
};
use crate::{Case, Check, Finding, Outcome, Severity, SpecVersion, Stop, Topic};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    vec![
        check(
            Topic::Auth,
            "https",
            "the provider is reached over HTTPS",
            https,
        )
        .advice("serve HTTPS alone"),
        check(
            Topic::Auth,
            "tls-1-3",
            "a handshake that offers TLS 1.2 at most fails: delegate payment wants TLS 1.3",
            tls_1_3,
        )
        .proves(&["delegate-payment.security.tls13"])
        .advice("switch TLS 1.2 and older off"),
    ]
}

async fn https(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    over_https(&psp.target().url)
}

async fn tls_1_3(case: Arc<Case>) -> Outcome {
    let psp = Psp::of(&case)?;
    if case.accepts("tls-version", "1.2") {
        return Err(Stop::NotApplicable(
            "the profile accepts TLS 1.2".to_owned(),
        ));
    }
    refuses(&case, &psp.target().url, TlsVersion::V1_2).await
}

/// Plain HTTP is for this machine alone.
pub(super) fn over_https(url: &Url) -> Outcome {
    if url.scheme() == "https" {
        return Ok(());
    }
    if tls::is_local(url) {
        return Err(Stop::NotTested(
            "the address is plain HTTP on this machine: judge the public address to try HTTPS"
                .to_owned(),
        ));
    }
    Err(Stop::Found(Finding {
        severity: Severity::Must,
        rule: "all calls run over HTTPS".to_owned(),
        found: format!("{url} is served without TLS"),
        exchange: None,
    }))
}

/// The server ends a handshake that offers this version of TLS alone.
pub(super) async fn refuses(case: &Case, url: &Url, version: TlsVersion) -> Outcome {
    over_https(url)?;
    let greeted = tls::greet(case, url, version).await;
    let (reply, exchange) = greeted.map_err(Stop::NotTested)?;
    if matches!(reply, Reply::Accepted(_)) {
        return Err(Stop::Found(Finding {
            severity: Severity::Must,
            rule: format!("a handshake that offers {} at most fails", version.as_str()),
            found: "the server answered with a ServerHello".to_owned(),
            exchange: Some(exchange),
        }));
    }
    Ok(())
}
