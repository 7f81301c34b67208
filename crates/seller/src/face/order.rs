//! An order as agents and operators see it.

use comptoir_acp::{
    latest::checkout::{
        DigitalDelivery, Fulfillment, FulfillmentEvent, FulfillmentType, LineItemReference, Order,
        OrderLineItem, OrderLineItemQuantity, OrderObject, SupportInfo, TotalType,
    },
    latest::webhook::{WebhookEvent, WebhookEventType},
    money::MinorUnits,
    open::OtherFields,
    quantity::Quantity,
    secret::SecretText,
};
use comptoir_commerce::{
    item::FulfillmentKind as Kind,
    order::{Fulfillment as DomainFulfillment, LineQuantity, Order as DomainOrder, OrderLine},
};
use comptoir_http::ApiError;

use super::{fulfillment, totals};
use crate::SellerConfig;

mod adjustments;

/// The order as JSON bytes.
pub(crate) fn order_bytes(
    config: &SellerConfig,
    domain: &DomainOrder,
) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(&order(config, domain)?).map_err(ApiError::internal)
}

/// The body of a webhook about an order: always the whole of it.
pub(crate) fn order_event_bytes(
    config: &SellerConfig,
    domain: &DomainOrder,
    topic: &str,
) -> Result<Vec<u8>, ApiError> {
    let event = WebhookEvent::new(WebhookEventType::from(topic), order(config, domain)?);
    serde_json::to_vec(&event).map_err(ApiError::internal)
}

pub(super) fn order(config: &SellerConfig, order: &DomainOrder) -> Result<Order, ApiError> {
    let adjustments = adjustments::adjustments(order)?;
    let mut rows = totals::whole(order.ledger.totals(), None);
    let refunded = adjustments::refunded(&adjustments)?;
    if refunded != MinorUnits::ZERO {
        rows.push(totals::row(TotalType::AmountRefunded, "Refunded", refunded));
    }
    Ok(Order {
        r#type: Some(OrderObject::Order),
        id: order.id.clone(),
        checkout_session_id: order.checkout_session_id.clone(),
        order_number: order.order_number.clone(),
        client_reference_id: None,
        permalink_url: order.permalink_url.clone(),
        status: Some(order.status().as_str().into()),
        estimated_delivery: None,
        confirmation: None,
        support: Some(SupportInfo {
            email: Some(config.merchant.support_email.clone()),
            phone: None,
            hours: None,
            help_center_url: None,
        }),
        line_items: Some(
            order
                .lines
                .iter()
                .map(|line| order_line(order, line))
                .collect::<Result<_, _>>()?,
        ),
        fulfillments: Some(
            order
                .fulfillments
                .iter()
                .map(|one| parcel(order, one))
                .collect::<Result<_, _>>()?,
        ),
        adjustments: Some(adjustments),
        totals: Some(rows),
    })
}

fn order_line(order: &DomainOrder, line: &OrderLine) -> Result<OrderLineItem, ApiError> {
    Ok(OrderLineItem {
        id: line.id.clone(),
        title: line.title.clone(),
        product_id: Some(line.item_id.to_string()),
        description: line.description.clone(),
        image_url: line.image_url.clone(),
        url: line.url.clone(),
        quantity: OrderLineItemQuantity {
            ordered: Quantity::whole(line.ordered).map_err(ApiError::internal)?,
            current: line.current,
            fulfilled: Some(line.fulfilled),
        },
        unit_price: Some(line.unit_price),
        subtotal: Some(order.ledger.line(&line.id).subtotal),
        totals: None,
        status: Some(line.status().as_str().into()),
    })
}

fn parcel(order: &DomainOrder, parcel: &DomainFulfillment) -> Result<Fulfillment, ApiError> {
    let physical = parcel.kind == Kind::Physical;
    let address = order
        .destination
        .as_ref()
        .and_then(|to| to.address.as_ref());
    Ok(Fulfillment {
        id: parcel.id.clone(),
        r#type: if physical {
            FulfillmentType::Shipping
        } else {
            FulfillmentType::Digital
        },
        status: Some(parcel.status().as_str().into()),
        line_items: Some(references(&parcel.lines)?),
        carrier: parcel.carrier.clone(),
        tracking_number: parcel.tracking_number.clone(),
        tracking_url: parcel.tracking_url.clone(),
        destination: address.filter(|_| physical).map(fulfillment::address),
        estimated_delivery: None,
        digital_delivery: parcel.digital.as_ref().map(|digital| DigitalDelivery {
            access_url: digital.access_url.clone(),
            license_key: digital.license_key.clone().map(SecretText::new),
            expires_at: digital.expires_at.map(Into::into),
            other: OtherFields::default(),
        }),
        description: None,
        events: Some(
            parcel
                .events
                .iter()
                .map(|event| FulfillmentEvent {
                    id: event.id.clone(),
                    r#type: event.kind.as_str().into(),
                    occurred_at: event.occurred_at.into(),
                    description: event.description.clone(),
                    location: event.location.clone(),
                })
                .collect(),
        ),
    })
}

fn references(lines: &[LineQuantity]) -> Result<Vec<LineItemReference>, ApiError> {
    lines
        .iter()
        .map(|units| {
            let quantity = Quantity::whole(units.quantity).map_err(ApiError::internal)?;
            Ok(LineItemReference {
                id: units.line.clone(),
                quantity,
            })
        })
        .collect()
}
