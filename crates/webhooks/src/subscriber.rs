//! Who receives events, where, signed how and in which form.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use comptoir_signing::merchant_signature::MerchantSigner;
use comptoir_store::EventRow;

use crate::address::{AddressError, AddressPolicy};

/// Turns a stored event into the body one subscriber understands.
///
/// It must be a pure function of the event: every attempt sends the same bytes.
pub trait Codec: Send + Sync {
    /// The body, or why this event has no form for this subscriber.
    fn encode(&self, event: &EventRow) -> Result<Vec<u8>, CodecError>;
}

/// Why an event could not be put into a subscriber's form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event has no form for this subscriber: {0}")]
pub struct CodecError(pub String);

/// Sends the stored bytes as they are: the newest ACP form.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stored;

impl Codec for Stored {
    fn encode(&self, event: &EventRow) -> Result<Vec<u8>, CodecError> {
        Ok(event.payload.clone())
    }
}

/// One receiver of events.
#[derive(Clone)]
pub struct Subscriber {
    /// The name deliveries are enqueued under.
    pub id: String,
    /// Where events go.
    pub url: String,
    /// Signs each attempt.
    pub signer: MerchantSigner,
    /// The form of the body.
    pub codec: Arc<dyn Codec>,
}

impl Subscriber {
    /// A subscriber that receives the stored bytes.
    #[must_use]
    pub fn new(id: impl Into<String>, url: impl Into<String>, signer: MerchantSigner) -> Self {
        Self {
            id: id.into(),
            url: url.into(),
            signer,
            codec: Arc::new(Stored),
        }
    }
}

impl std::fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriber")
            .field("id", &self.id)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// The subscribers in force; cloning it gives the same directory.
#[derive(Debug, Clone, Default)]
pub struct Directory(Arc<RwLock<BTreeMap<String, Arc<Subscriber>>>>);

impl Directory {
    /// Adds a subscriber or replaces the one of the same name, for instance with a rotated secret.
    ///
    /// # Errors
    /// Its address is not acceptable; the directory stays as it was.
    pub fn register(
        &self,
        subscriber: Subscriber,
        policy: &AddressPolicy,
    ) -> Result<(), AddressError> {
        policy.check(&subscriber.url)?;
        let mut subscribers = self.0.write().unwrap_or_else(PoisonError::into_inner);
        subscribers.insert(subscriber.id.clone(), Arc::new(subscriber));
        Ok(())
    }

    /// Removes a subscriber; its deliveries wait until it is registered again or they are given up.
    pub fn remove(&self, id: &str) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
    }

    /// The subscriber of this name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Subscriber>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    /// The names of all subscribers, in order.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .cloned()
            .collect()
    }
}
