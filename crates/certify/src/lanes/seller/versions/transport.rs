//! HTTPS, and how old its TLS may be.

use http::Method;

use crate::{
    Check, Outcome, Request, SpecVersion, Stop, Topic, VersionRange,
    lanes::{
        seller::{Seller, rule::ask},
        tls::{self, Reply, TlsVersion},
    },
};

pub(super) fn checks() -> Vec<Check> {
    vec![
        ask(
            Topic::Versions,
            "https-only",
            "plain HTTP serves no checkout call",
            https_only,
        )
        .proves(&["checkout.transport.https-only"])
        .advice("listen on HTTPS only, or answer plain HTTP with a redirect or an error"),
        ask(
            Topic::Versions,
            "https-address",
            "the address of the API is an HTTPS address",
            https_address,
        )
        .proves(&["checkout.transport.https-only"])
        .advice("serve the API over HTTPS"),
        ask(
            Topic::Versions,
            "tls-1-2-is-refused",
            "a handshake limited to TLS 1.2 is refused",
            |seller| refuses(seller, TlsVersion::V1_2),
        )
        .versions(VersionRange::from(SpecVersion::V2026_04_17))
        .proves(&["checkout.transport.tls-1-3"])
        .advice("allow TLS 1.3 only"),
        ask(
            Topic::Versions,
            "tls-1-1-is-refused",
            "a handshake limited to TLS 1.1 is refused",
            |seller| refuses(seller, TlsVersion::V1_1),
        )
        .proves(&["versions.transport.tls-1-2", "checkout.transport.tls-1-3"])
        .advice("allow TLS 1.2 and newer only"),
    ]
}

const LOCAL: &str = "the seller is judged over plain HTTP on this machine: set seller.url to its public https address";

async fn https_address(seller: Seller) -> Outcome {
    let url = seller.target().url.clone();
    if url.scheme() != "https" && tls::is_local(&url) {
        return Err(Stop::NotTested(LOCAL.to_owned()));
    }
    let answer = seller.get(&seller.unknown_id()?).await?;
    seller.case().must(
        url.scheme() == "https",
        &answer,
        "the API is served over HTTPS",
        || format!("it answers at {}://", url.scheme()),
    )
}

async fn https_only(seller: Seller) -> Outcome {
    let mut url = seller.target().url.clone();
    if url.scheme() != "https" {
        if tls::is_local(&url) {
            return Err(Stop::NotTested(LOCAL.to_owned()));
        }
        return https_address(seller).await;
    }
    // The same port first, then the customary one.
    let port = url.port().unwrap_or(443);
    if url.set_scheme("http").is_err() {
        return Err(Stop::NotTested(
            "the address cannot be rewritten".to_owned(),
        ));
    }
    for port in [port, 80] {
        if url.set_port(Some(port)).is_err() {
            continue;
        }
        // Without the key: it must not cross the network in the clear.
        let request = Request::new(Method::GET, "/checkout_sessions/unknown")
            .header("API-Version", seller.case().version().as_str());
        let Ok(answer) = seller.case().try_send(&url, &request).await else {
            continue;
        };
        let protocol_error = answer.text("/type").is_some() && answer.text("/code").is_some();
        seller.case().must(
            !answer.is_success() && !protocol_error,
            &answer,
            "plain HTTP answers no checkout call",
            || {
                format!(
                    "{url}: {} {}",
                    answer.status,
                    seller.case().excerpt(&answer)
                )
            },
        )?;
    }
    Ok(())
}

async fn refuses(seller: Seller, version: TlsVersion) -> Outcome {
    let url = seller.target().url.clone();
    if url.scheme() != "https" {
        return Err(Stop::NotTested(LOCAL.to_owned()));
    }
    // The same address must work otherwise, or a refusal says nothing.
    seller.get(&seller.unknown_id()?).await?;
    let greeted = tls::greet(seller.case(), &url, version).await;
    let (reply, _) = greeted.map_err(Stop::NotTested)?;
    seller.case().must_hold(
        !matches!(reply, Reply::Accepted(_)),
        &format!("a handshake limited to {} is refused", version.as_str()),
        || "the server went on with its ServerHello".to_owned(),
    )
}
