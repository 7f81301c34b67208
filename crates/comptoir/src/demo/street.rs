//! Five servers in one process, each with its own database, talking over loopback sockets.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use comptoir_signing::fingerprint::Fingerprint;
use tokio_util::sync::CancellationToken;

use super::{
    catalogue::{self, Catalogue},
    files::{self, Urls},
    keys::Keys,
    pages,
};
use crate::{
    cli::feed_push,
    servers::{self, Running, bind, url_of},
};

/// The running demo.
pub(crate) struct Street {
    agent: Running,
    psp: Running,
    shops: Vec<(Catalogue, Running)>,
    data: PathBuf,
    pub(crate) keys: Keys,
}

impl Street {
    /// Starts everything on `port` and the four ports behind it; on free ports when it is 0.
    pub(crate) async fn start(data: &Path, port: u16, stop: &CancellationToken) -> Result<Self> {
        std::fs::create_dir_all(data)
            .with_context(|| format!("cannot make the folder {}", data.display()))?;
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
        let catalogues = catalogue::build(|place| urls.shops.get(place).cloned().unwrap_or_default())?;
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
            let running =
                servers::seller::start_on(listener, file, stop.clone(), pages::router())?;
            shops.push((catalogue, running));
        }
        let catalogues: Vec<&Catalogue> = shops.iter().map(|(catalogue, _)| catalogue).collect();
        let agent = servers::agent::start_on(
            agent_listener,
            files::agent(data, &keys, &catalogues, &urls),
            stop.clone(),
        )?;
        let street = Self { agent, psp, shops, data: data.to_owned(), keys };
        street.push_feeds().await?;
        Ok(street)
    }

    /// Pushes each shop's feed to the agent, as any shop would, unless it has this very feed.
    async fn push_feeds(&self) -> Result<()> {
        for ((catalogue, _), keys) in self.shops.iter().zip(&self.keys.shops) {
            let folder = self.data.join("feeds").join(&catalogue.shop.id);
            let products = std::fs::read(folder.join("products.jsonl"))?;
            let digest = Fingerprint::of_bytes(&products).to_hex();
            let marker = folder.join("pushed");
            if std::fs::read_to_string(&marker).is_ok_and(|known| known == digest) {
                continue;
            }
            let pushed =
                feed_push(&self.agent.url, &keys.feed, &folder, Some(&catalogue.shop.country), None)
                    .await
                    .with_context(|| format!("cannot push the feed of {}", catalogue.shop.name))?;
            tracing::info!(shop = catalogue.shop.id, products = pushed.accepted, "feed pushed");
            std::fs::write(marker, digest)?;
        }
        Ok(())
    }

    /// Address of the chat page.
    pub(crate) fn agent_url(&self) -> &str {
        &self.agent.url
    }

    /// Address of the n-th shop.
    pub(crate) fn shop_url(&self, place: usize) -> Option<&str> {
        self.shops.get(place).map(|(_, running)| running.url.as_str())
    }

    /// Address of the PSP.
    pub(crate) fn psp_url(&self) -> &str {
        &self.psp.url
    }

    /// What listens where.
    pub(crate) fn addresses(&self) -> Vec<(String, String)> {
        let mut rows = vec![("chat page and Feed API (agent)".to_owned(), self.agent.url.clone())];
        for (catalogue, running) in &self.shops {
            let what = format!("{}, {} (seller)", catalogue.shop.name, catalogue.shop.city);
            rows.push((what, running.url.clone()));
        }
        rows.push(("vault and simulated issuer (PSP)".to_owned(), self.psp.url.clone()));
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

fn address(port: u16, place: u16) -> String {
    match port {
        0 => "127.0.0.1:0".to_owned(),
        first => format!("127.0.0.1:{}", first.saturating_add(place)),
    }
}
