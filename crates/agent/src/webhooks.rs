//! What sellers tell about orders.

mod receive_order_events;

pub(crate) use receive_order_events::receive_order_events;
