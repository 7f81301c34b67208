//! Known defects of the specification's own examples. An entry that no longer applies fails.

/// Where an example fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Our type refuses it, and so does the official schema.
    Refused,
    /// Our type reads it, on purpose, although the official schema refuses it.
    AcceptedAgainstSchema,
}

/// A defect of one example.
pub(crate) struct Defect {
    pub(crate) example: &'static str,
    pub(crate) stage: Stage,
    pub(crate) reason: &'static str,
}

const fn refused(example: &'static str, reason: &'static str) -> Defect {
    Defect {
        example,
        stage: Stage::Refused,
        reason,
    }
}

const fn accepted(example: &'static str, reason: &'static str) -> Defect {
    Defect {
        example,
        stage: Stage::AcceptedAgainstSchema,
        reason,
    }
}

pub(crate) const DEFECTS: &[Defect] = &[
    refused(
        "discount-extension/automatic-discount.json request",
        "no `capabilities`, which create requires",
    ),
    accepted(
        "discount-extension/automatic-discount.json response",
        "`capabilities.payment_methods`, which the schema does not have and readers pass over",
    ),
    refused(
        "discount-extension/order-level-discount.json request",
        "no `capabilities`, which create requires",
    ),
    accepted(
        "discount-extension/order-level-discount.json response",
        "`capabilities.payment_methods`, which the schema does not have and readers pass over",
    ),
    refused(
        "discount-extension/percentage-discount-with-allocations.json request",
        "no `capabilities`, which create requires",
    ),
    accepted(
        "discount-extension/percentage-discount-with-allocations.json response",
        "`capabilities.payment_methods`, which the schema does not have and readers pass over",
    ),
    refused(
        "discount-extension/rejected-discount-code.json request",
        "no `capabilities`, which create requires",
    ),
    accepted(
        "discount-extension/rejected-discount-code.json response",
        "`capabilities.payment_methods`, which the schema does not have and readers pass over",
    ),
    refused(
        "discount-extension/stacked-discounts.json request",
        "no `capabilities`, which create requires",
    ),
    accepted(
        "discount-extension/stacked-discounts.json response",
        "`capabilities.payment_methods`, which the schema does not have and readers pass over",
    ),
    refused(
        "examples.agentic_checkout.json authentication_result_denied_example",
        "`outcome_details` without two of its required fields",
    ),
    accepted(
        "examples.delegate_authentication.json retrieve_session_response_attempted",
        "the closed base of the schema refuses `authentication_result`",
    ),
    accepted(
        "examples.delegate_authentication.json retrieve_session_response_authenticated",
        "the closed base of the schema refuses `authentication_result`",
    ),
    accepted(
        "examples.delegate_authentication.json retrieve_session_response_challenge_abandoned",
        "the closed base of the schema refuses `authentication_result`",
    ),
    accepted(
        "examples.delegate_authentication.json retrieve_session_response_not_authenticated",
        "the closed base of the schema refuses `authentication_result`",
    ),
    accepted(
        "examples.delegate_authentication.json retrieve_session_response_rejected",
        "the closed base of the schema refuses `authentication_result`",
    ),
    refused(
        "examples.mcp.agentic_checkout.json cancel_checkout_session_response",
        "lacks required lists of the session",
    ),
    refused(
        "examples.mcp.agentic_checkout.json complete_checkout_session_request",
        "an instrument without `type`",
    ),
    refused(
        "examples.mcp.agentic_checkout.json complete_checkout_session_response",
        "lacks required lists of the session",
    ),
    refused(
        "examples.mcp.agentic_checkout.json create_checkout_session_response",
        "link type `terms_of_service`; the schema has `terms_of_use`",
    ),
    refused(
        "examples.mcp.agentic_checkout.json get_checkout_session_response",
        "lacks required lists of the session",
    ),
    refused(
        "examples.mcp.agentic_checkout.json update_checkout_session_request",
        "the nested fulfilment choice of older versions",
    ),
    refused(
        "examples.mcp.agentic_checkout.json update_checkout_session_response",
        "lacks required lists of the session",
    ),
    refused(
        "examples.multi_item_checkout.json create_multi_item_checkout_request",
        "no `capabilities`, which create requires",
    ),
    refused(
        "examples.multi_item_checkout.json create_multi_item_checkout_response",
        "total type `base_amount` of older versions",
    ),
    refused(
        "examples.agentic_checkout.json webhook_order_create_event",
        "`refunds`, which the order lost, and no id",
    ),
    refused(
        "examples.agentic_checkout.json webhook_order_update_event",
        "`refunds`, which the order lost, and no id",
    ),
];
