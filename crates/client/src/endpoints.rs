//! One file per endpoint.

mod cancel_checkout_session;
mod complete_checkout_session;
mod create_checkout_session;
mod create_feed;
mod delegate_payment;
mod discovery;
mod get_checkout_session;
mod get_feed;
mod get_products;
mod update_checkout_session;
mod upsert_products;
