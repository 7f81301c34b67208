//! The process dies at every recovery point of a charge and of a refund; another one finds the money.
//!
//! The test runs its own binary as the process that dies.

use std::{path::Path, process::Command, sync::Arc};

use comptoir_processors::Failpoints;
use comptoir_psp::issuer::test_cards::APPROVE;
use serde_json::json;

use crate::support::{MERCHANT, TestPsp, charge, clock, config, open};

const DIRECTORY: &str = "COMPTOIR_TEST_DIRECTORY";
const FAILPOINT: &str = "COMPTOIR_TEST_FAILPOINT";

/// The process that dies. Does nothing when it is not started by [`die_at`].
#[tokio::test]
async fn child() {
    let (Ok(directory), Ok(failpoint)) = (std::env::var(DIRECTORY), std::env::var(FAILPOINT))
    else {
        return;
    };
    let directory = Path::new(&directory);
    let clock = clock();
    let mut config = config(open(&directory.join("psp.db")), &clock, 1);
    config.failpoints = Failpoints::armed(&failpoint);
    let psp = TestPsp::serve(config, clock).await;
    let token = psp.token(APPROVE, "cs_1").await;
    std::fs::write(directory.join("token"), &token).unwrap();
    let charged = psp.charge(&token, "cs_1", 1).await.json();
    let refund =
        json!({"refund_key": "r", "charge_id": charged["id"], "amount": 2_000, "currency": "eur"});
    psp.post("/v1/refunds", MERCHANT, &refund).await;
    panic!("{failpoint} was not reached");
}

/// Runs [`child`] until it dies, and a new PSP on what it left.
async fn die_at(failpoint: &str, directory: &Path) -> (TestPsp, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "failpoints::child", "--nocapture"])
        .env(DIRECTORY, directory)
        .env(FAILPOINT, failpoint)
        .output()
        .unwrap();
    assert!(
        output.status.code().is_none(),
        "{failpoint}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let clock = clock();
    clock.advance(jiff::SignedDuration::from_secs(1));
    let psp = TestPsp::serve(
        config(open(&directory.join("psp.db")), &clock, 2),
        Arc::clone(&clock),
    )
    .await;
    (
        psp,
        std::fs::read_to_string(directory.join("token")).unwrap(),
    )
}

// Killed at any point of a charge: one capture and a succeeded charge, or none and a payable token.
#[tokio::test]
async fn killed_in_a_charge() {
    for (failpoint, captured) in [
        ("psp_after_reserve", false),
        ("psp_after_issuer", true),
        ("psp_after_result", true),
    ] {
        for sweep in [true, false] {
            let directory = tempfile::tempdir().unwrap();
            let (psp, token) = die_at(failpoint, directory.path()).await;
            if sweep {
                psp.psp.sweep().await.unwrap();
            }
            let found = psp.find_charge("cs_1:1").await.json();
            assert_eq!(
                found["status"],
                if captured { "succeeded" } else { "declined" },
                "{failpoint}"
            );
            assert_eq!(
                psp.captures("cs_1:").await,
                usize::from(captured),
                "{failpoint}"
            );
            // The same request again changes nothing.
            let again = psp
                .post("/v1/charges", MERCHANT, &charge(&token, "cs_1", 1))
                .await;
            assert_eq!((again.status, again.json()), (200, found), "{failpoint}");
            // Another attempt pays exactly when the first did not.
            let second = psp.charge(&token, "cs_1", 2).await;
            assert_eq!(
                second.status,
                if captured { 409 } else { 201 },
                "{failpoint}: {second:?}"
            );
            assert_eq!(psp.captures("cs_1:").await, 1, "{failpoint}");
        }
    }
}

// Killed at any point of a refund: it happens exactly once.
#[tokio::test]
async fn killed_in_a_refund() {
    for failpoint in [
        "psp_after_refund_reserve",
        "psp_after_refund_issuer",
        "psp_after_refund_result",
    ] {
        let directory = tempfile::tempdir().unwrap();
        let (psp, _) = die_at(failpoint, directory.path()).await;
        psp.psp.sweep().await.unwrap();
        let found = psp.get("/v1/refunds?refund_key=r", MERCHANT).await.json();
        assert_eq!(found["status"], "succeeded", "{failpoint}");
        assert_eq!(
            psp.ledger("cs_1:").await[0]["amount_refunded"],
            2_000,
            "{failpoint}"
        );
        assert_eq!(
            psp.find_charge("cs_1:1").await.json()["amount_refunded"],
            2_000,
            "{failpoint}"
        );
    }
}
