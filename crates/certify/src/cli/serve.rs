//! `serve`: the page of all kept runs.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;
use tokio::net::TcpListener;

use super::{Exit, Failure, say};
use crate::{History, serve};

/// Where to show the page.
#[derive(Debug, Args)]
pub struct Options {
    /// Address and port; port 0 takes a free one.
    #[arg(value_name = "ADDR", default_value = super::PAGE)]
    address: SocketAddr,
    /// Folder in which runs are kept.
    #[arg(long, value_name = "DIR", default_value = super::HISTORY)]
    history: PathBuf,
}

/// Serves until interrupted.
pub(super) async fn run(options: &Options) -> Result<Exit, Failure> {
    show(options.address, &options.history).await?;
    Ok(Exit::Clean)
}

/// Serves the page of this history until Ctrl-C.
pub(super) async fn show(address: SocketAddr, history: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::Usage(format!(
            "cannot listen on {address}: {error}; choose another address"
        ))
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    say(&format!("results at http://{bound} (Ctrl-C stops)"));
    axum::serve(listener, serve::router(History::new(history)))
        .with_graceful_shutdown(async {
            // Without a signal handler the process ends by the signal itself.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await
        .map_err(failed)
}
