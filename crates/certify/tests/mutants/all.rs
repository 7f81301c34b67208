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
pub(crate) mod affiliate_secrets;
pub(crate) mod agent;
pub(crate) mod agent_calls;
pub(crate) mod agent_extensions;
pub(crate) mod agent_identity;
pub(crate) mod agent_payments;
pub(crate) mod agent_sessions;
pub(crate) mod bench;
pub(crate) mod carts;
pub(crate) mod carts_advice;
pub(crate) mod carts_gates;
pub(crate) mod carts_lines;
pub(crate) mod carts_states;
pub(crate) mod consent;
pub(crate) mod discounts;
pub(crate) mod discounts_amounts;
pub(crate) mod discounts_codes;
pub(crate) mod discounts_totals;
pub(crate) mod discovery;
pub(crate) mod extensions;
pub(crate) mod extensions_core;
pub(crate) mod fault;
pub(crate) mod feed_cells_goods;
pub(crate) mod feed_cells_selling;
pub(crate) mod feed_files;
pub(crate) mod feed_receiver;
pub(crate) mod feed_receiver_gates;
pub(crate) mod feed_rows;
pub(crate) mod files;
pub(crate) mod mcp;
pub(crate) mod mcp_calls;
pub(crate) mod mcp_doors;
pub(crate) mod mcp_errors;
pub(crate) mod mcp_results;
pub(crate) mod message;
pub(crate) mod page;
pub(crate) mod pair;
pub(crate) mod proxy;
pub(crate) mod psp;
pub(crate) mod psp_allowances;
pub(crate) mod psp_authentication;
pub(crate) mod psp_backed;
pub(crate) mod psp_keys;
pub(crate) mod psp_requests;
pub(crate) mod seller_amounts;
pub(crate) mod seller_answers;
pub(crate) mod seller_backed;
pub(crate) mod seller_backed_pay;
pub(crate) mod seller_bends;
pub(crate) mod seller_callers;
pub(crate) mod seller_completing;
pub(crate) mod seller_documents;
pub(crate) mod seller_errors;
pub(crate) mod seller_feeds;
pub(crate) mod seller_input;
pub(crate) mod seller_keys;
pub(crate) mod seller_older;
pub(crate) mod seller_operations;
pub(crate) mod seller_orders;
pub(crate) mod seller_promises;
pub(crate) mod seller_reading;
pub(crate) mod seller_texts;
pub(crate) mod seller_traces;
pub(crate) mod seller_versions;
pub(crate) mod seller_visits;
pub(crate) mod stage;
pub(crate) mod traces;
pub(crate) mod webhook_receiver;
pub(crate) mod webhook_receiver_answers;
pub(crate) mod webhook_sender;
pub(crate) mod webhook_sender_orders;
pub(crate) mod webhook_sender_transport;

use fault::Fault;

/// Makes the faults of one area.
pub(crate) type Faults = fn() -> Vec<Fault>;

/// The faults by area.
pub(crate) const AREAS: &[(&str, Faults)] = &[
    ("affiliate", affiliate::faults),
    ("affiliate_secrets", affiliate_secrets::faults),
    ("agent", agent::faults),
    ("carts", carts::faults),
    ("consent", consent::faults),
    ("discounts", discounts::faults),
    ("discounts_amounts", discounts_amounts::faults),
    ("discounts_codes", discounts_codes::faults),
    ("discounts_totals", discounts_totals::faults),
    ("discovery", discovery::faults),
    ("extensions", extensions::faults),
    ("extensions_core", extensions_core::faults),
    ("feed_files", feed_files::faults),
    ("feed_receiver", feed_receiver::faults),
    ("feed_receiver_gates", feed_receiver_gates::faults),
    ("feed_rows", feed_rows::faults),
    ("mcp", mcp::faults),
    ("mcp_calls", mcp_calls::faults),
    ("psp", psp::faults),
    ("psp_allowances", psp_allowances::faults),
    ("psp_authentication", psp_authentication::faults),
    ("psp_backed", psp_backed::faults),
    ("psp_keys", psp_keys::faults),
    ("psp_requests", psp_requests::faults),
    ("seller_amounts", seller_amounts::faults),
    ("seller_answers", seller_answers::faults),
    ("seller_backed", seller_backed::faults),
    ("seller_backed_pay", seller_backed_pay::faults),
    ("seller_callers", seller_callers::faults),
    ("seller_completing", seller_completing::faults),
    ("seller_documents", seller_documents::faults),
    ("seller_errors", seller_errors::faults),
    ("seller_feeds", seller_feeds::faults),
    ("seller_input", seller_input::faults),
    ("seller_keys", seller_keys::faults),
    ("seller_older", seller_older::faults),
    ("seller_operations", seller_operations::faults),
    ("seller_orders", seller_orders::faults),
    ("seller_promises", seller_promises::faults),
    ("seller_reading", seller_reading::faults),
    ("seller_texts", seller_texts::faults),
    ("seller_traces", seller_traces::faults),
    ("seller_versions", seller_versions::faults),
    ("traces", traces::faults),
    ("webhook_receiver", webhook_receiver::faults),
    ("webhook_receiver_answers", webhook_receiver_answers::faults),
    ("webhook_sender", webhook_sender::faults),
    ("webhook_sender_orders", webhook_sender_orders::faults),
    ("webhook_sender_transport", webhook_sender_transport::faults),
];

/// All of them.
pub(crate) fn all() -> Vec<Fault> {
    AREAS.iter().flat_map(|(_, faults)| faults()).collect()
}
