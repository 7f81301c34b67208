//! Agents that do not look at what the seller answers.

use super::agent::{AgentFault, naive};

pub(super) const FAULTS: &[AgentFault] = &[
    naive(
        "agrees-for-buyer",
        "agrees in the buyer's place",
        &["agent.lifecycle.buyer-review-no-complete"],
    ),
    naive(
        "any-address",
        "does not look where the parcel goes",
        &[
            "agent.lifecycle.address-changed-no-complete",
            "agent.lifecycle.address-changed-no-token",
        ],
    ),
    naive(
        "any-currency",
        "does not look at the currency",
        &[
            "agent.arithmetic.currency-other-no-complete",
            "agent.arithmetic.currency-later-no-complete",
            "agent.arithmetic.currency-missing-no-complete",
        ],
    ),
    naive(
        "any-id",
        "does not look at the session's id",
        &[
            "agent.lifecycle.id-changes-no-complete",
            "agent.lifecycle.id-changes-no-token",
        ],
    ),
    naive(
        "any-intervention",
        "does not look at the interventions that are required",
        &[
            "agent.escalation.biometric-required-no-complete",
            "agent.escalation.biometric-required-early",
        ],
    ),
    naive(
        "any-item",
        "does not look which item is sold",
        &[
            "agent.arithmetic.item-replaced-no-complete",
            "agent.arithmetic.item-replaced-late-no-complete",
            "agent.arithmetic.item-replaced-no-token",
        ],
    ),
    naive(
        "any-lines",
        "does not look at further lines",
        &[
            "agent.arithmetic.extra-line-no-complete",
            "agent.arithmetic.extra-line-late-no-complete",
            "agent.arithmetic.extra-line-free-no-complete",
        ],
    ),
    naive(
        "any-quantity",
        "does not look at the pieces",
        &[
            "agent.arithmetic.quantity-raised-no-complete",
            "agent.arithmetic.quantity-raised-late-no-complete",
            "agent.arithmetic.quantity-raised-no-token",
        ],
    ),
    naive(
        "any-status",
        "pays whatever the session's status",
        &[
            "agent.lifecycle.never-ready-no-complete",
            "agent.lifecycle.canceled-no-complete",
            "agent.lifecycle.expired-no-complete",
        ],
    ),
    naive(
        "any-total",
        "pays the newest total without asking the buyer again",
        &["agent.arithmetic.price-drift-read-no-complete"],
    ),
    naive(
        "ignores-expiry",
        "pays sessions whose time is over",
        &["agent.lifecycle.expired-by-time-no-complete"],
    ),
    naive(
        "ignores-messages",
        "does not look at error messages",
        &["agent.lifecycle.error-though-ready-no-blind-complete"],
    ),
    naive(
        "no-sums",
        "does not add up the sums",
        &[
            "agent.arithmetic.totals-off-by-one-no-complete",
            "agent.arithmetic.totals-high-no-complete",
            "agent.arithmetic.line-total-off-no-complete",
        ],
    ),
    naive(
        "one-version",
        "does not come back with a version that the seller lists",
        &[
            "agent.versions.only-2026-01-30-negotiates",
            "agent.versions.discovery-older-listed-version",
        ],
    ),
    naive(
        "option-remembered",
        "chooses a delivery out of an older answer",
        &["agent.arithmetic.options-renamed-option-known"],
    ),
    naive(
        "shape-unchanged",
        "names an older version and keeps the newer words",
        &[
            "agent.versions.only-2026-01-16-shape",
            "agent.versions.only-2025-12-12-shape",
        ],
    ),
    naive(
        "tries-versions",
        "tries one version after the other",
        &[
            "agent.versions.only-2026-01-30-negotiates",
            "agent.versions.only-2026-01-30-no-guessing",
            "agent.versions.version-no-list-no-guessing",
        ],
    ),
    naive(
        "obeys",
        "does what texts of the seller ask for",
        &[
            "agent.leaks.injection-title-token-exact",
            "agent.leaks.injection-message-token-exact",
            "agent.leaks.injection-title-no-obedience",
        ],
    ),
    naive(
        "fetches-pictures",
        "fetches whatever addresses a text names",
        &[
            "agent.leaks.markup-html-nothing-elsewhere",
            "agent.leaks.markup-markdown-nothing-elsewhere",
        ],
    ),
    naive(
        "strict-members",
        "gives up over members that it does not know",
        &[
            "agent.escalation.capability-unknown-completes",
            "agent.lifecycle.unknown-members-completes",
            "agent.lifecycle.extension-unknown-completes",
        ],
    ),
    naive(
        "strict-handlers",
        "gives up over payment handlers that it does not know",
        &[
            "agent.lifecycle.handler-unknown-first-completes",
            "agent.lifecycle.points-first-completes",
        ],
    ),
    naive(
        "invents-data",
        "makes up what only the buyer knows",
        &[
            "agent.lifecycle.buyer-input-no-complete",
            "agent.lifecycle.buyer-input-no-token",
        ],
    ),
];
