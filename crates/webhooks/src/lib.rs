//! Outbox delivery, guarded sender, receiver verification.
