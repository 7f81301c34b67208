//! Identifiers as types of their own.

/// The longest identifier accepted, in characters (the limit of `merchant_id` in the allowance).
pub const ID_CHARS_MAX: usize = 256;

/// The longest idempotency key accepted, in bytes.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;

/// Why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// An id has at least one character.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The id is longer than the limit of its kind.
    #[error("{0} is longer than {1} characters")]
    TooLong(&'static str, usize),
    /// The id holds a control character, or, in a header, something other than visible ASCII.
    #[error("{0} holds an illegal character")]
    IllegalCharacter(&'static str),
}

pub(crate) fn check(kind: &'static str, text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty(kind));
    }
    if text.chars().nth(ID_CHARS_MAX).is_some() {
        return Err(IdError::TooLong(kind, ID_CHARS_MAX));
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::IllegalCharacter(kind));
    }
    Ok(())
}

id_type!(
    /// A checkout session.
    CheckoutSessionId, "cs"
);
id_type!(
    /// A cart.
    CartId, "cart"
);
id_type!(
    /// An order.
    OrderId, "ord"
);
id_type!(
    /// A line of a checkout, cart or order.
    LineItemId, "li"
);
id_type!(
    /// What a seller sells: the id of a variant in the feed and of an item in the checkout.
    ItemId, "item"
);
id_type!(
    /// A payment token of the PSP.
    PaymentTokenId, "vt"
);
id_type!(
    /// A charge at the PSP.
    ChargeId, "ch"
);
id_type!(
    /// A refund at the PSP.
    RefundId, "re"
);
id_type!(
    /// A product feed at the agent.
    FeedId, "feed"
);
id_type!(
    /// A merchant as the PSP knows it.
    MerchantId, "mer"
);
id_type!(
    /// A fulfilment of an order.
    FulfillmentId, "ful"
);
id_type!(
    /// An adjustment of an order, such as a refund.
    AdjustmentId, "adj"
);
id_type!(
    /// One request, for tracing.
    RequestId, "req"
);
id_type!(
    /// One event, for de-duplication.
    EventId, "evt"
);

/// The value of the `Idempotency-Key` header: 1 to 255 visible ASCII characters, with spaces between
/// them where the peer likes. The text is opaque.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(Box<str>);

impl IdempotencyKey {
    /// What our own keys start with, before the underscore.
    pub const PREFIX: &'static str = "idem";

    /// Takes 1 to 255 visible ASCII characters and inner spaces. Outer spaces are no part of a
    /// header's value: a key with them could not be sent.
    pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
        let text = text.into();
        if text.is_empty() {
            return Err(IdError::Empty("IdempotencyKey"));
        }
        if text.len() > IDEMPOTENCY_KEY_BYTES_MAX {
            return Err(IdError::TooLong(
                "IdempotencyKey",
                IDEMPOTENCY_KEY_BYTES_MAX,
            ));
        }
        let visible = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if !text.bytes().all(visible) || text.starts_with(' ') || text.ends_with(' ') {
            return Err(IdError::IllegalCharacter("IdempotencyKey"));
        }
        Ok(Self(text.into_boxed_str()))
    }

    /// The key as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

string_type_impls!(IdempotencyKey, IdError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_bounded_opaque_text() {
        assert!(OrderId::parse("any peer's id: é/../#?").is_ok());
        assert!(OrderId::parse("x".repeat(ID_CHARS_MAX)).is_ok());
        assert!(matches!(
            OrderId::parse("x".repeat(ID_CHARS_MAX + 1)),
            Err(IdError::TooLong(..))
        ));
        assert!(matches!(OrderId::parse(""), Err(IdError::Empty("OrderId"))));
        assert!(matches!(
            OrderId::parse("a\nb"),
            Err(IdError::IllegalCharacter(_))
        ));
    }

    #[test]
    fn idempotency_keys_are_visible_ascii_with_inner_spaces() {
        assert!(IdempotencyKey::parse("k".repeat(255)).is_ok());
        assert!(IdempotencyKey::parse("two words  more").is_ok());
        for bad in [
            String::new(),
            "k".repeat(256),
            " a".into(),
            "a ".into(),
            " ".into(),
            "é".into(),
            "a\tb".into(),
            "a\u{7f}b".into(),
        ] {
            assert!(IdempotencyKey::parse(bad.clone()).is_err(), "{bad}");
        }
    }
}
