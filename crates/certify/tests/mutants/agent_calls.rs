//! Agents whose calls are wrong.

use comptoir_certify::SpecVersion;

use super::agent::{AgentFault, naive};

pub(super) const FAULTS: &[AgentFault] = &[
    naive(
        "content-type-text",
        "sends JSON as text/plain",
        &[
            "agent.lifecycle.honest-content-type",
            "agent.lifecycle.honest-psp-content-type",
        ],
    ),
    naive(
        "early-data",
        "names the buyer before it is needed",
        &["agent.leaks.honest-least-data"],
    ),
    naive(
        "key-constant",
        "sends the same idempotency key with every call",
        &[
            "agent.idempotency.honest-key-per-call",
            "agent.idempotency.honest-same-bytes",
        ],
    ),
    naive(
        "key-counter",
        "makes keys that are no UUIDs",
        &["agent.idempotency.honest-key-uuid4"],
    ),
    naive(
        "phone-national",
        "writes phone numbers without their country",
        &["agent.lifecycle.honest-phone"],
    ),
    naive(
        "prints-token",
        "prints payment tokens into its log",
        &["agent.leaks.honest-prints-no-secrets"],
    ),
    naive(
        "same-key-everywhere",
        "uses one bearer key for seller and provider",
        &["agent.auth.honest-keys-apart"],
    ),
    naive(
        "sends-nulls",
        "writes null for what it does not know",
        &[
            "agent.lifecycle.honest-update-shape",
            "agent.lifecycle.honest-no-nulls",
        ],
    ),
    naive(
        "timestamp-old",
        "dates its calls in the past",
        &[
            "agent.signatures.honest-timestamp-now",
            "agent.signatures.honest-psp-timestamp-now",
        ],
    ),
    naive(
        "no-authorization",
        "sends no bearer key",
        &[
            "agent.auth.honest-bearer",
            "agent.auth.honest-bearer-stable",
            "agent.auth.honest-psp-bearer",
        ],
    ),
    naive(
        "no-api-version",
        "names no version",
        &["agent.versions.honest-api-version"],
    ),
    naive(
        "no-accept-language",
        "does not say the buyer's language",
        &["agent.lifecycle.honest-accept-language"],
    ),
    naive(
        "no-user-agent",
        "does not say who it is",
        &["agent.lifecycle.honest-user-agent"],
    ),
    naive(
        "no-request-id",
        "gives its calls no Request-Id",
        &[
            "agent.lifecycle.honest-request-id",
            "agent.lifecycle.honest-psp-request-id",
        ],
    ),
    naive(
        "no-content-type",
        "does not say what its bodies are",
        &[
            "agent.lifecycle.honest-content-type",
            "agent.lifecycle.honest-psp-content-type",
        ],
    ),
    naive(
        "no-timestamp",
        "does not date its calls",
        &[
            "agent.signatures.honest-timestamped",
            "agent.signatures.honest-psp-timestamped",
        ],
    ),
    naive(
        "no-idempotency-key",
        "sends no idempotency keys",
        &[
            "agent.idempotency.honest-create-key",
            "agent.idempotency.honest-update-key",
            "agent.idempotency.honest-complete-key",
        ],
    ),
    naive(
        "psp-version-words",
        "names the provider's version in words",
        &["agent.versions.honest-psp-api-version"],
    ),
    AgentFault {
        version: SpecVersion::V2025_12_12,
        ..naive(
            "psp-version-other",
            "names another version to the provider than to the seller",
            &["agent.versions.honest-psp-api-version"],
        )
    },
    naive(
        "psp-signature-base64",
        "writes its signature in the wrong alphabet of base64",
        &[
            "agent.signatures.honest-psp-signature-base64url",
            "agent.signatures.honest-psp-signature-verifies",
        ],
    ),
    naive(
        "psp-path-guessed",
        "asks for tokens at another path",
        &["agent.lifecycle.honest-psp-path"],
    ),
];
