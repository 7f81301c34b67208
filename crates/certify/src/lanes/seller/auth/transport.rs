//! HTTPS, and the versions of TLS.

use url::{Host, Url};

use super::super::{
    super::tls::{self, Reply, TlsVersion},
    Seller,
    kit::{BEFORE_CANONICAL, CANONICAL, row},
    raw,
};
use crate::{Check, Outcome, Stop, Topic};

pub(super) fn checks() -> [Check; 4] {
    [
        row(
            Topic::Auth,
            "https-only",
            "checkout is served over HTTPS, never over plain HTTP",
            https_only,
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
        .versions(BEFORE_CANONICAL)
        .proves(&["versions.transport.tls-1-2"])
        .advice("switch TLS 1.1 and older off"),
    ]
}

async fn https_only(seller: Seller) -> Outcome {
    let url = seller.target().url.clone();
    if url.scheme() != "http" {
        return plain_beside(&seller, &url).await;
    }
    if is_at_hand(&url) {
        return Err(Stop::NotTested(
            "the address is on this machine, behind whatever ends HTTPS: set seller.url to the https:// address"
                .to_owned(),
        ));
    }
    let session = seller.new_session().await?;
    seller.case().must(
        false,
        &session.answer,
        "checkout is served over HTTPS only",
        || format!("{url} opens sessions over plain HTTP"),
    )
}

/// Port 80 beside an `https://` address may redirect or refuse; it must not serve a checkout.
async fn plain_beside(seller: &Seller, url: &Url) -> Outcome {
    let mut plain = url.clone();
    let port = url.port();
    if plain.set_scheme("http").is_err() {
        return Err(Stop::NotTested(format!("{url} has no plain form")));
    }
    // A port of its own speaks TLS; the plain one would be 80.
    let _ = plain.set_port(if port.is_some() { port } else { Some(80) });
    let body = serde_json::Value::Object(seller.create_body()?);
    let mut request = seller.post_request("/checkout_sessions", &body)?;
    // The key must not travel in the clear.
    request = request.with("Authorization", "Bearer certify-plain-http-probe");
    let Ok(answer) = seller.case().try_send(&plain, &request).await else {
        return Ok(());
    };
    let is_api = answer
        .json
        .as_ref()
        .is_some_and(|json| json.get("code").is_some());
    seller.case().must(
        !is_api && !answer.is_success(),
        &answer,
        "plain HTTP serves no checkout call: no connection, a redirect, or a refusal of the front",
        || format!("{}: {}", answer.status, seller.case().excerpt(&answer)),
    )
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
