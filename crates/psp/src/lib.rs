//! Vault, delegate_payment, token ledger, charges, refunds and a simulated issuer.
