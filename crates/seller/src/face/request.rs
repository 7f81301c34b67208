//! Requests of agents in the domain's words.

use comptoir_acp::{
    currency::Currency,
    latest::checkout::{
        Address, AuthenticationOutcome, AuthenticationResult, Buyer, CancelSessionRequest,
        CheckoutSessionCreateRequest, CheckoutSessionUpdateRequest, FulfillmentDetails,
        FulfillmentGroup, FulfillmentOptionType, InterventionType, Item, SelectedFulfillmentOption,
    },
    patch::Patch,
};
use comptoir_commerce::{
    address::{
        Address as DomainAddress, Buyer as DomainBuyer, CountryCode, Destination, is_usable_email,
    },
    checkout::{DesiredCheckout, DesiredLine, LineError},
    shipping::OptionId,
};
use comptoir_http::{ApiError, Call};
use comptoir_processors::{Authentication, AuthenticationOutcome as Outcome};

use crate::session::SessionDocument;

mod payment;

pub(crate) use payment::complete;

/// A new session as the agent wants it.
#[derive(Clone)]
pub(crate) struct Wish {
    pub(crate) currency: Currency,
    pub(crate) desired: DesiredCheckout,
    pub(crate) interventions: Vec<InterventionType>,
    pub(crate) order_notes: Option<String>,
}

/// A session's wish after an update.
pub(crate) struct Merged {
    pub(crate) desired: DesiredCheckout,
    pub(crate) order_notes: Option<String>,
}

/// Reads a create request.
pub(crate) fn create(request: CheckoutSessionCreateRequest, call: &Call) -> Result<Wish, ApiError> {
    let interventions = request
        .capabilities
        .interventions
        .and_then(|offered| offered.supported);
    check_groups(request.fulfillment_groups.as_deref())?;
    let desired = DesiredCheckout {
        lines: lines(request.line_items)?,
        buyer: request.buyer.map(buyer).transpose()?,
        destination: request.fulfillment_details.map(destination).transpose()?,
        selected_option: None,
        locale: request
            .locale
            .or_else(|| language(call.accept_language.as_deref())),
    };
    Ok(Wish {
        currency: request.currency,
        desired,
        interventions: interventions.unwrap_or_default(),
        order_notes: request.order_notes.map(|notes| notes.as_str().to_owned()),
    })
}

/// Merges an update into what was wanted: absent leaves, null clears, a value replaces.
pub(crate) fn merge(
    document: &SessionDocument,
    request: &CheckoutSessionUpdateRequest,
) -> Result<Merged, ApiError> {
    check_groups(request.fulfillment_groups.value().map(Vec::as_slice))?;
    let mut desired = document.checkout.desired.clone();
    match &request.line_items {
        Patch::Absent => {}
        Patch::Null => desired.lines = Vec::new(),
        Patch::Value(items) => desired.lines = lines(items.clone())?,
    }
    match &request.buyer {
        Patch::Absent => {}
        Patch::Null => desired.buyer = None,
        Patch::Value(wanted) => desired.buyer = Some(buyer(wanted.clone())?),
    }
    match &request.fulfillment_details {
        Patch::Absent => {}
        Patch::Null => desired.destination = None,
        Patch::Value(details) => desired.destination = Some(destination(details.clone())?),
    }
    match &request.selected_fulfillment_options {
        Patch::Absent => {}
        Patch::Null => desired.selected_option = None,
        Patch::Value(options) => desired.selected_option = selected(options)?,
    }
    let order_notes = match &request.order_notes {
        Patch::Absent => document.order_notes.clone(),
        Patch::Null => None,
        Patch::Value(notes) => Some(notes.as_str().to_owned()),
    };
    Ok(Merged {
        desired,
        order_notes,
    })
}

/// Reads a cancel request. A bad intent trace must not block the cancellation, so nothing of it is
/// refused; a good one says why, for the merchant's log.
pub(crate) fn check_cancel(call: &Call) -> Result<(), ApiError> {
    if call.body.is_empty() {
        return Ok(());
    }
    if !call.json.is_object() {
        return Err(ApiError::invalid("$", "the body must be a JSON object"));
    }
    if let Ok(CancelSessionRequest {
        intent_trace: Some(trace),
        ..
    }) = call.parse()
    {
        tracing::info!(reason = %trace.reason_code, "checkout session canceled with a reason");
    }
    Ok(())
}

fn lines(items: Vec<Item>) -> Result<Vec<DesiredLine>, ApiError> {
    let wanted = items.into_iter().map(|item| DesiredLine {
        item_id: item.id,
        quantity: item.quantity.unwrap_or_default(),
        named_price: item.unit_amount,
    });
    DesiredCheckout::sum_lines(wanted).map_err(|error| match error {
        LineError::TooManyLines { index } => {
            ApiError::invalid(format!("$.line_items[{index}]"), error.to_string())
        }
        LineError::QuantityTooLarge { index } => {
            ApiError::invalid(format!("$.line_items[{index}].quantity"), error.to_string())
        }
        _ => ApiError::invalid("$.line_items", error.to_string()),
    })
}

fn buyer(buyer: Buyer) -> Result<DomainBuyer, ApiError> {
    check_email("$.buyer.email", Some(&buyer.email))?;
    Ok(DomainBuyer {
        first_name: buyer.first_name,
        last_name: buyer.last_name,
        full_name: buyer.full_name,
        email: buyer.email,
        phone_number: buyer.phone_number,
        customer_id: buyer.customer_id,
    })
}

/// The schema's `format: email`, which typed reading does not look at.
fn check_email(param: &str, email: Option<&str>) -> Result<(), ApiError> {
    match email {
        Some(email) if !is_usable_email(email) => {
            Err(ApiError::invalid(param, "must be an e-mail address"))
        }
        _ => Ok(()),
    }
}

/// Groups are not kept: this shop sends everything together. What is wrong in them is told.
fn check_groups(groups: Option<&[FulfillmentGroup]>) -> Result<(), ApiError> {
    for (index, group) in groups.unwrap_or_default().iter().enumerate() {
        let details = group.fulfillment_details.as_ref();
        check_email(
            &format!("$.fulfillment_groups[{index}].fulfillment_details.email"),
            details.and_then(|details| details.email.as_deref()),
        )?;
    }
    Ok(())
}

fn destination(details: FulfillmentDetails) -> Result<Destination, ApiError> {
    check_email("$.fulfillment_details.email", details.email.as_deref())?;
    Ok(Destination {
        name: details.name,
        phone_number: details.phone_number,
        email: details.email,
        address: details.address.map(address).transpose()?,
    })
}

fn address(address: Address) -> Result<DomainAddress, ApiError> {
    let country = CountryCode::parse(&address.country).map_err(|error| {
        ApiError::invalid("$.fulfillment_details.address.country", error.to_string())
    })?;
    Ok(DomainAddress {
        name: address.name,
        line_one: address.line_one,
        line_two: address.line_two,
        city: address.city,
        state: address.state,
        country,
        postal_code: address.postal_code,
    })
}

/// The chosen way of sending. Digital lines have one option, so choosing it changes nothing.
fn selected(options: &[SelectedFulfillmentOption]) -> Result<Option<OptionId>, ApiError> {
    let mut chosen: Option<OptionId> = None;
    for (index, option) in options.iter().enumerate() {
        let place = || format!("$.selected_fulfillment_options[{index}]");
        match option.r#type {
            FulfillmentOptionType::Digital => {}
            FulfillmentOptionType::Shipping => {
                let id = OptionId::new(option.option_id.as_str());
                if chosen.as_ref().is_some_and(|before| *before != id) {
                    let message = "all lines of one session are sent in one way";
                    return Err(ApiError::invalid(place(), message).with_code("unsupported"));
                }
                chosen = Some(id);
            }
            FulfillmentOptionType::Pickup | FulfillmentOptionType::LocalDelivery => {
                let message = "this shop sends or hands over on line only";
                return Err(ApiError::invalid(format!("{}.type", place()), message));
            }
        }
    }
    Ok(chosen)
}

/// The first language of `Accept-Language`, when it looks like a tag.
fn language(header: Option<&str>) -> Option<String> {
    let first = header?.split([',', ';']).next()?.trim();
    let is_tag = (2..=35).contains(&first.len())
        && first
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_tag.then(|| first.to_owned())
}

/// The agent's authentication result in the processor's words.
fn authentication(result: &AuthenticationResult) -> Authentication {
    let details = result.outcome_details.as_ref();
    Authentication {
        outcome: outcome(result.outcome),
        three_ds_cryptogram: details.map(|one| one.three_ds_cryptogram.expose().to_owned()),
        electronic_commerce_indicator: details
            .map(|one| one.electronic_commerce_indicator.as_str().to_owned()),
        transaction_id: details.map(|one| one.transaction_id.clone()),
        version: details.map(|one| one.version.clone()),
    }
}

fn outcome(outcome: AuthenticationOutcome) -> Outcome {
    match outcome {
        AuthenticationOutcome::Abandoned => Outcome::Abandoned,
        AuthenticationOutcome::AttemptAcknowledged => Outcome::AttemptAcknowledged,
        AuthenticationOutcome::Authenticated => Outcome::Authenticated,
        AuthenticationOutcome::Canceled => Outcome::Canceled,
        AuthenticationOutcome::Denied => Outcome::Denied,
        AuthenticationOutcome::Informational => Outcome::Informational,
        AuthenticationOutcome::InternalError => Outcome::InternalError,
        AuthenticationOutcome::NotSupported => Outcome::NotSupported,
        AuthenticationOutcome::ProcessingError => Outcome::ProcessingError,
        AuthenticationOutcome::Rejected => Outcome::Rejected,
    }
}
