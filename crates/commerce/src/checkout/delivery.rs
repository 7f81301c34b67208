//! Offering and choosing the delivery of a checkout.

use comptoir_acp::{
    currency::Currency,
    money::{MinorUnits, Money},
};

use super::{
    DesiredCheckout, Message, PricingContext, Refusal,
    pricing::{Before, Draft},
};
use crate::{
    address::Destination,
    item::FulfillmentKind,
    shipping::{DIGITAL_OPTION_ID, FulfillmentOption, OptionId, Parcel},
};

/// What is offered, and the chosen way of sending physical goods.
pub(super) struct Delivery {
    pub(super) options: Vec<FulfillmentOption>,
    pub(super) selected_option: Option<OptionId>,
}

/// Offers options for the destination and chooses one: the wanted one, else the cheapest.
pub(super) fn choose(
    drafts: &[Draft<'_>],
    currency: Currency,
    desired: &DesiredCheckout,
    before: Option<Before<'_>>,
    context: &PricingContext<'_>,
    messages: &mut Vec<Message>,
) -> Result<Delivery, Refusal> {
    let of_kind = |kind| {
        drafts
            .iter()
            .filter(move |draft| draft.line.fulfillment == kind)
    };
    let mut options = Vec::new();
    let mut selected_option = None;
    if of_kind(FulfillmentKind::Physical).next().is_some() {
        let usable = judge_destination(desired.destination.as_ref(), messages);
        if let Some(country) = usable {
            let parcel = parcel(country, currency, of_kind(FulfillmentKind::Physical))?;
            options = context.shipping.options(&parcel);
            selected_option = select(&options, desired, before, messages);
        }
    }
    let digital: Vec<_> = of_kind(FulfillmentKind::Digital)
        .map(|draft| draft.line.id.clone())
        .collect();
    if !digital.is_empty() {
        options.push(FulfillmentOption::digital(digital));
    }
    Ok(Delivery {
        options,
        selected_option,
    })
}

/// Says what the destination lacks. The country is enough for an offer.
fn judge_destination(
    destination: Option<&Destination>,
    messages: &mut Vec<Message>,
) -> Option<crate::address::CountryCode> {
    let Some(address) = destination.and_then(|destination| destination.address.as_ref()) else {
        messages.push(Message::MissingAddress);
        return None;
    };
    for field in address.missing() {
        messages.push(Message::MissingAddressField { field });
    }
    for field in address.too_long() {
        messages.push(Message::InvalidAddressField { field });
    }
    Some(address.country)
}

fn parcel<'a, 'b: 'a>(
    country: crate::address::CountryCode,
    currency: Currency,
    drafts: impl Iterator<Item = &'a Draft<'b>>,
) -> Result<Parcel, Refusal> {
    let mut goods = MinorUnits::ZERO;
    let mut weight_grams = 0_u64;
    let mut line_ids = Vec::new();
    for draft in drafts {
        goods = goods.checked_add(draft.net())?;
        let weight = u64::from(draft.sellable.weight_grams)
            .saturating_mul(u64::from(draft.line.quantity.steps()));
        weight_grams = weight_grams.saturating_add(weight);
        line_ids.push(draft.line.id.clone());
    }
    Ok(Parcel {
        country,
        goods: Money {
            amount: goods,
            currency,
        },
        weight_grams,
        line_ids,
    })
}

/// The wanted option where it is offered. One that was offered before and is not any more is
/// replaced by the cheapest, with a note; one that never was is an error, and the cheapest is shown.
fn select(
    options: &[FulfillmentOption],
    desired: &DesiredCheckout,
    before: Option<Before<'_>>,
    messages: &mut Vec<Message>,
) -> Option<OptionId> {
    let cheapest = options.first().map(|option| option.id.clone());
    if cheapest.is_none() {
        messages.push(Message::NoDelivery);
    }
    let wanted = desired
        .selected_option
        .as_ref()
        .filter(|wanted| wanted.as_str() != DIGITAL_OPTION_ID);
    let Some(wanted) = wanted else {
        return cheapest;
    };
    if options.iter().any(|option| option.id == *wanted) {
        return Some(wanted.clone());
    }
    let chosen_before = before.and_then(|before| before.selected_option) == Some(wanted);
    messages.push(if chosen_before {
        Message::OptionReplaced {
            before: wanted.clone(),
            now: cheapest.clone(),
        }
    } else {
        Message::OptionUnknown {
            option_id: wanted.clone(),
        }
    });
    cheapest
}
