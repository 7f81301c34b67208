//! How a seller charges: the adapter trait, its contract kit, and the adapters.
//!
//! A [`Processor`] moves money for a seller. Every implementation keeps three promises, which the
//! kit in [`contract`] checks:
//!
//! 1. A `charge_key` charges at most once, however often and however concurrently it is sent.
//! 2. Whatever is not known is [`ChargeOutcome::Unknown`], never an approval and never a decline.
//! 3. An unknown outcome can be settled with [`Processor::lookup_charge`], without charging.
//!
//! Adapters: [`comptoir_psp::ComptoirPsp`] over HTTP and [`simulated::SimulatedProcessor`] in memory.
//!
//! ```
//! use comptoir_processors::{Processor, simulated::SimulatedProcessor};
//!
//! let processor = SimulatedProcessor::new();
//! assert!(processor.describe().simulated);
//! ```

mod charge;
pub mod comptoir_psp;
pub mod contract;
mod decline;
mod failpoints;
mod handler;
mod refund;
pub mod simulated;

pub use charge::{Authentication, AuthenticationOutcome, ChargeOutcome, ChargeRequest, Lookup};
pub use decline::DeclineReason;
pub use failpoints::Failpoints;
pub use futures_util::future::BoxFuture;
pub use handler::HandlerDeclaration;
pub use refund::{RefundLookup, RefundOutcome, RefundRequest};

/// Moves money for one merchant account at one payment service provider.
///
/// Object safe: sellers hold an `Arc<dyn Processor>`. Methods never return an error; what went
/// wrong is part of the outcome, because the caller has to act on it either way.
pub trait Processor: Send + Sync {
    /// Says what this processor accepts, for discovery and for the session's payment handlers.
    fn describe(&self) -> HandlerDeclaration;

    /// Charges once. The same `charge_key` with the same parameters gives the same charge again.
    ///
    /// After [`ChargeOutcome::Unknown`] the caller must ask [`Processor::lookup_charge`] before it
    /// does anything else with this purchase.
    fn charge<'a>(&'a self, request: &'a ChargeRequest) -> BoxFuture<'a, ChargeOutcome>;

    /// Finds what became of a charge, by the identity that the seller chose for it.
    fn lookup_charge<'a>(&'a self, charge_key: &'a str) -> BoxFuture<'a, Lookup>;

    /// Returns money of a charge once. The same `refund_key` gives the same refund again.
    fn refund<'a>(&'a self, request: &'a RefundRequest) -> BoxFuture<'a, RefundOutcome>;

    /// Finds what became of a refund, by the identity that the seller chose for it.
    fn lookup_refund<'a>(&'a self, refund_key: &'a str) -> BoxFuture<'a, RefundLookup>;
}
