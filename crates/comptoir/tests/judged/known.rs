//! Violations of our servers that are known and not mended yet. An entry that is violated no more fails
//! the test of its lane, so that the list can only shrink.

/// Ids of checks.
pub(crate) const KNOWN_VIOLATIONS: &[&str] = &[
    // Our agent: it does not wait for Retry-After, takes ids and handlers too readily, and asks no buyer for
    // an intervention that it cannot show.
    "agent.auth.tls-refuses-12",
    "agent.errors.create-wrapped-waits",
    "agent.escalation.biometric-required-no-complete",
    "agent.idempotency.complete-in-flight-waits",
    "agent.idempotency.create-429-waits",
    "agent.idempotency.create-503-waits",
    "agent.idempotency.psp-429-waits",
    "agent.idempotency.psp-503-waits",
    "agent.idempotency.psp-in-flight-waits",
    "agent.idempotency.update-503-waits",
    "agent.lifecycle.buyer-review-no-complete",
    "agent.lifecycle.handler-brand-accepted-brand",
    "agent.lifecycle.handler-other-psp-right-psp",
    "agent.lifecycle.id-evil-no-complete",
    "agent.lifecycle.id-evil-no-token",
];
