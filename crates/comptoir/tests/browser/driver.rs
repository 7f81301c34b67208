//! Headless Chromium under chromedriver, one pair per test.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;

/// A browser with an empty profile. Ends with the test.
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    pub(crate) async fn open((width, height): (u32, u32)) -> Result<Self> {
        let (driver, port) = start_driver()?;
        let profile = tempfile::tempdir()?;
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--lang=en-US".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
            format!("--window-size={width},{height}"),
        ];
        // Chromium has a least window width; emulation gives a phone's.
        let options = if width < 500 {
            let metrics = json!({ "width": width, "height": height, "pixelRatio": 2.0 });
            json!({ "args": arguments, "mobileEmulation": { "deviceMetrics": metrics } })
        } else {
            json!({ "args": arguments })
        };
        let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let capabilities = capabilities.as_object().context("capabilities")?.clone();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("cannot open Chromium")?;
        Ok(Self {
            client,
            driver,
            _profile: profile,
        })
    }

    /// Writes what the page shows to `target/browser/NAME.png`.
    pub(crate) async fn screenshot(&self, name: &str) -> Result<()> {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../browser");
        fs::create_dir_all(&folder)?;
        fs::write(
            folder.join(format!("{name}.png")),
            self.client.screenshot().await?,
        )?;
        Ok(())
    }

    /// The page must not scroll sideways.
    pub(crate) async fn fits_the_width(&self, what: &str) -> Result<()> {
        // A phone's window widens to what does not fit; its layout does not.
        let script =
            "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
        let excess = self.client.execute(script, Vec::new()).await?;
        ensure!(
            excess.as_i64().unwrap_or(1) <= 0,
            "{what} is {excess} pixels too wide"
        );
        Ok(())
    }

    pub(crate) async fn close(mut self) -> Result<()> {
        self.client.clone().close().await?;
        self.driver.kill()?;
        self.driver.wait()?;
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// chromedriver on a free port, which it prints itself.
fn start_driver() -> Result<(Child, u16)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start chromedriver; run `cargo xtask setup`")?;
    let output = driver.stdout.take().context("chromedriver has no output")?;
    let mut lines = BufReader::new(output).lines();
    for line in lines.by_ref().map_while(Result::ok) {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port = port.trim_end_matches('.').parse()?;
            // Whatever else it prints is drained, so that it never blocks.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok((driver, port));
        }
    }
    anyhow::bail!("chromedriver ended without saying its port")
}
