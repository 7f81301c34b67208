//! Completion: money moves between two transactions, and the process may die anywhere.
//!
//! T1 ([`begin`]) stores the charge intent under its own identity and moves the session to
//! `complete_in_progress`. Then the processor is called. T2 ([`settle`]) stores what came of it:
//! order, sold stock, event, answer. Whoever finds an intent whose lease ran out ([`sweep`]) asks
//! the processor by the charge's identity and settles; nobody ever charges blindly.

pub(crate) mod begin;
pub(crate) mod charge;
pub(crate) mod intent;
pub(crate) mod refund;
pub(crate) mod settle;
pub(crate) mod sweep;
