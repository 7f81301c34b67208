//! Kill drivers and invariant checkers for tests of the real servers.
//!
//! Everything here talks to real processes over loopback sockets, as any agent would, and judges by
//! what they answer: nothing is read from their databases.
//!
//! ```no_run
//! use comptoir_faults::{Street, checks};
//!
//! let street = Street::open("target/debug/comptoir".as_ref())?;
//! let session = street.ready_session("k-1")?;
//! let token = street.token(&session)?;
//! street.complete(&session, &token, "k-2")?;
//! checks::exactly_one_purchase(&street, &session)?;
//! # anyhow::Ok(())
//! ```

mod buyer;
pub mod checks;
mod files;
mod judged;
mod process;
mod street;

pub use buyer::{Answer, CARD_APPROVED, Session};
pub use files::{AGENT_KEY, FEED_KEY, MERCHANT_KEY, MORE_AGENT_KEYS, OPERATOR_KEY, WEBHOOK_SECRET};
pub use judged::Judged;
pub use process::Server;
pub use street::Street;
