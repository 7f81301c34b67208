//! The demo as a process, and its shops as an operator sees them.

use std::{net::TcpListener, path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};
use comptoir_faults::Server;
use serde_json::Value;
use tempfile::TempDir;

/// A simulated card that the issuer declines.
pub(crate) const CARD_DECLINED: &str = "4000000000000002";

/// What the buyer enters, by id of the field. Typing chooses in the list of countries too.
pub(crate) const ADDRESS: [(&str, &str); 7] = [
    ("name", "Ada Martin"),
    ("line_one", "1 rue de la Paix"),
    ("postal_code", "69001"),
    ("city", "Lyon"),
    ("country", "France"),
    ("state", "ARA"),
    ("email", "ada@example.com"),
];

/// A running demo on a folder of its own.
pub(crate) struct Demo {
    pub(crate) url: String,
    port: u16,
    data: TempDir,
    _server: Server,
}

impl Demo {
    pub(crate) fn start() -> Result<Self> {
        let data = tempfile::tempdir()?;
        let port = five_free_ports()?;
        let folder = data.path().to_string_lossy().into_owned();
        let arguments = ["demo", "--data", &folder, "--port", &port.to_string()];
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_comptoir")), &arguments, None)?;
        Ok(Self {
            url: server.url.clone(),
            port,
            data,
            _server: server,
        })
    }

    /// The id of the order with this number, as the shop lists it.
    pub(crate) fn order(&self, shop: &str, number: &str) -> Result<String> {
        let listed = self.orders(shop, &["list"])?;
        let line = listed
            .lines()
            .find(|line| line.starts_with(number))
            .with_context(|| format!("{shop} has no order {number}: {listed}"))?;
        let id = line
            .split_whitespace()
            .last()
            .context("an order without an id")?;
        Ok(id.to_owned())
    }

    /// Ships or refunds with the command that an operator would use.
    pub(crate) fn operate(&self, shop: &str, order: &str, action: &[&str]) -> Result<()> {
        let Some((verb, rest)) = action.split_first() else {
            bail!("no action")
        };
        let mut arguments = vec![*verb, order];
        arguments.extend(rest);
        self.orders(shop, &arguments)?;
        Ok(())
    }

    fn orders(&self, shop: &str, arguments: &[&str]) -> Result<String> {
        let keys: Value =
            serde_json::from_slice(&std::fs::read(self.data.path().join("keys.json"))?)?;
        let shops = keys
            .get("shops")
            .and_then(Value::as_array)
            .context("keys.json has no shops")?;
        let place = shops
            .iter()
            .position(|keys| keys.get("shop").and_then(Value::as_str) == Some(shop))
            .with_context(|| format!("no shop {shop}"))?;
        let key = shops
            .get(place)
            .and_then(|keys| keys.get("operator"))
            .and_then(Value::as_str)
            .context("no operator key")?;
        let port = self.port + 1 + u16::try_from(place)?;
        let output = Command::new(env!("CARGO_BIN_EXE_comptoir"))
            .args([
                "orders",
                "--url",
                &format!("http://127.0.0.1:{port}"),
                "--key",
                key,
            ])
            .args(arguments)
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            output.status.success(),
            "orders {arguments:?}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(text)
    }
}

/// The first of five neighbouring ports that are free now.
fn five_free_ports() -> Result<u16> {
    for _ in 0..50 {
        let first = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if first < 65_530 && (first..first + 5).all(free) {
            return Ok(first);
        }
    }
    bail!("no five neighbouring ports are free")
}

/// An amount as the page shows it, such as `1,234.50 USD` or `84,20 €`, in hundredths.
pub(crate) fn hundredths(shown: &str) -> Result<i64> {
    let negative = shown.contains('-') || shown.contains('−');
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    let amount: i64 = digits
        .parse()
        .with_context(|| format!("`{shown}` is no amount"))?;
    Ok(if negative { -amount } else { amount })
}
