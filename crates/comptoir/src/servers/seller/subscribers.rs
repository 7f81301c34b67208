//! Receivers of order events, from the configuration.

use std::sync::Arc;

use anyhow::{Context, Result};
use comptoir_signing::{
    environment::Environment, merchant_signature::MerchantSigner, secret::SecretKey,
};
use comptoir_store::Store;
use comptoir_webhooks::{
    Directory, Dispatcher, DispatcherOptions, GuardedSender, SenderOptions, Subscriber,
    address::AddressPolicy,
};
use secrecy::ExposeSecret;

use crate::config::WebhookFile;

/// Registers every webhook and builds the dispatcher that serves them.
pub(super) fn dispatcher(
    store: &Store,
    environment: &Environment,
    webhooks: &[WebhookFile],
) -> Result<(Directory, Dispatcher)> {
    let directory = Directory::default();
    let loopback = webhooks.iter().any(|webhook| webhook.allow_loopback);
    for webhook in webhooks {
        let secret = webhook.secret.load()?;
        let key = SecretKey::from_bytes(secret.expose_secret().as_bytes().to_vec());
        let policy = if webhook.allow_loopback {
            AddressPolicy::public().allow_loopback()
        } else {
            AddressPolicy::public()
        };
        directory
            .register(
                Subscriber::new(&webhook.id, &webhook.url, MerchantSigner::new(key)),
                &policy,
            )
            .with_context(|| {
                format!("webhook {}: {} is not acceptable", webhook.id, webhook.url)
            })?;
    }
    let options = if loopback {
        SenderOptions::allow_loopback()
    } else {
        SenderOptions::default()
    };
    let sender = GuardedSender::new(options)?;
    let dispatcher = Dispatcher::new(
        store.clone(),
        directory.clone(),
        Arc::new(sender),
        environment.clone(),
        DispatcherOptions::default(),
    );
    Ok((directory, dispatcher))
}
