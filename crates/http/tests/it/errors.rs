//! The error table, whole, under every set of rules.

use std::fmt::Write as _;

use comptoir_acp::version::ApiVersion;
use comptoir_http::{ApiError, Dialect, Fault, Surface};

fn render(dialect: Dialect) -> String {
    let mut text = String::new();
    for fault in Fault::ALL {
        let error = ApiError::new(fault, "message").under(dialect);
        let row = error.row();
        let wire = serde_json::to_value(error.to_wire()).unwrap();
        let retry = error
            .to_reply()
            .headers
            .get("retry-after")
            .map(|value| value.to_str().unwrap().to_owned());
        writeln!(
            text,
            "{:22} {} {:22} {:26} {:9} {:8} {}",
            format!("{fault:?}"),
            row.status,
            wire["type"].as_str().unwrap(),
            error.code(),
            if row.retryable { "retryable" } else { "" },
            if row.stored() { "stored" } else { "" },
            retry
                .map(|seconds| format!("after {seconds} s"))
                .unwrap_or_default(),
        )
        .unwrap();
    }
    text.lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_table_under_each_version() {
    for version in ApiVersion::ALL {
        let dialect = Dialect {
            rules: version.rules(),
            surface: Surface::Acp,
        };
        insta::assert_snapshot!(format!("acp_{version}"), render(dialect));
    }
}

#[test]
fn the_table_on_each_surface() {
    for surface in [
        Surface::DelegatePayment,
        Surface::DelegateAuthentication,
        Surface::Own,
    ] {
        let dialect = Dialect {
            rules: ApiVersion::LATEST.rules(),
            surface,
        };
        insta::assert_snapshot!(format!("{surface:?}"), render(dialect));
    }
}

#[test]
fn delegate_payment_sends_only_codes_of_its_closed_list() {
    let listed = [
        "invalid_card",
        "duplicate_request",
        "idempotency_conflict",
        "too_many_requests",
        "idempotency_key_required",
        "idempotency_in_flight",
    ];
    let dialect = Dialect {
        rules: ApiVersion::LATEST.rules(),
        surface: Surface::DelegatePayment,
    };
    for fault in Fault::ALL {
        assert!(
            listed.contains(&ApiError::new(fault, "m").under(dialect).code()),
            "{fault:?}"
        );
    }
}

#[test]
fn causes_are_for_the_log_and_codes_may_be_named() {
    let error = ApiError::internal("SELECT secret");
    assert!(!String::from_utf8_lossy(&error.to_reply().body).contains("secret"));
    assert!(std::error::Error::source(&error).is_some());
    let error = ApiError::unprocessable("maximum_exceeded", "$.line_items", "too many");
    assert_eq!(
        (error.status().as_u16(), error.code(), error.param()),
        (422, "maximum_exceeded", Some("$.line_items"))
    );
    assert_eq!(error.to_string(), "422 maximum_exceeded: too many");
    assert_eq!(size_of::<ApiError>(), size_of::<usize>());
}
