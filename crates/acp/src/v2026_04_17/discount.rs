//! The discount extension.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::{currency::Currency, money::MinorUnits, text::Rfc3339};

closed_enum! {
    /// Why a code was rejected.
    pub enum DiscountErrorCode {
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
    /// For how long a coupon applies.
    pub enum CouponDuration {
        Once = "once",
        Repeating = "repeating",
        Forever = "forever",
    }
}

closed_enum! {
    /// How a discount is spread.
    pub enum AllocationMethod {
        Each = "each",
        Across = "across",
    }
}

/// The part of a discount that one place bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountAllocation {
    /// JSONPath of the place.
    pub path: String,
    /// Minor units, not negative.
    #[serde(deserialize_with = "crate::checks::non_negative")]
    pub amount: MinorUnits,
}

/// What a discount is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coupon {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Percentage, 0 to 100.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::checks::percent"
    )]
    pub percent_off: Option<Number>,
    /// Minor units of `currency`, not negative.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::checks::non_negative_option"
    )]
    pub amount_off: Option<MinorUnits>,
    /// Currency of `amount_off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// For how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<CouponDuration>,
    /// Months, for a repeating coupon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_in_months: Option<std::num::NonZeroU32>,
    /// Most uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_redemptions: Option<std::num::NonZeroU32>,
    /// Uses so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times_redeemed: Option<u32>,
    /// The seller's own values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
}

impl Coupon {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: String, name: String) -> Self {
        Self {
            id,
            name,
            percent_off: None,
            amount_off: None,
            currency: None,
            duration: None,
            duration_in_months: None,
            max_redemptions: None,
            times_redeemed: None,
            metadata: None,
        }
    }
}

/// A discount that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppliedDiscount {
    /// Id.
    pub id: String,
    /// The code that brought it; absent when automatic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it is made from.
    pub coupon: Coupon,
    /// Minor units taken off, not negative.
    #[serde(deserialize_with = "crate::checks::non_negative")]
    pub amount: MinorUnits,
    /// Whether no code was needed; absent means no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic: Option<bool>,
    /// Start of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Rfc3339>,
    /// End of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Rfc3339>,
    /// How it is spread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<AllocationMethod>,
    /// Order of application, lower first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<std::num::NonZeroU32>,
    /// Who bears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocations: Option<Vec<DiscountAllocation>>,
}

impl AppliedDiscount {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(id: String, coupon: Coupon, amount: MinorUnits) -> Self {
        Self {
            id,
            code: None,
            coupon,
            amount,
            automatic: None,
            start: None,
            end: None,
            method: None,
            priority: None,
            allocations: None,
        }
    }
}

/// A code that was not applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectedDiscount {
    /// The code.
    pub code: String,
    /// Why.
    pub reason: DiscountErrorCode,
    /// Why, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl RejectedDiscount {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(code: String, reason: DiscountErrorCode) -> Self {
        Self {
            code,
            reason,
            message: None,
        }
    }
}

/// The codes wanted; replaces the list sent before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountsRequest {
    /// The codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<Vec<String>>,
}

/// What became of the codes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountsResponse {
    /// The codes sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<Vec<String>>,
    /// What was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<Vec<AppliedDiscount>>,
    /// What was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Vec<RejectedDiscount>>,
}
