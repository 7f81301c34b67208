//! A seller from its configuration: the built-in shop, charging at a Comptoir PSP.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use comptoir_acp::{currency::Currency, version::ApiVersion};
use comptoir_backends::{BuiltInShop, ImportOptions, ImportReport, ItemDetail, import};
use comptoir_commerce::{address::Region, tax::TaxTable};
use comptoir_http::{ApiConfig, CallerKeys};
use comptoir_processors::comptoir_psp::{ComptoirPsp, ComptoirPspConfig};
use comptoir_seller::{MerchantProfile, SESSION_LIFE_S, Seller, SellerConfig};
use comptoir_signing::environment::Environment;
use comptoir_store::TenantId;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Running, bind, failpoints, open_store, url_of};
use crate::config::{Caller, MerchantFile, PspOfSeller, SellerFile};

mod rates;
mod subscribers;

/// How long one call to the PSP may take; the outcome is unknown afterwards.
const PSP_TIMEOUT: Duration = Duration::from_secs(12);

/// Starts on the configured address.
pub(crate) async fn start(file: SellerFile, stop: CancellationToken) -> Result<Running> {
    let listener = bind(&file.listen).await?;
    start_on(listener, file, stop, BTreeMap::new(), axum::Router::new())
}

/// Starts on a listener that is there already. `details` are facts of items that the feed does not
/// carry; `extra` paths are served beside the seller's own.
pub(crate) fn start_on(
    listener: TcpListener,
    file: SellerFile,
    stop: CancellationToken,
    details: BTreeMap<String, ItemDetail>,
    extra: axum::Router,
) -> Result<Running> {
    let store = open_store(&file.database)?;
    let environment = Environment::system();
    let currency = Currency::from_code(&file.merchant.currency).context("merchant.currency")?;
    if let Some(catalogue) = &file.catalogue {
        let options = ImportOptions {
            stock: catalogue.stock,
            currency: Some(currency),
            details,
        };
        let report = import(
            &store,
            &environment,
            TenantId::DEFAULT,
            &catalogue.file,
            &options,
        )
        .with_context(|| format!("cannot load {}", catalogue.file.display()))?;
        tell(&report);
    }
    let url = file
        .public_url
        .clone()
        .map_or_else(|| url_of(&listener), Ok)?;
    let home = Region::parse(&file.merchant.region).context("merchant.region")?;
    let mut api = ApiConfig::new(keys(&file.agents)?, environment.clone());
    api.supported = vec![ApiVersion::LATEST];
    let shipping = match file.shipping {
        Some(table) => table,
        None => rates::illustrative(currency, &home)?,
    };
    let (subscribers, dispatcher) = subscribers::dispatcher(&store, &environment, &file.webhooks)?;
    let seller = Seller::new(SellerConfig {
        merchant: profile(&file.merchant, &url, currency),
        tenant: TenantId::DEFAULT,
        store: store.clone(),
        environment: environment.clone(),
        api: api.shared(),
        operators: keys(&file.operators)?,
        catalog: Arc::new(BuiltInShop),
        tax: file
            .tax
            .unwrap_or_else(|| TaxTable::illustrative(Some(home))),
        shipping,
        processor: Arc::new(processor(&file.psp)?),
        subscribers,
        dispatcher,
        session_life_s: SESSION_LIFE_S,
        charge_lease_s: file.charge_lease_s,
        failpoints: failpoints(),
    });
    let router = seller.router().merge(extra);
    let workers = {
        let (seller, stop) = (seller.clone(), stop.clone());
        async move { seller.run_workers(stop).await }
    };
    Running::start(listener, router, store, stop, workers)
}

/// What was loaded, and loudly what was not.
fn tell(report: &ImportReport) {
    let ImportReport {
        products,
        items,
        unchanged,
        rejected,
        unsellable,
    } = report;
    tracing::info!(products, items, unchanged, "catalogue loaded");
    if *rejected > 0 || !unsellable.is_empty() {
        tracing::warn!(
            rejected,
            ?unsellable,
            "parts of the catalogue cannot be sold"
        );
    }
}

fn profile(file: &MerchantFile, url: &str, currency: Currency) -> MerchantProfile {
    let page = |given: &Option<String>, name: &str| {
        given
            .clone()
            .unwrap_or_else(|| format!("{url}/pages/{name}"))
    };
    MerchantProfile {
        name: file.name.clone(),
        api_base_url: url.to_owned(),
        public_url: url.to_owned(),
        currencies: vec![currency],
        locales: vec!["en".to_owned()],
        terms_url: page(&file.terms_url, "terms"),
        privacy_url: page(&file.privacy_url, "privacy"),
        returns_url: page(&file.returns_url, "returns"),
        support_email: file.support_email.clone(),
    }
}

fn keys(callers: &[Caller]) -> Result<CallerKeys> {
    callers.iter().try_fold(CallerKeys::new(), |keys, caller| {
        Ok(keys.with(&caller.key.load()?, &caller.id))
    })
}

fn processor(psp: &PspOfSeller) -> Result<ComptoirPsp> {
    Ok(ComptoirPsp::new(ComptoirPspConfig {
        base_url: psp.base_url.clone(),
        bearer: psp.key.load()?,
        merchant_id: psp.merchant_id.clone(),
        timeout: PSP_TIMEOUT,
    })?)
}
