//! Messages of a session: business facts, not protocol errors.

use serde::{Deserialize, Serialize};

use super::line_item::ContentType;

closed_enum! {
    /// How serious a message is.
    pub enum MessageSeverity {
        Info = "info",
        Low = "low",
        Medium = "medium",
        High = "high",
        Critical = "critical",
    }
}

closed_enum! {
    /// Who can resolve a message.
    pub enum MessageResolution {
        /// The agent can.
        ///
        Recoverable = "recoverable",
        /// The buyer has to give something.
        ///
        RequiresBuyerInput = "requires_buyer_input",
        /// The buyer has to look.
        ///
        RequiresBuyerReview = "requires_buyer_review",
    }
}

closed_enum! {
    /// What a warning is about.
    pub enum MessageWarningCode {
        LowStock = "low_stock",
        HighDemand = "high_demand",
        ShippingDelay = "shipping_delay",
        PriceChange = "price_change",
        ExpiringPromotion = "expiring_promotion",
        LimitedAvailability = "limited_availability",
        DiscountCodeExpired = "discount_code_expired",
        DiscountCodeInvalid = "discount_code_invalid",
        DiscountCodeAlreadyApplied = "discount_code_already_applied",
        DiscountCodeCombinationDisallowed = "discount_code_combination_disallowed",
        DiscountCodeMinimumNotMet = "discount_code_minimum_not_met",
        DiscountCodeUserNotLoggedIn = "discount_code_user_not_logged_in",
        DiscountCodeUserIneligible = "discount_code_user_ineligible",
        DiscountCodeUsageLimitReached = "discount_code_usage_limit_reached",
    }
}

closed_enum! {
    /// What an error message is about.
    pub enum MessageErrorCode {
        Missing = "missing",
        Invalid = "invalid",
        OutOfStock = "out_of_stock",
        PaymentDeclined = "payment_declined",
        RequiresSignIn = "requires_sign_in",
        RequiresThreeDs = "requires_3ds",
        LowStock = "low_stock",
        QuantityExceeded = "quantity_exceeded",
        CouponInvalid = "coupon_invalid",
        CouponExpired = "coupon_expired",
        MinimumNotMet = "minimum_not_met",
        MaximumExceeded = "maximum_exceeded",
        RegionRestricted = "region_restricted",
        AgeVerificationRequired = "age_verification_required",
        ApprovalRequired = "approval_required",
        Unsupported = "unsupported",
        NotFound = "not_found",
        Conflict = "conflict",
        RateLimited = "rate_limited",
        Expired = "expired",
        InterventionRequired = "intervention_required",
    }
}

/// Something to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageInfo {
    /// How serious.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<MessageSeverity>,
    /// Who can resolve it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<MessageResolution>,
    /// JSONPath of what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// How the text is written.
    pub content_type: ContentType,
    /// The text.
    pub content: String,
}

impl MessageInfo {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(content_type: ContentType, content: String) -> Self {
        Self {
            severity: None,
            resolution: None,
            param: None,
            content_type,
            content,
        }
    }
}

/// Something to mind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageWarning {
    /// What it is about.
    pub code: MessageWarningCode,
    /// How serious.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<MessageSeverity>,
    /// Who can resolve it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<MessageResolution>,
    /// JSONPath of what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// How the text is written.
    pub content_type: ContentType,
    /// The text.
    pub content: String,
}

impl MessageWarning {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(code: MessageWarningCode, content_type: ContentType, content: String) -> Self {
        Self {
            code,
            severity: None,
            resolution: None,
            param: None,
            content_type,
            content,
        }
    }
}

/// Something that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageError {
    /// What it is about.
    pub code: MessageErrorCode,
    /// How serious.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<MessageSeverity>,
    /// Who can resolve it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<MessageResolution>,
    /// JSONPath of what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// How the text is written.
    pub content_type: ContentType,
    /// The text.
    pub content: String,
}

impl MessageError {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(code: MessageErrorCode, content_type: ContentType, content: String) -> Self {
        Self {
            code,
            severity: None,
            resolution: None,
            param: None,
            content_type,
            content,
        }
    }
}

/// A message of a session, told apart by `type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message {
    /// Something to know.
    Info(MessageInfo),
    /// Something to mind.
    Warning(MessageWarning),
    /// Something that stands in the way.
    Error(MessageError),
}
