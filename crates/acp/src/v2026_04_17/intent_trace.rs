//! Why a buyer canceled. Write-only; a bad trace must not block cancellation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    open::{OtherFields, Scalar},
    text::BoundedText,
};

closed_enum! {
    /// Why the buyer canceled.
    pub enum IntentReasonCode {
        PriceSensitivity = "price_sensitivity",
        ShippingCost = "shipping_cost",
        ShippingSpeed = "shipping_speed",
        ProductFit = "product_fit",
        TrustSecurity = "trust_security",
        ReturnsPolicy = "returns_policy",
        PaymentOptions = "payment_options",
        Comparison = "comparison",
        TimingDeferred = "timing_deferred",
        Other = "other",
    }
}

/// Why the buyer canceled, for the merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentTrace {
    /// The reason.
    pub reason_code: IntentReasonCode,
    /// The reason in words, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_summary: Option<BoundedText<500>>,
    /// Flat values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, Scalar>>,
    /// Fields the schema leaves open.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl IntentTrace {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(reason_code: IntentReasonCode) -> Self {
        Self {
            reason_code,
            trace_summary: None,
            metadata: None,
            other: OtherFields::default(),
        }
    }
}
