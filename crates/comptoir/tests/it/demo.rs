//! `comptoir demo`.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use comptoir_faults::Server;
use reqwest::blocking::Client;
use serde_json::{Value, json};

use crate::command::{binary, run, text};

fn client() -> Client {
    Client::builder()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

fn start(data: &Path) -> Server {
    Server::start(
        binary(),
        &["demo", "--port", "0", "--data", text(data)],
        None,
    )
    .unwrap()
}

/// The first shop and the PSP of a running demo, by what the demo prints and keeps.
struct Parties {
    shop: String,
    psp: String,
    keys: Value,
}

/// Starts a demo whose output is read for the addresses of its parties.
fn start_with_parties(data: &Path) -> (std::process::Child, Parties) {
    use std::io::{BufRead, BufReader};
    let mut child = Command::new(binary())
        .args(["demo", "--port", "0", "--data", text(data)])
        .env("COMPTOIR_LOG", "error")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let mut sellers = Vec::new();
    let psp = loop {
        let line = lines
            .next()
            .unwrap_or_else(|| panic!("the demo ended early"));
        let Some((what, url)) = line.rsplit_once(' ') else {
            continue;
        };
        if what.contains("(seller)") {
            sellers.push(url.to_owned());
        } else if what.contains("(PSP)") {
            break url.to_owned();
        }
    };
    // The rest of the output is drained, so that the demo never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    let keys = serde_json::from_slice(&fs::read(data.join("keys.json")).unwrap()).unwrap();
    (
        child,
        Parties {
            shop: sellers.swap_remove(0),
            psp,
            keys,
        },
    )
}

impl Parties {
    fn key(&self, name: &str) -> &str {
        self.keys["shops"][0][name].as_str().unwrap()
    }

    fn post(url: &str, key: &str, idempotency_key: &str, body: &Value) -> Value {
        let answer = client()
            .post(url)
            .bearer_auth(key)
            .header("api-version", "2026-04-17")
            .header("idempotency-key", idempotency_key)
            .json(body)
            .send()
            .unwrap();
        serde_json::from_slice(&answer.bytes().unwrap()).unwrap()
    }

    /// Buys one item by plain HTTP; the session's id.
    fn buy(&self, item: &str) -> String {
        let sessions = format!("{}/checkout_sessions", self.shop);
        let address = json!({
            "name": "Bo Durand", "line_one": "2 quai Perrache", "city": "Lyon", "state": "",
            "country": "FR", "postal_code": "69002"
        });
        let create = json!({
            "currency": "eur", "capabilities": {},
            "line_items": [{ "id": item, "quantity": 1 }],
            "buyer": { "email": "bo@example.com", "first_name": "Bo", "last_name": "Durand" },
            "fulfillment_details": { "name": "Bo Durand", "email": "bo@example.com", "address": address }
        });
        let session = Self::post(&sessions, self.key("agent"), "create", &create);
        assert_eq!(session["status"], "ready_for_payment", "{session}");
        let id = session["id"].as_str().unwrap().to_owned();
        let rows = session["totals"].as_array().unwrap();
        let total = &rows.iter().find(|row| row["type"] == "total").unwrap()["amount"];
        let delegate = json!({
            "payment_method": {
                "type": "card", "card_number_type": "fpan", "number": "4242424242424242",
                "exp_month": "12", "exp_year": "2032", "cvc": "123", "name": "Bo Durand",
                "display_card_funding_type": "credit", "display_brand": "visa",
                "display_last4": "4242", "virtual": false, "checks_performed": [], "metadata": {}
            },
            "allowance": {
                "reason": "one_time", "max_amount": total, "currency": "eur",
                "checkout_session_id": id, "merchant_id": "merchant_foulee",
                "expires_at": comptoir::signing::environment::Environment::system()
                    .now().checked_add(jiff::SignedDuration::from_mins(10)).unwrap().to_string()
            },
            "risk_signals": [{ "type": "card_testing", "score": 1, "action": "authorized" }],
            "metadata": {}
        });
        let url = format!("{}/agentic_commerce/delegate_payment", self.psp);
        let token = Self::post(
            &url,
            self.keys["agent_at_psp"].as_str().unwrap(),
            "delegate",
            &delegate,
        );
        let complete = json!({ "payment_data": {
            "handler_id": "comptoir_card",
            "instrument": { "type": "card", "credential": { "type": "spt", "token": token["id"] } }
        }});
        let done = Self::post(
            &format!("{sessions}/{id}/complete"),
            self.key("agent"),
            "complete",
            &complete,
        );
        assert_eq!(done["status"], "completed", "{done}");
        id
    }

    fn orders(&self) -> String {
        let said = run(&[
            "orders",
            "--url",
            &self.shop,
            "--key",
            self.key("operator"),
            "list",
        ]);
        assert_eq!(said.code, 0, "{}", said.err);
        said.out
    }

    fn captures(&self) -> i64 {
        let answer = client()
            .get(format!("{}/simulated_issuer/ledger", self.psp))
            .bearer_auth(self.keys["issuer_ledger"].as_str().unwrap())
            .send()
            .unwrap();
        let page: Value = serde_json::from_slice(&answer.bytes().unwrap()).unwrap();
        let entries = page["entries"].as_array().unwrap();
        entries
            .iter()
            .map(|entry| entry["captures"].as_i64().unwrap())
            .sum()
    }
}

// Kill -9 loses nothing: the order, its charge and the shelves are there after the next start.
#[test]
fn an_order_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let (mut child, parties) = start_with_parties(&data);
    assert!(parties.orders().contains("no orders"));
    parties.buy("foulee-001-03");
    let before = parties.orders();
    assert!(before.contains("confirmed"), "{before}");
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut child, parties) = start_with_parties(&data);
    assert_eq!(parties.orders(), before);
    assert_eq!(parties.captures(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
    for name in ["agent", "foulee", "kiln", "northlight", "psp"] {
        let said = run(&["db", "check", text(&data.join(format!("{name}.db")))]);
        assert_eq!(said.code, 0, "{name}: {}{}", said.out, said.err);
    }
}

// A termination signal stops all five servers within a few seconds, with exit code 0.
#[test]
fn a_signal_stops_it_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, parties) = start_with_parties(folder.path());
    let asked = Instant::now();
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    let status = child.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(
        asked.elapsed() < Duration::from_secs(8),
        "{:?}",
        asked.elapsed()
    );
    assert!(client().get(&parties.shop).send().is_err());
}

// A port that is taken, and a folder that is in use, are named with what to do.
#[test]
fn conflicts_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let demo = start(&data);
    let (_, port) = demo.url.rsplit_once(':').unwrap();
    let other = folder.path().join("other");
    let said = run(&["demo", "--port", port, "--data", text(&other)]);
    assert!(
        said.code == 1
            && said
                .err
                .contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{}",
        said.err
    );
    let said = run(&["demo", "--port", "0", "--data", text(&data)]);
    assert!(
        said.code == 1 && said.err.contains("another demo runs on"),
        "{}",
        said.err
    );
}

// The whole road without a browser: purchase, refusals, shipment, refund, each step checked.
#[test]
fn the_scripted_demo_passes() {
    let said = run(&["demo", "--scripted"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for step in [
        "consent receipt sealed",
        "one unit below",
        "used before",
        "tracking number",
        "refunded",
    ] {
        assert!(said.out.contains(step), "{step}: {}", said.out);
    }
}

// A proxy that the environment names is for other machines: the five parties reach each other
// without it. And a run in which everything is as expected warns of nothing.
#[test]
fn the_scripted_demo_needs_no_proxy_and_warns_of_nothing() {
    let dead = "http://127.0.0.1:1";
    let mut command = Command::new(binary());
    command
        .args(["demo", "--scripted"])
        .env("COMPTOIR_LOG", "warn");
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(name, dead).env(name.to_lowercase(), dead);
    }
    let output = command
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success(),
        "{}{log}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert_eq!(log, "");
}

// Memory stays below the budget with all five parties and the catalogues loaded.
#[test]
fn memory_is_below_the_budget() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _) = start_with_parties(folder.path());
    let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
    child.kill().unwrap();
    child.wait().unwrap();
    // Only Linux tells.
    let Ok(status) = status else { return };
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kib < 150 * 1_024, "{kib} KiB");
}
