//! Checkout, orders, discovery, the completion saga and the hooks that a merchant implements.
