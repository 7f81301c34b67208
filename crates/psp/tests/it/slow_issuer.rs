//! An issuer whose time and kind tests decide.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use comptoir_processors::BoxFuture;
use comptoir_psp::issuer::{
    Authorization, AuthorizationLookup, AuthorizationRequest, Issuer, IssuerRefund,
    IssuerRefundRequest, Void, simulated::SimulatedIssuer,
};
use comptoir_signing::environment::ManualClock;
use jiff::SignedDuration;

/// A simulated issuer that takes its time, by moving the clock while it works.
pub(crate) struct SlowIssuer {
    pub(crate) simulated: bool,
    pub(crate) inner: SimulatedIssuer,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) seconds: Arc<AtomicI64>,
}

impl Issuer for SlowIssuer {
    fn is_simulated(&self) -> bool {
        self.simulated
    }

    fn authorize<'a>(&'a self, request: &'a AuthorizationRequest) -> BoxFuture<'a, Authorization> {
        Box::pin(async move {
            self.clock.advance(SignedDuration::from_secs(
                self.seconds.load(Ordering::Relaxed),
            ));
            self.inner.authorize(request).await
        })
    }

    fn lookup<'a>(&'a self, key: &'a str) -> BoxFuture<'a, AuthorizationLookup> {
        self.inner.lookup(key)
    }

    fn void<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Void> {
        self.inner.void(key)
    }

    fn refund<'a>(&'a self, request: &'a IssuerRefundRequest) -> BoxFuture<'a, IssuerRefund> {
        self.inner.refund(request)
    }

    fn reversals(&self, limit: u32) -> BoxFuture<'_, Vec<String>> {
        self.inner.reversals(limit)
    }

    fn acknowledge_reversal<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()> {
        self.inner.acknowledge_reversal(key)
    }
}
