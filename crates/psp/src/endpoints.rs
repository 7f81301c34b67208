//! One file per endpoint.

pub(crate) mod fields;

pub(crate) mod create_charge;
pub(crate) mod create_refund;
pub(crate) mod delegate_payment;
pub(crate) mod find_charge;
pub(crate) mod find_refund;
pub(crate) mod list_simulated_ledger;
pub(crate) mod retrieve_charge;
pub(crate) mod retrieve_token;
pub(crate) mod revoke_token;
