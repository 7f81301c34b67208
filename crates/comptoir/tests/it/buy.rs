//! `comptoir agent buy`: what a judge of agents starts for each purchase.

use std::process::Command;

use comptoir_faults::{AGENT_KEY, Judged};

use crate::command::binary;

/// Buys with this task from the real seller, told as a judge tells it.
fn buy(judged: &Judged, task: &str) -> String {
    let output = Command::new(binary())
        .args(["agent", "buy", "--price", "1850"])
        .env("ACP_SELLER_URL", judged.seller_url())
        .env("ACP_PSP_URL", judged.psp_url())
        .env("ACP_ITEM_ID", "mug")
        .env("ACP_TASK", task)
        .env("ACP_KEY", AGENT_KEY)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

// One purchase each; who gives up buys nothing, and an unknown task is no reason to fail.
#[test]
fn an_agent_buys_as_it_is_told() {
    let judged = Judged::start(binary()).unwrap();
    for task in ["buy", "pay-again"] {
        let said = buy(&judged, task);
        assert!(said.starts_with("bought: order "), "{task}: {said}");
    }
    let said = buy(&judged, "cancel");
    assert!(
        said.starts_with("not bought: given up at a total of "),
        "{said}"
    );
    let said = buy(&judged, "sing");
    assert!(said.contains("does not know the task sing"), "{said}");
}
