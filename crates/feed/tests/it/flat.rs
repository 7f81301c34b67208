//! The flat file: tables and lines, aliases, grouping, prices.

use comptoir_feed::{Code, Format, ReadOptions, read_bytes};

use crate::support::{codes, read, read_with};

#[test]
fn rows_of_a_group_become_variants_wherever_they_stand() {
    let text = "\
item_id,group_id,item_group_title,title,description,url,brand,image_url,price,sale_price,availability,color,size,gtin,seller_name,seller_tos
a-1,a,Mug,Mug blue,A mug,https://shop.example/a,Borgo,https://shop.example/a.jpg,12.50 EUR,,in_stock,blue,,4006381333931,Studio,https://shop.example/tos
b-1,,,Bowl,A bowl,https://shop.example/b,Borgo,https://shop.example/b.jpg,30 EUR,24 EUR,pre_order,,,,Studio,
a-2,a,Mug,Mug red,A mug,https://shop.example/a?v=2,Borgo,https://shop.example/a2.jpg,12.50 EUR,,out_of_stock,red,,,Studio,
";
    let (products, report) = read("feed.csv", text);
    assert_eq!(
        products.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(),
        ["b-1", "a"]
    );
    let mug = &products[1];
    assert_eq!((mug.title.as_deref(), mug.variants.len()), (Some("Mug"), 2));
    assert_eq!(mug.variants[1].id, "a-2");
    assert_eq!(
        mug.variants[1].availability.as_ref().unwrap().available,
        Some(false)
    );
    assert_eq!(
        mug.variants[1].media.as_ref().unwrap()[0].url,
        "https://shop.example/a2.jpg"
    );
    let option = &mug.variants[0].variant_options.as_ref().unwrap()[0];
    assert_eq!(
        (option.name.as_str(), option.value.as_str()),
        ("color", "blue")
    );
    let link = &mug.variants[0]
        .seller
        .as_ref()
        .unwrap()
        .links
        .as_ref()
        .unwrap()[0];
    assert_eq!(link.r#type, "terms_of_service");
    let bowl = &products[0].variants[0];
    assert_eq!(bowl.price.as_ref().unwrap().amount.get(), 2400);
    assert_eq!(bowl.list_price.as_ref().unwrap().amount.get(), 3000);
    assert_eq!(
        bowl.availability.as_ref().unwrap().status.as_deref(),
        Some("preorder")
    );
    assert_eq!((report.read, report.variants_accepted), (2, 3));
}

#[test]
fn prices_are_exact_in_every_exponent() {
    // Field defect 8: prices through floats, times 100 whatever the currency.
    let text = "\
{\"id\":\"usd\",\"title\":\"A\",\"price\":\"19.99 USD\"}
{\"id\":\"eur\",\"title\":\"A\",\"price\":8.20,\"currency\":\"EUR\"}
{\"id\":\"jpy\",\"title\":\"A\",\"price\":\"1200 JPY\"}
{\"id\":\"kwd\",\"title\":\"A\",\"price\":\"1.234 KWD\"}
{\"id\":\"big\",\"title\":\"A\",\"price\":90071992547409.93,\"currency\":\"USD\"}
{\"id\":\"half\",\"title\":\"A\",\"price\":\"0.5 JPY\"}
";
    let (products, report) = read("feed.jsonl", text);
    let amounts: Vec<i64> = products
        .iter()
        .map(|p| p.variants[0].price.as_ref().unwrap().amount.get())
        .collect();
    assert_eq!(amounts, [1999, 820, 1200, 1234, 9_007_199_254_740_993]);
    assert_eq!(report.rejected, 1);
    assert_eq!(
        report
            .diagnostics
            .iter()
            .filter(|d| d.code == Code::PriceInvalid)
            .count(),
        1
    );
}

#[test]
fn aliases_work_and_the_newer_name_wins() {
    let text = "sku\tid\titem_id\tlink\timage_link\ttitle\titem_group_id\tenable_search\n\
                s1\ti1\tx1\thttps://a.example/1\thttps://a.example/1.png\tOne\tg\ttrue\n\
                s2\ti2\tx2\thttps://a.example/2\thttps://a.example/2.png\tTwo\tg\tfalse\n";
    let (products, report) = read("feed.tsv", text);
    assert_eq!(products[0].id, "g");
    assert_eq!(products[0].variants.len(), 1);
    assert_eq!(products[0].variants[0].id, "x1");
    assert_eq!(products[0].url.as_deref(), Some("https://a.example/1"));
    assert_eq!(report.count(Code::NotPublished), 1);
    assert_eq!(report.variants_rejected, 1);
}

#[test]
fn placeholders_unknown_columns_and_bad_rows_are_told() {
    let text = "id,title,price,availability,margin\n\
                1,One,n/a,maybe,30\n\
                2,,5 EUR,in stock,30\n\
                ,Three,5 EUR,in stock,30\n";
    let (products, report) = read("feed.csv", text);
    assert_eq!(products.len(), 1);
    assert_eq!(products[0].variants[0].availability, None);
    assert_eq!((report.read, report.rejected), (3, 2));
    for code in [
        Code::PriceMissing,
        Code::AvailabilityUnclear,
        Code::ColumnIgnored,
        Code::FieldMissing,
    ] {
        assert!(
            codes(&report).contains(&code),
            "{code:?} in {:?}",
            codes(&report)
        );
    }
    let ignored = report
        .diagnostics
        .iter()
        .find(|d| d.code == Code::ColumnIgnored)
        .unwrap();
    assert_eq!(ignored.field.as_deref(), Some("margin"));
}

#[test]
fn a_dated_sale_price_applies_in_its_window_only() {
    let text = "id,title,price,sale_price,sale_price_start_date,sale_price_end_date\n\
                1,One,20 EUR,15 EUR,2026-11-01,2026-11-30\n";
    let amount = |now: Option<&str>| {
        let options = ReadOptions {
            now: now.map(|now| now.parse().unwrap()),
            ..ReadOptions::default()
        };
        let (products, report) = read_with("f.csv", text.as_bytes(), options);
        let price = products[0].variants[0].price.as_ref().unwrap().amount.get();
        (price, report.count(Code::SaleWindowUnknown))
    };
    assert_eq!(amount(Some("2026-11-30T23:00:00Z")), (1500, 0));
    assert_eq!(amount(Some("2026-12-01T00:00:00Z")), (2000, 0));
    assert_eq!(amount(None), (2000, 1));
}

#[test]
fn stock_is_handed_out_beside_the_product() {
    let text = "id,title,price,inventory_quantity\n1,One,5 EUR,7\n2,Two,5 EUR,\n";
    let mut reader = read_bytes("f.csv", text.as_bytes(), ReadOptions::default()).unwrap();
    assert_eq!(reader.format(), Format::FlatTable);
    reader.next().unwrap().unwrap();
    assert_eq!(reader.stock().get("1"), Some(&7));
    reader.next().unwrap().unwrap();
    assert!(reader.stock().is_empty());
}
