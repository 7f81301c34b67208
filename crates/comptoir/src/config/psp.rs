//! `comptoir psp serve --config psp.toml`.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Caller, Key};

/// A PSP: vault, delegated payment tokens, charges.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PspFile {
    /// Address to listen on; port 0 takes a free one.
    pub(crate) listen: String,
    /// The database file; created when it is missing.
    pub(crate) database: PathBuf,
    /// The key-encrypting key of the vault: 64 hexadecimal digits.
    pub(crate) vault_key: Key,
    /// Agents that may delegate payments.
    pub(crate) agents: Vec<AgentOfPsp>,
    /// Merchants that may charge.
    pub(crate) merchants: Vec<MerchantOfPsp>,
    /// Key for reading the simulated issuer's ledger; the endpoint is off when absent.
    pub(crate) issuer_ledger_key: Option<Key>,
}

/// An agent at the PSP.
pub(crate) type AgentOfPsp = Caller;

/// A merchant at the PSP.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MerchantOfPsp {
    pub(crate) merchant_id: String,
    pub(crate) name: String,
    pub(crate) key: Key,
}
