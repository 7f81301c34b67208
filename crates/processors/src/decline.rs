//! Why charges are declined, in words that all processors share.

/// Why a charge was declined. Adapters map every vendor code to one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclineReason {
    /// The issuer gave no reason.
    Generic,
    /// The account holds too little.
    InsufficientFunds,
    /// The card is past its expiry.
    ExpiredCard,
    /// The card was reported lost or stolen.
    LostOrStolenCard,
    /// The card verification code is wrong.
    IncorrectCvc,
    /// 3-D Secure did not authenticate the buyer.
    AuthenticationFailed,
    /// The token was used before.
    TokenConsumed,
    /// The token's allowance has expired.
    TokenExpired,
    /// The token was revoked.
    TokenRevoked,
    /// The processor does not know the token.
    TokenUnknown,
    /// The amount is above the token's allowance.
    AmountExceedsAllowance,
    /// The currency is not the token's.
    CurrencyMismatch,
    /// The token was issued for another merchant.
    MerchantMismatch,
    /// The token was issued for another checkout session.
    SessionMismatch,
    /// The processor or the issuer refused for the number of attempts.
    RateLimited,
    /// The processor refused the request itself: keys, account or parameters are wrong.
    Misconfigured,
}

impl DeclineReason {
    /// Every reason.
    pub const ALL: [Self; 16] = [
        Self::Generic,
        Self::InsufficientFunds,
        Self::ExpiredCard,
        Self::LostOrStolenCard,
        Self::IncorrectCvc,
        Self::AuthenticationFailed,
        Self::TokenConsumed,
        Self::TokenExpired,
        Self::TokenRevoked,
        Self::TokenUnknown,
        Self::AmountExceedsAllowance,
        Self::CurrencyMismatch,
        Self::MerchantMismatch,
        Self::SessionMismatch,
        Self::RateLimited,
        Self::Misconfigured,
    ];

    /// The word used on our own surfaces and in stored documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Generic => "generic_decline",
            Self::InsufficientFunds => "insufficient_funds",
            Self::ExpiredCard => "expired_card",
            Self::LostOrStolenCard => "lost_or_stolen_card",
            Self::IncorrectCvc => "incorrect_cvc",
            Self::AuthenticationFailed => "authentication_failed",
            Self::TokenConsumed => "token_consumed",
            Self::TokenExpired => "token_expired",
            Self::TokenRevoked => "token_revoked",
            Self::TokenUnknown => "token_unknown",
            Self::AmountExceedsAllowance => "amount_exceeds_allowance",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::MerchantMismatch => "merchant_mismatch",
            Self::SessionMismatch => "session_mismatch",
            Self::RateLimited => "rate_limit_exceeded",
            Self::Misconfigured => "misconfigured",
        }
    }

    /// Reads the word of [`Self::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Whether the buyer can pay the same session with another token or instrument.
    ///
    /// Only a refusal that lies with the merchant's own account is beyond the buyer's help.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        !matches!(self, Self::Misconfigured)
    }
}

impl std::fmt::Display for DeclineReason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}
