//! The checkout bundle: sessions, the requests on them, and everything they hold.

pub use super::{
    address::*, affiliate::*, authentication::*, buyer::*, capabilities::*, consent::*,
    discount::*, fulfillment::*, intent_trace::*, line_item::*, message::*, order::*, payment::*,
    session::*, total::*,
};
