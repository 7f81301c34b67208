//! Products as merchants send them.

use serde_json::{Value, json};

/// The smallest product.
pub(super) fn minimal(id: &str) -> Value {
    json!({
        "id": id,
        "variants": [{ "id": format!("{id}_v1"), "title": "Stoneware mug" }],
    })
}

/// A product that can be offered.
pub(super) fn plain(id: &str, title: &str, amount: i64) -> Value {
    json!({
        "id": id,
        "title": title,
        "description": { "plain": "A mug of grey stoneware." },
        "url": format!("https://shop.example/products/{id}"),
        "variants": [{
            "id": format!("{id}_v1"),
            "title": title,
            "price": { "amount": amount, "currency": "USD" },
            "availability": { "available": true, "status": "in_stock" },
        }],
    })
}

/// A product with every member that the schema has.
pub(super) fn full(id: &str) -> Value {
    let media = json!([{
        "type": "image", "url": "https://cdn.shop.example/mug.jpg",
        "alt_text": "A grey mug", "width": 800, "height": 600,
    }]);
    let links = json!([{
        "type": "refund_policy", "title": "Refunds", "url": "https://shop.example/refunds",
    }]);
    json!({
        "id": id,
        "title": "Stoneware mug",
        "description": {
            "plain": "A mug of grey stoneware.",
            "html": "<p>A mug of <b>grey</b> stoneware.</p>",
            "markdown": "A mug of **grey** stoneware.",
        },
        "url": "https://shop.example/products/mug",
        "media": media,
        "variants": [{
            "id": format!("{id}_v1"),
            "title": "Stoneware mug, grey",
            "description": { "plain": "Grey." },
            "url": "https://shop.example/products/mug?colour=grey",
            "barcodes": [{ "type": "gtin", "value": "4006381333931" }],
            "price": { "amount": 1_999, "currency": "USD" },
            "list_price": { "amount": 2_499, "currency": "USD" },
            "unit_price": {
                "amount": 500, "currency": "USD",
                "measure": { "value": 400, "unit": "ml" },
                "reference": { "value": 100, "unit": "ml" },
            },
            "availability": { "available": true, "status": "in_stock" },
            "categories": [{ "value": "Home > Mugs", "taxonomy": "merchant" }],
            "condition": ["new"],
            "variant_options": [{ "name": "Colour", "value": "Grey" }],
            "media": media,
            "seller": { "name": "Kiln", "links": links },
            "marketplace": { "name": "Bazaar", "links": links },
        }],
    })
}
