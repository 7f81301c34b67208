//! The simulated issuer's cards. The only numbers it approves; every other one is declined.
//!
//! | number | brand | what the simulated issuer does |
//! | --- | --- | --- |
//! | 4242 4242 4242 4242 | Visa | approves |
//! | 4111 1111 1111 1111 | Visa | approves |
//! | 5555 5555 5555 4444 | Mastercard | approves |
//! | 3782 822463 10005 | American Express | approves |
//! | 4000 0000 0000 0002 | Visa | declines: `generic_decline` |
//! | 4000 0000 0000 9995 | Visa | declines: `insufficient_funds` |
//! | 4000 0000 0000 0069 | Visa | declines: `expired_card` |
//! | 4000 0000 0000 9979 | Visa | declines: `lost_or_stolen_card` |
//! | 4000 0000 0000 0127 | Visa | declines: `incorrect_cvc` |
//! | 4000 0027 6000 3184 | Visa | wants 3-D Secure, then approves |
//! | 4000 0000 0000 6017 | Visa | captures, and loses the answer (time-out after success) |
//! | 4000 0000 0000 6025 | Visa | loses the request (time-out before anything happened) |
//! | 4000 0000 0000 6033 | Visa | approves, and takes the money back one minute later |
//!
//! Any expiry that is not past and any verification code of the right length will do. A charge
//! without a code (none was given, it grew older than fifteen minutes, or the PSP restarted) is
//! treated the same, and stands in the ledger as `cvc_presented: false`.

use comptoir_processors::DeclineReason;

/// Approves.
pub const APPROVE: &str = "4242424242424242";
/// Approves; a Mastercard.
pub const APPROVE_MASTERCARD: &str = "5555555555554444";
/// Approves; an American Express with fifteen digits and a code of four.
pub const APPROVE_AMEX: &str = "378282246310005";
/// Declines without a reason.
pub const DECLINE: &str = "4000000000000002";
/// Declines: the account holds too little.
pub const INSUFFICIENT_FUNDS: &str = "4000000000009995";
/// Declines: expired.
pub const EXPIRED: &str = "4000000000000069";
/// Declines: lost or stolen.
pub const LOST_OR_STOLEN: &str = "4000000000009979";
/// Declines: wrong verification code.
pub const INCORRECT_CVC: &str = "4000000000000127";
/// Wants 3-D Secure first.
pub const AUTHENTICATION_REQUIRED: &str = "4000002760003184";
/// Captures, and loses the answer.
pub const TIMEOUT_AFTER: &str = "4000000000006017";
/// Loses the request before anything happened.
pub const TIMEOUT_BEFORE: &str = "4000000000006025";
/// Approves, and takes the money back later.
pub const LATE_FAILURE: &str = "4000000000006033";

/// What a test card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardBehavior {
    /// Captures.
    Approve,
    /// Declines for this reason.
    Decline(DeclineReason),
    /// Wants 3-D Secure first.
    RequireAuthentication,
    /// Captures, and loses the answer.
    TimeoutAfter,
    /// Loses the request.
    TimeoutBefore,
    /// Captures, and takes the money back later.
    LateFailure,
}

/// What this number does, if it is a documented test card.
#[must_use]
pub fn behavior(number: &str) -> Option<CardBehavior> {
    Some(match number {
        APPROVE | APPROVE_MASTERCARD | APPROVE_AMEX | "4111111111111111" => CardBehavior::Approve,
        DECLINE => CardBehavior::Decline(DeclineReason::Generic),
        INSUFFICIENT_FUNDS => CardBehavior::Decline(DeclineReason::InsufficientFunds),
        EXPIRED => CardBehavior::Decline(DeclineReason::ExpiredCard),
        LOST_OR_STOLEN => CardBehavior::Decline(DeclineReason::LostOrStolenCard),
        INCORRECT_CVC => CardBehavior::Decline(DeclineReason::IncorrectCvc),
        AUTHENTICATION_REQUIRED => CardBehavior::RequireAuthentication,
        TIMEOUT_AFTER => CardBehavior::TimeoutAfter,
        TIMEOUT_BEFORE => CardBehavior::TimeoutBefore,
        LATE_FAILURE => CardBehavior::LateFailure,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::card::is_card_number;

    // Every documented number passes the check digit: it can be typed into a card form.
    #[test]
    fn numbers_are_valid() {
        for number in [
            super::APPROVE,
            super::APPROVE_MASTERCARD,
            super::APPROVE_AMEX,
            super::DECLINE,
            super::INSUFFICIENT_FUNDS,
            super::EXPIRED,
            super::LOST_OR_STOLEN,
            super::INCORRECT_CVC,
            super::AUTHENTICATION_REQUIRED,
            super::TIMEOUT_AFTER,
            super::TIMEOUT_BEFORE,
            super::LATE_FAILURE,
        ] {
            assert!(is_card_number(number), "{number}");
            assert!(super::behavior(number).is_some());
        }
    }
}
