//! Five servers in one process, each with its own database, talking over loopback sockets.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use comptoir_agent::Agent;
use comptoir_feed::read_path;
use comptoir_psp::issuer::{LedgerEntry, LedgerPage};
use comptoir_search::Index;
use comptoir_signing::fingerprint::Fingerprint;
use comptoir_store::{Collection, ReadTx, Record, RecordQuery, Store, StoreError, TenantId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{
    catalogue::{self, Catalogue},
    files::{self, Urls},
    keys::{Keys, ShopKeys},
    pages,
};
use crate::{
    cli::{Target, http_client, push},
    servers::{self, Running, bind, url_of},
};

/// How long the simulated issuer's ledger may take.
const LEDGER_TIMEOUT: Duration = Duration::from_secs(10);

/// What the agent has of a shop's feed, remembered beside the feed.
#[derive(Serialize, Deserialize)]
struct LastPush {
    feed: String,
    /// SHA-256 of the product file.
    digest: String,
}

/// The running demo.
pub(crate) struct Street {
    agent: Running,
    face: Agent,
    index: Index,
    psp: Running,
    shops: Vec<(Catalogue, Running)>,
    data: PathBuf,
    /// Held as long as the demo runs.
    _lock: File,
    pub(crate) keys: Keys,
}

impl Street {
    /// Starts everything on `port` and the four ports behind it; on free ports when it is 0.
    pub(crate) async fn start(data: &Path, port: u16, stop: &CancellationToken) -> Result<Self> {
        std::fs::create_dir_all(data)
            .with_context(|| format!("cannot make the folder {}", data.display()))?;
        let lock = lock(data)?;
        let agent_listener = bind(&address(port, 0)).await?;
        let mut shop_listeners = Vec::new();
        for place in 1..=3 {
            shop_listeners.push(bind(&address(port, place)).await?);
        }
        let psp_listener = bind(&address(port, 4)).await?;
        let urls = Urls {
            agent: url_of(&agent_listener)?,
            shops: shop_listeners.iter().map(url_of).collect::<Result<_>>()?,
            psp: url_of(&psp_listener)?,
        };
        let catalogues =
            catalogue::build(|place| urls.shops.get(place).cloned().unwrap_or_default())?;
        let ids: Vec<String> = catalogues.iter().map(|one| one.shop.id.clone()).collect();
        let keys = Keys::load_or_make(data, &ids)?;

        let psp = servers::psp::start_on(
            psp_listener,
            files::psp(data, &keys, &catalogues),
            stop.clone(),
        )?;
        let mut shops = Vec::new();
        for ((catalogue, shop_keys), listener) in
            catalogues.into_iter().zip(&keys.shops).zip(shop_listeners)
        {
            let feed = files::write_feed(&data.join("feeds").join(&catalogue.shop.id), &catalogue)?;
            let file = files::seller(data, shop_keys, &catalogue, &urls, feed);
            let running = servers::seller::start_on(
                listener,
                file,
                stop.clone(),
                catalogue.details.clone(),
                pages::router(),
            )?;
            shops.push((catalogue, running));
        }
        let catalogues: Vec<&Catalogue> = shops.iter().map(|(catalogue, _)| catalogue).collect();
        let (agent, face, index) = servers::agent::start_on(
            agent_listener,
            files::agent(data, &keys, &catalogues, &urls),
            stop.clone(),
        )?;
        let street = Self {
            agent,
            face,
            index,
            psp,
            shops,
            data: data.to_owned(),
            _lock: lock,
            keys,
        };
        street.push_feeds().await?;
        Ok(street)
    }

    /// Pushes each shop's feed to the agent, as any shop would, unless it has this very feed.
    async fn push_feeds(&self) -> Result<()> {
        for ((catalogue, _), keys) in self.shops.iter().zip(&self.keys.shops) {
            let folder = self.data.join("feeds").join(&catalogue.shop.id);
            self.push_feed(&folder, catalogue, keys)
                .await
                .with_context(|| format!("cannot push the feed of {}", catalogue.shop.name))?;
        }
        Ok(())
    }

    async fn push_feed(&self, folder: &Path, catalogue: &Catalogue, keys: &ShopKeys) -> Result<()> {
        let digest = Fingerprint::of_bytes(&std::fs::read(folder.join("products.jsonl"))?).to_hex();
        let marker = folder.join("pushed.json");
        let known: Option<LastPush> = std::fs::read(&marker)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        if known.as_ref().is_some_and(|known| known.digest == digest) {
            return Ok(());
        }
        let key = SecretString::from(keys.feed.as_str());
        let target = Target {
            agent: &self.agent.url,
            key: &key,
            feed: known.as_ref().map(|known| known.feed.as_str()),
            country: Some(&catalogue.shop.country),
        };
        let pushed = push(&target, &mut read_path(folder)?, |_| {}).await?;
        if pushed.products != catalogue.products.len() {
            bail!(
                "{} of {} products were pushed",
                pushed.products,
                catalogue.products.len()
            );
        }
        tracing::info!(
            shop = catalogue.shop.id,
            products = pushed.products,
            "feed pushed"
        );
        std::fs::write(
            marker,
            serde_json::to_vec(&LastPush {
                feed: pushed.feed_id,
                digest,
            })?,
        )?;
        Ok(())
    }

    /// Address of the chat page.
    pub(crate) fn agent_url(&self) -> &str {
        &self.agent.url
    }

    /// Address of the n-th shop.
    pub(crate) fn shop_url(&self, place: usize) -> Option<&str> {
        self.shops
            .get(place)
            .map(|(_, running)| running.url.as_str())
    }

    /// Address of the PSP.
    pub(crate) fn psp_url(&self) -> &str {
        &self.psp.url
    }

    /// The agent's face for programs.
    pub(crate) fn agent(&self) -> &Agent {
        &self.face
    }

    /// The agent's product index.
    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// What the n-th shop sells.
    pub(crate) fn catalogue(&self, place: usize) -> Option<&Catalogue> {
        self.shops.get(place).map(|(catalogue, _)| catalogue)
    }

    /// The agent's records below this one.
    pub(crate) async fn agent_records(&self, of: Collection, parent: &str) -> Result<Vec<Record>> {
        records(&self.agent.store, of, parent).await
    }

    /// The PSP's records below this one.
    pub(crate) async fn psp_records(&self, of: Collection, parent: &str) -> Result<Vec<Record>> {
        records(&self.psp.store, of, parent).await
    }

    /// The simulated issuer's entries of a session, as it tells them over HTTP.
    pub(crate) async fn issuer_ledger(&self, session_id: &str) -> Result<Vec<LedgerEntry>> {
        let client = http_client(&self.psp.url, LEDGER_TIMEOUT)?;
        let answer = client
            .get(format!("{}/simulated_issuer/ledger", self.psp.url))
            .bearer_auth(&self.keys.issuer_ledger)
            .send()
            .await?
            .error_for_status()?;
        let page: LedgerPage = serde_json::from_slice(&answer.bytes().await?)?;
        let prefix = format!("{session_id}:");
        let entries = page.entries.into_iter();
        Ok(entries
            .filter(|entry| entry.charge_key.starts_with(&prefix))
            .collect())
    }

    /// What listens where.
    pub(crate) fn addresses(&self) -> Vec<(String, String)> {
        let mut rows = vec![(
            "chat page and Feed API (agent)".to_owned(),
            self.agent.url.clone(),
        )];
        for (catalogue, running) in &self.shops {
            let what = format!("{}, {} (seller)", catalogue.shop.name, catalogue.shop.city);
            rows.push((what, running.url.clone()));
        }
        rows.push((
            "vault and simulated issuer (PSP)".to_owned(),
            self.psp.url.clone(),
        ));
        rows
    }

    /// A command that works as it stands.
    pub(crate) fn operator_hint(&self) -> String {
        match (self.shop_url(0), self.keys.shops.first()) {
            (Some(url), Some(keys)) => {
                format!("comptoir orders --url {url} --key {} list", keys.operator)
            }
            _ => "comptoir orders --help".to_owned(),
        }
    }

    /// Waits until all servers have stopped.
    pub(crate) async fn finished(self) {
        self.agent.finished().await;
        for (_, shop) in self.shops {
            shop.finished().await;
        }
        self.psp.finished().await;
    }
}

async fn records(store: &Store, of: Collection, parent: &str) -> Result<Vec<Record>> {
    let parent = parent.to_owned();
    let found = store.read("demo_records", move |tx: &dyn ReadTx| {
        let query = RecordQuery {
            parent: Some(&parent),
            ..RecordQuery::default()
        };
        tx.records(of, TenantId::DEFAULT, &query)
    });
    Ok::<_, StoreError>(found.await?).map_err(Into::into)
}

/// Two demos on one folder would disagree about addresses and shelves.
fn lock(data: &Path) -> Result<File> {
    let path = data.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    file.try_lock().with_context(|| {
        format!(
            "another demo runs on {}; stop it, or use --data with another folder",
            data.display()
        )
    })?;
    Ok(file)
}

fn address(port: u16, place: u16) -> String {
    match port {
        0 => "127.0.0.1:0".to_owned(),
        first => format!("127.0.0.1:{}", first.saturating_add(place)),
    }
}
