//! Who buys, where it goes, and how it gets there.

use comptoir_acp::latest::checkout::{
    Address, Buyer, FulfillmentDetails, FulfillmentOption as WireOption, FulfillmentOptionDigital,
    FulfillmentOptionShipping, TotalType,
};
use comptoir_commerce::{
    address::{Address as DomainAddress, Buyer as DomainBuyer, Destination},
    checkout::Checkout,
    shipping::{FulfillmentOption, OptionKind},
};

use super::totals::row;

pub(super) fn buyer(buyer: &DomainBuyer) -> Buyer {
    Buyer {
        first_name: buyer.first_name.clone(),
        last_name: buyer.last_name.clone(),
        full_name: buyer.full_name.clone(),
        email: buyer.email.clone(),
        phone_number: buyer.phone_number.clone(),
        customer_id: buyer.customer_id.clone(),
        account_type: None,
        authentication_status: None,
        company: None,
        loyalty: None,
        tax_exemption: None,
    }
}

pub(super) fn details(destination: &Destination) -> FulfillmentDetails {
    FulfillmentDetails {
        name: destination.name.clone(),
        phone_number: destination.phone_number.clone(),
        email: destination.email.clone(),
        address: destination.address.as_ref().map(address),
    }
}

pub(super) fn address(address: &DomainAddress) -> Address {
    Address {
        name: address.name.clone(),
        line_one: address.line_one.clone(),
        line_two: address.line_two.clone(),
        city: address.city.clone(),
        state: address.state.clone(),
        country: address.country.as_str().to_owned(),
        postal_code: address.postal_code.clone(),
        company: None,
    }
}

pub(super) fn options(checkout: &Checkout) -> Vec<WireOption> {
    checkout
        .options
        .iter()
        .map(|one| match one.kind {
            OptionKind::Shipping => WireOption::Shipping(shipping(one, checkout)),
            OptionKind::Digital => WireOption::Digital(digital(one)),
        })
        .collect()
}

/// Delivery times count from the session's last change, the moment at which they were shown.
fn shipping(option: &FulfillmentOption, checkout: &Checkout) -> FulfillmentOptionShipping {
    let (earliest, latest) = option.window(checkout.updated_at);
    FulfillmentOptionShipping {
        id: option.id.as_str().to_owned(),
        title: option.title.clone(),
        description: Some(days(option)),
        carrier: option.carrier.clone(),
        earliest_delivery_time: Some(earliest.into()),
        latest_delivery_time: Some(latest.into()),
        totals: vec![row(TotalType::Total, &option.title, option.subtotal)],
    }
}

fn digital(option: &FulfillmentOption) -> FulfillmentOptionDigital {
    FulfillmentOptionDigital {
        id: option.id.as_str().to_owned(),
        title: option.title.clone(),
        description: None,
        totals: vec![row(TotalType::Total, &option.title, option.subtotal)],
    }
}

fn days(option: &FulfillmentOption) -> String {
    format!("Arrives in {} to {} days", option.days_min, option.days_max)
}
