//! The demo's configuration: the same structures that the servers read from files.

use std::path::{Path, PathBuf};

use comptoir_signing::environment::Environment;
use serde_json::{Value, json};

use super::{
    catalogue::Catalogue,
    keys::{Keys, ShopKeys},
};
use crate::config::{
    AgentFile, Caller, CatalogueFile, Key, LimitsOfPsp, MerchantFile, MerchantOfPsp, PspFile,
    PspOfAgent, PspOfSeller, SellerFile, SellerOfAgent, WebhookFile,
};

/// The agent's name towards shops, and so the name of its webhook at each of them.
pub(crate) const AGENT: &str = "demo-agent";

/// Addresses of the five servers, known before any of them is configured.
pub(crate) struct Urls {
    pub(crate) agent: String,
    pub(crate) shops: Vec<String>,
    pub(crate) psp: String,
}

pub(crate) fn merchant_id(shop: &str) -> String {
    format!("merchant_{shop}")
}

fn caller(id: &str, key: &str) -> Caller {
    Caller {
        id: id.to_owned(),
        key: Key::given(key),
    }
}

pub(crate) fn psp(data: &Path, keys: &Keys, catalogues: &[Catalogue]) -> PspFile {
    let merchants = catalogues
        .iter()
        .zip(&keys.shops)
        .map(|(catalogue, keys)| MerchantOfPsp {
            merchant_id: merchant_id(&keys.shop),
            name: catalogue.shop.name.clone(),
            key: Key::given(&keys.psp),
        });
    PspFile {
        limits: LimitsOfPsp::default(),
        listen: String::new(),
        database: data.join("psp.db"),
        vault_key: Key::given(&keys.vault),
        agents: vec![caller(AGENT, &keys.agent_at_psp)],
        merchants: merchants.collect(),
        issuer_ledger_key: Some(Key::given(&keys.issuer_ledger)),
    }
}

pub(crate) fn seller(
    data: &Path,
    keys: &ShopKeys,
    catalogue: &Catalogue,
    urls: &Urls,
    feed: PathBuf,
) -> SellerFile {
    let shop = &catalogue.shop;
    let region = match &shop.state {
        Some(state) => format!("{}-{state}", shop.country),
        None => shop.country.clone(),
    };
    SellerFile {
        listen: String::new(),
        database: data.join(format!("{}.db", shop.id)),
        public_url: None,
        merchant: MerchantFile {
            name: shop.name.clone(),
            currency: shop.currency.clone(),
            region,
            support_email: format!("help@{}.example", shop.id),
            terms_url: None,
            privacy_url: None,
            returns_url: None,
        },
        catalogue: Some(CatalogueFile {
            file: feed,
            stock: 100,
        }),
        agents: vec![caller(AGENT, &keys.agent)],
        operators: vec![caller("demo-operator", &keys.operator)],
        psp: PspOfSeller {
            base_url: urls.psp.clone(),
            merchant_id: merchant_id(&shop.id),
            key: Key::given(&keys.psp),
        },
        webhooks: vec![WebhookFile {
            id: AGENT.to_owned(),
            url: format!("{}/agentic_checkout/webhooks/order_events", urls.agent),
            secret: Key::given(&keys.webhook),
            allow_loopback: true,
        }],
        charge_lease_s: comptoir_seller::CHARGE_LEASE_S,
        shipping: None,
        tax: None,
    }
}

pub(crate) fn agent(data: &Path, keys: &Keys, catalogues: &[&Catalogue], urls: &Urls) -> AgentFile {
    let sellers =
        catalogues
            .iter()
            .zip(&keys.shops)
            .zip(&urls.shops)
            .map(|((catalogue, keys), url)| SellerOfAgent {
                id: catalogue.shop.id.clone(),
                name: catalogue.shop.name.clone(),
                base_url: url.clone(),
                key: Key::given(&keys.agent),
                webhook_secret: Key::given(&keys.webhook),
                feed_key: Key::given(&keys.feed),
            });
    AgentFile {
        listen: String::new(),
        database: data.join("agent.db"),
        index: data.join("index"),
        public_url: None,
        consent_key: Key::given(&keys.consent),
        psp: PspOfAgent {
            base_url: urls.psp.clone(),
            key: Key::given(&keys.agent_at_psp),
            simulated: true,
        },
        sellers: sellers.collect(),
    }
}

/// Writes a shop's catalogue as an ACP feed: `metadata.json` and `products.jsonl`.
pub(crate) fn write_feed(folder: &Path, catalogue: &Catalogue) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let metadata: Value = json!({
        "id": format!("feed_{}", catalogue.shop.id),
        "target_country": catalogue.shop.country,
        "updated_at": Environment::system().now().to_string(),
    });
    std::fs::write(folder.join("metadata.json"), serde_json::to_vec(&metadata)?)?;
    let mut lines = Vec::new();
    for product in &catalogue.products {
        serde_json::to_writer(&mut lines, product)?;
        lines.push(b'\n');
    }
    std::fs::write(folder.join("products.jsonl"), lines)?;
    Ok(folder.to_owned())
}
