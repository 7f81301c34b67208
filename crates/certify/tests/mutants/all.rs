//! Every planted fault: the proof that the judge bites.
//!
//! A file of faults joins with its module here, a line in [`AREAS`], and its name in
//! `tests/it/planted.rs`.
#![allow(
    dead_code,
    reason = "each target that takes this module in uses a part"
)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the reference's own JSON is known, and a fault that does not apply fails the test"
)]

pub(crate) mod affiliate;
pub(crate) mod bench;
pub(crate) mod carts;
pub(crate) mod consent;
pub(crate) mod discovery;
pub(crate) mod fault;
pub(crate) mod mcp;
pub(crate) mod mcp_calls;
pub(crate) mod mcp_doors;
pub(crate) mod mcp_errors;
pub(crate) mod mcp_results;
pub(crate) mod page;
pub(crate) mod proxy;
pub(crate) mod psp;
pub(crate) mod psp_allowances;
pub(crate) mod psp_authentication;
pub(crate) mod psp_keys;
pub(crate) mod psp_requests;
pub(crate) mod seller_backed;
pub(crate) mod seller_visits;
pub(crate) mod stage;
pub(crate) mod traces;

use fault::Fault;

/// The faults by area.
pub(crate) const AREAS: &[(&str, fn() -> Vec<Fault>)] = &[
    ("carts", carts::faults),
    ("discovery", discovery::faults),
    ("mcp", mcp::faults),
    ("mcp_calls", mcp_calls::faults),
    ("psp", psp::faults),
    ("psp_allowances", psp_allowances::faults),
    ("psp_authentication", psp_authentication::faults),
    ("psp_keys", psp_keys::faults),
    ("psp_requests", psp_requests::faults),
];

/// All of them.
pub(crate) fn all() -> Vec<Fault> {
    AREAS.iter().flat_map(|(_, faults)| faults()).collect()
}
