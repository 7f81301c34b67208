//! Typed HTTP client for the Agentic Commerce Protocol; retries keep bytes and key.
//!
//! A call is first [`Prepared`]: its bytes and its idempotency key are fixed and can be stored.
//! Sending it, once or again after a crash, sends exactly those bytes with that key, because a
//! peer may compare bodies byte by byte. Only failures of transport are retried here; what an
//! answer means for money is decided by the caller.
//!
//! ```no_run
//! use comptoir_acp::id::{CheckoutSessionId, IdempotencyKey};
//! use comptoir_client::{Client, ClientConfig};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(ClientConfig::new("https://shop.example", "key".into())?)?;
//! let answer = client.get_checkout_session(&CheckoutSessionId::parse("cs_1")?).await?;
//! println!("{}", answer.value.status);
//! client.cancel_checkout_session(
//!     &CheckoutSessionId::parse("cs_1")?,
//!     &Default::default(),
//!     IdempotencyKey::parse("cancel-1")?,
//! ).await?;
//! # Ok(()) }
//! ```

mod client;
mod config;
mod endpoints;
mod error;
mod peer_error;
mod prepared;
mod response;
mod transport;

pub use client::Client;
pub use config::{ClientConfig, ConfigError};
pub use error::{ClientError, RawBody};
pub use prepared::{Method, PrepareError, Prepared, RecordError};
pub use response::Response;
pub use transport::{Transport, is_this_machine};
