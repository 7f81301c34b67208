//! Real feeds load whole.

use std::collections::BTreeSet;

use comptoir_feed::{Code, Format, Product, Report, read_path};

use crate::support::shared;

fn load(path: &str) -> Option<(Format, Vec<Product>, Report)> {
    let mut reader = read_path(&shared(path)?).unwrap();
    let products: Vec<Product> = (&mut reader).filter_map(Result::ok).collect();
    let format = reader.format();
    let report = reader.into_report();
    assert_eq!(report.read, report.accepted + report.rejected);
    assert!(report.complete);
    Some((format, products, report))
}

#[test]
fn all_products_of_the_electronics_feed_load_with_their_variants() {
    let Some((format, products, report)) = load("data/electronics") else {
        return;
    };
    assert_eq!(format, Format::AcpLines);
    assert_eq!(
        (report.read, report.accepted, report.rejected),
        (19_406, 19_406, 0)
    );
    assert_eq!(
        (report.variants_accepted, report.variants_rejected),
        (19_406, 0)
    );
    let ids: BTreeSet<&str> = products.iter().map(|product| product.id.as_str()).collect();
    assert_eq!(ids.len(), 19_406);
    assert!(
        products
            .iter()
            .all(|product| product.variants[0].price.is_some())
    );
    assert_eq!(report.count(Code::DescriptionMissing), 721);
    let toner = products
        .iter()
        .find(|product| product.id == "3920564")
        .unwrap();
    assert_eq!(toner.variants[0].price.as_ref().unwrap().amount.get(), 4995);
}

#[test]
fn the_three_shopify_exports_load_with_every_variant_and_picture() {
    for (file, products_expected, variants_expected, pictures_expected) in [
        ("apparel", 20, 22, 20),
        ("home-and-garden", 20, 21, 21),
        ("jewelery", 20, 23, 41),
    ] {
        let Some((format, products, report)) = load(&format!("data/shopify/{file}.csv")) else {
            return;
        };
        assert_eq!(format, Format::ShopifyTable);
        assert_eq!(
            (products.len(), report.rejected),
            (products_expected, 0),
            "{file}"
        );
        assert_eq!(
            (report.variants_accepted, report.variants_rejected),
            (variants_expected, 0)
        );
        let pictures: usize = products
            .iter()
            .map(|product| product.media.as_ref().map_or(0, Vec::len))
            .sum();
        assert_eq!(pictures, pictures_expected, "{file}");
        assert_eq!(report.count(Code::SkuMissing), variants_expected);
    }
}
