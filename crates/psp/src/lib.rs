//! A payment service provider for agentic commerce: vault, `delegate_payment`, token ledger, charges,
//! refunds and a simulated issuer.
//!
//! An agent delegates a card for one payment and gets a token that is limited to an amount, a
//! currency, a merchant, a checkout session and a time. The merchant charges the token. Neither the
//! merchant nor anybody who reads the database sees the card.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use comptoir_psp::{Psp, PspConfig};
//! use comptoir_signing::{envelope::KeyRing, environment::Environment, secret::SecretKey};
//! use comptoir_store::Store;
//!
//! let environment = Environment::system();
//! let keyring = KeyRing::new(1, BTreeMap::from([(1, environment.random())]));
//! let fingerprint_key = SecretKey::generate(environment.entropy.as_ref());
//! let config = PspConfig::simulated(Store::in_memory()?, environment, keyring, fingerprint_key, None);
//! let router = Psp::new(config)?.router();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Charging twice is impossible
//!
//! A charge has the identity that the merchant gives it (`charge_key`), unique in the store. Before
//! the issuer is asked, the charge is stored as pending and its token reserved; afterwards only
//! look-ups by key decide what happened. See `src/charging.rs`.
//!
//! # Test cards
//!
//! The simulated issuer's cards are listed in [`issuer::test_cards`].

mod blinded;
pub mod card;
mod charge;
mod charging;
mod config;
mod delegation;
mod endpoints;
pub mod issuer;
mod psp;
mod refund;
mod refunding;
mod refusal;
mod row;
mod shared;
mod sweeper;
mod token;
mod vault;
mod velocity;
mod verification_codes;

pub use config::{AgentAccount, MerchantAccount, Mode, PspConfig, SimulatedLedger};
pub use psp::{Psp, PspError};
pub use sweeper::Sweep;
pub use velocity::{Limit, VelocityLimits};
