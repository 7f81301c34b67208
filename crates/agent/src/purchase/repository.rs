//! Purchases in the store.

use comptoir_store::{
    Collection, NewRecord, ReadTx, Record, RecordQuery, RecordUpdate, TenantId, Tx,
};

use super::{PurchaseError, PurchaseState, model::Purchase};
use crate::agent::Agent;

/// Most orders that the list shows.
const LIST_MAX: u32 = 100;

/// From a seller's session to the purchase it belongs to: kept as a record whose parent is the
/// purchase, because webhooks name the session only.
pub(crate) struct Link;

impl Link {
    /// Identifier of the link; the seller's name in front keeps sellers apart.
    pub(crate) fn id(seller_id: &str, session_id: &str) -> String {
        format!("{seller_id}:{session_id}")
    }
}

impl Agent {
    /// Loads a purchase of this buyer.
    pub(crate) async fn purchase_of(
        &self,
        owner: &str,
        id: &str,
    ) -> Result<Purchase, PurchaseError> {
        let purchase = self.purchase(id).await?;
        if purchase.owner == owner {
            Ok(purchase)
        } else {
            Err(PurchaseError::NotFound)
        }
    }

    /// Loads a purchase.
    pub(crate) async fn purchase(&self, id: &str) -> Result<Purchase, PurchaseError> {
        let id = id.to_owned();
        self.parts()
            .store
            .read("load_purchase", move |tx: &dyn ReadTx| load(tx, &id))
            .await?
            .ok_or(PurchaseError::NotFound)
    }

    /// The buyer's purchases, newest first.
    pub(crate) async fn purchases_of(&self, owner: &str) -> Result<Vec<Purchase>, PurchaseError> {
        let owner = owner.to_owned();
        self.parts()
            .store
            .read("list_purchases", move |tx: &dyn ReadTx| {
                let query = RecordQuery {
                    owner: Some(&owner),
                    descending: true,
                    limit: LIST_MAX,
                    ..RecordQuery::default()
                };
                tx.records(Collection::Purchases, TenantId::DEFAULT, &query)?
                    .iter()
                    .map(read)
                    .collect()
            })
            .await
    }

    /// Purchases in this state whose next step is due.
    pub(super) async fn purchases_due(
        &self,
        state: PurchaseState,
        limit: u32,
    ) -> Result<Vec<Purchase>, PurchaseError> {
        let now = self.parts().environment.now_micros();
        self.parts()
            .store
            .read("due_purchases", move |tx: &dyn ReadTx| {
                let query = RecordQuery {
                    state: Some(state.as_str()),
                    due_before: Some(now),
                    limit,
                    ..RecordQuery::default()
                };
                tx.records(Collection::Purchases, TenantId::DEFAULT, &query)?
                    .iter()
                    .map(read)
                    .collect()
            })
            .await
    }

    /// Stores a new purchase.
    pub(super) async fn insert_purchase(
        &self,
        purchase: &mut Purchase,
    ) -> Result<(), PurchaseError> {
        let document = serde_json::to_vec(purchase)?;
        let (id, owner, now) = (
            purchase.id.clone(),
            purchase.owner.clone(),
            self.parts().environment.now_micros(),
        );
        let state = purchase.state.as_str();
        purchase.revision = self
            .parts()
            .store
            .write("insert_purchase", move |tx: &mut dyn Tx| {
                tx.insert(
                    Collection::Purchases,
                    &NewRecord {
                        tenant: TenantId::DEFAULT,
                        id: &id,
                        owner: &owner,
                        state,
                        unique_ref: None,
                        parent: None,
                        due_at: None,
                        document: &document,
                        rendered: None,
                        now,
                    },
                )?;
                let stored = tx.record(Collection::Purchases, TenantId::DEFAULT, &id)?;
                Ok::<_, PurchaseError>(stored.map_or(0, |record| record.revision))
            })
            .await?;
        Ok(())
    }

    /// Stores a changed purchase if nobody changed it in between, and tells the live pages.
    pub(super) async fn save_purchase(
        &self,
        purchase: &mut Purchase,
        due_at: Option<i64>,
    ) -> Result<(), PurchaseError> {
        self.save_purchase_with(purchase, due_at, |_| Ok(())).await
    }

    /// As [`Agent::save_purchase`], with further writes in the same transaction.
    pub(super) async fn save_purchase_with<F>(
        &self,
        purchase: &mut Purchase,
        due_at: Option<i64>,
        also: F,
    ) -> Result<(), PurchaseError>
    where
        F: Fn(&mut dyn Tx) -> Result<(), PurchaseError> + Send + 'static,
    {
        let saved = purchase.clone();
        let now = self.parts().environment.now_micros();
        purchase.revision = self
            .parts()
            .store
            .write("save_purchase", move |tx: &mut dyn Tx| {
                let revision = update(tx, &saved, due_at, now)?;
                also(tx)?;
                Ok::<_, PurchaseError>(revision)
            })
            .await?;
        self.parts().live.publish(&purchase.id);
        Ok(())
    }
}

/// Loads inside a transaction.
pub(crate) fn load(tx: &dyn ReadTx, id: &str) -> Result<Option<Purchase>, PurchaseError> {
    tx.record(Collection::Purchases, TenantId::DEFAULT, id)?
        .as_ref()
        .map(read)
        .transpose()
}

/// Updates inside a transaction; returns the new revision.
pub(crate) fn update(
    tx: &mut dyn Tx,
    purchase: &Purchase,
    due_at: Option<i64>,
    now: i64,
) -> Result<i64, PurchaseError> {
    let document = serde_json::to_vec(purchase)?;
    tx.update(
        Collection::Purchases,
        &RecordUpdate {
            tenant: TenantId::DEFAULT,
            id: &purchase.id,
            expected_revision: purchase.revision,
            state: purchase.state.as_str(),
            due_at,
            document: &document,
            rendered: None,
            now,
        },
    )?;
    let stored = tx.record(Collection::Purchases, TenantId::DEFAULT, &purchase.id)?;
    Ok(stored.map_or(purchase.revision, |record| record.revision))
}

fn read(record: &Record) -> Result<Purchase, PurchaseError> {
    let mut purchase: Purchase = serde_json::from_slice(&record.document)?;
    purchase.revision = record.revision;
    Ok(purchase)
}
