//! The buyer's conversation and basket in the store.

use comptoir_store::{Collection, NewRecord, ReadTx, RecordUpdate, StoreError, TenantId, Tx};

use super::{buyer::Buyer, page_error::PageError};
use crate::{agent::Agent, conversation::BuyerRecord};

/// Loads what is kept of a buyer; nothing for a new one.
pub(crate) async fn load(agent: &Agent, buyer: &Buyer) -> Result<BuyerRecord, PageError> {
    let owner = buyer.owner.clone();
    let record = agent
        .parts()
        .store
        .read("load_conversation", move |tx: &dyn ReadTx| {
            tx.record(Collection::Conversations, TenantId::DEFAULT, &owner)
        })
        .await
        .map_err(|error: StoreError| PageError::store(buyer, &error))?;
    match record {
        Some(record) => serde_json::from_slice(&record.document)
            .map_err(|error| PageError::internal(buyer, &error)),
        None => Ok(BuyerRecord::default()),
    }
}

/// Changes what is kept of a buyer, in one transaction; returns what is kept now.
pub(crate) async fn change<F>(
    agent: &Agent,
    buyer: &Buyer,
    work: F,
) -> Result<BuyerRecord, PageError>
where
    F: Fn(&mut BuyerRecord) + Send + 'static,
{
    let owner = buyer.owner.clone();
    let now = agent.parts().environment.now_micros();
    agent
        .parts()
        .store
        .write("change_conversation", move |tx: &mut dyn Tx| {
            let known = tx.record(Collection::Conversations, TenantId::DEFAULT, &owner)?;
            // A record of an older build that cannot be read is replaced: it holds no order.
            let mut kept: BuyerRecord = known
                .as_ref()
                .and_then(|record| serde_json::from_slice(&record.document).ok())
                .unwrap_or_default();
            work(&mut kept);
            let document = serde_json::to_vec(&kept).unwrap_or_default();
            let tenant = TenantId::DEFAULT;
            match &known {
                Some(record) => tx.update(
                    Collection::Conversations,
                    &RecordUpdate {
                        tenant,
                        id: &owner,
                        expected_revision: record.revision,
                        state: "open",
                        due_at: None,
                        document: &document,
                        rendered: None,
                        now,
                    },
                )?,
                None => {
                    tx.insert(
                        Collection::Conversations,
                        &NewRecord {
                            tenant,
                            id: &owner,
                            owner: &owner,
                            state: "open",
                            unique_ref: None,
                            parent: None,
                            due_at: None,
                            document: &document,
                            rendered: None,
                            now,
                        },
                    )?;
                }
            }
            Ok::<_, StoreError>(kept)
        })
        .await
        .map_err(|error| PageError::store(buyer, &error))
}
