//! The items of the launch list.

use crate::Pattern;

/// One item of the launch list.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// Its name in files.
    pub name: &'static str,
    /// What is asked, one sentence.
    pub title: &'static str,
    /// Checks that prove one of these requirements answer it.
    pub requirements: &'static [&'static str],
    /// Checks with these ids answer it too.
    pub checks: &'static [&'static str],
    /// What to do when no check of the run answers it.
    pub otherwise: &'static str,
}

impl Item {
    /// Whether a check with this id, which proves these requirements, answers the item.
    #[must_use]
    pub fn is_answered_by(&self, id: &str, requirements: &[impl AsRef<str>]) -> bool {
        let proves = requirements
            .iter()
            .any(|one| self.requirements.contains(&one.as_ref()));
        let named = self.checks.iter().any(|pattern| {
            pattern
                .parse::<Pattern>()
                .is_ok_and(|pattern| pattern.matches(id))
        });
        proves || named
    }
}

const SELLER: &str = "run `seller` with this pack, without --only and --topic";
const WEBHOOKS: &str =
    "run `seller` with a [webhooks] section, so that the judge receives the seller's order events";

/// Every item, in the order of the list.
pub const ITEMS: [Item; 16] = [
    Item {
        name: "create-without-address",
        title: "A session is created without an address.",
        requirements: &["checkout.create.without-buyer-or-address"],
        checks: &[
            "seller.lifecycle.create-status",
            "seller.lifecycle.create-shape",
        ],
        otherwise: SELLER,
    },
    Item {
        name: "create-with-address",
        title: "A session is created with an address: fulfillment options and tax appear.",
        requirements: &[
            "checkout.create.applies-details",
            "checkout.create.options-have-cost",
            "checkout.totals.tax-is-lines",
        ],
        checks: &[],
        otherwise: SELLER,
    },
    Item {
        name: "api-version",
        title: "API-Version is required, and an unknown one is refused.",
        requirements: &[
            "checkout.version.missing-refused",
            "checkout.version.unsupported-refused",
        ],
        checks: &[],
        otherwise: SELLER,
    },
    Item {
        name: "change-shipping",
        title: "Another shipping option or address leads to new totals.",
        requirements: &[
            "checkout.update.applies-option",
            "checkout.update.applies-details",
            "checkout.totals.fulfillment-is-selected",
            "checkout.totals.total-sum",
        ],
        checks: &[],
        otherwise: SELLER,
    },
    Item {
        name: "delegated-token",
        title: "A payment token is delegated with all headers, canonical JSON and a signature.",
        requirements: &[
            "delegate-payment.signing.signature-sent",
            "delegate-payment.signing.canonical-json",
            "delegate-payment.signing.timestamp-sent",
            "delegate-payment.security.signature-verified",
            "delegate-payment.request.post-path",
        ],
        checks: &[],
        otherwise: "run `agent` for the side that sends it, or `psp` for the side that takes it",
    },
    Item {
        name: "complete",
        title: "A session is completed and answers with its order.",
        requirements: &[
            "checkout.complete.status-200",
            "checkout.complete.status-completed",
            "checkout.complete.order-created",
            "checkout.complete.order-fields",
        ],
        checks: &["seller.lifecycle.complete-status"],
        otherwise: SELLER,
    },
    Item {
        name: "order-created",
        title: "A completed session sends a signed event for the new order.",
        requirements: &[
            "webhooks.emit.order-create",
            "webhooks.event.create-first",
            "webhooks.signature.present",
            "webhooks.signature.content",
            "versions.webhooks.signed",
        ],
        checks: &[],
        otherwise: WEBHOOKS,
    },
    Item {
        name: "order-updated",
        title: "A later change of the order sends a signed event for it.",
        requirements: &["webhooks.emit.order-update"],
        checks: &[],
        otherwise: WEBHOOKS,
    },
    Item {
        name: "error-missing",
        title: "A missing field is refused with 400, or named by a message of the session.",
        requirements: &[
            "checkout.errors.protocol-as-error",
            "checkout.errors.invalid-request-type",
        ],
        checks: &[],
        otherwise: SELLER,
    },
    Item {
        name: "error-out-of-stock",
        title: "An item that cannot be had gives the message out_of_stock.",
        requirements: &["checkout.errors.out-of-stock"],
        checks: &[],
        otherwise: SELLER,
    },
    Item {
        name: "error-payment-declined",
        title: "A declined card gives the message payment_declined.",
        requirements: &["checkout.errors.payment-declined"],
        checks: &[],
        otherwise: SELLER,
    },
    Item {
        name: "idempotent-create",
        title: "Creating again with the same key gives the same session.",
        requirements: &[
            "checkout.idempotency.replay-original-body",
            "checkout.idempotency.replay-original-status",
            "versions.idempotency.replay",
        ],
        checks: &[],
        otherwise: SELLER,
    },
    Item {
        name: "idempotent-complete",
        title: "Completing again with the same key gives the same order, and no second one.",
        requirements: &["checkout.idempotency.no-second-effect"],
        checks: &[],
        otherwise: SELLER,
    },
    Item {
        name: "idempotency-conflict",
        title: "The same key with another body is refused.",
        requirements: &[
            "checkout.idempotency.conflict-422",
            "checkout.idempotency.conflict-code",
            "versions.idempotency.conflict-409",
            "versions.idempotency.conflict-code",
        ],
        checks: &[],
        otherwise: SELLER,
    },
    Item {
        name: "policies",
        title: "Terms and privacy policy are linked, and the links open.",
        requirements: &["checkout.create.links-are-policies"],
        checks: &["seller.lifecycle.policy-links-open"],
        otherwise: SELLER,
    },
    Item {
        name: "ip-allow-list",
        title: "The agent's egress addresses are on the allow-list.",
        requirements: &[],
        checks: &[],
        otherwise: "no request from here can show what another address would get: confirm by hand \
                    that the published egress ranges reach the server",
    },
];
