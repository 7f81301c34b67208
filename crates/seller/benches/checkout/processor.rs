//! A processor that approves at once: the benchmark measures the seller, not a payment provider.

use comptoir_acp::id::{ChargeId, RefundId};
use comptoir_processors::{
    BoxFuture, ChargeOutcome, ChargeRequest, HandlerDeclaration, Lookup, Processor, RefundLookup,
    RefundOutcome, RefundRequest,
};

/// Approves every charge and every refund, in no time, and says that it is simulated.
pub(crate) struct Approves;

impl Processor for Approves {
    fn describe(&self) -> HandlerDeclaration {
        HandlerDeclaration::tokenized_card("card", "benchmark", "merchant_benchmark")
    }

    fn charge<'a>(&'a self, request: &'a ChargeRequest) -> BoxFuture<'a, ChargeOutcome> {
        let charge_id = charge_id(&request.charge_key);
        Box::pin(std::future::ready(ChargeOutcome::Approved { charge_id }))
    }

    fn lookup_charge<'a>(&'a self, charge_key: &'a str) -> BoxFuture<'a, Lookup> {
        let charge_id = charge_id(charge_key);
        Box::pin(std::future::ready(Lookup::Approved { charge_id }))
    }

    fn refund<'a>(&'a self, request: &'a RefundRequest) -> BoxFuture<'a, RefundOutcome> {
        let refund_id = refund_id(&request.refund_key);
        Box::pin(std::future::ready(RefundOutcome::Succeeded { refund_id }))
    }

    fn lookup_refund<'a>(&'a self, refund_key: &'a str) -> BoxFuture<'a, RefundLookup> {
        let refund_id = refund_id(refund_key);
        Box::pin(std::future::ready(RefundLookup::Succeeded { refund_id }))
    }
}

/// One charge per key: the key itself names it.
fn charge_id(charge_key: &str) -> ChargeId {
    ChargeId::parse(format!("ch_{}", plain(charge_key))).unwrap()
}

fn refund_id(refund_key: &str) -> RefundId {
    RefundId::parse(format!("re_{}", plain(refund_key))).unwrap()
}

fn plain(key: &str) -> String {
    key.replace(':', "_")
}
