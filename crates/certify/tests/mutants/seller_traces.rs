//! Faults in what a cancellation makes of intent traces.

use comptoir_certify::Lane;
use serde_json::{Value, json};

use super::{
    fault::{Fault, Row, listed},
    pair::tell,
    proxy::{Answered, Bend},
};

pub(crate) fn faults() -> Vec<Fault> {
    listed(Lane::Seller, &[TRACES])
}

fn answers(status: u16, error: Value) -> Box<dyn Bend> {
    tell(move |asked, answered| {
        let trace = String::from_utf8_lossy(&asked.body).contains("intent_trace");
        if trace && asked.path.ends_with("/cancel") {
            *answered = Answered::new(status, &error);
        }
    })
}

const TRACES: &[Row] = &[
    Row::new(
        "seller-cancel-takes-no-trace",
        "refuses every cancellation with an intent trace",
        &[
            "seller.fuzz.cancel-trace-comparison",
            "seller.fuzz.cancel-trace-reason_code-value",
            "seller.fuzz.cancel-trace-metadata-with-number",
        ],
        || {
            let error = json!({
                "type": "invalid_request",
                "code": "invalid",
                "message": "no traces",
                "param": "$.intent_trace",
            });
            answers(400, error)
        },
    ),
    Row::new(
        "seller-cancel-breaks-on-traces",
        "breaks on an intent trace that it cannot read",
        &[
            "seller.fuzz.cancel-trace-metadata-with-object",
            "seller.fuzz.cancel-trace-reason_code-type",
        ],
        || {
            let error = json!({
                "type": "processing_error",
                "code": "internal",
                "message": "cannot read the trace",
            });
            answers(500, error)
        },
    ),
];
