//! What a payment token allows, at its boundaries.

use comptoir_acp::id::{CheckoutSessionId, MerchantId, PaymentTokenId};
use comptoir_commerce::{
    AMOUNT_MAX,
    checkout::ChargeKey,
    token::{
        Allowance, AllowanceError, LIFETIME_SECONDS_MAX, RESERVE_LEASE_SECONDS, Redemption,
        Refused, RevokeCause, Token, TokenError, TokenState, WRONG_MERCHANT_TRIES_MAX,
    },
};
use jiff::Timestamp;

use crate::fixtures::{currency, key, later, now, units};

/// What somebody asks of a token; the right things unless changed.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) merchant: &'static str,
    pub(crate) session: &'static str,
    pub(crate) charge_key: ChargeKey,
    pub(crate) amount: i64,
    pub(crate) currency: &'static str,
}

impl Ask {
    pub(crate) fn new() -> Self {
        Self {
            merchant: "merchant-1",
            session: "cs_1",
            charge_key: key(1),
            amount: 5_000,
            currency: "eur",
        }
    }

    pub(crate) fn of(&self, token: &Token, at: Timestamp) -> Result<Token, Box<Refused>> {
        let merchant = MerchantId::parse(self.merchant).unwrap();
        let session = CheckoutSessionId::parse(self.session).unwrap();
        let redemption = Redemption {
            merchant: &merchant,
            checkout_session_id: &session,
            charge_key: &self.charge_key,
            amount: units(self.amount),
            currency: currency(self.currency),
        };
        token.reserve(&redemption, at)
    }

    fn refused(&self, token: &Token, at: Timestamp) -> TokenError {
        self.of(token, at).unwrap_err().reason
    }
}

/// A token of merchant-1 for `cs_1`, 50.00 EUR, ten minutes.
pub(crate) fn token() -> Token {
    let allowance = allowance(5_000, 600).unwrap();
    Token::issue(
        PaymentTokenId::parse("vt_1").unwrap(),
        "agent-1".to_owned(),
        allowance,
        now(),
    )
}

fn allowance(amount: i64, seconds: i64) -> Result<Allowance, AllowanceError> {
    Allowance::new(
        MerchantId::parse("merchant-1").unwrap(),
        CheckoutSessionId::parse("cs_1").unwrap(),
        units(amount),
        currency("EUR"),
        later(seconds),
        now(),
    )
}

fn reserved() -> Token {
    Ask::new().of(&token(), later(1)).unwrap()
}

// The bounds of an allowance, at -1, 0 and +1 (T-08, T-09).
#[test]
fn allowances_are_bounded() {
    let out_of_range = Some(AllowanceError::AmountOutOfRange);
    for (amount, error) in [
        (i64::MIN, out_of_range),
        (-1, out_of_range),
        (0, out_of_range),
        (1, None),
        (AMOUNT_MAX - 1, None),
        (AMOUNT_MAX, None),
        (AMOUNT_MAX + 1, out_of_range),
        (i64::MAX, out_of_range),
    ] {
        assert_eq!(allowance(amount, 60).err(), error, "{amount}");
    }
    for (seconds, error) in [
        (-1, Some(AllowanceError::ExpiryInThePast)),
        (0, Some(AllowanceError::ExpiryInThePast)),
        (1, None),
        (LIFETIME_SECONDS_MAX, None),
        (LIFETIME_SECONDS_MAX + 1, Some(AllowanceError::ExpiryTooFar)),
    ] {
        assert_eq!(allowance(1, seconds).err(), error, "{seconds}");
    }
}

// Up to the allowance and not one unit more; the token stays active (T-03).
#[test]
fn the_amount_is_bounded() {
    let token = token();
    for amount in [1, 4_999, 5_000] {
        assert!(
            Ask {
                amount,
                ..Ask::new()
            }
            .of(&token, now())
            .is_ok(),
            "{amount}"
        );
    }
    for amount in [5_001, i64::MAX] {
        let refused = Ask {
            amount,
            ..Ask::new()
        }
        .of(&token, now())
        .unwrap_err();
        assert_eq!(
            (refused.reason, refused.token),
            (TokenError::AmountExceedsAllowance, None)
        );
    }
    for amount in [0, -1, i64::MIN] {
        let reason = Ask {
            amount,
            ..Ask::new()
        }
        .refused(&token, now());
        assert_eq!(reason, TokenError::AmountNotPositive);
    }
}

// Every other currency is refused, those of other exponents too (T-04).
#[test]
fn the_currency_is_bound() {
    for currency in ["usd", "jpy", "kwd", "chf"] {
        let refused = Ask {
            currency,
            ..Ask::new()
        }
        .of(&token(), now())
        .unwrap_err();
        assert_eq!(
            (refused.reason, refused.token),
            (TokenError::CurrencyMismatch, None)
        );
    }
}

// The right merchant with another session is refused (T-06, field defect 2).
#[test]
fn the_session_is_bound() {
    let refused = Ask {
        session: "cs_2",
        ..Ask::new()
    }
    .of(&token(), now())
    .unwrap_err();
    assert_eq!(
        (refused.reason, refused.token),
        (TokenError::SessionMismatch, None)
    );
}

// Another merchant is refused and counted; the third try withdraws the token (T-05).
#[test]
fn the_merchant_is_bound() {
    let thief = Ask {
        merchant: "merchant-2",
        ..Ask::new()
    };
    let mut token = token();
    for tries in 1..=WRONG_MERCHANT_TRIES_MAX {
        assert!(
            Ask::new().of(&token, now()).is_ok(),
            "still good before try {tries}"
        );
        let refused = thief.of(&token, now()).unwrap_err();
        assert_eq!(refused.reason, TokenError::MerchantMismatch);
        token = refused.token.unwrap();
        assert_eq!(token.wrong_merchant_tries, tries);
    }
    let cause = RevokeCause::WrongMerchant;
    assert_eq!(token.state, TokenState::Revoked { at: now(), cause });
    assert_eq!(Ask::new().refused(&token, now()), TokenError::Revoked);
    assert_eq!(thief.of(&token, now()).unwrap_err().token, None);
}

// Good until the moment before its end, of no use from then on; the end is recorded.
#[test]
fn the_expiry_is_exact() {
    let token = token();
    let just_before = "2026-11-23T12:09:59.999999Z".parse().unwrap();
    assert!(Ask::new().of(&token, just_before).is_ok());
    for at in [later(600), later(601)] {
        let refused = Ask::new().of(&token, at).unwrap_err();
        assert_eq!(refused.reason, TokenError::Expired);
        assert_eq!(refused.token.unwrap().state, TokenState::Expired { at });
    }
    assert_eq!(token.expire(later(599)), None);
    assert_eq!(token.expire(later(600)).unwrap().state.name(), "expired");
}

// Expiry is decided when the token is reserved: the charge may be made within the lease (T-07).
#[test]
fn expiry_is_decided_at_reservation() {
    let reserved = Ask::new().of(&token(), later(599)).unwrap();
    assert_eq!(reserved.expire(later(610)), None);
    let lease_end = 599 + RESERVE_LEASE_SECONDS;
    assert!(reserved.consume(&key(1), later(lease_end)).is_ok());
    assert_eq!(
        reserved.consume(&key(1), later(lease_end + 1)),
        Err(TokenError::LeaseOver)
    );
    let released = reserved.release(&key(1), later(lease_end + 1)).unwrap();
    assert_eq!(released.state.name(), "expired");
}

// One charge at a time; the same charge is answered the same, with the same lease (T-02, field defect 3).
#[test]
fn one_charge_has_the_token() {
    let reserved = reserved();
    let other = Ask {
        charge_key: key(2),
        ..Ask::new()
    };
    assert_eq!(
        other.refused(&reserved, later(2)),
        TokenError::ReservedByOther
    );
    assert_eq!(Ask::new().of(&reserved, later(20)).unwrap(), reserved);
    let less = Ask {
        amount: 4_000,
        ..Ask::new()
    };
    assert_eq!(less.refused(&reserved, later(2)), TokenError::ChargeDiffers);
    assert_eq!(
        reserved.consume(&key(2), later(2)),
        Err(TokenError::ReservedByOther)
    );
    assert_eq!(
        reserved.release(&key(2), later(2)),
        Err(TokenError::ReservedByOther)
    );
    let lapsed = later(1 + RESERVE_LEASE_SECONDS + 1);
    assert_eq!(
        other.refused(&reserved, lapsed),
        TokenError::ReservedByOther,
        "not freed by time"
    );
}

// Used once, it is used up, for the same charge too (T-01); consuming twice is once.
#[test]
fn a_used_token_is_used_up() {
    let consumed = reserved().consume(&key(1), later(2)).unwrap();
    assert_eq!(
        Ask::new().refused(&consumed, later(3)),
        TokenError::Consumed
    );
    let other = Ask {
        charge_key: key(2),
        amount: 1,
        ..Ask::new()
    };
    assert_eq!(other.refused(&consumed, later(3)), TokenError::Consumed);
    assert_eq!(consumed.consume(&key(1), later(99)), Ok(consumed.clone()));
    assert_eq!(
        consumed.consume(&key(2), later(3)),
        Err(TokenError::Consumed)
    );
    assert_eq!(
        consumed.release(&key(1), later(3)),
        Err(TokenError::NotReserved)
    );
    assert_eq!(
        consumed.revoke(RevokeCause::Requested, later(3)),
        Err(TokenError::Consumed)
    );
    assert_eq!(consumed.expire(later(9_999)), None);
}

// A charge that was not made frees the token for the next attempt.
#[test]
fn a_released_token_can_be_used_again() {
    let released = reserved().release(&key(1), later(2)).unwrap();
    assert_eq!(released.state, TokenState::Active);
    let next = Ask {
        charge_key: key(2),
        ..Ask::new()
    }
    .of(&released, later(3))
    .unwrap();
    assert!(next.consume(&key(2), later(4)).is_ok());
    assert_eq!(
        released.consume(&key(1), later(4)),
        Err(TokenError::NotReserved)
    );
}

// Withdrawn, it is of no use (T-10); a charge under way is not withdrawn under its feet.
#[test]
fn a_revoked_token_is_of_no_use() {
    let revoked = token().revoke(RevokeCause::Requested, later(1)).unwrap();
    assert_eq!(Ask::new().refused(&revoked, later(2)), TokenError::Revoked);
    assert_eq!(
        revoked.revoke(RevokeCause::Suspicion, later(2)),
        Ok(revoked.clone())
    );
    assert_eq!(
        reserved().revoke(RevokeCause::Requested, later(2)),
        Err(TokenError::ReservedByOther)
    );
    let expired = token().expire(later(600)).unwrap();
    assert_eq!(
        expired.revoke(RevokeCause::Requested, later(601)),
        Err(TokenError::Expired)
    );
}

// The stranger learns nothing but that it is not theirs, whatever the token's state.
#[test]
fn a_stranger_learns_nothing() {
    let thief = Ask {
        merchant: "merchant-2",
        session: "cs_9",
        amount: 1,
        ..Ask::new()
    };
    let consumed = reserved().consume(&key(1), later(2)).unwrap();
    let revoked = token().revoke(RevokeCause::Requested, later(1)).unwrap();
    for token in [
        token(),
        reserved(),
        consumed,
        revoked,
        token().expire(later(600)).unwrap(),
    ] {
        assert_eq!(
            thief.refused(&token, later(700)),
            TokenError::MerchantMismatch
        );
    }
}
