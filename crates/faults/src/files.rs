//! The files of a street with one shop and one PSP, in a folder of its own.

use std::{fs, path::Path};

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

/// Writes the catalogue of one item and the PSP's configuration.
pub(crate) fn write_psp(folder: &Path) -> Result<()> {
    let product = r#"{"id":"cup","title":"Cup","variants":[{"id":"cup-1","title":"Cup, white","price":{"amount":1850,"currency":"EUR"},"availability":{"available":true,"status":"in_stock"}}]}"#;
    fs::write(folder.join("products.jsonl"), format!("{product}\n"))?;
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
pub(crate) fn write_seller(folder: &Path, psp_url: &str) -> Result<()> {
    fs::write(
        folder.join("seller.toml"),
        format!(
            "listen = \"127.0.0.1:0\"\n\
             database = \"{folder}/seller.db\"\n\
             charge_lease_s = 1\n\
             [merchant]\nname = \"Street Shop\"\ncurrency = \"EUR\"\nregion = \"FR\"\nsupport_email = \"help@example.com\"\n\
             [catalogue]\nfile = \"{folder}/products.jsonl\"\nstock = {STOCK}\n\
             [psp]\nbase_url = \"{psp_url}\"\nmerchant_id = \"{MERCHANT_ID}\"\nkey = {{ key = \"{MERCHANT_KEY}\" }}\n\
             [[agents]]\nid = \"agent\"\nkey = \"{AGENT_KEY}\"\n\
             [[operators]]\nid = \"operator\"\nkey = \"{OPERATOR_KEY}\"\n",
            folder = folder.display()
        ),
    )?;
    Ok(())
}
