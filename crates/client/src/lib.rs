//! Typed HTTP client for every ACP endpoint; retries keep bytes and key.
