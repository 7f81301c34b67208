//! Agents that pay carelessly.

use comptoir_certify::SpecVersion;

use super::agent::{AgentFault, naive};

pub(super) const FAULTS: &[AgentFault] = &[
    naive(
        "amount-float",
        "writes max_amount as a fraction of the major unit",
        &[
            "agent.arithmetic.honest-amounts-whole",
            "agent.lifecycle.honest-token-exact",
            "agent.arithmetic.honest-no-floats",
        ],
    ),
    naive(
        "any-brand",
        "sends a card of a brand that is not taken",
        &["agent.lifecycle.handler-brand-accepted-brand"],
    ),
    naive(
        "any-handler",
        "pays by the first handler, known or not",
        &[
            "agent.lifecycle.handler-only-unknown-no-complete",
            "agent.lifecycle.handler-only-unknown-no-token",
        ],
    ),
    naive(
        "any-psp",
        "asks its provider for tokens of another provider's handler",
        &["agent.lifecycle.handler-other-psp-right-psp"],
    ),
    naive(
        "card-to-seller",
        "sends card number and security code to the seller",
        &[
            "agent.leaks.honest-no-card-at-seller",
            "agent.lifecycle.honest-complete-shape",
        ],
    ),
    naive(
        "completes-twice",
        "completes once more, with another key, whatever the answer",
        &[
            "agent.idempotency.complete-cut-pays-once",
            "agent.idempotency.complete-cut-midway-pays-once",
            "agent.idempotency.complete-cut-before-pays-once",
        ],
    ),
    naive(
        "currency-capitals",
        "writes the token's currency in capitals",
        &[
            "agent.lifecycle.honest-delegate-shape",
            "agent.lifecycle.honest-token-currency",
            "agent.arithmetic.honest-currency-lower",
        ],
    ),
    naive(
        "follows-redirects",
        "follows redirects to other hosts",
        &[
            "agent.idempotency.complete-redirect-nothing-elsewhere",
            "agent.leaks.psp-redirect-nothing-elsewhere",
            "agent.leaks.create-redirect-nothing-elsewhere",
        ],
    ),
    naive(
        "gives-up-in-flight",
        "gives up when its call is still at work",
        &[
            "agent.idempotency.complete-in-flight-retries",
            "agent.idempotency.psp-in-flight-retries",
        ],
    ),
    naive(
        "hammers",
        "repeats calls without waiting",
        &[
            "agent.idempotency.complete-503-waits",
            "agent.idempotency.create-429-waits",
            "agent.idempotency.complete-in-flight-waits",
        ],
    ),
    naive(
        "handler-unnamed",
        "does not name the handler when it asks for a token",
        &["agent.lifecycle.honest-handler-in-metadata"],
    ),
    naive(
        "last4-wrong",
        "names other last digits than the card's",
        &["agent.lifecycle.honest-last4"],
    ),
    naive(
        "lost-and-silent",
        "does not find out what became of a payment whose answer got lost",
        &[
            "agent.idempotency.complete-cut-finds-out",
            "agent.idempotency.complete-cut-midway-finds-out",
            "agent.idempotency.complete-cut-before-finds-out",
        ],
    ),
    naive(
        "lost-new-key",
        "pays again with a new key when the answer got lost",
        &[
            "agent.idempotency.complete-cut-pays-once",
            "agent.idempotency.complete-cut-midway-pays-once",
            "agent.idempotency.complete-cut-before-pays-once",
        ],
    ),
    naive(
        "lost-new-token",
        "asks for a second token when the answer got lost",
        &[
            "agent.idempotency.complete-cut-no-second-token",
            "agent.idempotency.complete-cut-midway-no-second-token",
            "agent.idempotency.complete-cut-before-no-second-token",
        ],
    ),
    naive(
        "merchant-fixed",
        "asks for tokens of a merchant that it knows by heart",
        &[
            "agent.lifecycle.merchant-missing-no-complete",
            "agent.lifecycle.merchant-missing-no-token",
            "agent.lifecycle.honest-token-merchant",
        ],
    ),
    naive(
        "month-one-digit",
        "writes the card's month with one digit",
        &["agent.lifecycle.honest-exp-month"],
    ),
    AgentFault {
        version: SpecVersion::V2026_01_30,
        ..naive(
            "no-risk-signals",
            "sends no risk signal",
            &[
                "agent.lifecycle.honest-delegate-shape",
                "agent.lifecycle.honest-risk-signal",
            ],
        )
    },
    AgentFault {
        version: SpecVersion::V2025_12_12,
        ..naive(
            "provider-fixed",
            "names a provider that it knows by heart",
            &[
                "agent.lifecycle.honest-complete-shape",
                "agent.lifecycle.honest-handler-known",
            ],
        )
    },
    naive(
        "repeats-conflict",
        "repeats a call that is in conflict",
        &[
            "agent.idempotency.complete-conflict-no-repetition",
            "agent.idempotency.complete-conflict-409-no-repetition",
            "agent.idempotency.psp-conflict-no-repetition",
        ],
    ),
    naive(
        "repeats-refused",
        "repeats refused calls as they were",
        &[
            "agent.errors.update-wrapped-no-repetition",
            "agent.errors.psp-refuses-no-repetition",
            "agent.errors.create-400-no-repetition",
        ],
    ),
    naive(
        "retries-new-key",
        "repeats calls with a new key",
        &[
            "agent.idempotency.psp-503-same-key",
            "agent.idempotency.create-503-same-key",
            "agent.errors.create-cut-same-key",
        ],
    ),
    naive(
        "token-changed",
        "pays with another token than it was given",
        &["agent.lifecycle.honest-token-submitted"],
    ),
    naive(
        "token-for-years",
        "asks for tokens that live for years",
        &["agent.lifecycle.honest-token-expires"],
    ),
    naive(
        "token-generous",
        "asks for tokens of twice the total",
        &["agent.lifecycle.honest-token-exact"],
    ),
    naive(
        "token-made-up",
        "makes up a token when the provider gives none",
        &[
            "agent.errors.psp-refuses-no-complete",
            "agent.errors.psp-html-no-complete",
            "agent.errors.psp-no-id-no-complete",
        ],
    ),
    naive(
        "cvc-short",
        "sends a security code of two digits",
        &["agent.lifecycle.honest-cvc"],
    ),
    naive(
        "year-short",
        "writes the card's year with two digits",
        &["agent.lifecycle.honest-exp-year"],
    ),
    naive(
        "iin-wrong",
        "names other first digits than the card's",
        &["agent.lifecycle.honest-iin"],
    ),
    AgentFault {
        version: SpecVersion::V2026_01_30,
        ..naive(
            "iin-long",
            "names eight first digits where six are allowed",
            &[
                "agent.lifecycle.honest-delegate-shape",
                "agent.lifecycle.honest-iin",
            ],
        )
    },
    naive(
        "session-wrong",
        "asks for a token of another session",
        &["agent.lifecycle.honest-token-session"],
    ),
    naive(
        "state-name",
        "writes a state's name instead of its code",
        &["agent.lifecycle.honest-billing-state"],
    ),
    naive(
        "virtual-unsaid",
        "does not say whether the card is virtual",
        &["agent.lifecycle.honest-virtual"],
    ),
    naive(
        "risk-signals-missing",
        "leaves risk_signals out",
        &[
            "agent.lifecycle.honest-delegate-shape",
            "agent.lifecycle.honest-risk-signals",
            "agent.lifecycle.honest-risk-signal",
        ],
    ),
    naive(
        "instrument-other-handler",
        "names another handler in the instrument",
        &["agent.lifecycle.honest-instrument-handler"],
    ),
    naive(
        "instrument-id-odd",
        "gives the instrument an id with blanks",
        &["agent.lifecycle.honest-instrument-id"],
    ),
    naive(
        "instrument-kind",
        "names a kind of instrument that the handler does not have",
        &["agent.lifecycle.honest-instrument-type"],
    ),
    naive(
        "agentic-token-short",
        "sends an agentic token of three characters",
        &[
            "agent.lifecycle.honest-instrument-credential",
            "agent.lifecycle.honest-token-submitted",
        ],
    ),
];
