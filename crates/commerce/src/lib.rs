//! The pure domain: pricing, tax, shipping, checkout machine, order, token ledger, consent receipt.
