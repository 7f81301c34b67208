//! What all servers share: accept loop, strict JSON, versions, auth, idempotency, errors.
