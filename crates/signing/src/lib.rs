//! Canonical JSON, fingerprints, request and webhook signatures, envelope encryption.
