//! Agents that are wrong about carts, MCP, discovery, feeds and other extensions.

use super::agent::{AgentFault, naive};

pub(super) const FAULTS: &[AgentFault] = &[
    naive(
        "acp-everywhere",
        "takes every domain for a shop, whatever its document says",
        &[
            "agent.lifecycle.discovery-missing-no-create",
            "agent.lifecycle.discovery-html-no-create",
            "agent.lifecycle.discovery-missing-no-token",
        ],
    ),
    naive(
        "assumes-carts",
        "takes it that every seller has carts",
        &["agent.lifecycle.carts-none-no-cart"],
    ),
    naive(
        "base-guessed",
        "guesses the base address instead of reading it",
        &["agent.lifecycle.discovery-base-base-url"],
    ),
    naive(
        "cart-id-sent",
        "sends a cart's id to checkout",
        &["agent.lifecycle.cart-no-cart-id"],
    ),
    naive(
        "cart-partial",
        "replaces a cart by what changed alone",
        &[
            "agent.lifecycle.cart-put-shape",
            "agent.lifecycle.cart-whole-put",
        ],
    ),
    naive(
        "cart-unread",
        "opens checkout without reading the cart",
        &["agent.lifecycle.cart-read-first"],
    ),
    naive(
        "codes-unasked",
        "sends codes to sellers without discounts",
        &["agent.lifecycle.discovery-no-codes-no-codes"],
    ),
    naive(
        "consents-to-all",
        "consents to all marketing in the buyer's place",
        &[
            "agent.lifecycle.consent-consent-unknown-channel",
            "agent.lifecycle.consent-consent-untouched",
        ],
    ),
    naive(
        "discovery-again",
        "reads the discovery document for every purchase",
        &["agent.lifecycle.discovery-again-cached"],
    ),
    naive(
        "extension-upper",
        "names extensions in capitals",
        &["agent.lifecycle.honest-extension-lower-case"],
    ),
    naive(
        "ignores-feed",
        "buys what the feed says cannot be bought",
        &[
            "agent.lifecycle.feed-variant",
            "agent.lifecycle.feed-sold-out-no-create",
        ],
    ),
    naive(
        "ignores-pattern",
        "sends entries that do not fit their pattern",
        &["agent.lifecycle.gift-card-pattern-no-entry"],
    ),
    naive(
        "key-long",
        "makes keys of three hundred characters",
        &[
            "agent.idempotency.honest-key-length",
            "agent.idempotency.honest-key-per-call",
            "agent.idempotency.honest-same-bytes",
            "agent.idempotency.cart-key-length",
            "agent.idempotency.cart-key-uuid4",
        ],
    ),
    naive(
        "mcp-ignores-data",
        "does not read the data of tool errors",
        &["agent.errors.mcp-in-flight-reads-data"],
    ),
    naive(
        "mcp-key-in-args",
        "puts its bearer key into tool arguments",
        &["agent.auth.mcp-no-bearer"],
    ),
    naive(
        "mcp-no-key",
        "sends tool calls without idempotency key",
        &["agent.idempotency.mcp-meta-key"],
    ),
    naive(
        "mcp-no-meta",
        "sends tool calls without meta",
        &[
            "agent.lifecycle.mcp-meta",
            "agent.versions.mcp-meta-version",
            "agent.idempotency.mcp-meta-key",
        ],
    ),
    naive(
        "saved-card-number",
        "sends a card number with a saved card",
        &["agent.leaks.saved-card-no-credentials"],
    ),
    naive(
        "sends-applied",
        "sends discounts as applied",
        &["agent.lifecycle.code-codes-only"],
    ),
    naive(
        "tls-12",
        "is content with TLS 1.2",
        &["agent.auth.tls-refuses-12"],
    ),
    naive(
        "trace-nested",
        "nests the metadata of an intent trace",
        &[
            "agent.lifecycle.cancel-cancel-shape",
            "agent.lifecycle.cancel-trace-flat",
        ],
    ),
    naive(
        "trace-personal",
        "names the buyer in an intent trace",
        &["agent.leaks.cancel-trace-private"],
    ),
    naive(
        "extension-object",
        "lists extensions as objects",
        &["agent.lifecycle.honest-extension-names"],
    ),
    naive(
        "extension-version-words",
        "writes an extension's version in words",
        &["agent.lifecycle.honest-extension-versions"],
    ),
    naive(
        "cart-of-two-sellers",
        "puts items of two sellers into one cart",
        &["agent.lifecycle.cart-one-seller"],
    ),
    naive(
        "credential-kind",
        "names another kind of credential",
        &[
            "agent.lifecycle.gift-card-token",
            "agent.lifecycle.saved-card-token",
            "agent.lifecycle.honest-instrument-credential",
        ],
    ),
    naive(
        "payment-split",
        "splits a payment",
        &[
            "agent.lifecycle.gift-card-no-split",
            "agent.lifecycle.saved-card-no-split",
        ],
    ),
    naive(
        "coupons",
        "sends codes in the old member coupons",
        &["agent.lifecycle.code-no-coupons"],
    ),
    naive(
        "trace-on-update",
        "sends an intent trace before the buyer gave up",
        &["agent.leaks.cancel-trace-only-here"],
    ),
    naive(
        "consents-early",
        "sends consents before it completes",
        &[
            "agent.lifecycle.consent-none-no-consents",
            "agent.lifecycle.consent-consent-complete-only",
            "agent.lifecycle.consent-consent-answered",
        ],
    ),
    naive(
        "consents-unasked",
        "sends consents that nobody asked for",
        &[
            "agent.lifecycle.consent-none-no-consents",
            "agent.lifecycle.consent-consent-offered",
            "agent.lifecycle.consent-consent-answered",
        ],
    ),
    naive(
        "mcp-no-id",
        "leaves the session's id out of tool calls",
        &["agent.lifecycle.mcp-id"],
    ),
    naive(
        "mcp-payload-odd",
        "adds to the payload of tool calls",
        &["agent.lifecycle.mcp-payload-shape"],
    ),
    naive(
        "mcp-timestamp",
        "dates tool calls in words",
        &["agent.lifecycle.mcp-meta-timestamp"],
    ),
    naive(
        "gift-card-as-card",
        "asks for the token of a gift card as if it were a card",
        &["agent.lifecycle.gift-card-request"],
    ),
    naive(
        "gift-card-fields-renamed",
        "sends a gift card's entries under other names",
        &["agent.lifecycle.gift-card-fields"],
    ),
    naive(
        "cart-no-bearer",
        "sends cart calls without bearer key",
        &["agent.auth.cart-bearer"],
    ),
    naive(
        "cart-no-version",
        "sends cart calls without version",
        &["agent.versions.cart-api-version"],
    ),
    naive(
        "cart-no-key",
        "sends cart calls without idempotency key",
        &[
            "agent.idempotency.cart-post-key",
            "agent.idempotency.cart-put-key",
        ],
    ),
    naive(
        "cart-key-counter",
        "makes cart keys that are no UUIDs",
        &["agent.idempotency.cart-key-uuid4"],
    ),
    naive(
        "cart-text",
        "sends carts as text/plain",
        &["agent.lifecycle.cart-json"],
    ),
    naive(
        "cancel-no-key",
        "cancels without idempotency key",
        &["agent.idempotency.cancel-cancel-key"],
    ),
    naive(
        "fetches-feed",
        "fetches feeds from the seller",
        &["agent.lifecycle.honest-no-feeds"],
    ),
    naive(
        "guesses-mcp",
        "guesses an MCP endpoint",
        &["agent.lifecycle.honest-mcp-not-guessed"],
    ),
    naive(
        "ignores-fields",
        "leaves out entries that are required",
        &["agent.lifecycle.gift-card-field-no-entry"],
    ),
    naive(
        "falls-back-to-http",
        "goes on in plain HTTP when TLS fails",
        &["agent.auth.tls-no-downgrade"],
    ),
    naive(
        "repeats-missing",
        "asks again and again for a discovery document that is not there",
        &["agent.lifecycle.discovery-missing-read-once"],
    ),
];
