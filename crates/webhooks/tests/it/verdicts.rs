use comptoir_webhooks::sender::{Reply, SendError};
use comptoir_webhooks::verdict::Verdict;
use jiff::Timestamp;

fn of(status: u16, retry_after: Option<&str>) -> Verdict {
    let reply = Reply {
        status,
        retry_after: retry_after.map(str::to_owned),
        body: b"secret".to_vec(),
    };
    Verdict::of(
        &Ok(reply),
        "2026-01-02T03:04:05Z".parse::<Timestamp>().unwrap(),
    )
}

fn asked(status: u16, retry_after: &str) -> Option<u64> {
    match of(status, Some(retry_after)) {
        Verdict::Retry { asked, .. } => asked.map(|asked| asked.as_secs()),
        verdict @ (Verdict::Delivered | Verdict::Gone) => panic!("{verdict:?}"),
    }
}

#[test]
fn success_gone_and_failure_are_told_apart() {
    assert_eq!(of(200, None), Verdict::Delivered);
    assert_eq!(of(299, None), Verdict::Delivered);
    assert_eq!(of(410, None), Verdict::Gone);
    for (status, is_unreachable) in [
        (300, false),
        (404, false),
        (500, false),
        (502, true),
        (503, true),
        (504, true),
    ] {
        let reason = format!("status {status}");
        assert_eq!(
            of(status, None),
            Verdict::Retry {
                asked: None,
                reason,
                is_unreachable
            }
        );
    }
    let timeout = Verdict::of(&Err(SendError::Timeout), Timestamp::UNIX_EPOCH);
    assert!(matches!(
        timeout,
        Verdict::Retry {
            is_unreachable: true,
            ..
        }
    ));
}

#[test]
fn retry_after_is_read_as_seconds_or_date_and_only_where_it_has_a_meaning() {
    assert_eq!(asked(429, "120"), Some(120));
    assert_eq!(asked(503, " 7 "), Some(7));
    assert_eq!(asked(503, "Fri, 02 Jan 2026 03:04:35 GMT"), Some(30));
    assert_eq!(
        asked(503, "Fri, 02 Jan 2026 03:00:00 GMT"),
        Some(0),
        "in the past"
    );
    assert_eq!(asked(429, "99999999999999999999999"), Some(u64::MAX));
    for nonsense in ["", "-1", "1.5", "soon", "2026-01-02T03:04:35Z"] {
        assert_eq!(asked(429, nonsense), None, "{nonsense}");
    }
    assert_eq!(asked(500, "120"), None);
    assert_eq!(asked(302, "120"), None);
}

#[test]
fn reasons_never_quote_the_answer() {
    assert!(!format!("{:?}", of(500, Some("secret"))).contains("secret"));
}
