//! Operations on an order that make no sense now.

use comptoir_acp::{
    id::{AdjustmentId, FulfillmentId, LineItemId},
    money::MoneyError,
};

/// Why an operation on an order was refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// The checkout is not completed.
    #[error("the checkout is not completed")]
    NotCompleted,
    /// No such line.
    #[error("the order has no line {line}")]
    UnknownLine {
        /// The id given.
        line: LineItemId,
    },
    /// No such parcel or handover.
    #[error("the order has no fulfillment {fulfillment}")]
    UnknownFulfillment {
        /// The id given.
        fulfillment: FulfillmentId,
    },
    /// No such adjustment.
    #[error("the order has no adjustment {adjustment}")]
    UnknownAdjustment {
        /// The id given.
        adjustment: AdjustmentId,
    },
    /// The id of a fulfilment, adjustment or event is taken.
    #[error("the id is already used in this order")]
    IdTaken,
    /// More units than there are.
    #[error("line {line} has only {quantity_max} such units")]
    QuantityTooLarge {
        /// The line.
        line: LineItemId,
        /// Units that it would have been possible for.
        quantity_max: u32,
    },
    /// There is no unit that it could be done to.
    #[error("there is nothing left to do this to")]
    NothingLeft,
    /// A digital line in a parcel, or a physical one in a handover on line.
    #[error("line {line} does not travel that way")]
    WrongFulfillment {
        /// The line.
        line: LineItemId,
    },
    /// The parcel has arrived, failed or was called back.
    #[error("the fulfillment has ended")]
    FulfillmentEnded,
    /// The event does not belong to this kind of fulfilment.
    #[error("the event does not belong to this kind of fulfillment")]
    WrongEvent,
    /// Zero or less.
    #[error("the amount is not positive")]
    AmountNotPositive,
    /// More than was charged and is not yet refunded.
    #[error("the refunds would exceed the charge")]
    RefundExceedsCharge,
    /// The refund was settled otherwise before.
    #[error("the refund is already settled")]
    AlreadySettled,
    /// The order is being looked at.
    #[error("the order is under review")]
    UnderReview,
    /// An amount does not fit.
    #[error("an amount is too large")]
    Overflow(#[source] MoneyError),
}

impl From<MoneyError> for OrderError {
    fn from(error: MoneyError) -> Self {
        Self::Overflow(error)
    }
}
