//! Everything that proves who said what: canonical JSON and fingerprints, webhook and request
//! signatures, envelope encryption, sealed records; and time and randomness as arguments.
//!
//! ```
//! use comptoir_signing::environment::Environment;
//! use comptoir_signing::merchant_signature::{MerchantSigner, MerchantVerifier, TOLERANCE_S};
//! use comptoir_signing::secret::SecretKey;
//!
//! # fn main() -> Result<(), comptoir_signing::SignatureError> {
//! let environment = Environment::system();
//! let key = SecretKey::generate(environment.entropy.as_ref());
//! let body = br#"{"type":"order_create"}"#;
//! let header = MerchantSigner::new(key.clone()).sign(environment.now(), body);
//!
//! let verifier = MerchantVerifier::new(vec![key], TOLERANCE_S);
//! verifier.verify(&header, body, environment.now())?;
//! assert!(verifier.verify(&header, b"{}", environment.now()).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! AWS-LC is the only cryptography provider. Keys are wiped on drop and masked in `Debug`.

pub mod canonical;
pub mod envelope;
pub mod environment;
mod error;
pub mod fingerprint;
pub mod keyed;
pub mod merchant_signature;
pub mod request_signature;
pub mod seal;
pub mod secret;

pub use error::{KeyError, SignatureError};
