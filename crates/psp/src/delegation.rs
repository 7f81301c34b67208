//! What an agent delegates, checked: every rule of `POST /agentic_commerce/delegate_payment`.
//!
//! Rules come from the delegate payment RFC §3 and §7 and the 2026-04-17 schema; the vault adds the
//! check digit, the expiry, agreement of the display fields with the number, and the bounds of the
//! allowance. Messages name the rule and never quote a value: a value may be a card number.

mod address;
mod request;

use comptoir_acp::{
    id::{CheckoutSessionId, MerchantId},
    money::MinorUnits,
    text::Rfc3339,
};
use comptoir_commerce::token::{Allowance, AllowanceError};
use comptoir_http::ApiError;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

pub(crate) use self::request::DelegatePaymentRequest;
use self::request::{AllowanceRequest, CardNumberType, PaymentMethodCard, RiskAction, StringMap};
use crate::{
    card::{self, Brand, Expiry},
    config::Mode,
    endpoints::fields,
    issuer::test_cards,
    token::Display,
    vault::CardData,
};

/// Most entries of a metadata map.
const METADATA_ENTRIES_MAX: usize = 50;

/// Longest key and value of a metadata map, in characters.
const METADATA_KEY_CHARS_MAX: usize = 64;
const METADATA_VALUE_CHARS_MAX: usize = 1_000;

/// Longest name and display text, in characters.
const TEXT_CHARS_MAX: usize = 256;

/// A checked delegation.
pub(crate) struct Delegation {
    pub(crate) card: CardData,
    pub(crate) cvc: Option<Zeroizing<String>>,
    pub(crate) display: Display,
    pub(crate) allowance: Allowance,
    pub(crate) metadata: StringMap,
}

/// What the rules depend on besides the request.
pub(crate) struct Rules<'a> {
    pub(crate) now: Timestamp,
    pub(crate) mode: Mode,
    pub(crate) is_merchant: &'a dyn Fn(&str) -> bool,
}

/// `max_amount` is written as a plain integer: `1e3` and `1000.0` are refused, although they are the
/// same number, because not every reader on the way to the money agrees on that.
pub(crate) fn check_spelling(body: &[u8]) -> Result<(), ApiError> {
    let spelled: Spelled<'_> =
        serde_json::from_slice(body).map_err(|_| ApiError::invalid("$", "is not readable"))?;
    if card::is_digits(spelled.allowance.max_amount.get()) {
        return Ok(());
    }
    Err(ApiError::invalid(
        "$.allowance.max_amount",
        "must be 1 to 10^12 minor units, written as an integer",
    ))
}

#[derive(Deserialize)]
struct Spelled<'a> {
    #[serde(borrow)]
    allowance: SpelledAllowance<'a>,
}

#[derive(Deserialize)]
struct SpelledAllowance<'a> {
    #[serde(borrow)]
    max_amount: &'a RawValue,
}

/// Applies every rule. The first one that is broken is reported.
pub(crate) fn check(
    request: &DelegatePaymentRequest,
    rules: &Rules<'_>,
) -> Result<Delegation, ApiError> {
    let method = &request.payment_method;
    let card = check_card(request, rules)?;
    let brand = Brand::of(&card.number);
    check_display(method, &card.number, brand)?;
    let cvc = check_cvc(method, brand)?;
    check_metadata(&method.metadata, "$.payment_method.metadata")?;
    check_metadata(&request.metadata, "$.metadata")?;
    let allowance = check_allowance(&request.allowance, rules)?;
    check_risk(request)?;
    let shown_brand = method
        .display_brand
        .clone()
        .or_else(|| brand.map(|brand| brand.as_str().to_owned()));
    let last4 = method
        .display_last4
        .clone()
        .unwrap_or_else(|| last_four(&card.number).to_owned());
    Ok(Delegation {
        cvc,
        display: Display {
            brand: shown_brand,
            last4,
            funding_type: method.display_card_funding_type.as_str().to_owned(),
        },
        allowance,
        metadata: request.metadata.clone(),
        card,
    })
}

fn check_card(request: &DelegatePaymentRequest, rules: &Rules<'_>) -> Result<CardData, ApiError> {
    let method = &request.payment_method;
    if !card::is_card_number(&method.number) {
        return Err(refuse("$.payment_method.number", "is not a card number"));
    }
    if rules.mode == Mode::Live {
        if test_cards::behavior(&method.number).is_some() {
            return Err(refuse("$.payment_method.number", "is a test card"));
        }
        if method.card_number_type == CardNumberType::NetworkToken {
            return Err(refuse(
                "$.payment_method.card_number_type",
                "network tokens are not accepted in live mode",
            ));
        }
    }
    let expiry = check_expiry(method, rules.now)?;
    if let Some(iin) = &method.iin {
        check_iin(method, iin)?;
    }
    let eci = method.eci_value.as_deref();
    if eci.is_some_and(|eci| !card::is_digits(eci) || eci.len() > 2) {
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
    check_length(
        method.cryptogram.as_ref().map(|text| text.as_str()),
        "$.payment_method.cryptogram",
    )?;
    let billing_address = request
        .billing_address
        .as_ref()
        .map(address::check)
        .transpose()?;
    Ok(CardData {
        number: method.number.to_string(),
        exp_month: expiry.map(|expiry| expiry.month),
        exp_year: expiry.map(|expiry| expiry.year),
        name: method.name.clone(),
        cryptogram: method.cryptogram.as_ref().map(|text| text.to_string()),
        eci_value: method.eci_value.clone(),
        billing_address,
    })
}

/// `exp_month` is `01` to `12`, `exp_year` four digits; both or neither; not past.
fn check_expiry(method: &PaymentMethodCard, now: Timestamp) -> Result<Option<Expiry>, ApiError> {
    const MONTH: &str = "$.payment_method.exp_month";
    const YEAR: &str = "$.payment_method.exp_year";
    let (month, year) = match (&method.exp_month, &method.exp_year) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(refuse(YEAR, "must be given together with exp_month")),
        (None, Some(_)) => return Err(refuse(MONTH, "must be given together with exp_year")),
        (Some(month), Some(year)) => (month, year),
    };
    let two_digits = card::is_digits(month) && month.len() == 2;
    let month: i8 = month
        .parse()
        .ok()
        .filter(|month| two_digits && (1..=12).contains(month))
        .unwrap_or(0);
    if month == 0 {
        return Err(refuse(MONTH, "must be 01 to 12"));
    }
    let four_digits = card::is_digits(year) && year.len() == 4;
    let year: i16 = year.parse().ok().filter(|_| four_digits).unwrap_or(0);
    if year == 0 {
        return Err(refuse(YEAR, "must be four digits"));
    }
    let expiry = Expiry { year, month };
    if expiry.is_implausible(now) {
        return Err(refuse(YEAR, "is too far in the future"));
    }
    if expiry.is_past(now) {
        let same_year = !Expiry { year, month: 12 }.is_past(now);
        return Err(refuse(
            if same_year { MONTH } else { YEAR },
            "the card has expired",
        ));
    }
    Ok(Some(expiry))
}

/// An IIN is 6 to 8 digits. Of a network token it is the underlying card's and not comparable.
fn check_iin(method: &PaymentMethodCard, iin: &str) -> Result<(), ApiError> {
    let well_formed = card::is_digits(iin) && (6..=8).contains(&iin.len());
    let agrees =
        method.card_number_type == CardNumberType::NetworkToken || method.number.starts_with(iin);
    if !well_formed {
        return Err(refuse("$.payment_method.iin", "must be 6 to 8 digits"));
    }
    if agrees {
        Ok(())
    } else {
        Err(refuse(
            "$.payment_method.iin",
            "does not belong to the number",
        ))
    }
}

/// What is shown to the buyer must be what is charged.
fn check_display(
    method: &PaymentMethodCard,
    number: &str,
    brand: Option<Brand>,
) -> Result<(), ApiError> {
    let is_token = method.card_number_type == CardNumberType::NetworkToken;
    if let Some(last4) = &method.display_last4 {
        if !card::is_digits(last4) || last4.len() != 4 {
            return Err(refuse(
                "$.payment_method.display_last4",
                "must be four digits",
            ));
        }
        if !is_token && last4 != last_four(number) {
            return Err(refuse(
                "$.payment_method.display_last4",
                "does not belong to the number",
            ));
        }
    }
    check_text(
        method.display_brand.as_deref(),
        "$.payment_method.display_brand",
    )?;
    let claimed = method.display_brand.as_deref().and_then(Brand::parse);
    if claimed.is_some() && brand.is_some() && claimed != brand {
        return Err(refuse(
            "$.payment_method.display_brand",
            "does not belong to the number",
        ));
    }
    Ok(())
}

fn check_cvc(
    method: &PaymentMethodCard,
    brand: Option<Brand>,
) -> Result<Option<Zeroizing<String>>, ApiError> {
    let Some(cvc) = &method.cvc else {
        return Ok(None);
    };
    let fits = match brand {
        Some(brand) => cvc.len() == brand.cvc_len(),
        None => (3..=4).contains(&cvc.len()),
    };
    if !card::is_digits(cvc) || !fits {
        return Err(refuse(
            "$.payment_method.cvc",
            "must be the three or four digits of the card's network",
        ));
    }
    Ok(Some(cvc.clone()))
}

/// Bounds of the allowance, and a merchant that exists here.
fn check_allowance(asked: &AllowanceRequest, rules: &Rules<'_>) -> Result<Allowance, ApiError> {
    const MERCHANT: &str = "$.allowance.merchant_id";
    const SESSION: &str = "$.allowance.checkout_session_id";
    const EXPIRES: &str = "$.allowance.expires_at";
    let currency = fields::currency(&asked.currency, "$.allowance.currency")?;
    let merchant = MerchantId::parse(asked.merchant_id.clone())
        .map_err(|_| ApiError::invalid(MERCHANT, "must be 1 to 256 characters"))?;
    if !(rules.is_merchant)(merchant.as_str()) {
        return Err(ApiError::invalid(MERCHANT, "is not a merchant of this PSP"));
    }
    if card::contains_card_number(&asked.checkout_session_id) {
        return Err(ApiError::invalid(SESSION, "must not hold a card number"));
    }
    let session = CheckoutSessionId::parse(asked.checkout_session_id.clone())
        .map_err(|_| ApiError::invalid(SESSION, "is not an identifier"))?;
    let expires_at = Rfc3339::parse(&asked.expires_at)
        .map_err(|_| ApiError::invalid(EXPIRES, "must be an RFC 3339 date and time with offset"))?;
    // jiff reads the leap second as the second before it; an expiry that is a guess is refused.
    if asked.expires_at.get(17..19) == Some("60") {
        return Err(ApiError::invalid(EXPIRES, "must not be a leap second"));
    }
    let allowance = Allowance::new(
        merchant,
        session,
        MinorUnits::new(asked.max_amount),
        currency,
        expires_at.timestamp(),
        rules.now,
    );
    allowance.map_err(|error| {
        let (param, message) = match error {
            AllowanceError::AmountOutOfRange => {
                ("$.allowance.max_amount", "must be 1 to 10^12 minor units")
            }
            AllowanceError::ExpiryInThePast => (EXPIRES, "must be in the future"),
            AllowanceError::ExpiryTooFar => (EXPIRES, "must be at most 24 hours ahead"),
            _ => ("$.allowance", "is not allowed"),
        };
        ApiError::invalid(param, message)
    })
}

/// A signal can only lower what is possible: `blocked` refuses, nothing else has an effect. The RFC
/// asks for at least one signal, the schema allows none; none is accepted.
fn check_risk(request: &DelegatePaymentRequest) -> Result<(), ApiError> {
    match request
        .risk_signals
        .iter()
        .position(|signal| signal.action == RiskAction::Blocked)
    {
        Some(index) => Err(ApiError::unprocessable(
            "invalid_card",
            format!("$.risk_signals[{index}].action"),
            "the agent's own risk signal blocks this payment",
        )),
        None => Ok(()),
    }
}

fn check_metadata(map: &StringMap, param: &str) -> Result<(), ApiError> {
    if map.len() > METADATA_ENTRIES_MAX {
        return Err(ApiError::invalid(param, "must have at most 50 entries"));
    }
    for (key, value) in map {
        if card::contains_card_number(key) || card::contains_card_number(value) {
            // The key is not named: it may be the number.
            return Err(ApiError::invalid(param, "must not hold a card number"));
        }
        if key.chars().count() > METADATA_KEY_CHARS_MAX
            || value.chars().count() > METADATA_VALUE_CHARS_MAX
        {
            return Err(ApiError::invalid(
                param,
                "keys are at most 64 characters, values at most 1000",
            ));
        }
    }
    Ok(())
}

fn check_length(text: Option<&str>, param: &str) -> Result<(), ApiError> {
    match text {
        Some(text) if text.chars().count() > TEXT_CHARS_MAX => {
            Err(refuse(param, "must be at most 256 characters"))
        }
        _ => Ok(()),
    }
}

/// Text for people: bounded, and no hiding place for a card number.
fn check_text(text: Option<&str>, param: &str) -> Result<(), ApiError> {
    check_length(text, param)?;
    match text {
        Some(text) if card::contains_card_number(text) => {
            Err(refuse(param, "must not hold a card number"))
        }
        _ => Ok(()),
    }
}

fn last_four(number: &str) -> &str {
    number
        .get(number.len().saturating_sub(4)..)
        .unwrap_or_default()
}

/// 400 `invalid_card`.
fn refuse(param: &str, message: &'static str) -> ApiError {
    ApiError::invalid(param, message).with_code("invalid_card")
}
