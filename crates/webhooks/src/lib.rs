//! Order webhooks: delivery from the outbox until acknowledged, a sender that reaches public
//! addresses only, and the receiver's verification.
//!
//! ```
//! use comptoir_signing::environment::Environment;
//! use comptoir_signing::merchant_signature::MerchantSigner;
//! use comptoir_signing::secret::SecretKey;
//! use comptoir_webhooks::address::AddressPolicy;
//! use comptoir_webhooks::subscriber::{Directory, Subscriber};
//!
//! let key = SecretKey::generate(Environment::system().entropy.as_ref());
//! let directory = Directory::default();
//! let agent = |url: &str| Subscriber::new("agent", url, MerchantSigner::new(key.clone()));
//!
//! let policy = AddressPolicy::public();
//! assert!(directory.register(agent("https://agent.example.com/webhooks"), &policy).is_ok());
//! assert!(directory.register(agent("https://169.254.169.254/latest"), &policy).is_err());
//! ```
//!
//! The seller hands a [`dispatcher::Dispatcher`] its store, directory and transport, runs it as a
//! task and wakes it after each transaction that enqueued a delivery. The agent keeps one
//! [`receiver::Receiver`] for each seller.

pub mod address;
pub mod dispatcher;
pub mod message;
pub mod receiver;
pub mod schedule;
pub mod sender;
pub mod subscriber;
pub mod verdict;

pub use dispatcher::{Dispatcher, DispatcherOptions, Waker};
pub use receiver::{Receiver, VerifiedEvent, VerifyError};
pub use sender::{GuardedSender, SenderOptions};
pub use subscriber::{Directory, Subscriber};
