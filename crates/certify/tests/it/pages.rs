//! The page of results over HTTP: what it says, what it guards.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use comptoir_certify::{History, Verdict};
use tempfile::TempDir;

use crate::outputs::report;

/// `comptoir-certify serve` on a free port.
struct Page {
    url: String,
    child: Child,
    _history: TempDir,
}

impl Page {
    /// Serves these runs, the later one last.
    fn of(runs: &[&[(&str, Verdict)]]) -> (Self, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let history = History::new(folder.path());
        let mut ids = Vec::new();
        for (place, run) in runs.iter().enumerate() {
            let mut report = report(run);
            report.started = format!("2026-11-24T15:00:0{place}Z").parse().unwrap();
            ids.push(history.save(&report).unwrap().to_string());
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_comptoir-certify"))
            .args(["serve", "127.0.0.1:0", "--history"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.split_whitespace().nth(2).unwrap().to_owned();
        let page = Self {
            url,
            child,
            _history: folder,
        };
        (page, ids)
    }

    async fn get(&self, path: &str) -> (u16, String, reqwest::header::HeaderMap) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client
            .get(format!("{}{path}", self.url))
            .send()
            .await
            .unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, answer.text().await.unwrap(), headers)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// From the list to the evidence, every page opens, names the verdict in words, and runs nothing
/// that a server wrote.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_opens() {
    let (page, ids) = Page::of(&[
        &[("one", Verdict::Pass), ("two", Verdict::NotTested)],
        &[("one", Verdict::Violated), ("two", Verdict::Warning)],
    ]);
    let later = &ids[1];
    let paths = [
        ("/".to_owned(), "https://shop.example/"),
        (format!("/runs/{later}"), "the status is 422"),
        (format!("/runs/{later}/seller/idempotency"), "1 violated"),
        (
            format!("/runs/{later}/checks/2026-04-17/seller.idempotency.one"),
            "answer 422",
        ),
        (
            format!("/compare?earlier={}&later={later}", ids[0]),
            "1 newly red",
        ),
        (format!("/runs/{later}/report.json"), "\"format\": 1"),
    ];
    for (path, words) in paths {
        let (status, text, headers) = page.get(&path).await;
        assert_eq!(status, 200, "{path}: {text}");
        assert!(text.contains(words), "no `{words}` at {path}: {text}");
        let html = headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html");
        assert!(!html || !text.contains("<script>"), "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
    }
    let (status, _, headers) = page.get("/style.css").await;
    assert_eq!(status, 200);
    assert_eq!(headers["content-type"], "text/css; charset=utf-8");
}

/// What is not there is 404, and no name leaves the folder.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_404() {
    let (page, ids) = Page::of(&[&[("one", Verdict::Pass)]]);
    for path in [
        "/runs/no-such-run".to_owned(),
        "/runs/..%2F..%2Fetc%2Fpasswd".to_owned(),
        "/compare?earlier=..%2Fx&later=y".to_owned(),
        format!("/runs/{}/seller/no-topic", ids[0]),
        format!("/runs/{}/checks/2026-04-17/no-check", ids[0]),
    ] {
        let (status, text, headers) = page.get(&path).await;
        assert_eq!(status, 404, "{path}: {text}");
        assert!(headers.contains_key("content-security-policy"), "{path}");
    }
}

/// A page is for this machine: a name that somebody points at it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_are_refused() {
    let (page, _) = Page::of(&[&[("one", Verdict::Pass)]]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let foreign = client.get(&page.url).header("host", "evil.example");
    let answer = foreign.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 421);
}
