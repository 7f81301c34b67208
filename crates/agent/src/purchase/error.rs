//! Why a step of a purchase did not happen.

use comptoir_store::StoreError;

use super::{PurchaseState, SellerFault};
use crate::peer::Unsendable;

/// Why a step of a purchase did not happen. Nothing is charged in any of these cases.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PurchaseError {
    /// No such purchase of this buyer.
    #[error("no such purchase")]
    NotFound,
    /// The purchase is past this step.
    #[error("the purchase is {0:?}")]
    WrongState(PurchaseState),
    /// The seller is not registered.
    #[error("no such seller")]
    UnknownSeller,
    /// An item is not in the seller's catalogue, cannot be bought, or there are too many.
    #[error("the items cannot be bought: {0}")]
    Items(&'static str),
    /// The delivery is not among those offered.
    #[error("no such delivery option")]
    UnknownOption,
    /// The seller did not answer; the step can be tried again.
    #[error("the seller did not answer")]
    SellerUnavailable,
    /// The seller refused the step.
    #[error("the seller refused: {code}")]
    SellerRefused {
        /// The wire's code.
        code: String,
        /// The seller's words, made harmless.
        message: String,
    },
    /// The seller's answer is not fit to be ordered.
    #[error("the seller's answer was refused")]
    Seller(#[source] SellerFault),
    /// The seller does not take the order yet.
    #[error("the seller is not ready for payment")]
    NotReady,
    /// The order is not the one that was shown; it has to be reviewed again.
    #[error("the order changed since it was shown")]
    ReviewChanged,
    /// Prices differ from those shown first, and the buyer has not said to have seen it.
    #[error("the changed prices were not acknowledged")]
    ChangesNotSeen,
    /// Too many cards were tried.
    #[error("too many attempts to pay")]
    TooManyAttempts,
    /// Somebody else changed the purchase at the same time.
    #[error("the purchase changed at the same time")]
    Stale,
    /// A stored purchase cannot be read.
    #[error("the stored purchase cannot be read")]
    Corrupt(#[source] serde_json::Error),
    /// Sealing or opening the prepared call failed.
    #[error("the prepared call cannot be sealed or opened")]
    Sealing,
    /// The call does not fit the protocol.
    #[error("the call cannot be sent")]
    Unsendable(#[from] Unsendable),
    /// The consent receipt cannot be made.
    #[error("no consent receipt")]
    Consent(#[from] comptoir_commerce::consent::ConsentError),
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] StoreError),
}

impl From<StoreError> for PurchaseError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Stale { .. }) {
            Self::Stale
        } else {
            Self::Store(error)
        }
    }
}

impl From<serde_json::Error> for PurchaseError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error)
    }
}
