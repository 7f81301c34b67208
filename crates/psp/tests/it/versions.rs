//! What older versions of delegate payment ask otherwise, by their schemas.

use comptoir_psp::issuer::test_cards::APPROVE;
use serde_json::json;

use crate::support::{TestPsp, delegation, fresh_key};

const OLDER: [&str; 4] = ["2025-09-29", "2025-12-12", "2026-01-16", "2026-01-30"];
const LATEST: &str = "2026-04-17";

// The type comes from a closed list, which has no `request_not_idempotent`; the status is 409.
#[tokio::test]
async fn a_conflict_is_an_invalid_request_in_every_version() {
    let psp = TestPsp::start().await;
    for (version, status) in OLDER
        .map(|version| (version, 409))
        .into_iter()
        .chain([(LATEST, 422)])
    {
        let body = delegation(APPROVE, "cs_1");
        let made = psp.delegate_in(version, version, &body).await;
        assert_eq!(made.status, 201, "{version}: {made:?}");
        let other = delegation(APPROVE, "cs_2");
        let conflict = psp.delegate_in(version, version, &other).await;
        assert_eq!(conflict.status, status, "{version}");
        assert_eq!(conflict.json()["type"], "invalid_request", "{version}");
        assert_eq!(conflict.code(), "idempotency_conflict", "{version}");
    }
}

// `minItems: 1` until 2026-01-30.
#[tokio::test]
async fn older_versions_want_a_risk_signal() {
    let psp = TestPsp::start().await;
    let mut body = delegation(APPROVE, "cs_1");
    body["risk_signals"] = json!([]);
    for version in OLDER {
        let answer = psp.delegate_in(version, &fresh_key(), &body).await;
        assert_eq!(answer.status, 400, "{version}: {answer:?}");
        assert_eq!(answer.error().2, "$.risk_signals");
    }
    assert_eq!(psp.delegate_in(LATEST, "k", &body).await.status, 201);
}

// The first version sets no lower bound; what is shown still has to end the number.
#[tokio::test]
async fn only_the_first_version_takes_a_shorter_display_last4() {
    let psp = TestPsp::start().await;
    let mut body = delegation(APPROVE, "cs_1");
    for (version, shown, status) in [
        ("2025-09-29", "242", 201),
        ("2025-09-29", "", 201),
        ("2025-09-29", "4242", 201),
        ("2025-09-29", "241", 400),
        ("2025-09-29", "24242", 400),
        ("2025-12-12", "242", 400),
        ("2026-01-30", "242", 400),
        (LATEST, "242", 400),
    ] {
        body["payment_method"]["display_last4"] = json!(shown);
        let answer = psp.delegate_in(version, &fresh_key(), &body).await;
        assert_eq!(answer.status, status, "{version} {shown}: {answer:?}");
        if status == 400 {
            assert_eq!(answer.error().2, "$.payment_method.display_last4");
        }
    }
}

// Where the two files of a version differ, the larger number counts.
#[tokio::test]
async fn an_iin_has_as_many_digits_as_the_version_allows() {
    let psp = TestPsp::start().await;
    let mut body = delegation(APPROVE, "cs_1");
    for (version, longest) in [
        ("2025-09-29", 8),
        ("2025-12-12", 6),
        ("2026-01-16", 8),
        ("2026-01-30", 6),
        (LATEST, 8),
    ] {
        for digits in 6..=8 {
            body["payment_method"]["iin"] = json!(&APPROVE[..digits]);
            let answer = psp.delegate_in(version, &fresh_key(), &body).await;
            let status = if digits <= longest { 201 } else { 400 };
            assert_eq!(answer.status, status, "{version} {digits}: {answer:?}");
            if status == 400 {
                assert_eq!(answer.error().2, "$.payment_method.iin");
            }
        }
    }
}

// Codes of the idempotency key came with its duty; before, the list has nothing for them.
#[tokio::test]
async fn codes_are_those_of_the_version() {
    let psp = TestPsp::start().await;
    let body = delegation(APPROVE, "cs_1");
    for version in OLDER {
        let answer = psp.delegate_in(version, "a\tb", &body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "invalid_card"),
            "{version}"
        );
    }
    let answer = psp.delegate_in(LATEST, "a\tb", &body).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "idempotency_key_required")
    );
}
