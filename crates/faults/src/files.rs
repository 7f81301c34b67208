//! The files of a street with one shop and one PSP, in a folder of its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

/// Keys of this street. They open nothing outside a test.
pub(crate) const AGENT_KEY: &str = "street-agent-key-aaaaaaaaaaaaaaaa";
pub(crate) const OPERATOR_KEY: &str = "street-operator-key-bbbbbbbbbbbb";
pub(crate) const MERCHANT_KEY: &str = "street-merchant-key-cccccccccccc";
pub(crate) const LEDGER_KEY: &str = "street-ledger-key-dddddddddddddd";
pub(crate) const MERCHANT_ID: &str = "merchant_street";
/// Units of the one counted item.
pub(crate) const STOCK: i64 = 1_000;

const VAULT_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

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
    fs::write(
        folder.join("psp.toml"),
        format!(
            "listen = \"127.0.0.1:0\"\n\
             database = \"{folder}/psp.db\"\n\
             vault_key = {{ key = \"{VAULT_KEY}\" }}\n\
             issuer_ledger_key = {{ key = \"{LEDGER_KEY}\" }}\n\
             [[agents]]\nid = \"agent\"\nkey = \"{AGENT_KEY}\"\n\
             [[merchants]]\nmerchant_id = \"{MERCHANT_ID}\"\nname = \"Street Shop\"\nkey = {{ key = \"{MERCHANT_KEY}\" }}\n",
            folder = folder.display()
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
