//! Canonical JSON, fingerprints, request and webhook signatures, envelope encryption.

pub mod environment;
pub mod keyed;
pub mod secret;
