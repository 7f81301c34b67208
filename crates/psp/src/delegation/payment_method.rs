//! Rules about the card itself.

use comptoir_acp::{
    latest::delegate_payment::{CardNumberType, PaymentMethodCard},
    text::BoundedText,
};
use comptoir_http::ApiError;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::{Rules, check_length, check_text, refuse};
use crate::{
    card::{self, Brand, Expiry},
    config::Mode,
    issuer::test_cards,
    token::Display,
    vault::CardData,
};

/// Number, expiry and what goes with them; the billing address is added by the caller.
pub(super) fn check_card(
    method: &PaymentMethodCard,
    rules: &Rules<'_>,
) -> Result<CardData, ApiError> {
    let number = method.number.expose();
    if !card::is_card_number(number) {
        return Err(refuse("$.payment_method.number", "is not a card number"));
    }
    if rules.mode == Mode::Live {
        if test_cards::behavior(number).is_some() {
            return Err(refuse("$.payment_method.number", "is a test card"));
        }
        if is_network_token(method) {
            return Err(refuse(
                "$.payment_method.card_number_type",
                "network tokens are not accepted in live mode",
            ));
        }
    }
    let expiry = check_expiry(method, rules.now)?;
    check_iin(method)?;
    let eci_value = method.eci_value.as_ref().map(|eci| eci.as_str().to_owned());
    if eci_value
        .as_deref()
        .is_some_and(|eci| !card::is_digits(eci))
    {
        return Err(refuse(
            "$.payment_method.eci_value",
            "must be at most two digits",
        ));
    }
    check_text(method.name.as_deref(), "$.payment_method.name")?;
    check_text(
        method.display_wallet_type.as_deref(),
        "$.payment_method.display_wallet_type",
    )?;
    let cryptogram = method
        .cryptogram
        .as_ref()
        .map(|text| text.expose().to_owned());
    check_length(cryptogram.as_deref(), "$.payment_method.cryptogram")?;
    Ok(CardData {
        number: number.to_owned(),
        exp_month: expiry.map(|expiry| expiry.month),
        exp_year: expiry.map(|expiry| expiry.year),
        name: method.name.clone(),
        cryptogram,
        eci_value,
        billing_address: None,
    })
}

/// What is shown to the buyer must be what is charged.
pub(super) fn check_display(method: &PaymentMethodCard) -> Result<Display, ApiError> {
    let own_last4 = method.number.last_four();
    let last4 = method
        .display_last4
        .as_ref()
        .map_or(own_last4, |last4| last4.as_str());
    if !is_network_token(method) && last4 != own_last4 {
        return Err(refuse(
            "$.payment_method.display_last4",
            "does not belong to the number",
        ));
    }
    let claimed = method.display_brand.as_deref();
    check_text(claimed, "$.payment_method.display_brand")?;
    let own_brand = Brand::of(method.number.expose());
    let claimed_brand = claimed.and_then(Brand::parse);
    if claimed_brand.is_some() && own_brand.is_some() && claimed_brand != own_brand {
        return Err(refuse(
            "$.payment_method.display_brand",
            "does not belong to the number",
        ));
    }
    Ok(Display {
        brand: claimed
            .map(ToOwned::to_owned)
            .or_else(|| own_brand.map(|brand| brand.as_str().to_owned())),
        last4: last4.to_owned(),
        funding_type: method.display_card_funding_type.as_str().to_owned(),
    })
}

/// As many digits as the card's network prints; three or four for an unknown network.
pub(super) fn check_cvc(method: &PaymentMethodCard) -> Result<Option<Zeroizing<String>>, ApiError> {
    let Some(cvc) = &method.cvc else {
        return Ok(None);
    };
    let digits = cvc.expose();
    match Brand::of(method.number.expose()) {
        Some(brand) if digits.len() != brand.cvc_len() => Err(refuse(
            "$.payment_method.cvc",
            "must be the three or four digits of the card's network",
        )),
        _ => Ok(Some(Zeroizing::new(digits.to_owned()))),
    }
}

/// `exp_month` is `01` to `12`, `exp_year` four digits; both or neither; not past.
fn check_expiry(method: &PaymentMethodCard, now: Timestamp) -> Result<Option<Expiry>, ApiError> {
    const MONTH: &str = "$.payment_method.exp_month";
    const YEAR: &str = "$.payment_method.exp_year";
    let (month, year) = match (&method.exp_month, &method.exp_year) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(refuse(YEAR, "must be given together with exp_month")),
        (None, Some(_)) => return Err(refuse(MONTH, "must be given together with exp_year")),
        (Some(month), Some(year)) => (month.as_str(), year.as_str()),
    };
    let month = digits(month, 2)
        .and_then(|month| i8::try_from(month).ok())
        .filter(|month| (1..=12).contains(month));
    let month = month.ok_or_else(|| refuse(MONTH, "must be 01 to 12"))?;
    let year = digits(year, 4).ok_or_else(|| refuse(YEAR, "must be four digits"))?;
    let expiry = Expiry { year, month };
    if expiry.is_implausible(now) {
        return Err(refuse(YEAR, "is too far in the future"));
    }
    if expiry.is_past(now) {
        let year_is_past = Expiry { year, month: 12 }.is_past(now);
        return Err(refuse(
            if year_is_past { YEAR } else { MONTH },
            "the card has expired",
        ));
    }
    Ok(Some(expiry))
}

/// A number written with exactly `length` digits.
fn digits(text: &str, length: usize) -> Option<i16> {
    if card::is_digits(text) && text.len() == length {
        text.parse().ok()
    } else {
        None
    }
}

/// An IIN is 6 to 8 digits. Of a network token it is the underlying card's and not comparable.
fn check_iin(method: &PaymentMethodCard) -> Result<(), ApiError> {
    const IIN: &str = "$.payment_method.iin";
    let Some(iin) = method.iin.as_ref().map(BoundedText::as_str) else {
        return Ok(());
    };
    if !card::is_digits(iin) || iin.len() < 6 {
        return Err(refuse(IIN, "must be 6 to 8 digits"));
    }
    if is_network_token(method) || method.number.expose().starts_with(iin) {
        Ok(())
    } else {
        Err(refuse(IIN, "does not belong to the number"))
    }
}

fn is_network_token(method: &PaymentMethodCard) -> bool {
    method.card_number_type == CardNumberType::NetworkToken
}
