//! Tests of the certification suite, one file per topic.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

mod addresses;
mod agent_lane;
mod commands;
mod constraints;
mod coverage_page;
mod extensions;
mod faults;
mod lanes_bite;
mod mcp;
#[path = "../mutants/all.rs"]
mod mutants;
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
mod schemas_agree;
mod seller_coverage;
mod seller_requests;
mod spec;
mod unset;
