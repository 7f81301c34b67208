//! The files of a street with one shop and one PSP, in a folder of its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

/// Keys of this street. They open nothing outside a test.
/// Key of the agent at seller and PSP.
pub const AGENT_KEY: &str = "street-agent-key-aaaaaaaaaaaaaaaa";
/// Key of the seller's operator.
pub const OPERATOR_KEY: &str = "street-operator-key-bbbbbbbbbbbb";
/// Key of the seller at the PSP.
pub const MERCHANT_KEY: &str = "street-merchant-key-cccccccccccc";
pub(crate) const LEDGER_KEY: &str = "street-ledger-key-dddddddddddddd";
/// Key with which the seller pushes its feed to the agent.
pub const FEED_KEY: &str = "street-feed-key-eeeeeeeeeeeeeeee";
/// Secret of the seller's webhooks to the agent.
pub const WEBHOOK_SECRET: &str = "street-webhook-secret-ffffffffff";
/// Further agents at the PSP, for tests that send more than one agent may.
pub const MORE_AGENT_KEYS: [&str; 8] = [
    "street-agent-key-1aaaaaaaaaaaaaa",
    "street-agent-key-2aaaaaaaaaaaaaa",
    "street-agent-key-3aaaaaaaaaaaaaa",
    "street-agent-key-4aaaaaaaaaaaaaa",
    "street-agent-key-5aaaaaaaaaaaaaa",
    "street-agent-key-6aaaaaaaaaaaaaa",
    "street-agent-key-7aaaaaaaaaaaaaa",
    "street-agent-key-8aaaaaaaaaaaaaa",
];
pub(crate) const MERCHANT_ID: &str = "merchant_street";
/// Units of the one counted item.
pub(crate) const STOCK: i64 = 1_000;

pub(crate) const VAULT_KEY: &str =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// What the street's shop sells.
#[derive(Clone)]
pub(crate) struct Wares {
    pub(crate) catalogue: PathBuf,
    pub(crate) item: String,
    /// ISO 4217, upper case.
    pub(crate) currency: String,
}

/// Writes the catalogue of one item.
pub(crate) fn write_cups(folder: &Path) -> Result<Wares> {
    let product = r#"{"id":"cup","title":"Cup","variants":[{"id":"cup-1","title":"Cup, white","price":{"amount":1850,"currency":"EUR"},"availability":{"available":true,"status":"in_stock"}}]}"#;
    let catalogue = folder.join("products.jsonl");
    fs::write(&catalogue, format!("{product}\n"))?;
    Ok(Wares {
        catalogue,
        item: "cup-1".to_owned(),
        currency: "EUR".to_owned(),
    })
}

/// Writes the PSP's configuration.
pub(crate) fn write_psp(folder: &Path) -> Result<()> {
    let agents: Vec<String> = [AGENT_KEY]
        .iter()
        .chain(&MORE_AGENT_KEYS)
        .enumerate()
        .map(|(place, key)| format!("[[agents]]\nid = \"agent_{place}\"\nkey = \"{key}\"\n"))
        .collect();
    let agents = agents.concat();
    fs::write(
        folder.join("psp.toml"),
        format!(
            "listen = \"127.0.0.1:0\"\n\
             database = \"{folder}/psp.db\"\n\
             vault_key = {{ key = \"{VAULT_KEY}\" }}\n\
             issuer_ledger_key = {{ key = \"{LEDGER_KEY}\" }}\n\
             {agents}\
             [[merchants]]\nmerchant_id = \"{MERCHANT_ID}\"\nname = \"Street Shop\"\nkey = {{ key = \"{MERCHANT_KEY}\" }}\n",
            folder = folder.display()
        ),
    )?;
    Ok(())
}

/// Writes the agent's configuration, which names the others' addresses.
pub(crate) fn write_agent(folder: &Path, seller_url: &str, psp_url: &str) -> Result<()> {
    fs::write(
        folder.join("agent.toml"),
        format!(
            "listen = \"127.0.0.1:0\"\n\
             database = \"{folder}/agent.db\"\n\
             index = \"{folder}/index\"\n\
             consent_key = {{ key = \"{VAULT_KEY}\" }}\n\
             [psp]\nbase_url = \"{psp_url}\"\nkey = {{ key = \"{AGENT_KEY}\" }}\nsimulated = true\n\
             [[sellers]]\nid = \"street\"\nname = \"Street Shop\"\nbase_url = \"{seller_url}\"\n\
             key = {{ key = \"{AGENT_KEY}\" }}\nwebhook_secret = {{ key = \"{WEBHOOK_SECRET}\" }}\n\
             feed_key = {{ key = \"{FEED_KEY}\" }}\n",
            folder = folder.display(),
        ),
    )?;
    Ok(())
}

/// Writes the seller's configuration, which names the PSP's address.
pub(crate) fn write_seller(folder: &Path, psp_url: &str, wares: &Wares) -> Result<()> {
    fs::write(
        folder.join("seller.toml"),
        format!(
            "listen = \"127.0.0.1:0\"\n\
             database = \"{folder}/seller.db\"\n\
             charge_lease_s = 1\n\
             [merchant]\nname = \"Street Shop\"\ncurrency = \"{currency}\"\nregion = \"FR\"\nsupport_email = \"help@example.com\"\n\
             [catalogue]\nfile = \"{catalogue}\"\nstock = {STOCK}\n\
             [psp]\nbase_url = \"{psp_url}\"\nmerchant_id = \"{MERCHANT_ID}\"\nkey = {{ key = \"{MERCHANT_KEY}\" }}\n\
             [[agents]]\nid = \"agent\"\nkey = \"{AGENT_KEY}\"\n\
             [[operators]]\nid = \"operator\"\nkey = \"{OPERATOR_KEY}\"\n",
            folder = folder.display(),
            catalogue = wares.catalogue.display(),
            currency = wares.currency,
        ),
    )?;
    Ok(())
}
