//! The service stays up while something else is slow.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use comptoir_processors::{
    BoxFuture, ChargeOutcome, ChargeRequest, HandlerDeclaration, Lookup, Processor, RefundLookup,
    RefundOutcome, RefundRequest,
};
use comptoir_store::Store;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::support::{Shop, put_item};

/// A processor that answers nothing until it is told to.
struct Stuck {
    gate: Semaphore,
    waiting: AtomicUsize,
}

impl Processor for Stuck {
    fn describe(&self) -> HandlerDeclaration {
        HandlerDeclaration::tokenized_card("simulated_card", "stuck", "merchant_stuck")
    }

    fn charge<'a>(&'a self, _: &'a ChargeRequest) -> BoxFuture<'a, ChargeOutcome> {
        Box::pin(async {
            self.waiting.fetch_add(1, Ordering::SeqCst);
            let _ = self.gate.acquire().await;
            ChargeOutcome::Unknown {
                cause: "stuck".to_owned(),
            }
        })
    }

    fn lookup_charge<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Lookup> {
        Box::pin(async {
            Lookup::Unknown {
                cause: "stuck".to_owned(),
            }
        })
    }

    fn refund<'a>(&'a self, _: &'a RefundRequest) -> BoxFuture<'a, RefundOutcome> {
        Box::pin(async {
            RefundOutcome::Unknown {
                cause: "stuck".to_owned(),
            }
        })
    }

    fn lookup_refund<'a>(&'a self, _: &'a str) -> BoxFuture<'a, RefundLookup> {
        Box::pin(async {
            RefundLookup::Unknown {
                cause: "stuck".to_owned(),
            }
        })
    }
}

// Field defect 28: 64 completions that wait for the processor hold nothing that others need.
#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_processor_blocks_nobody_else() {
    let store = Store::in_memory().unwrap();
    put_item(&store, "cup", 1_850, "eur", Some(1_000));
    let stuck = Arc::new(Stuck {
        gate: Semaphore::new(0),
        waiting: AtomicUsize::new(0),
    });
    let charging: Arc<dyn Processor> = stuck.clone();
    let shop = Arc::new(Shop::charging(store, "eur", "FR", charging));
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..64 {
        let session = shop
            .ready(&format!("c{number}"), &json!([{ "id": "cup" }]))
            .await;
        let shop = Arc::clone(&shop);
        waiting.spawn(async move {
            shop.complete(&session.id(), "tok", &format!("p{number}"))
                .await
                .status
        });
    }
    let all_wait = async {
        while stuck.waiting.load(Ordering::SeqCst) < 64 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all_wait)
        .await
        .unwrap();
    for path in ["/.well-known/acp.json", "/checkout_sessions/cs_none"] {
        let answer = tokio::time::timeout(Duration::from_secs(5), shop.get(path)).await;
        assert!(answer.unwrap().status.as_u16() < 500, "{path}");
    }
    let lines = json!([{ "id": "cup" }]);
    let other = tokio::time::timeout(Duration::from_secs(5), shop.ready("another", &lines));
    assert_eq!(other.await.unwrap().state(), "ready_for_payment");
    stuck.gate.add_permits(1_000);
    for status in waiting.join_all().await {
        assert_eq!(status, http::StatusCode::SERVICE_UNAVAILABLE);
    }
}
