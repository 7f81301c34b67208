//! order_refunds
