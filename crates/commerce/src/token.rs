//! The ledger of a delegated payment token: what it allows, and how it is used up.
//!
//! A token is reserved by one charge, then consumed by it or released. It is consumed at most once.
//! Expiry is decided once, when the token is reserved, by the clock of whoever keeps the token; the
//! charge must then be made within [`RESERVE_LEASE_SECONDS`]. A lease that ran out does not free the
//! token by itself: its keeper finds out what became of the charge and says so.

mod allowance;
mod error;

use comptoir_acp::{
    currency::Currency,
    id::{CheckoutSessionId, MerchantId, PaymentTokenId},
    money::MinorUnits,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::{
    allowance::{Allowance, AllowanceError, LIFETIME_SECONDS_MAX},
    error::{Refused, TokenError},
};
use crate::{checkout::ChargeKey, document::DocumentVersion};

/// Longest time between reserving a token and consuming it, in seconds.
pub const RESERVE_LEASE_SECONDS: i64 = 30;

/// Attempts by merchants that the token is not for, after which it is revoked (T-05).
pub const WRONG_MERCHANT_TRIES_MAX: u8 = 3;

/// How far a token is used up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", deny_unknown_fields)]
pub enum TokenState {
    /// It can be charged.
    Active,
    /// One charge has it and may be under way.
    Reserved {
        /// That charge.
        charge_key: ChargeKey,
        /// What it charges, in minor units of the allowance's currency.
        amount: MinorUnits,
        /// Until when it may be consumed.
        until: Timestamp,
    },
    /// One charge was made with it.
    Consumed {
        /// That charge.
        charge_key: ChargeKey,
        /// What was charged, in minor units of the allowance's currency.
        amount: MinorUnits,
        /// When.
        at: Timestamp,
    },
    /// Its time is over.
    Expired {
        /// When that was recorded.
        at: Timestamp,
    },
    /// It was withdrawn.
    Revoked {
        /// When.
        at: Timestamp,
        /// By what.
        cause: RevokeCause,
    },
}

/// Why a token was withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeCause {
    /// The buyer, or the agent in their name, asked for it.
    Requested,
    /// Merchants that it is not for tried it too often.
    WrongMerchant,
    /// Its keeper suspects abuse.
    Suspicion,
}

impl TokenState {
    /// The state's name, as stored and shown.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Reserved { .. } => "reserved",
            Self::Consumed { .. } => "consumed",
            Self::Expired { .. } => "expired",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// Whether nothing can change it any more.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Consumed { .. } | Self::Expired { .. } | Self::Revoked { .. }
        )
    }
}

/// A payment token. Of the card behind it nothing is known here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Token {
    /// Version of the stored document.
    pub document_version: DocumentVersion,
    /// Identifier.
    pub id: PaymentTokenId,
    /// The agent that asked for it.
    pub owner: String,
    /// What it may be used for.
    pub allowance: Allowance,
    /// How far it is used up.
    pub state: TokenState,
    /// Attempts by merchants that it is not for.
    pub wrong_merchant_tries: u8,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A merchant's wish to charge a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption<'a> {
    /// The merchant, as authenticated, never as claimed.
    pub merchant: &'a MerchantId,
    /// The checkout session to be paid.
    pub checkout_session_id: &'a CheckoutSessionId,
    /// The identity of the charge.
    pub charge_key: &'a ChargeKey,
    /// What to charge, in minor units.
    pub amount: MinorUnits,
    /// Currency of the amount.
    pub currency: Currency,
}

impl Token {
    /// Issues a token.
    #[must_use]
    pub const fn issue(
        id: PaymentTokenId,
        owner: String,
        allowance: Allowance,
        now: Timestamp,
    ) -> Self {
        Self {
            document_version: DocumentVersion,
            id,
            owner,
            allowance,
            state: TokenState::Active,
            wrong_merchant_tries: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// Reserves the token for one charge. Asked again by the same charge while reserved, the answer
    /// is the same token; its lease is not prolonged.
    ///
    /// # Errors
    /// [`Refused`] with the reason. Where it carries a token, that token must be stored although the
    /// redemption is refused: a try was counted, or the token ended.
    pub fn reserve(
        &self,
        redemption: &Redemption<'_>,
        now: Timestamp,
    ) -> Result<Self, Box<Refused>> {
        if *redemption.merchant != self.allowance.merchant_id {
            return Err(self.wrong_merchant(now));
        }
        match &self.state {
            TokenState::Consumed { .. } => return Err(Refused::only(TokenError::Consumed)),
            TokenState::Expired { .. } => return Err(Refused::only(TokenError::Expired)),
            TokenState::Revoked { .. } => return Err(Refused::only(TokenError::Revoked)),
            TokenState::Active | TokenState::Reserved { .. } => {}
        }
        self.check(redemption).map_err(Refused::only)?;
        if let TokenState::Reserved {
            charge_key, amount, ..
        } = &self.state
        {
            return match (
                charge_key == redemption.charge_key,
                *amount == redemption.amount,
            ) {
                (true, true) => Ok(self.clone()),
                (true, false) => Err(Refused::only(TokenError::ChargeDiffers)),
                (false, _) => Err(Refused::only(TokenError::ReservedByOther)),
            };
        }
        if now >= self.allowance.expires_at {
            let expired = self.with(TokenState::Expired { at: now }, now);
            return Err(Box::new(Refused {
                reason: TokenError::Expired,
                token: Some(expired),
            }));
        }
        let until = now
            .checked_add(SignedDuration::from_secs(RESERVE_LEASE_SECONDS))
            .unwrap_or(now);
        let charge_key = redemption.charge_key.clone();
        Ok(self.with(
            TokenState::Reserved {
                charge_key,
                amount: redemption.amount,
                until,
            },
            now,
        ))
    }

    /// Uses the token up: the charge that reserved it was made. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`TokenError::LeaseOver`] after the lease: the charge must be voided, then the token
    /// released. [`TokenError::NotReserved`] or [`TokenError::ReservedByOther`] when another charge,
    /// or none, has the token.
    pub fn consume(&self, charge_key: &ChargeKey, now: Timestamp) -> Result<Self, TokenError> {
        if let TokenState::Consumed {
            charge_key: used_by,
            ..
        } = &self.state
        {
            let same = used_by == charge_key;
            return if same {
                Ok(self.clone())
            } else {
                Err(TokenError::Consumed)
            };
        }
        let (amount, until) = self.reserved_by(charge_key)?;
        if now > until {
            return Err(TokenError::LeaseOver);
        }
        let charge_key = charge_key.clone();
        Ok(self.with(
            TokenState::Consumed {
                charge_key,
                amount,
                at: now,
            },
            now,
        ))
    }

    /// Frees the token: the charge that reserved it was not made, and will not be. The token can be
    /// charged again unless its time is over.
    ///
    /// # Errors
    /// [`TokenError::NotReserved`] or [`TokenError::ReservedByOther`] when another charge, or none,
    /// has the token.
    pub fn release(&self, charge_key: &ChargeKey, now: Timestamp) -> Result<Self, TokenError> {
        self.reserved_by(charge_key)?;
        let state = if now >= self.allowance.expires_at {
            TokenState::Expired { at: now }
        } else {
            TokenState::Active
        };
        Ok(self.with(state, now))
    }

    /// Records that the token's time is over. None before that time, after its end, and while a
    /// charge has it: what became of that charge must be known first.
    #[must_use]
    pub fn expire(&self, now: Timestamp) -> Option<Self> {
        let due = self.state == TokenState::Active && now >= self.allowance.expires_at;
        due.then(|| self.with(TokenState::Expired { at: now }, now))
    }

    /// Withdraws the token. Withdrawing it twice changes nothing.
    ///
    /// # Errors
    /// [`TokenError::Consumed`] and [`TokenError::Expired`] when it has ended otherwise,
    /// [`TokenError::ReservedByOther`] while a charge may be under way.
    pub fn revoke(&self, cause: RevokeCause, now: Timestamp) -> Result<Self, TokenError> {
        match &self.state {
            TokenState::Active => Ok(self.with(TokenState::Revoked { at: now, cause }, now)),
            TokenState::Revoked { .. } => Ok(self.clone()),
            TokenState::Reserved { .. } => Err(TokenError::ReservedByOther),
            TokenState::Consumed { .. } => Err(TokenError::Consumed),
            TokenState::Expired { .. } => Err(TokenError::Expired),
        }
    }

    /// Compares what is asked with what is allowed.
    fn check(&self, redemption: &Redemption<'_>) -> Result<(), TokenError> {
        let allowance = &self.allowance;
        if *redemption.checkout_session_id != allowance.checkout_session_id {
            return Err(TokenError::SessionMismatch);
        }
        if redemption.currency != allowance.currency {
            return Err(TokenError::CurrencyMismatch);
        }
        if redemption.amount <= MinorUnits::ZERO {
            return Err(TokenError::AmountNotPositive);
        }
        if redemption.amount > allowance.max_amount {
            return Err(TokenError::AmountExceedsAllowance);
        }
        Ok(())
    }

    fn reserved_by(&self, charge_key: &ChargeKey) -> Result<(MinorUnits, Timestamp), TokenError> {
        match &self.state {
            TokenState::Reserved {
                charge_key: holder,
                amount,
                until,
            } if holder == charge_key => Ok((*amount, *until)),
            TokenState::Reserved { .. } => Err(TokenError::ReservedByOther),
            TokenState::Active
            | TokenState::Consumed { .. }
            | TokenState::Expired { .. }
            | TokenState::Revoked { .. } => Err(TokenError::NotReserved),
        }
    }

    /// Counts a try by a merchant that the token is not for. The last one withdraws it, unless a
    /// charge has it; then the next try after that does.
    fn wrong_merchant(&self, now: Timestamp) -> Box<Refused> {
        let mut refused = Refused {
            reason: TokenError::MerchantMismatch,
            token: None,
        };
        if !self.state.is_terminal() {
            let mut token = self.with(self.state.clone(), now);
            token.wrong_merchant_tries = self.wrong_merchant_tries.saturating_add(1);
            if token.wrong_merchant_tries >= WRONG_MERCHANT_TRIES_MAX
                && token.state == TokenState::Active
            {
                token.state = TokenState::Revoked {
                    at: now,
                    cause: RevokeCause::WrongMerchant,
                };
            }
            refused.token = Some(token);
        }
        Box::new(refused)
    }

    fn with(&self, state: TokenState, now: Timestamp) -> Self {
        Self {
            state,
            updated_at: now,
            ..self.clone()
        }
    }
}
