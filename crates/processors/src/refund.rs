//! A refund: what is asked and what came of it.

use comptoir_acp::{
    currency::Currency,
    id::{ChargeId, RefundId},
    money::MinorUnits,
};

/// Asks for one refund, in full or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// Identity of the refund, chosen by the seller, at most 255 characters.
    pub refund_key: String,
    /// The charge that is refunded.
    pub charge_id: ChargeId,
    /// Amount to return, in minor units of `currency`; positive.
    pub amount: MinorUnits,
    /// Currency of `amount`; the charge's.
    pub currency: Currency,
    /// Why, for the processor's record; at most 255 characters.
    pub reason: Option<String>,
}

/// What came of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundOutcome {
    /// The money is on its way back, exactly the amount of the request.
    Succeeded {
        /// The processor's id of the refund.
        refund_id: RefundId,
    },
    /// The refund was refused; nothing moved.
    Failed {
        /// The processor's explanation, for the seller's log.
        message: String,
    },
    /// Nobody knows yet. Ask [`crate::Processor::lookup_refund`] or send the same key again.
    Unknown {
        /// What was observed, for the seller's log.
        cause: String,
    },
}

/// What a look-up of a refund found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundLookup {
    /// The refund succeeded.
    Succeeded {
        /// The processor's id of the refund.
        refund_id: RefundId,
    },
    /// The refund was refused.
    Failed {
        /// The processor's explanation, for the seller's log.
        message: String,
    },
    /// The processor never received this refund.
    Absent,
    /// The look-up itself failed, or the refund is still in progress.
    Unknown {
        /// What was observed, for the seller's log.
        cause: String,
    },
}
