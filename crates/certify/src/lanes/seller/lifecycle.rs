//! Legal and illegal transitions, and the answers that they get.

mod cancel;
mod complete;
mod create;
mod declined;
mod display;
mod feeds;
mod fulfilment;
mod headers;
mod keep;
mod messages;
mod order;
mod retrieve;
mod shapes;
mod stock;
mod transitions;
mod update;
mod update_lines;
mod whole;

use crate::{Check, SpecVersion};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    let mut checks = Vec::new();
    checks.extend(create::checks());
    checks.extend(update::checks());
    checks.extend(update_lines::checks());
    checks.extend(keep::checks());
    checks.extend(retrieve::checks());
    checks.extend(complete::checks());
    checks.extend(declined::checks());
    checks.extend(cancel::checks());
    checks.extend(transitions::checks());
    checks.extend(order::checks());
    checks.extend(fulfilment::checks());
    checks.extend(stock::checks());
    checks.extend(feeds::checks());
    checks.extend(messages::checks());
    checks.extend(display::checks());
    checks.extend(whole::checks());
    checks.extend(shapes::checks());
    checks.extend(headers::checks());
    checks
}
