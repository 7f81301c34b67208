//! Sellers over MCP that break one thing each: what tools return.

use serde_json::json;

use super::{
    fault::{Fault, answers},
    mcp::{LANE, is_call, result},
};

pub(crate) fn faults() -> Vec<Fault> {
    let all = [sessions(), amounts_and_ends(), repeats()];
    all.into_iter().flatten().collect()
}

fn sessions() -> Vec<Fault> {
    const CREATE: &str = "create_checkout_session";
    const GET: &str = "get_checkout_session";
    vec![
        result(
            "mcp-result-text",
            "returns the session as a text only",
            &["mcp.lifecycle.result-create"],
            CREATE,
            |result| {
                *result = json!({ "content": [{ "type": "text", "text": result.to_string() }] });
            },
        ),
        result(
            "mcp-result-wrapped",
            "wraps the session into a member",
            &["mcp.lifecycle.result-get"],
            GET,
            |result| {
                *result = json!({ "checkout_session": result.clone() });
            },
        ),
        result(
            "mcp-result-lost-links",
            "leaves links out",
            &["mcp.lifecycle.result-create", "mcp.lifecycle.same-create"],
            CREATE,
            |result| {
                result.as_object_mut().unwrap().remove("links");
            },
        ),
        result(
            "mcp-result-other-session",
            "answers get with another session",
            &["mcp.lifecycle.result-get", "mcp.concurrency.gets"],
            GET,
            |result| {
                result["id"] = json!("cs_another");
            },
        ),
        result(
            "mcp-total-off",
            "adds one cent to the total",
            &[
                "mcp.arithmetic.total-adds-up-created",
                "mcp.arithmetic.same-one",
            ],
            CREATE,
            |result| {
                for row in result["totals"].as_array_mut().unwrap() {
                    if row["type"] == "total" {
                        row["amount"] = json!(row["amount"].as_i64().unwrap() + 1);
                    }
                }
            },
        ),
    ]
}

fn amounts_and_ends() -> Vec<Fault> {
    const CREATE: &str = "create_checkout_session";
    const GET: &str = "get_checkout_session";
    const COMPLETE: &str = "complete_checkout_session";
    vec![
        result(
            "mcp-amounts-decimal",
            "writes amounts in whole units",
            &["mcp.arithmetic.amounts-are-integers-retrieved"],
            GET,
            |result| {
                for row in result["totals"].as_array_mut().unwrap() {
                    row["amount"] = json!(row["amount"].as_f64().unwrap() / 100.0);
                }
            },
        ),
        result(
            "mcp-no-order",
            "leaves the order out",
            &["mcp.lifecycle.complete-order"],
            COMPLETE,
            |result| {
                result.as_object_mut().unwrap().remove("order");
            },
        ),
        result(
            "mcp-tells-no-capabilities",
            "leaves capabilities empty",
            &[
                "mcp.lifecycle.create-capabilities",
                "mcp.lifecycle.same-capabilities",
            ],
            CREATE,
            |result| result["capabilities"] = json!({}),
        ),
        result(
            "mcp-cancel-open",
            "says that a canceled session is open",
            &["mcp.lifecycle.cancel-no-payload"],
            "cancel_checkout_session",
            |result| {
                result["status"] = json!("incomplete");
            },
        ),
        Fault::new(
            LANE,
            "mcp-decline-error",
            "makes an error of a declined payment",
            &["mcp.lifecycle.complete-declined"],
            answers(|asked, answered| {
                if !is_call(asked, COMPLETE) {
                    return;
                }
                answered.edit(|message| {
                if message["result"]["status"] == "completed" {
                    return;
                }
                let data = json!({ "type": "processing_error", "code": "payment_declined", "message": "declined" });
                message.as_object_mut().unwrap().remove("result");
                message["error"] = json!({ "code": -32000, "message": "declined", "data": data });
            });
            }),
        ),
    ]
}

fn repeats() -> Vec<Fault> {
    const COMPLETE: &str = "complete_checkout_session";
    vec![
        Fault::new(
            LANE,
            "mcp-cancel-again",
            "cancels what is canceled once more",
            &[
                "mcp.lifecycle.cancel-after-canceled",
                "mcp.errors.as-rest-cancel-canceled",
            ],
            answers(|asked, answered| {
                if is_call(asked, "cancel_checkout_session") {
                    answered.edit(|message| {
                        if message.as_object_mut().unwrap().remove("error").is_some() {
                            message["result"] = json!({ "id": "cs_1", "status": "canceled" });
                        }
                    });
                }
            }),
        ),
        Fault::new(
            LANE,
            "mcp-token-shown",
            "repeats the payment token",
            &["mcp.leaks.payment-token"],
            answers(|asked, answered| {
                if is_call(asked, COMPLETE) {
                    let token = asked.json().unwrap_or_default()["params"]["arguments"]["payload"]
                        ["payment_data"]
                        .clone();
                    answered.edit(|message| message["result"]["payment_data"] = token);
                }
            }),
        ),
    ]
}
