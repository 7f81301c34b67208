//! How the dated versions behave where they differ, one constant per version.
//!
//! Handlers read these flags; they never compare versions.

use crate::error::ErrorType;

/// The behaviour of one dated version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a table of independent flags is what this is"
)]
pub struct ProtocolRules {
    /// A POST without `Idempotency-Key` is refused with 400 `idempotency_key_required`.
    pub idempotency_key_required: bool,
    /// Status of the same key with another body. Delegate authentication answers
    /// [`delegate_authentication_conflict_status`](Self::delegate_authentication_conflict_status).
    pub idempotency_conflict_status: u16,
    /// Status of the same key with another body in delegate authentication.
    pub delegate_authentication_conflict_status: u16,
    /// Error type of the same key with another body. Delegate payment says `invalid_request` in every
    /// version.
    pub idempotency_conflict_type: ErrorType,
    /// Delegate payment's closed list of error codes names a missing key and a running request.
    pub delegate_payment_idempotency_codes: bool,
    /// Delegate payment wants at least one risk signal.
    pub risk_signal_required: bool,
    /// Delegate payment takes a `display_last4` of fewer than four characters.
    pub short_display_last4: bool,
    /// Most digits of delegate payment's `iin`; the larger number where two files of a version differ.
    pub iin_digits_max: usize,
    /// A replayed response carries `Idempotent-Replayed: true`.
    pub replay_header: bool,
    /// A version error lists `supported_versions`.
    pub error_supported_versions: bool,
    /// Request lines are called `line_items`; before, `items`.
    pub request_line_items: bool,
    /// Create requires `currency` and `capabilities`; the answer holds the intersection.
    pub capability_negotiation: bool,
    /// Payment is advertised as `capabilities.payment.handlers`; before, as `payment_provider`.
    pub payment_handlers: bool,
    /// Extensions such as discounts are negotiated.
    pub extensions: bool,
    /// Addresses are nested in `fulfillment_details`; before, flat in `fulfillment_address`.
    pub nested_fulfillment: bool,
    /// A session may ask for 3-D Secure with `authentication_required`.
    pub authentication_required_status: bool,
    /// Sessions know the statuses added by capability negotiation (`incomplete`,
    /// `requires_escalation`, `pending_approval`, `complete_in_progress`, `expired`).
    pub extended_statuses: bool,
    /// `/.well-known/acp.json` exists.
    pub discovery: bool,
    /// The cart endpoints exist.
    pub carts: bool,
    /// The feed endpoints exist.
    pub feeds: bool,
    /// The delegate-authentication endpoints exist.
    pub delegate_authentication: bool,
    /// The MCP binding exists.
    pub mcp: bool,
    /// Order webhooks carry the full order with adjustments; before, a `refunds` list.
    pub order_adjustments: bool,
}

/// Rules of 2025-09-29.
pub const V2025_09_29: ProtocolRules = ProtocolRules {
    idempotency_key_required: false,
    idempotency_conflict_status: 409,
    delegate_authentication_conflict_status: 409,
    idempotency_conflict_type: ErrorType::RequestNotIdempotent,
    delegate_payment_idempotency_codes: false,
    risk_signal_required: true,
    short_display_last4: true,
    iin_digits_max: 8,
    replay_header: false,
    error_supported_versions: false,
    request_line_items: false,
    capability_negotiation: false,
    payment_handlers: false,
    extensions: false,
    nested_fulfillment: false,
    authentication_required_status: false,
    extended_statuses: false,
    discovery: false,
    carts: false,
    feeds: false,
    delegate_authentication: false,
    mcp: false,
    order_adjustments: false,
};

/// Rules of 2025-12-12: the previous, except nested fulfilment, 3-D Secure, a `display_last4` of
/// exactly four characters and an `iin` of six digits.
pub const V2025_12_12: ProtocolRules = ProtocolRules {
    short_display_last4: false,
    iin_digits_max: 6,
    nested_fulfillment: true,
    authentication_required_status: true,
    ..V2025_09_29
};

/// Rules of 2026-01-16: the previous, except an `iin` of up to eight digits.
pub const V2026_01_16: ProtocolRules = ProtocolRules {
    iin_digits_max: 8,
    ..V2025_12_12
};

/// Rules of 2026-01-30: the previous, except capabilities, handlers, extensions, statuses and an `iin`
/// of six digits again.
pub const V2026_01_30: ProtocolRules = ProtocolRules {
    iin_digits_max: 6,
    request_line_items: true,
    capability_negotiation: true,
    payment_handlers: true,
    extensions: true,
    extended_statuses: true,
    ..V2026_01_16
};

/// Rules of 2026-04-17: the previous, except mandatory idempotency with 422 conflicts, optional risk
/// signals, an `iin` of up to eight digits, and the new surfaces.
pub const V2026_04_17: ProtocolRules = ProtocolRules {
    idempotency_key_required: true,
    idempotency_conflict_status: 422,
    idempotency_conflict_type: ErrorType::InvalidRequest,
    delegate_payment_idempotency_codes: true,
    risk_signal_required: false,
    iin_digits_max: 8,
    replay_header: true,
    error_supported_versions: true,
    discovery: true,
    carts: true,
    feeds: true,
    delegate_authentication: true,
    mcp: true,
    order_adjustments: true,
    ..V2026_01_30
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflict_status_is_422_only_since_mandatory_idempotency() {
        for rules in [V2025_09_29, V2025_12_12, V2026_01_16, V2026_01_30] {
            assert_eq!(rules.idempotency_conflict_status, 409);
            assert_eq!(
                rules.idempotency_conflict_type,
                ErrorType::RequestNotIdempotent
            );
            assert!(!rules.idempotency_key_required);
        }
        assert_eq!(V2026_04_17.idempotency_conflict_status, 422);
        assert_eq!(V2026_04_17.delegate_authentication_conflict_status, 409);
    }
}
