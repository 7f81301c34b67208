//! Wire types of the Agentic Commerce Protocol: versions, money, currency, ids, errors.
//!
//! The types follow the JSON schemas of each dated version exactly: closed objects refuse unknown
//! fields, closed enums refuse unknown values, and what the specification calls extensible
//! round-trips unchanged. Nothing here does I/O, reads a clock or draws random numbers.
//!
//! ```
//! use comptoir_acp::{currency::Currency, money::Money, version::ApiVersion};
//!
//! let price = Money::parse_decimal("12.50", Currency::from_code("EUR")?)?;
//! assert_eq!(price.amount.get(), 1250);
//! assert!(ApiVersion::LATEST.rules().idempotency_key_required);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[macro_use]
mod macros;

pub mod card;
mod checks;
pub mod currency;
pub mod error;
pub mod id;
pub mod money;
pub mod open;
pub mod patch;
pub mod quantity;
pub mod rules;
pub mod secret;
pub mod text;
pub mod v2026_04_17;
pub mod version;

/// The newest released version.
pub use v2026_04_17 as latest;
pub use version::ApiVersion;
