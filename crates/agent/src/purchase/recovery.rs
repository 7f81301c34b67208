//! Takes up purchases that were left in the middle: by a stopped process or an unclear answer.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Notice, PurchaseError, PurchaseState, model::Purchase};
use crate::agent::Agent;

/// Pause between two looks for purchases that are due.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Most purchases taken up at one look.
const BATCH: u32 = 50;

impl Agent {
    /// Starts the recovery of interrupted purchases; it ends with the token.
    pub fn spawn_workers(&self, stop: CancellationToken) {
        let agent = self.clone();
        self.parts().tasks.spawn(async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = agent.parts().nudge.notified() => {}
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
                if let Err(error) = agent.recover_due().await {
                    tracing::warn!(error = %error, "looking for interrupted purchases failed");
                }
            }
        });
    }

    /// Waits for payments that are under way; new ones must not be started meanwhile.
    pub async fn drain(&self) {
        self.parts().tasks.close();
        self.parts().tasks.wait().await;
    }

    /// One look: takes up every purchase that is due. Returns how many there were.
    ///
    /// # Errors
    /// [`PurchaseError::Store`] when the store cannot be read.
    pub async fn recover_due(&self) -> Result<usize, PurchaseError> {
        let mut taken = 0;
        for state in [
            PurchaseState::Paying,
            PurchaseState::Completing,
            PurchaseState::Checking,
        ] {
            let due = self.purchases_due(state, BATCH).await?;
            taken += due.len();
            let steps = due.into_iter().map(|purchase| self.recover(purchase));
            futures_util::future::join_all(steps).await;
        }
        Ok(taken)
    }

    async fn recover(&self, mut purchase: Purchase) {
        let step = if purchase.state == PurchaseState::Paying {
            // The card is gone with the process that had it; no token was ever used.
            self.reopen(&mut purchase, Notice::Interrupted).await
        } else {
            self.check(&mut purchase).await
        };
        match step {
            // Stale: somebody else is at it.
            Ok(()) | Err(PurchaseError::Stale) => {}
            Err(error) => {
                tracing::warn!(purchase.id = %purchase.id, error = %error, "recovery step failed");
            }
        }
    }
}
