//! One endpoint per file.

pub(crate) mod cancel_checkout_session;
pub(crate) mod complete_checkout_session;
pub(crate) mod create_checkout_session;
pub(crate) mod discovery;
pub(crate) mod get_checkout_session;
pub(crate) mod operator;
pub(crate) mod update_checkout_session;
