//! Shopify's export: options, pictures, ids, stock.

use comptoir_acp::currency::Currency;
use comptoir_feed::{Code, ReadOptions, read_bytes};

use crate::support::read_with;

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Image Position,Image Alt Text,Variant Image,Status";

fn options() -> ReadOptions {
    ReadOptions {
        currency: Some(Currency::from_code("EUR").unwrap()),
        shop_url: Some("https://shop.example/".to_owned()),
        seller_name: Some("Shop".to_owned()),
        ..ReadOptions::default()
    }
}

fn export(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

#[test]
fn options_pictures_and_prices_are_gathered_from_all_rows() {
    let text = export(&[
        "mug,Mug,\"<p>Hand <b>made</b></p><script>x()</script>\",Borgo,Mugs,\"blue, gift\",true,Colour,Blue,Size,S,,shopify,4,deny,12.50,15,https://a.example/2.jpg,2,side,https://a.example/v.jpg,active",
        "mug,,,,,,,,Blue,,L,MUG-BL,shopify,0,continue,14,14,https://a.example/1.jpg,1,front,,",
        "mug,,,,,,,,Red,,S,MUG-BL,shopify,0,deny,9.9,,,,,,",
        "mug,,,,,,,,,,,,,,,,,https://a.example/3.jpg,3,,,",
    ]);
    let mut reader = read_bytes("x.csv", text.as_bytes(), options()).unwrap();
    let mug = reader.next().unwrap().unwrap();
    assert_eq!(
        mug.url.as_deref(),
        Some("https://shop.example/products/mug")
    );
    let urls: Vec<&str> = mug
        .media
        .as_ref()
        .unwrap()
        .iter()
        .map(|media| media.url.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(urls, ["1.jpg", "2.jpg", "3.jpg"]);
    let description = mug.description.as_ref().unwrap();
    assert_eq!(description.plain.as_deref(), Some("Hand made"));
    assert_eq!(description.html.as_deref(), Some("<p>Hand <b>made</b></p>"));
    let ids: Vec<&str> = mug
        .variants
        .iter()
        .map(|variant| variant.id.as_str())
        .collect();
    assert_eq!(ids, ["mug-blue-s", "MUG-BL", "mug-red-s"]);
    let first = &mug.variants[0];
    assert_eq!(first.title, "Mug - Blue / S");
    assert_eq!(first.price.as_ref().unwrap().amount.get(), 1250);
    assert_eq!(first.list_price.as_ref().unwrap().amount.get(), 1500);
    assert_eq!(first.variant_options.as_ref().unwrap()[1].value, "S");
    let statuses: Vec<&str> = mug
        .variants
        .iter()
        .map(|v| v.availability.as_ref().unwrap().status.as_deref().unwrap())
        .collect();
    assert_eq!(statuses, ["in_stock", "backorder", "out_of_stock"]);
    assert_eq!(reader.stock().get("mug-blue-s"), Some(&4));
    assert!(reader.next().is_none());
    assert_eq!(reader.report().count(Code::SkuMissing), 1);
    assert_eq!(reader.report().count(Code::SkuDuplicate), 1);
}

#[test]
fn derived_ids_are_the_same_at_every_reading() {
    let text = export(&[
        "tee,Tee,,,,,true,Size,S,,,,,1,deny,20,,,,,,",
        "tee,,,,,,,,M,,,,,1,deny,20,,,,,,",
    ]);
    let ids = || {
        let (products, _) = read_with("x.csv", text.as_bytes(), options());
        products[0]
            .variants
            .iter()
            .map(|variant| variant.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(), ["tee-s", "tee-m"]);
    assert_eq!(ids(), ids());
}

#[test]
fn hidden_broken_and_orphan_rows_are_told() {
    let text = export(&[
        "a,A,,,,,false,Title,Default Title,,,,,1,deny,5,,,,,,",
        "b,B,,,,,true,Title,Default Title,,,,,1,deny,5,,,,,,draft",
        "c,C,,,,,true,Size,S,,,,,1,deny,free,,,,,,",
        "c,,,,,,,,M,,,,,1,deny,7,,,,,,",
        "d,D,,,,,true,Title,Default Title,,,,,1,deny,oops,,,,,,",
        ",,,,,,,,S,,,,,1,deny,7,,,,,,",
    ]);
    let (products, report) = read_with("x.csv", text.as_bytes(), options());
    assert_eq!(products.len(), 1);
    assert_eq!(products[0].variants.len(), 1);
    assert_eq!((report.read, report.accepted, report.rejected), (5, 1, 4));
    assert_eq!(report.count(Code::NotPublished), 2);
    assert_eq!(report.count(Code::PriceInvalid), 2);
    assert_eq!(report.count(Code::NoVariants), 1);
    assert_eq!(report.count(Code::OrphanRow), 1);
    let price = report
        .diagnostics
        .iter()
        .find(|d| d.code == Code::PriceInvalid)
        .unwrap();
    assert_eq!((price.row, price.product.as_deref()), (4, Some("c")));
}

#[test]
fn a_missing_currency_is_assumed_aloud() {
    let text = export(&["a,A,,,,,true,Title,Default Title,,,,,1,deny,5,,,,,,"]);
    let (products, report) = read_with("x.csv", text.as_bytes(), ReadOptions::default());
    assert_eq!(
        products[0].variants[0]
            .price
            .as_ref()
            .unwrap()
            .currency
            .code(),
        "usd"
    );
    assert_eq!(report.count(Code::CurrencyAssumed), 1);
}
