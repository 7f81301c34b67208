//! `GET /media/{seller}/{product}/{position}`: a product's picture through us, so that shops and
//! their image hosts learn nothing of who looks.
//!
//! Only addresses at a seller's registered origins are fetched; anything else, and anything that
//! is no picture, becomes a drawn placeholder.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::header;
use url::Url;

use crate::{
    agent::{Agent, Seller},
    catalog,
};

/// Largest picture, in bytes.
const PICTURE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Time for one picture.
const FETCH_TIMEOUT: Duration = Duration::from_secs(4);
/// A picture runs nothing and loads nothing, whatever is inside.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Serves one picture.
pub(crate) async fn get_media(
    State(agent): State<Agent>,
    Path((seller_id, product_id, position)): Path<(String, String, usize)>,
) -> Response {
    let fetched = fetch(&agent, &seller_id, &product_id, position).await;
    let (kind, cache, body) = match fetched {
        Some((kind, body)) => (kind, "private, max-age=3600", body),
        None => (
            "image/svg+xml",
            "private, max-age=60",
            placeholder(&product_id).into_bytes(),
        ),
    };
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, cache),
            (header::CONTENT_SECURITY_POLICY, PICTURE_POLICY),
        ],
        body,
    )
        .into_response()
}

async fn fetch(
    agent: &Agent,
    seller_id: &str,
    product_id: &str,
    position: usize,
) -> Option<(&'static str, Vec<u8>)> {
    let seller = agent.parts().sellers.get(seller_id)?;
    let product = agent.product(seller_id, product_id)?;
    let url = Url::parse(catalog::pictures(&product).get(position)?).ok()?;
    if !allowed(seller, &url) {
        return None;
    }
    let mut response = agent
        .parts()
        .transport
        .client_for(&url)
        .get(url)
        .timeout(FETCH_TIMEOUT)
        .send()
        .await
        .ok()?;
    if !response.status().is_success() {
        return None;
    }
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)?
        .to_str()
        .ok()
        .and_then(picture_kind)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > PICTURE_BYTES_MAX {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some((kind, body))
}

/// Whether the address is at an origin that the registry, not the feed, names.
fn allowed(seller: &Seller, url: &Url) -> bool {
    let profile = &seller.profile;
    std::iter::once(&profile.base_url)
        .chain(&profile.media_origins)
        .filter_map(|origin| Url::parse(origin).ok())
        .any(|origin| {
            origin.origin() == url.origin() && url.username().is_empty() && url.password().is_none()
        })
}

fn picture_kind(content_type: &str) -> Option<&'static str> {
    let kind = content_type.split(';').next()?.trim();
    [
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/gif",
        "image/avif",
        "image/svg+xml",
    ]
    .into_iter()
    .find(|known| kind.eq_ignore_ascii_case(known))
}

/// A parcel in a calm colour that stays the same for the same product.
fn placeholder(product_id: &str) -> String {
    const TINTS: [(&str, &str); 6] = [
        ("#dbe7f3", "#7ea3c9"),
        ("#f4ddd3", "#cf8f78"),
        ("#dcebe3", "#84b39f"),
        ("#f7e8c6", "#cfa455"),
        ("#e5dcec", "#a08bb0"),
        ("#dbe3e5", "#8497a0"),
    ];
    let pick = product_id.bytes().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
    });
    let (ground, shape) = TINTS
        .get(pick % TINTS.len())
        .copied()
        .unwrap_or(("#dbe3e5", "#8497a0"));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 300\"><rect width=\"400\" height=\"300\" fill=\"{ground}\"/>\
         <g fill=\"none\" stroke=\"{shape}\" stroke-width=\"8\" stroke-linejoin=\"round\"><path d=\"M200 78l86 42v76l-86 42-86-42v-76z\"/>\
         <path d=\"M114 120l86 42 86-42M200 162v76M157 99l86 42\"/></g></svg>"
    )
}
