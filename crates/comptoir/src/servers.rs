//! The three servers, put together from their configuration.

pub(crate) mod agent;
pub(crate) mod psp;
pub(crate) mod seller;

use std::{env, path::Path, time::Duration};

use anyhow::{Context, Result};
use axum::Router;
use comptoir_http::{ServeOptions, serve};
use comptoir_processors::Failpoints;
use comptoir_store::{Store, StoreOptions};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

/// How long open requests and event streams may go on once the server is told to stop. Purchases
/// under way are not cut off by it: they are waited for as workers.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(3);

/// A server that answers; it stops when its token is cancelled.
pub(crate) struct Running {
    /// Address of its root, without a trailing slash.
    pub(crate) url: String,
    tasks: JoinSet<()>,
    /// The server's database.
    pub(crate) store: Store,
}

impl Running {
    /// Serves `router` and runs `workers` until `stop`.
    pub(crate) fn start(
        listener: TcpListener,
        router: Router,
        store: Store,
        stop: CancellationToken,
        workers: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self> {
        let url = url_of(&listener)?;
        let mut tasks = JoinSet::new();
        let options = ServeOptions {
            drain_timeout: DRAIN_TIMEOUT,
            ..ServeOptions::default()
        };
        tasks.spawn(async move {
            if let Err(error) = serve(listener, router, options, stop).await {
                tracing::error!(%error, "the server stopped");
            }
        });
        tasks.spawn(workers);
        Ok(Self { url, tasks, store })
    }

    /// Waits until everything has stopped, then closes the database.
    pub(crate) async fn finished(mut self) {
        while self.tasks.join_next().await.is_some() {}
        self.store.shutdown();
    }
}

/// Takes the address to listen on, or says who might have it.
pub(crate) async fn bind(listen: &str) -> Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}; is another server running there? Use another port")
    })
}

/// The address of a listener, as others reach it on this machine.
pub(crate) fn url_of(listener: &TcpListener) -> Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

/// Opens a database file, with its folder.
pub(crate) fn open_store(path: &Path) -> Result<Store> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    Store::open(path, StoreOptions::default())
        .with_context(|| format!("cannot open the database {}", path.display()))
}

/// The named place at which a test wants this process to die; nowhere in normal use.
pub(crate) fn failpoints() -> Failpoints {
    match env::var("COMPTOIR_FAILPOINT") {
        Ok(name) if !name.is_empty() => Failpoints::armed(&name),
        _ => Failpoints::none(),
    }
}

/// Ctrl-C or a termination signal. Made before a server says that it is ready, so that whoever
/// waits for that line can stop it cleanly.
pub(crate) struct Interruption {
    interrupt: Signal,
    terminate: Signal,
}

impl Interruption {
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for it, then cancels `stop`. From then on a second one ends the process at once.
    pub(crate) async fn wait(mut self, stop: &CancellationToken) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        stop.cancel();
        tokio::spawn(async move {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
            // Everything that was acknowledged is on disk already.
            std::process::exit(130);
        });
    }
}

/// Thirty-two bytes from 64 hexadecimal digits.
pub(crate) fn key_bytes(name: &str, hex_digits: &str) -> Result<[u8; 32]> {
    let bytes =
        hex::decode(hex_digits.trim()).with_context(|| format!("{name} is not hexadecimal"))?;
    bytes
        .try_into()
        .map_err(|_| anyhow::anyhow!("{name} must have 64 hexadecimal digits"))
}
