//! Tests of the certification suite, one file per topic.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

mod addresses;
mod commands;
mod constraints;
mod extensions;
mod faults;
mod lanes_bite;
#[path = "../mutants/all.rs"]
mod mutants;
mod mcp;
mod notation;
mod outputs;
mod pages;
mod planted;
mod profiles;
mod program;
#[path = "../reference/parties.rs"]
mod reference;
mod reference_extensions;
mod reference_parties;
mod register;
mod relay;
mod schemas_agree;
mod seller_faults;
mod seller_requests;
mod spec;
mod webhook_receiver;
mod webhook_sender;

use mutants::proxy;
