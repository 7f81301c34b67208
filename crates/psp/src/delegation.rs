//! What an agent delegates, checked: every rule of `POST /agentic_commerce/delegate_payment`.
//!
//! Rules come from the delegate payment RFC §3 and §7 and the 2026-04-17 schema, with what older
//! versions ask otherwise; where the RFC asks for a risk signal and that schema does not, an empty
//! list is accepted. The vault adds the check digit, the expiry, agreement of the display fields with the number, and the bounds of the
//! allowance. Messages name the rule and never quote a value: a value may be a card number.

mod address;
mod allowance;
mod payment_method;
mod spelling;

use std::collections::BTreeMap;

use comptoir_acp::{
    latest::delegate_payment::{DelegatePaymentRequest, RiskAction},
    rules::ProtocolRules,
};
use comptoir_commerce::token::Allowance;
use comptoir_http::{ApiError, Call};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::{card, config::Mode, token::Display, vault::CardData};

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
    pub(crate) metadata: BTreeMap<String, String>,
}

/// What the rules depend on besides the request.
pub(crate) struct Rules<'a> {
    pub(crate) now: Timestamp,
    pub(crate) mode: Mode,
    pub(crate) is_merchant: &'a dyn Fn(&str) -> bool,
}

/// Reads the body, as strictly as the schema of the caller's version.
pub(crate) fn read(call: &Call) -> Result<DelegatePaymentRequest, ApiError> {
    spelling::check_number(&call.json)?;
    let request: DelegatePaymentRequest = match spelling::without_short_last4(call)? {
        Some(rewritten) => call.parse_rewritten(&rewritten)?,
        None => call.parse()?,
    };
    spelling::check(call)?;
    check_version(&request, call.rules)?;
    Ok(request)
}

/// What older versions ask beyond the newest one.
fn check_version(request: &DelegatePaymentRequest, rules: &ProtocolRules) -> Result<(), ApiError> {
    if rules.risk_signal_required && request.risk_signals.is_empty() {
        return Err(ApiError::invalid(
            "$.risk_signals",
            "must hold at least one signal",
        ));
    }
    match &request.payment_method.iin {
        Some(iin) if iin.as_str().len() > rules.iin_digits_max => Err(refuse(
            "$.payment_method.iin",
            "has more digits than this version allows",
        )),
        _ => Ok(()),
    }
}

/// Applies every rule. The first one that is broken is reported.
pub(crate) fn check(
    request: &DelegatePaymentRequest,
    rules: &Rules<'_>,
) -> Result<Delegation, ApiError> {
    let method = &request.payment_method;
    let mut card = payment_method::check_card(method, rules)?;
    let display = payment_method::check_display(method)?;
    let cvc = payment_method::check_cvc(method)?;
    card.billing_address = request
        .billing_address
        .as_ref()
        .map(address::check)
        .transpose()?;
    check_metadata(&method.metadata, "$.payment_method.metadata")?;
    check_metadata(&request.metadata, "$.metadata")?;
    let allowance = allowance::check(&request.allowance, rules)?;
    check_risk(request)?;
    Ok(Delegation {
        card,
        cvc,
        display,
        allowance,
        metadata: request.metadata.clone(),
    })
}

/// A signal can only lower what is possible: `blocked` refuses, nothing else has an effect.
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

fn check_metadata(map: &BTreeMap<String, String>, param: &str) -> Result<(), ApiError> {
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

/// 400 `invalid_card`.
fn refuse(param: &str, message: &'static str) -> ApiError {
    ApiError::invalid(param, message).with_code("invalid_card")
}
