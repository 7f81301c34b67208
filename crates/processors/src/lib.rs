//! How a seller charges: the adapter trait, its contract kit, and the Comptoir PSP adapter.
