//! From a feed file to offers.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use comptoir_acp::currency::Currency;
use comptoir_backends::{
    BuiltInShop, ImportError, ImportOptions, ImportReport, ItemDetail, import,
};
use comptoir_commerce::item::{FulfillmentKind, Sellable};
use comptoir_seller::Catalog;
use comptoir_signing::environment::Environment;
use comptoir_store::{Store, StoreError, TenantId};
use tempfile::TempDir;

const TENANT: TenantId = TenantId::DEFAULT;

struct Shop {
    store: Store,
    folder: TempDir,
}

impl Shop {
    fn new() -> Self {
        Self {
            store: Store::in_memory().unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn import(&self, feed: &str, options: &ImportOptions) -> Result<ImportReport, ImportError> {
        let path = self.folder.path().join("feed");
        fs::write(&path, feed).unwrap();
        self.import_file(&path, options)
    }

    fn import_file(
        &self,
        path: &Path,
        options: &ImportOptions,
    ) -> Result<ImportReport, ImportError> {
        import(&self.store, &Environment::system(), TENANT, path, options)
    }

    fn offer(&self, item: &str) -> Option<Sellable> {
        let item = item.to_owned();
        let offer = self.store.read_blocking("offer", move |reads| {
            Ok::<_, StoreError>(BuiltInShop.offer(reads, TENANT, &item).unwrap())
        });
        offer.unwrap()
    }

    /// Sells units of an item.
    fn sell(&self, item: &str, units: i64) {
        let item = item.to_owned();
        let sold = self.store.write_blocking("sell", move |tx| {
            assert!(tx.reserve(TENANT, "cs_1", &item, units)?);
            tx.sell(TENANT, "cs_1")
        });
        sold.unwrap();
    }
}

fn stock(units: i64) -> ImportOptions {
    ImportOptions {
        stock: units,
        ..ImportOptions::default()
    }
}

const FEED: &str = "\
id,title,price,availability,description
mug,Blue mug,12.50 EUR,in_stock,Holds coffee
rare,Rare mug,40.00 EUR,limited_stock,
gone,Old mug,9.00 EUR,out_of_stock,
";

// Prices, texts and stock of each item come from the feed.
#[test]
fn items_have_the_feeds_price_text_and_stock() {
    let shop = Shop::new();
    let report = shop.import(FEED, &stock(20)).unwrap();
    assert_eq!(
        (
            report.products,
            report.items,
            report.unchanged,
            report.rejected
        ),
        (3, 3, 0, 0)
    );
    let mug = shop.offer("mug").unwrap();
    assert_eq!((mug.unit_price.get(), mug.currency.code()), (1250, "eur"));
    assert_eq!(
        (mug.title.as_str(), mug.description.as_deref()),
        ("Blue mug", Some("Holds coffee"))
    );
    assert_eq!(mug.stock, Some(20));
    assert_eq!(shop.offer("rare").unwrap().stock, Some(3));
    assert_eq!(shop.offer("gone").unwrap().stock, Some(0));
    assert!(shop.offer("unknown").is_none());
}

// A restart writes nothing and does not refill what was sold.
#[test]
fn importing_again_changes_nothing_and_refills_nothing() {
    let shop = Shop::new();
    shop.import(FEED, &stock(20)).unwrap();
    shop.sell("mug", 5);
    let again = shop.import(FEED, &stock(20)).unwrap();
    assert_eq!((again.items, again.unchanged), (3, 3));
    assert_eq!(shop.offer("mug").unwrap().stock, Some(15));
}

// A new price in the feed is the price asked from then on; stock stays.
#[test]
fn a_changed_price_is_taken_over() {
    let shop = Shop::new();
    shop.import(FEED, &stock(20)).unwrap();
    shop.sell("mug", 5);
    let report = shop
        .import(&FEED.replace("12.50", "13.00"), &stock(99))
        .unwrap();
    assert_eq!((report.items, report.unchanged), (3, 2));
    let mug = shop.offer("mug").unwrap();
    assert_eq!((mug.unit_price.get(), mug.stock), (1300, Some(15)));
}

// Weight, kind and stock that the shop knows go before the feed; digital goods are not counted.
#[test]
fn details_go_before_the_feed() {
    let shop = Shop::new();
    let details = BTreeMap::from([
        (
            "mug".to_owned(),
            ItemDetail {
                weight_grams: 420,
                digital: false,
                stock: Some(7),
            },
        ),
        (
            "rare".to_owned(),
            ItemDetail {
                digital: true,
                ..ItemDetail::default()
            },
        ),
    ]);
    shop.import(
        FEED,
        &ImportOptions {
            details,
            ..stock(20)
        },
    )
    .unwrap();
    let mug = shop.offer("mug").unwrap();
    assert_eq!((mug.weight_grams, mug.stock), (420, Some(7)));
    let digital = shop.offer("rare").unwrap();
    assert_eq!(
        (digital.fulfillment, digital.stock),
        (FulfillmentKind::Digital, None)
    );
}

// What cannot be sold is counted with its reason; refused rows are counted as refused.
#[test]
fn unsellable_variants_and_rejected_rows_are_counted() {
    let shop = Shop::new();
    let lines = concat!(
        r#"{"id":"p1","title":"Tea","variants":[{"id":"v1","title":"Tea, 100 g"},{"id":"v2","title":"Tea, 200 g","price":{"amount":900,"currency":"EUR"}}]}"#,
        "\n",
        r#"{"id":"p2","title":"Broken","variants":[{"id":"v3","title":"x","price":{"amount":"900","currency":"EUR"}}]}"#,
        "\n"
    );
    let report = shop.import(lines, &stock(1)).unwrap();
    assert_eq!((report.products, report.items, report.rejected), (1, 1, 1));
    assert_eq!(report.unsellable, BTreeMap::from([("price_missing", 1)]));
    assert!(shop.offer("v1").is_none());
    assert_eq!(shop.offer("v2").unwrap().title, "Tea, 200 g");
}

// A missing file is an error that names it.
#[test]
fn a_missing_file_is_named() {
    let shop = Shop::new();
    let error = shop
        .import_file(Path::new("/nowhere/feed.csv"), &stock(1))
        .unwrap_err();
    let cause = std::error::Error::source(&error)
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(
        format!("{error}: {cause}").contains("/nowhere/feed.csv"),
        "{error}: {cause}"
    );
}

fn shared() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder =
        env::var_os("COMPTOIR_SHARED").map_or_else(|| workspace.join("../shared"), PathBuf::from);
    let folder = folder.join("data");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        env::var("CI").as_deref() != Ok("true"),
        "{} is missing",
        folder.display()
    );
    eprintln!("skipped: {} is missing", folder.display());
    None
}

// Every product with a price of the real catalogues can be ordered afterwards.
#[test]
fn real_catalogues_become_offers() {
    let Some(folder) = shared() else { return };
    let options = ImportOptions {
        currency: Some(Currency::from_code("USD").unwrap()),
        ..stock(10)
    };
    for name in [
        "shopify/apparel.csv",
        "shopify/home-and-garden.csv",
        "shopify/jewelery.csv",
        "electronics",
    ] {
        let shop = Shop::new();
        let path = folder.join(name);
        let report = shop.import_file(&path, &options).unwrap();
        assert!(
            report.products >= 20 && report.rejected == 0,
            "{name}: {report:?}"
        );
        let mut with_price = 0;
        for product in comptoir_feed::read_path(&path)
            .unwrap()
            .map(Result::unwrap)
            .take(200)
        {
            for variant in product
                .variants
                .iter()
                .filter(|variant| variant.price.is_some())
            {
                let Some(offer) = shop.offer(&variant.id) else {
                    panic!("{name}: {}", variant.id)
                };
                assert_eq!(
                    Some(offer.unit_price),
                    variant.price.as_ref().map(|price| price.amount)
                );
                assert!(!offer.title.is_empty());
                with_price += 1;
            }
        }
        assert!(with_price >= 20, "{name}: {with_price}");
    }
}
