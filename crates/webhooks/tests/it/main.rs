//! Tests of the public interface, one module per topic.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod addresses;
mod deliveries;
mod outages;
mod peer;
mod receiving;
mod schedules;
mod sending;
mod verdicts;
mod working;
mod world;
