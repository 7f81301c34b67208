//! HTTPS, and the versions of TLS.

use url::{Host, Url};

use super::super::{
    super::tls::{self, Reply, TlsVersion},
    Seller,
    kit::{CANONICAL, row},
    raw,
};
use crate::{Check, Outcome, Stop, Topic};

pub(super) fn checks() -> [Check; 4] {
    [
        row(
            Topic::Auth,
            "https-only",
            "checkout is served over HTTPS, never over plain HTTP",
            |seller| async move { https_only(&seller, "/checkout_sessions").await },
        )
        .proves(&["checkout.transport.https-only"])
        .advice("serve checkout over HTTPS only; redirect or refuse plain HTTP"),
        row(
            Topic::Auth,
            "tls-1-3",
            "the server speaks TLS 1.3",
            |seller| async move {
                let reply = greet(&seller, TlsVersion::V1_3).await?;
                expect(&seller, reply, TlsVersion::V1_3, true)
            },
        )
        .versions(CANONICAL)
        .proves(&["checkout.transport.tls-1-3"])
        .advice("switch TLS 1.3 on"),
        row(
            Topic::Auth,
            "tls-1-2-declined",
            "a handshake that is limited to TLS 1.2 is declined",
            |seller| async move {
                if seller.case().accepts("checkout-tls-version", "1.2") {
                    return Err(Stop::NotApplicable(
                        "the profile accepts TLS 1.2".to_owned(),
                    ));
                }
                let reply = greet(&seller, TlsVersion::V1_2).await?;
                expect(&seller, reply, TlsVersion::V1_2, false)
            },
        )
        .versions(CANONICAL)
        .proves(&["checkout.transport.tls-1-3"])
        .advice("switch TLS 1.2 off for the checkout API"),
        row(
            Topic::Auth,
            "tls-older-declined",
            "a handshake below TLS 1.2 is declined, and 1.2 or 1.3 works",
            |seller| async move {
                let reply = greet(&seller, TlsVersion::V1_1).await?;
                expect(&seller, reply, TlsVersion::V1_1, false)?;
                let newest = greet(&seller, TlsVersion::V1_3).await?;
                if newest.accepts(TlsVersion::V1_3) {
                    return Ok(());
                }
                let reply = greet(&seller, TlsVersion::V1_2).await?;
                expect(&seller, reply, TlsVersion::V1_2, true)
            },
        )
        .proves(&["versions.transport.tls-1-2", "checkout.transport.tls-1-3"])
        .advice("switch TLS 1.1 and older off"),
    ]
}

/// Plain HTTP serves nothing below `path`, such as `/checkout_sessions`.
pub(in crate::lanes) async fn https_only(seller: &Seller, path: &str) -> Outcome {
    let url = seller.target().url.clone();
    if url.scheme() != "http" {
        return plain_beside(seller, url, path).await;
    }
    if is_at_hand(&url) {
        return Err(Stop::NotTested(
            "the address is on this machine, behind whatever ends HTTPS: set seller.url to the https:// address"
                .to_owned(),
        ));
    }
    let request = seller.get_request(format!("{path}/certify-unknown"))?;
    let answer = seller.send(request).await?;
    seller
        .case()
        .must(false, &answer, "the API is served over HTTPS only", || {
            format!("{url} answers calls over plain HTTP: {}", answer.status)
        })
}

/// The same port and port 80 beside an `https://` address may redirect or refuse; they must not
/// serve calls.
async fn plain_beside(seller: &Seller, mut url: Url, path: &str) -> Outcome {
    let own = url.port().unwrap_or(443);
    if url.set_scheme("http").is_err() {
        return Err(Stop::NotTested(format!("{url} has no plain form")));
    }
    for port in [own, 80] {
        if url.set_port(Some(port)).is_err() {
            continue;
        }
        // The key must not travel in the clear.
        let request = seller
            .get_request(format!("{path}/certify-unknown"))?
            .with("Authorization", "Bearer certify-plain-http-probe");
        let Ok(answer) = seller.case().try_send(&url, &request).await else {
            continue;
        };
        let is_api = answer.text("/type").is_some() && answer.text("/code").is_some();
        seller.case().must(
            !is_api && !answer.is_success(),
            &answer,
            "plain HTTP serves no call: no connection, a redirect, or a refusal of the front",
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

/// Whether an address leads to this machine or its own network, behind whatever ends HTTPS.
fn is_at_hand(url: &Url) -> bool {
    let private = matches!(url.host(), Some(Host::Ipv4(address)) if address.is_private());
    private || tls::is_local(url)
}

/// Offers one version of TLS to the seller.
async fn greet(seller: &Seller, version: TlsVersion) -> Outcome<Reply> {
    let url = &seller.target().url;
    if url.scheme() != "https" {
        return Err(Stop::NotTested(
            "the address is not https://: set seller.url to the address with TLS".to_owned(),
        ));
    }
    let greeted = tls::greet(seller.case(), url, version).await;
    let (reply, _) = greeted.map_err(|error| raw::unreachable(&error))?;
    Ok(reply)
}

fn expect(seller: &Seller, reply: Reply, version: TlsVersion, wanted: bool) -> Outcome {
    let verb = if wanted { "accepted" } else { "declined" };
    seller.case().must_hold(
        reply.accepts(version) == wanted,
        &format!(
            "a handshake that offers {} only is {verb}",
            version.as_str()
        ),
        || format!("{reply:?}"),
    )
}
