//! The facade library and the binary: demo, seller, psp, agent, feed, orders, db, doctor.
//!
//! Only this crate reads configuration files and the environment, and chooses engines and adapters.
//! The parties themselves are libraries: re-exported here for programs that embed them.
//!
//! ```
//! use comptoir::{acp::money::Money, acp::currency::Currency};
//!
//! let price = Money::parse_decimal("84.20", Currency::from_code("eur")?)?;
//! assert_eq!(price.display(), "84.20 EUR");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod cli;
mod config;
mod demo;
pub mod log;
mod servers;

pub use comptoir_acp as acp;
pub use comptoir_agent as agent;
pub use comptoir_backends as backends;
pub use comptoir_client as client;
pub use comptoir_commerce as commerce;
pub use comptoir_feed as feed;
pub use comptoir_http as http;
pub use comptoir_processors as processors;
pub use comptoir_psp as psp;
pub use comptoir_search as search;
pub use comptoir_seller as seller;
pub use comptoir_signing as signing;
pub use comptoir_store as store;
pub use comptoir_webhooks as webhooks;
