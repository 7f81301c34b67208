//! Log lines on standard error; `COMPTOIR_LOG` chooses which, as `warn` or `comptoir_seller=debug`.

use std::io;

use tracing_subscriber::EnvFilter;

/// Starts logging. Warnings and errors unless `COMPTOIR_LOG` says otherwise.
pub fn start() {
    let filter = EnvFilter::try_from_env("COMPTOIR_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
}
