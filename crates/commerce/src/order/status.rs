//! Statuses, derived and never stored.

use serde::{Deserialize, Serialize};

use super::{FulfillmentStatus, Order};

/// Status of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    /// Nothing sent yet.
    Processing,
    /// Some of it sent.
    Partial,
    /// All of it sent or handed over.
    Fulfilled,
    /// All of it canceled or returned.
    Removed,
}

impl LineStatus {
    /// The rule of the specification: removed when nothing is current, fulfilled when all of it is,
    /// partial when some of it is.
    #[must_use]
    pub const fn of(current: u32, fulfilled: u32) -> Self {
        if current == 0 {
            Self::Removed
        } else if fulfilled >= current {
            Self::Fulfilled
        } else if fulfilled > 0 {
            Self::Partial
        } else {
            Self::Processing
        }
    }

    /// The status's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Partial => "partial",
            Self::Fulfilled => "fulfilled",
            Self::Removed => "removed",
        }
    }
}

/// Status of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Paid, nothing sent yet.
    Confirmed,
    /// Somebody must look at it.
    ManualReview,
    /// Some of it was sent.
    Processing,
    /// All of it was sent, not all of it arrived.
    Shipped,
    /// All of it arrived, or was returned after it had.
    Completed,
    /// All of it was canceled before anything was sent.
    Canceled,
}

impl OrderStatus {
    /// Derives the status.
    #[must_use]
    pub fn of(order: &Order) -> Self {
        let remaining = || order.lines.iter().filter(|line| line.current > 0);
        let under_way = || {
            order.fulfillments.iter().filter(|fulfillment| {
                !matches!(
                    fulfillment.status(),
                    FulfillmentStatus::Failed | FulfillmentStatus::Canceled
                )
            })
        };
        if remaining().next().is_none() {
            let sent = under_way().next().is_some();
            return if sent {
                Self::Completed
            } else {
                Self::Canceled
            };
        }
        if order.under_review {
            return Self::ManualReview;
        }
        if remaining().all(|line| line.status() == LineStatus::Fulfilled) {
            let arrived =
                under_way().all(|fulfillment| fulfillment.status() == FulfillmentStatus::Delivered);
            return if arrived {
                Self::Completed
            } else {
                Self::Shipped
            };
        }
        if under_way().next().is_some() {
            return Self::Processing;
        }
        Self::Confirmed
    }

    /// The status's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::ManualReview => "manual_review",
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
        }
    }
}
