//! Sending and handing over.

use comptoir_acp::id::{EventId, FulfillmentId};
use jiff::Timestamp;

use super::{
    DigitalDelivery, Fulfillment, FulfillmentEvent, FulfillmentEventKind, LineQuantity, Order,
    OrderError, OrderOutcome, OrderStatus,
};
use crate::item::FulfillmentKind;

/// A parcel that leaves.
#[derive(Clone, Debug)]
pub struct Shipment {
    /// Identifier of the parcel, made by the caller.
    pub fulfillment_id: FulfillmentId,
    /// Identifier of its first event, made by the caller.
    pub event_id: EventId,
    /// What is in it; empty means everything that is still to be sent.
    pub lines: Vec<LineQuantity>,
    /// Carrier.
    pub carrier: Option<String>,
    /// The carrier's number.
    pub tracking_number: Option<String>,
    /// The carrier's page.
    pub tracking_url: Option<String>,
}

/// Digital goods that are made available.
#[derive(Clone, Debug)]
pub struct DigitalHandover {
    /// Identifier of the handover, made by the caller.
    pub fulfillment_id: FulfillmentId,
    /// Identifier of its event, made by the caller.
    pub event_id: EventId,
    /// What is handed over; empty means everything that is still to be.
    pub lines: Vec<LineQuantity>,
    /// How to get at it.
    pub delivery: DigitalDelivery,
}

/// News of a parcel.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The parcel.
    pub fulfillment_id: FulfillmentId,
    /// Identifier of the event, made by the caller.
    pub event_id: EventId,
    /// What happened.
    pub kind: FulfillmentEventKind,
    /// More about it.
    pub description: Option<String>,
    /// Where.
    pub location: Option<String>,
}

impl Order {
    /// Sends a parcel.
    ///
    /// # Errors
    /// [`OrderError`] when the order is under review, an id is taken, or a line does not have that
    /// many physical units left to send.
    pub fn ship(&self, shipment: Shipment, now: Timestamp) -> Result<OrderOutcome, OrderError> {
        let lines = self.to_fulfill(shipment.lines, FulfillmentKind::Physical)?;
        let fulfillment = Fulfillment {
            id: shipment.fulfillment_id,
            kind: FulfillmentKind::Physical,
            lines,
            carrier: shipment.carrier,
            tracking_number: shipment.tracking_number,
            tracking_url: shipment.tracking_url,
            digital: None,
            events: vec![event(shipment.event_id, FulfillmentEventKind::Shipped, now)],
        };
        self.fulfill(fulfillment, now)
    }

    /// Hands over digital goods.
    ///
    /// # Errors
    /// As [`Order::ship`], for digital units.
    pub fn hand_over(
        &self,
        handover: DigitalHandover,
        now: Timestamp,
    ) -> Result<OrderOutcome, OrderError> {
        let lines = self.to_fulfill(handover.lines, FulfillmentKind::Digital)?;
        let fulfillment = Fulfillment {
            id: handover.fulfillment_id,
            kind: FulfillmentKind::Digital,
            lines,
            carrier: None,
            tracking_number: None,
            tracking_url: None,
            digital: Some(handover.delivery),
            events: vec![event(
                handover.event_id,
                FulfillmentEventKind::Delivered,
                now,
            )],
        };
        self.fulfill(fulfillment, now)
    }

    /// Records that a parcel arrived.
    ///
    /// # Errors
    /// As [`Order::track`].
    pub fn deliver(
        &self,
        fulfillment_id: FulfillmentId,
        event_id: EventId,
        now: Timestamp,
    ) -> Result<OrderOutcome, OrderError> {
        let sighting = Sighting {
            fulfillment_id,
            event_id,
            kind: FulfillmentEventKind::Delivered,
            description: None,
            location: None,
        };
        self.track(sighting, now)
    }

    /// Records news of a parcel. A parcel that comes back, cannot be delivered or is called back
    /// leaves its units to be sent again.
    ///
    /// # Errors
    /// [`OrderError::UnknownFulfillment`], [`OrderError::FulfillmentEnded`],
    /// [`OrderError::WrongEvent`], [`OrderError::IdTaken`].
    pub fn track(&self, sighting: Sighting, now: Timestamp) -> Result<OrderOutcome, OrderError> {
        if self.has_event(&sighting.event_id) {
            return Err(OrderError::IdTaken);
        }
        let mut next = self.clone();
        let unknown = || OrderError::UnknownFulfillment {
            fulfillment: sighting.fulfillment_id.clone(),
        };
        let fulfillment = next
            .fulfillments
            .iter_mut()
            .find(|fulfillment| fulfillment.id == sighting.fulfillment_id)
            .ok_or_else(unknown)?;
        if fulfillment.status().is_terminal() {
            return Err(OrderError::FulfillmentEnded);
        }
        if fulfillment.kind == FulfillmentKind::Digital && !sighting.kind.is_digital() {
            return Err(OrderError::WrongEvent);
        }
        fulfillment.events.push(FulfillmentEvent {
            description: sighting.description,
            location: sighting.location,
            ..event(sighting.event_id, sighting.kind, now)
        });
        let status = fulfillment.status();
        if status.is_terminal() && status != super::FulfillmentStatus::Delivered {
            let lines = fulfillment.lines.clone();
            next.take_back(&lines);
        }
        Ok(next.changed(Vec::new(), now))
    }

    /// Expands "everything" and checks kind and quantity of what is to be fulfilled.
    fn to_fulfill(
        &self,
        lines: Vec<LineQuantity>,
        kind: FulfillmentKind,
    ) -> Result<Vec<LineQuantity>, OrderError> {
        if self.status() == OrderStatus::ManualReview {
            return Err(OrderError::UnderReview);
        }
        if lines.is_empty() {
            let left: Vec<LineQuantity> = self
                .lines
                .iter()
                .filter(|line| line.fulfillment == kind && line.unfulfilled() > 0)
                .map(|line| LineQuantity {
                    line: line.id.clone(),
                    quantity: line.unfulfilled(),
                })
                .collect();
            return if left.is_empty() {
                Err(OrderError::NothingLeft)
            } else {
                Ok(left)
            };
        }
        self.check_quantities(&lines, super::OrderLine::unfulfilled)?;
        for wanted in &lines {
            if self
                .line(&wanted.line)
                .is_some_and(|line| line.fulfillment != kind)
            {
                return Err(OrderError::WrongFulfillment {
                    line: wanted.line.clone(),
                });
            }
        }
        Ok(lines)
    }

    /// Every line known, named once, and with one to `available` units.
    pub(super) fn check_quantities(
        &self,
        lines: &[LineQuantity],
        available: impl Fn(&super::OrderLine) -> u32,
    ) -> Result<(), OrderError> {
        for (index, wanted) in lines.iter().enumerate() {
            let line = self
                .line(&wanted.line)
                .ok_or_else(|| OrderError::UnknownLine {
                    line: wanted.line.clone(),
                })?;
            let repeated = lines
                .iter()
                .take(index)
                .any(|other| other.line == wanted.line);
            let quantity_max = if repeated { 0 } else { available(line) };
            if wanted.quantity == 0 || wanted.quantity > quantity_max {
                return Err(OrderError::QuantityTooLarge {
                    line: line.id.clone(),
                    quantity_max,
                });
            }
        }
        Ok(())
    }

    fn fulfill(&self, new: Fulfillment, now: Timestamp) -> Result<OrderOutcome, OrderError> {
        let taken = self.fulfillments.iter().any(|known| known.id == new.id)
            || new.events.iter().any(|event| self.has_event(&event.id));
        if taken {
            return Err(OrderError::IdTaken);
        }
        let mut next = self.clone();
        for sent in &new.lines {
            if let Some(line) = next.lines.iter_mut().find(|line| line.id == sent.line) {
                line.fulfilled = line.fulfilled.saturating_add(sent.quantity);
            }
        }
        next.fulfillments.push(new);
        Ok(next.changed(Vec::new(), now))
    }

    /// Units of a parcel that will not arrive are to be sent again.
    fn take_back(&mut self, lines: &[LineQuantity]) {
        for sent in lines {
            if let Some(line) = self.lines.iter_mut().find(|line| line.id == sent.line) {
                line.fulfilled = line.fulfilled.saturating_sub(sent.quantity);
            }
        }
    }

    fn has_event(&self, id: &EventId) -> bool {
        self.fulfillments
            .iter()
            .flat_map(|known| &known.events)
            .any(|event| event.id == *id)
    }
}

fn event(id: EventId, kind: FulfillmentEventKind, now: Timestamp) -> FulfillmentEvent {
    FulfillmentEvent {
        id,
        kind,
        occurred_at: now,
        description: None,
        location: None,
    }
}
