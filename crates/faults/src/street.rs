//! One shop and one PSP on loopback, each a process that can be killed and started again.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, Timestamp};
use reqwest::blocking::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    Server,
    buyer::{self, Answer, CARD_APPROVED, Session},
    files::{self, AGENT_KEY, LEDGER_KEY, MERCHANT_ID, OPERATOR_KEY, Wares},
};

/// A street: a folder with two databases, and the two servers that use them.
pub struct Street {
    folder: TempDir,
    wares: Wares,
    binary: PathBuf,
    client: Client,
    psp: Mutex<Server>,
    seller: Mutex<Server>,
}

impl Street {
    /// Starts both servers of `binary` on fresh databases.
    pub fn open(binary: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let wares = files::write_cups(folder.path())?;
        Self::start(binary, folder, wares)
    }

    /// The same with a catalogue of the caller's: any file that the seller reads, an item in it and
    /// the currency of its prices.
    pub fn selling(binary: &Path, catalogue: &Path, item: &str, currency: &str) -> Result<Self> {
        let catalogue = std::path::absolute(catalogue)?;
        let wares = Wares {
            catalogue,
            item: item.to_owned(),
            currency: currency.to_uppercase(),
        };
        Self::start(binary, tempfile::tempdir()?, wares)
    }

    fn start(binary: &Path, folder: TempDir, wares: Wares) -> Result<Self> {
        files::write_psp(folder.path())?;
        let psp = start(binary, folder.path(), "psp", None)?;
        files::write_seller(folder.path(), &psp.url, &wares)?;
        let seller = start(binary, folder.path(), "seller", None)?;
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .build()?;
        Ok(Self {
            folder,
            wares,
            binary: binary.to_owned(),
            client,
            psp: Mutex::new(psp),
            seller: Mutex::new(seller),
        })
    }

    /// Kills the seller and starts it again, armed with a failpoint or not.
    pub fn restart_seller(&self, failpoint: Option<&str>) -> Result<()> {
        let mut seller = lock(&self.seller)?;
        seller.kill()?;
        *seller = start(&self.binary, self.folder.path(), "seller", failpoint)?;
        Ok(())
    }

    /// Kills the PSP and starts it again. Its address changes: the seller is restarted with it.
    pub fn restart_psp(&self, failpoint: Option<&str>) -> Result<()> {
        let mut psp = lock(&self.psp)?;
        psp.kill()?;
        *psp = start(&self.binary, self.folder.path(), "psp", failpoint)?;
        files::write_seller(self.folder.path(), &psp.url, &self.wares)?;
        drop(psp);
        self.restart_seller(None)
    }

    /// Waits until the seller has died at its failpoint.
    pub fn wait_for_dead_seller(&self) -> Result<()> {
        lock(&self.seller)?.wait_for_end(Duration::from_secs(15))
    }

    /// Waits until the PSP has died at its failpoint.
    pub fn wait_for_dead_psp(&self) -> Result<()> {
        lock(&self.psp)?.wait_for_end(Duration::from_secs(15))
    }

    /// Opens a session that can be paid.
    pub fn ready_session(&self, idempotency_key: &str) -> Result<Session> {
        let url = format!("{}/checkout_sessions", self.seller_url()?);
        let answer = buyer::post(
            &self.client,
            &url,
            AGENT_KEY,
            idempotency_key,
            &buyer::create_body(&self.wares.item, 1, &self.wares.currency),
        )?;
        let session = Session::read(&answer)?;
        if session.status != "ready_for_payment" {
            bail!("the session is {}: {}", session.status, session.json);
        }
        Ok(session)
    }

    /// Delegates a payment of exactly this session's total on the approved card.
    pub fn token(&self, session: &Session) -> Result<String> {
        let body = self.delegate_body(session)?;
        let url = format!("{}/agentic_commerce/delegate_payment", self.psp_url()?);
        let key = format!("delegate-{}-{}", session.id, now().as_nanosecond());
        let answer = buyer::post(&self.client, &url, AGENT_KEY, &key, &body)?;
        let id = answer
            .json
            .get("id")
            .and_then(Value::as_str)
            .map(str::to_owned);
        id.with_context(|| format!("no token but {}: {}", answer.status, answer.json))
    }

    /// Completes a session; an error when the seller dies meanwhile.
    pub fn complete(
        &self,
        session: &Session,
        token: &str,
        idempotency_key: &str,
    ) -> Result<Answer> {
        let url = format!(
            "{}/checkout_sessions/{}/complete",
            self.seller_url()?,
            session.id
        );
        buyer::post(
            &self.client,
            &url,
            AGENT_KEY,
            idempotency_key,
            &buyer::complete_body(token),
        )
    }

    /// Gives money of an order back, as its operator: `amount` in minor units, or all that is left.
    /// An error when the seller dies meanwhile.
    pub fn refund(
        &self,
        order: &str,
        amount: Option<i64>,
        idempotency_key: &str,
    ) -> Result<Answer> {
        let url = format!("{}/operator/orders/{order}/refund", self.seller_url()?);
        let body = amount.map_or_else(|| json!({}), |amount| json!({ "amount": amount }));
        buyer::post(&self.client, &url, OPERATOR_KEY, idempotency_key, &body)
    }

    /// The session as the seller shows it now.
    pub fn session(&self, id: &str) -> Result<Session> {
        let url = format!("{}/checkout_sessions/{id}", self.seller_url()?);
        Session::read(&buyer::get(&self.client, &url, AGENT_KEY)?)
    }

    /// All orders, newest first.
    pub fn orders(&self) -> Result<Vec<Value>> {
        let url = format!("{}/operator/orders?limit=200", self.seller_url()?);
        let answer = buyer::get(&self.client, &url, OPERATOR_KEY)?;
        list(&answer, "orders")
    }

    /// Every entry of the simulated issuer's ledger.
    pub fn charges(&self) -> Result<Vec<Value>> {
        let url = format!("{}/simulated_issuer/ledger", self.psp_url()?);
        let answer = buyer::get(&self.client, &url, LEDGER_KEY)?;
        list(&answer, "entries")
    }

    /// Starts an agent that buys at this street's shop; its database lies beside theirs.
    pub fn agent(&self) -> Result<Server> {
        files::write_agent(self.folder.path(), &self.seller_url()?, &self.psp_url()?)?;
        start(&self.binary, self.folder.path(), "agent", None)
    }

    /// A create request that makes a session which can be paid.
    #[must_use]
    pub fn create_body(&self) -> Value {
        buyer::create_body(&self.wares.item, 1, &self.wares.currency)
    }

    /// A delegation of exactly this session's total on the approved card.
    pub fn delegate_body(&self, session: &Session) -> Result<Value> {
        let expires_at = now().checked_add(SignedDuration::from_mins(10))?;
        let expires_at = expires_at.to_string();
        Ok(buyer::delegate_body(
            session,
            MERCHANT_ID,
            CARD_APPROVED,
            &expires_at,
        ))
    }

    /// Everything that a party (`seller`, `psp` or `agent`) has logged from `info` upwards.
    pub fn log(&self, party: &str) -> Result<String> {
        let file = self.folder.path().join(format!("{party}.log"));
        std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
    }

    /// Ids of the seller's and the PSP's process.
    pub fn process_ids(&self) -> Result<[u32; 2]> {
        Ok([lock(&self.seller)?.id(), lock(&self.psp)?.id()])
    }

    /// Address of the seller's root.
    pub fn seller_url(&self) -> Result<String> {
        Ok(lock(&self.seller)?.url.clone())
    }

    /// Address of the PSP's root.
    pub fn psp_url(&self) -> Result<String> {
        Ok(lock(&self.psp)?.url.clone())
    }
}

fn start(binary: &Path, folder: &Path, kind: &str, failpoint: Option<&str>) -> Result<Server> {
    let config = folder.join(format!("{kind}.toml"));
    let config = config.to_string_lossy();
    let log = folder.join(format!("{kind}.log"));
    let arguments = [kind, "serve", "--config", &config];
    Server::start_logging(binary, &arguments, failpoint, &log)
}

fn list(answer: &Answer, name: &str) -> Result<Vec<Value>> {
    let rows = answer.json.get(name).and_then(Value::as_array).cloned();
    rows.with_context(|| format!("no list of {name} but {}: {}", answer.status, answer.json))
}

fn lock(server: &Mutex<Server>) -> Result<std::sync::MutexGuard<'_, Server>> {
    server
        .lock()
        .map_err(|_| anyhow::anyhow!("an earlier step failed while it held the server"))
}

/// The servers under test live by the machine's clock, and so does their buyer.
#[expect(
    clippy::disallowed_methods,
    reason = "a driver of real processes, outside every library"
)]
fn now() -> Timestamp {
    Timestamp::now()
}
