//! `comptoir psp serve --config psp.toml`.

use std::{num::NonZeroU32, path::PathBuf};

use comptoir_psp::VelocityLimits;
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
    /// How often callers may do what attackers do often.
    #[serde(default)]
    pub(crate) limits: LimitsOfPsp,
}

/// Limits of calls, each at least 1; the PSP's own when absent.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitsOfPsp {
    /// Delegations by one agent in a minute.
    pub(crate) agent_per_minute: Option<NonZeroU32>,
    /// Delegations of one card in an hour, whoever calls.
    pub(crate) card_per_hour: Option<NonZeroU32>,
    /// Charges on tokens that do not exist, by one merchant in a minute.
    pub(crate) unknown_tokens_per_minute: Option<NonZeroU32>,
}

impl LimitsOfPsp {
    /// The PSP's own limits with what this file sets.
    pub(crate) fn velocity(self) -> VelocityLimits {
        let mut velocity = VelocityLimits::default();
        let limits = [
            (self.agent_per_minute, &mut velocity.delegations_per_agent),
            (self.card_per_hour, &mut velocity.delegations_per_card),
            (
                self.unknown_tokens_per_minute,
                &mut velocity.unknown_tokens_per_merchant,
            ),
        ];
        for (set, limit) in limits {
            if let Some(set) = set {
                limit.events_max = set.get();
            }
        }
        velocity
    }
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
