//! Agents that are wrong about 3-D Secure, attribution and capabilities.

use comptoir_certify::SpecVersion;

use super::agent::{AgentFault, naive};

pub(super) const FAULTS: &[AgentFault] = &[
    naive(
        "any-callback",
        "takes any posted result for the issuer's",
        &["agent.escalation.3ds-forged-forged-callback"],
    ),
    naive(
        "attribution-personal",
        "puts the buyer's address into the attribution",
        &[
            "agent.leaks.honest-attribution-private",
            "agent.leaks.honest-attribution-no-contact",
        ],
    ),
    naive(
        "attribution-touch",
        "names the last touch when the session is opened",
        &["agent.lifecycle.honest-attribution-first"],
    ),
    naive(
        "capabilities-device",
        "puts a fingerprint of the device into its capabilities",
        &[
            "agent.lifecycle.honest-create-shape",
            "agent.leaks.honest-capabilities-private",
        ],
    ),
    naive(
        "capabilities-required",
        "requires interventions, which is the seller's to say",
        &["agent.lifecycle.honest-capabilities-own"],
    ),
    naive(
        "country-name",
        "writes countries with three letters",
        &[
            "agent.escalation.3ds-shape",
            "agent.escalation.3ds-address",
            "agent.lifecycle.honest-delegate-shape",
        ],
    ),
    naive(
        "expired-reused",
        "goes on with an authentication that expired",
        &["agent.escalation.3ds-expired-new-session"],
    ),
    naive(
        "fingerprint-always-y",
        "says that the fingerprint was taken, always",
        &[
            "agent.escalation.3ds-pending-pending",
            "agent.escalation.3ds-silent-fingerprint-timeout",
        ],
    ),
    naive(
        "ignores-3ds",
        "completes without the authentication that is asked for",
        &[
            "agent.escalation.3ds-no-blind-complete",
            "agent.escalation.3ds-pending-no-blind-complete",
            "agent.escalation.3ds-silent-no-blind-complete",
            "agent.escalation.saved-card-3ds-saved-card-3ds",
        ],
    ),
    naive(
        "impatient-fingerprint",
        "does not wait for the fingerprint",
        &[
            "agent.escalation.3ds-silent-fingerprint-timeout",
            "agent.escalation.3ds-fingerprint-done",
        ],
    ),
    naive(
        "no-acquirer",
        "leaves the acquirer's details out",
        &["agent.escalation.3ds-attempts"],
    ),
    naive(
        "no-capabilities",
        "opens sessions without capabilities",
        &[
            "agent.lifecycle.honest-capabilities-sent",
            "agent.lifecycle.honest-capabilities-minimum",
            "agent.lifecycle.honest-create-shape",
        ],
    ),
    naive(
        "no-challenge",
        "skips the issuer's challenge",
        &[
            "agent.escalation.3ds-challenge-challenge",
            "agent.escalation.3ds-challenge-challenge-result",
        ],
    ),
    naive(
        "no-channel",
        "authenticates without the channel",
        &[
            "agent.escalation.3ds-language",
            "agent.escalation.3ds-channel",
        ],
    ),
    naive(
        "no-fingerprint",
        "skips the fingerprint",
        &[
            "agent.escalation.3ds-fingerprint-first",
            "agent.escalation.3ds-fingerprint-done",
        ],
    ),
    naive(
        "no-retrieve",
        "does not read the result of the authentication",
        &[
            "agent.escalation.3ds-attempted-retrieves",
            "agent.escalation.3ds-not-authenticated-retrieves",
            "agent.escalation.3ds-pending-reported",
        ],
    ),
    naive(
        "padded-creq",
        "pads the challenge's base64",
        &["agent.escalation.3ds-challenge-creq"],
    ),
    naive(
        "pays-after-denial",
        "pays after the card was not authenticated",
        &[
            "agent.escalation.3ds-rejected-no-payment",
            "agent.escalation.3ds-not-authenticated-reported",
            "agent.escalation.3ds-not-authenticated-no-payment",
        ],
    ),
    naive(
        "signs-other-bytes",
        "signs other bytes than it sends",
        &[
            "agent.escalation.3ds-signature-verifies",
            "agent.signatures.honest-signature-verifies",
            "agent.signatures.honest-psp-signature-verifies",
        ],
    ),
    naive(
        "transaction-of-server",
        "passes the 3DS server's transaction on for the directory server's",
        &["agent.escalation.3ds-details"],
    ),
    naive(
        "no-signature",
        "does not sign its calls",
        &[
            "agent.escalation.3ds-signature",
            "agent.escalation.3ds-signature-verifies",
            "agent.signatures.honest-signed",
        ],
    ),
    naive(
        "attribution-on-update",
        "sends attribution with an update",
        &[
            "agent.lifecycle.honest-attribution-calls",
            "agent.lifecycle.honest-update-shape",
        ],
    ),
    naive(
        "attribution-first-again",
        "names the first touch when it completes",
        &["agent.lifecycle.honest-attribution-last"],
    ),
    naive(
        "attribution-prose",
        "names its affiliate network in prose",
        &["agent.lifecycle.honest-attribution-provider"],
    ),
    naive(
        "attribution-tokenless",
        "sends attribution without the network's token",
        &[
            "agent.lifecycle.honest-attribution-token",
            "agent.lifecycle.honest-create-shape",
        ],
    ),
    naive(
        "attribution-source",
        "tells where its buyer came from",
        &["agent.lifecycle.honest-attribution-source"],
    ),
    naive(
        "attribution-source-kind",
        "sends an address of the source with another type",
        &[
            "agent.lifecycle.honest-attribution-source-url",
            "agent.lifecycle.honest-attribution-source",
        ],
    ),
    naive(
        "attribution-user-id",
        "puts an id of its user into the attribution",
        &["agent.leaks.honest-attribution-no-ids"],
    ),
    AgentFault {
        version: SpecVersion::V2025_09_29,
        ..naive(
            "attribution-too-old",
            "sends attribution to a version that cannot take it",
            &[
                "agent.lifecycle.honest-no-attribution",
                "agent.lifecycle.honest-create-shape",
            ],
        )
    },
    naive(
        "capabilities-specific",
        "names an intervention so that its device can be told",
        &[
            "agent.lifecycle.honest-create-shape",
            "agent.lifecycle.honest-capabilities-plain",
        ],
    ),
    naive(
        "3ds-month",
        "writes the month of the authenticated card with one digit",
        &["agent.escalation.3ds-expiry"],
    ),
    naive(
        "3ds-year",
        "writes the year of the authenticated card with two digits",
        &["agent.escalation.3ds-expiry"],
    ),
    naive(
        "3ds-nothing",
        "authenticates an amount of nothing",
        &["agent.escalation.3ds-amount"],
    ),
    naive(
        "3ds-currency",
        "writes the currency of an authentication in lower case",
        &["agent.escalation.3ds-shape", "agent.escalation.3ds-amount"],
    ),
    naive(
        "mcp-no-payload",
        "leaves the payload out of tool calls",
        &[
            "agent.lifecycle.mcp-payload",
            "agent.lifecycle.mcp-capabilities",
        ],
    ),
    naive(
        "mcp-no-capabilities",
        "negotiates no capabilities over MCP",
        &[
            "agent.lifecycle.mcp-payload-shape",
            "agent.lifecycle.mcp-capabilities",
        ],
    ),
    naive(
        "3ds-no-bearer",
        "authenticates without bearer key",
        &["agent.escalation.3ds-bearer"],
    ),
    naive(
        "3ds-no-version",
        "authenticates without version",
        &["agent.escalation.3ds-api-version"],
    ),
    naive(
        "3ds-no-key",
        "authenticates without idempotency key",
        &["agent.escalation.3ds-key"],
    ),
    naive(
        "3ds-key-on-read",
        "sends an idempotency key with the reading of a result",
        &["agent.escalation.3ds-read-plain"],
    ),
    naive(
        "3ds-no-request-id",
        "authenticates without Request-Id",
        &["agent.escalation.3ds-request-id"],
    ),
    naive(
        "3ds-text",
        "sends authentications as text/plain",
        &["agent.escalation.3ds-content-type"],
    ),
    AgentFault {
        version: SpecVersion::V2025_12_12,
        ..naive(
            "seller-version-other",
            "names another version than the one it is said to speak",
            &[
                "agent.versions.honest-api-version-judged",
                "agent.lifecycle.honest-no-attribution",
            ],
        )
    },
    naive(
        "token-skipped",
        "pays by the seller's means without a token",
        &[
            "agent.lifecycle.gift-card-delegated",
            "agent.lifecycle.saved-card-delegated",
            "agent.escalation.saved-card-3ds-saved-card-3ds",
        ],
    ),
    naive(
        "fingerprint-bare",
        "leaves the notification address out of the fingerprint",
        &[
            "agent.escalation.3ds-fingerprint-payload",
            "agent.escalation.3ds-fingerprint-done",
        ],
    ),
    AgentFault {
        version: SpecVersion::V2025_12_12,
        ..naive(
            "keyless",
            "sends no idempotency keys",
            &[
                "agent.idempotency.honest-create-key-wanted",
                "agent.idempotency.honest-complete-key-wanted",
                "agent.lifecycle.honest-attribution-key",
            ],
        )
    },
];
