//! The card's issuer, as the PSP sees it.
//!
//! Every operation carries a key that the PSP chose, and happens at most once per key. That is what
//! lets the PSP die between a request and its answer and still know, later, what happened.

mod ledger;
pub mod simulated;
pub mod test_cards;

use comptoir_acp::{currency::Currency, money::MinorUnits};
use comptoir_processors::{Authentication, BoxFuture, DeclineReason};
use jiff::Timestamp;
pub use ledger::{LedgerEntry, LedgerPage};
use zeroize::Zeroizing;

/// Authorizes and captures in one step, refunds, and answers questions about both.
pub trait Issuer: Send + Sync {
    /// Whether no real money moves. Answers of the PSP carry `simulated: true` then.
    fn is_simulated(&self) -> bool;

    /// Authorizes and captures, once per key. Repeating a key gives the first answer again.
    fn authorize<'a>(&'a self, request: &'a AuthorizationRequest) -> BoxFuture<'a, Authorization>;

    /// What became of an authorization.
    fn lookup<'a>(&'a self, key: &'a str) -> BoxFuture<'a, AuthorizationLookup>;

    /// Makes sure that this key holds no money and never will: takes back a capture, and refuses an
    /// authorization that arrives later. Repeating it changes nothing.
    fn void<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Void>;

    /// Returns money of a captured authorization, once per refund key.
    fn refund<'a>(&'a self, request: &'a IssuerRefundRequest) -> BoxFuture<'a, IssuerRefund>;

    /// Keys whose capture the issuer took back on its own since, oldest first, at most `limit`.
    /// They are named again until [`Issuer::acknowledge_reversal`].
    fn reversals(&self, limit: u32) -> BoxFuture<'_, Vec<String>>;

    /// Says that the reversal of this key is recorded.
    fn acknowledge_reversal<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()>;
}

/// Asks for one authorization with immediate capture.
///
/// `Debug` shows neither number nor code.
pub struct AuthorizationRequest {
    /// Identity of the authorization: the PSP's charge id.
    pub key: String,
    /// The seller's own identity of the charge, for the statement.
    pub charge_key: String,
    /// Who is paid.
    pub merchant_id: String,
    /// The card.
    pub card: PresentedCard,
    /// Amount in minor units of `currency`.
    pub amount: MinorUnits,
    /// Currency of `amount`.
    pub currency: Currency,
    /// Result of a 3-D Secure authentication, when one took place.
    pub authentication: Option<Authentication>,
}

/// Card data on its way to the issuer; wiped when dropped, masked in `Debug`.
pub struct PresentedCard {
    /// Card number or network token.
    pub number: Zeroizing<String>,
    /// Month and year, when the caller gave them.
    pub expiry: Option<crate::card::Expiry>,
    /// Verification code, when the vault still holds it.
    pub cvc: Option<Zeroizing<String>>,
    /// Cryptogram of a network token.
    pub cryptogram: Option<Zeroizing<String>>,
}

impl std::fmt::Debug for PresentedCard {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PresentedCard(masked)")
    }
}

impl std::fmt::Debug for AuthorizationRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AuthorizationRequest")
            .field("key", &self.key)
            .field("charge_key", &self.charge_key)
            .field("merchant_id", &self.merchant_id)
            .field("amount", &self.amount)
            .field("currency", &self.currency)
            .finish_non_exhaustive()
    }
}

/// What came of an authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// Captured in full.
    Captured {
        /// When, by the issuer's clock.
        at: Timestamp,
    },
    /// Refused; nothing moved.
    Declined(DeclineReason),
    /// The issuer wants 3-D Secure first; nothing moved.
    AuthenticationRequired,
    /// No answer, or one that proves nothing.
    Unknown {
        /// What was observed.
        cause: String,
    },
}

/// What a look-up at the issuer found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationLookup {
    /// Captured, and the money is still there.
    Captured {
        /// When, by the issuer's clock.
        at: Timestamp,
    },
    /// Captured once, and taken back since.
    Reversed,
    /// Refused.
    Declined(DeclineReason),
    /// Stopped for 3-D Secure.
    AuthenticationRequired,
    /// Voided before anything was captured: the key is closed.
    Voided,
    /// The issuer never saw the key. A request may still be on its way.
    Absent,
    /// No answer, or one that proves nothing.
    Unknown {
        /// What was observed.
        cause: String,
    },
}

/// What came of a void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Void {
    /// The key holds no money and never will.
    Done,
    /// No answer; ask again.
    Unknown {
        /// What was observed.
        cause: String,
    },
}

/// Asks for one refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerRefundRequest {
    /// Identity of the refund: the PSP's refund id.
    pub key: String,
    /// Key of the authorization that is refunded.
    pub authorization_key: String,
    /// Amount in minor units of the authorization's currency.
    pub amount: MinorUnits,
}

/// What came of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerRefund {
    /// The money is on its way back.
    Done,
    /// Refused; nothing moved.
    Refused {
        /// Why.
        message: String,
    },
    /// No answer. Asking again with the same key is safe.
    Unknown {
        /// What was observed.
        cause: String,
    },
}
