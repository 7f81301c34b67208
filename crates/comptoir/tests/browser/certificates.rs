//! The page of certification results: by mouse, by keyboard alone, on a phone's width.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use comptoir_certify::{
    CheckResult, Exchange, Finding, History, Lane, RecordedRequest, RecordedResponse, Report,
    Severity, SpecVersion, Topic, Verdict,
};
use fantoccini::Locator;
use tempfile::TempDir;

use crate::{DESKTOP, PHONE, driver::Browser, keyboard, press, wait};

/// A server's answer that must stay text.
const HOSTILE: &str = "<script>document.title = 'taken over'</script><b>bold</b>";

/// `comptoir certify serve` over two made-up runs.
struct Page {
    url: String,
    child: Child,
    _history: TempDir,
}

impl Page {
    fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let history = History::new(folder.path());
        history.save(&run("2026-11-24T15:00:00Z", Verdict::Pass)?)?;
        history.save(&run("2026-11-24T16:00:00Z", Verdict::Violated)?)?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_comptoir"))
            .args(["certify", "serve", "127.0.0.1:0", "--history"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let url = line.split_whitespace().nth(2).context("no address")?;
        Ok(Self {
            url: url.to_owned(),
            child,
            _history: folder,
        })
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One check for each topic; that of idempotency ends as `verdict` says.
fn run(started: &str, verdict: Verdict) -> Result<Report> {
    let results = Topic::ALL.map(|topic| {
        let red = topic == Topic::Idempotency && verdict == Verdict::Violated;
        CheckResult {
            id: format!("seller.{topic}.a-check-with-a-rather-long-name-that-has-to-be-broken"),
            title: "the same key with another body is refused".to_owned(),
            lane: if topic == Topic::Webhooks {
                Lane::WebhookSender
            } else {
                Lane::Seller
            },
            topic,
            version: SpecVersion::LATEST,
            verdict: if red {
                Verdict::Violated
            } else if topic == Topic::Expiry {
                Verdict::NotTested
            } else {
                Verdict::Pass
            },
            reason: (topic == Topic::Expiry).then(|| "set seller.items".to_owned()),
            findings: red.then(finding).into_iter().collect(),
            advice: "answer 422".to_owned(),
            requirements: vec!["checkout.idempotency.conflict-422".to_owned()],
            duration_ms: 12,
            evidence: vec![exchange()],
        }
    });
    Ok(Report {
        format: Report::FORMAT,
        target: "https://a-shop-with-a-rather-long-name.example/agentic-commerce/".to_owned(),
        profile: "spec-2026-04-17".to_owned(),
        versions: vec![SpecVersion::LATEST],
        started: started.parse()?,
        duration_ms: 1234,
        requests: 14,
        results: results.to_vec(),
    })
}

fn finding() -> Finding {
    Finding {
        severity: Severity::Must,
        rule: "the status is 422".to_owned(),
        found: format!("200: {HOSTILE}"),
        exchange: Some(1),
    }
}

fn exchange() -> Exchange {
    Exchange {
        number: 1,
        request: RecordedRequest {
            method: "POST".to_owned(),
            url: "https://a-shop-with-a-rather-long-name.example/checkout_sessions".to_owned(),
            headers: vec![("API-Version".to_owned(), "2026-04-17".to_owned())],
            body: r#"{"line_items":[{"id":"mug"}]}"#.to_owned(),
        },
        response: Some(RecordedResponse {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: HOSTILE.repeat(20),
        }),
        error: None,
        duration_ms: 7,
    }
}

/// From the list over table, cell and check to the evidence; then the comparison.
#[tokio::test(flavor = "multi_thread")]
async fn reading_a_run_by_mouse() -> Result<()> {
    let page = Page::start()?;
    let browser = Browser::open(DESKTOP).await?;
    let client = &browser.client;
    client.goto(&page.url).await?;
    browser.screenshot("certify-1-runs").await?;
    press(client, ".runs tbody tr:first-child a").await?;
    wait(client, ".matrix").await?;
    browser.screenshot("certify-2-run").await?;
    press(client, ".matrix a[href$='/seller/idempotency']").await?;
    wait(client, "h2 .violated").await?;
    browser.screenshot("certify-3-cell").await?;
    press(client, ".list a.id").await?;
    wait(client, "#request-1 pre").await?;
    browser.screenshot("certify-4-check").await?;
    let shown = client.find(Locator::Css("#request-1 .pair div:last-child pre"));
    ensure!(
        shown.await?.text().await?.contains("<script>"),
        "the answer is not shown"
    );
    ensure!(
        !client.title().await?.contains("taken over"),
        "a server's answer ran"
    );
    ensure!(
        client.find_all(Locator::Css("main b")).await?.is_empty(),
        "an answer became markup"
    );

    client.goto(&page.url).await?;
    press(client, "tbody tr:last-child input[name='earlier']").await?;
    press(client, "tbody tr:first-child input[name='later']").await?;
    press(client, "button[type='submit']").await?;
    wait(client, "h2").await?;
    let heading = client.find(Locator::Css("h2")).await?.text().await?;
    ensure!(heading == "1 newly red", "the comparison says `{heading}`");
    browser.screenshot("certify-5-compare").await?;
    browser.close().await
}

/// The same with Tab and Enter, on a phone; no page scrolls sideways.
#[tokio::test(flavor = "multi_thread")]
async fn reading_a_run_by_keyboard_on_a_phone() -> Result<()> {
    let page = Page::start()?;
    let browser = Browser::open(PHONE).await?;
    let client = &browser.client;
    client.goto(&page.url).await?;
    browser.fits_the_width("the list of runs").await?;
    browser.screenshot("certify-phone-1-runs").await?;
    keyboard::to(client, ".runs tbody tr:first-child a").await?;
    keyboard::enter(client).await?;
    wait(client, ".matrix").await?;
    browser.fits_the_width("a run").await?;
    browser.screenshot("certify-phone-2-run").await?;
    keyboard::to(client, ".matrix a[href$='/seller/idempotency']").await?;
    keyboard::enter(client).await?;
    wait(client, "h2 .violated").await?;
    browser.fits_the_width("a cell").await?;
    keyboard::to(client, ".list a.id").await?;
    keyboard::enter(client).await?;
    wait(client, "#request-1 pre").await?;
    browser.fits_the_width("a check").await?;
    browser.screenshot("certify-phone-3-check").await?;
    browser.close().await
}
