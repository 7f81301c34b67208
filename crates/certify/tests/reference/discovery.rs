//! The discovery document.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use comptoir_certify::SpecVersion;
use serde_json::json;

use super::{
    pricing::INTERVENTIONS,
    reply::{Refusal, Reply},
    seller::Seller,
};

/// Fetches of ten seconds.
#[derive(Default)]
pub(crate) struct Fetches(Mutex<Option<(Instant, u32)>>);

impl Fetches {
    /// Most of them.
    const MAX: u32 = 400;

    fn one_more_is_too_many(&self) -> bool {
        let mut fetches = self.0.lock().unwrap();
        match &mut *fetches {
            Some((since, count)) if since.elapsed() < Duration::from_secs(10) => {
                *count += 1;
                *count > Self::MAX
            }
            other => {
                *other = Some((Instant::now(), 1));
                false
            }
        }
    }
}

pub(crate) fn document(seller: &Seller) -> Reply {
    if seller.fetches.one_more_is_too_many() {
        let refusal = Refusal::new("rate_limited", "come back later");
        return refusal.status(429).with("retry-after", "10").into();
    }
    let versions: Vec<&str> = SpecVersion::ALL
        .iter()
        .map(|version| version.as_str())
        .collect();
    let document = json!({
        "protocol": {
            "name": "acp",
            "version": SpecVersion::LATEST.as_str(),
            "supported_versions": versions,
        },
        "api_base_url": seller.base,
        "transports": ["rest", "mcp"],
        "capabilities": {
            "services": ["checkout", "orders", "carts"],
            "extensions": [{ "name": "discount" }],
            "intervention_types": INTERVENTIONS,
            "supported_currencies": ["usd"],
            "supported_locales": ["en-US"],
        },
    });
    Reply::json(200, &document).with("cache-control", "public, max-age=3600")
}
