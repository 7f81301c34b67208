//! Tells open pages that a purchase changed. Only a hint: pages read the store for what changed.

use tokio::sync::broadcast;

/// Changes that a slow page may miss before it simply looks again.
const BACKLOG: usize = 256;

/// Changes of all purchases.
pub(crate) struct Live(broadcast::Sender<String>);

/// One page's view of them.
pub(crate) struct Changes(broadcast::Receiver<String>);

impl Live {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }

    /// Says that this purchase changed.
    pub(crate) fn publish(&self, purchase_id: &str) {
        // Without listeners there is nobody to tell.
        let _ = self.0.send(purchase_id.to_owned());
    }

    pub(crate) fn subscribe(&self) -> Changes {
        Changes(self.0.subscribe())
    }
}

impl Changes {
    /// Waits until this purchase changed, or may have.
    pub(crate) async fn changed(&mut self, purchase_id: &str) {
        loop {
            match self.0.recv().await {
                Ok(id) if id == purchase_id => return,
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => return,
                // Cannot happen while an agent lives; waiting for ever is then right.
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
