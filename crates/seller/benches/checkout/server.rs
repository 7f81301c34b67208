//! The servers under test: the twin, and a real seller on a database file.

use std::{
    io::{Read, Write},
    net::SocketAddr,
    path::Path,
    sync::Arc,
};

use anyhow::{Result, bail};
use comptoir_acp::{
    currency::Currency,
    id::ItemId,
    money::{MinorUnits, Money},
    version::ApiVersion,
};
use comptoir_commerce::{
    address::Region,
    item::Sellable,
    shipping::{OptionId, ShippingRate, ShippingTable, ShippingZone},
    tax::TaxTable,
};
use comptoir_http::{ApiConfig, CallerKeys, ServeOptions};
use comptoir_processors::Failpoints;
use comptoir_seller::{
    BuiltInShop, CHARGE_LEASE_S, MerchantProfile, SESSION_LIFE_S, Seller, SellerConfig,
};
use comptoir_signing::environment::Environment;
use comptoir_store::{ProductRow, Store, StoreError, StoreOptions, TenantId};
use comptoir_webhooks::{Directory, Dispatcher, DispatcherOptions, GuardedSender, SenderOptions};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{processor::Approves, requests, twin};

/// Units of each item: more than a run can sell.
const STOCK: i64 = 1_000_000_000;
const PRICE: i64 = 1_850;

/// Serves until its standard input ends. Prints the address when ready.
pub(crate) async fn serve(kind: &str, data: &Path) -> Result<()> {
    let stop = CancellationToken::new();
    stop_with_input(stop.clone());
    match kind {
        "twin" => {
            let session = std::fs::read(data.join("session.json"))?;
            tokio::select! {
                ended = twin::serve(session, announce) => ended,
                () = stop.cancelled() => Ok(()),
            }
        }
        "seller" => serve_seller(data, stop).await,
        other => bail!("unknown server {other}"),
    }
}

async fn serve_seller(data: &Path, stop: CancellationToken) -> Result<()> {
    let store = Store::open(&data.join("shop.db"), StoreOptions::default())?;
    fill(&store)?;
    let seller = Seller::new(config(store.clone())?);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    announce(listener.local_addr()?);
    let (served, ()) = tokio::join!(
        comptoir_http::serve(
            listener,
            seller.router(),
            ServeOptions::default(),
            stop.clone()
        ),
        seller.run_workers(stop.clone()),
    );
    store.shutdown();
    Ok(served?)
}

fn announce(address: SocketAddr) {
    println!("{address}");
    std::io::stdout().flush().unwrap();
}

/// The parent holds the other end: it ends with the parent, however that ends.
fn stop_with_input(stop: CancellationToken) {
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stop.cancel();
    });
}

fn config(store: Store) -> Result<SellerConfig> {
    let environment = Environment::system();
    let currency = Currency::from_code("eur")?;
    let agent = SecretString::from(requests::AGENT_KEY);
    let mut api = ApiConfig::new(CallerKeys::new().with(&agent, "agent"), environment.clone());
    api.supported = vec![ApiVersion::LATEST];
    let subscribers = Directory::default();
    let dispatcher = Dispatcher::new(
        store.clone(),
        subscribers.clone(),
        Arc::new(GuardedSender::new(SenderOptions::default())?),
        environment.clone(),
        DispatcherOptions::default(),
    );
    Ok(SellerConfig {
        merchant: merchant(currency),
        tenant: TenantId::DEFAULT,
        store,
        environment,
        api: api.shared(),
        operators: CallerKeys::new().with(&SecretString::from("benchmark-operator"), "operator"),
        catalog: Arc::new(BuiltInShop),
        tax: TaxTable::illustrative(Some(Region::parse("FR")?)),
        shipping: shipping(currency),
        processor: Arc::new(Approves),
        subscribers,
        dispatcher,
        session_life_s: SESSION_LIFE_S,
        charge_lease_s: CHARGE_LEASE_S,
        failpoints: Failpoints::none(),
    })
}

fn merchant(currency: Currency) -> MerchantProfile {
    MerchantProfile {
        name: "Benchmark Shop".to_owned(),
        api_base_url: "https://shop.example.com".to_owned(),
        public_url: "https://shop.example.com".to_owned(),
        currencies: vec![currency],
        locales: vec!["en".to_owned()],
        terms_url: "https://shop.example.com/terms".to_owned(),
        privacy_url: "https://shop.example.com/privacy".to_owned(),
        returns_url: "https://shop.example.com/returns".to_owned(),
        support_email: "help@shop.example.com".to_owned(),
    }
}

fn shipping(currency: Currency) -> ShippingTable {
    let rate = |id: &str, title: &str, price: i64, days: (u16, u16)| ShippingRate {
        id: OptionId::new(id),
        title: title.to_owned(),
        carrier: None,
        price: Money::new(MinorUnits::new(price), currency),
        per_kilogram: MinorUnits::ZERO,
        weight_grams_max: None,
        free_above: None,
        days_min: days.0,
        days_max: days.1,
    };
    let rates = vec![
        rate("standard", "Standard", 490, (2, 5)),
        rate("express", "Express", 1_200, (1, 2)),
    ];
    ShippingTable {
        zones: vec![ShippingZone {
            countries: None,
            rates,
        }],
    }
}

fn fill(store: &Store) -> Result<()> {
    let currency = Currency::from_code("eur")?;
    let mut rows = Vec::new();
    for number in 0..requests::ITEMS {
        let id = format!("item-{number}");
        let mut item = Sellable::new(
            ItemId::parse(id.clone())?,
            format!("Stoneware cup, hand-thrown, pattern {number}"),
            MinorUnits::new(PRICE),
            currency,
        );
        item.description = Some("Holds 250 ml; dishwasher and microwave safe.".to_owned());
        item.image_url = Some(format!("https://shop.example.com/pictures/{id}.svg"));
        item.url = Some(format!("https://shop.example.com/products/{id}"));
        item.weight_grams = 400;
        rows.push(ProductRow {
            item_id: id,
            price: PRICE,
            currency: currency.code().to_owned(),
            document: serde_json::to_vec(&item)?,
            updated_at: 0,
        });
    }
    store.write_blocking("fill", move |tx| {
        for row in &rows {
            tx.put_product(TenantId::DEFAULT, row)?;
            tx.set_stock(TenantId::DEFAULT, &row.item_id, STOCK)?;
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}
