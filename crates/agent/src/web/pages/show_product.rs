//! `GET /products/{seller}/{product}`: one product with its choices.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use crate::{
    agent::Agent,
    catalog::{self, Stock},
    text::SafeLink,
    web::{
        buyer::Buyer,
        page_error::PageError,
        records, respond, show_products,
        templates::ProductPage,
        view::{ItemRef, LinkView, NoticeView, Place},
    },
};

/// Most pictures on the page.
const PICTURES_MAX: usize = 6;

/// What the address may say.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wish {
    /// The variant to choose first.
    #[serde(default)]
    variant: String,
    /// Whether it was just put into the basket.
    #[serde(default)]
    added: bool,
}

/// Shows a product of a registered seller.
pub(crate) async fn show_product(
    State(agent): State<Agent>,
    Path((seller_id, product_id)): Path<(String, String)>,
    Query(wish): Query<Wish>,
    buyer: Buyer,
) -> Result<Response, PageError> {
    let product = agent
        .product(&seller_id, &product_id)
        .ok_or_else(|| PageError::not_found(&buyer))?;
    let record = records::load(&agent, &buyer).await?;
    let words = buyer.language.words();
    let title = catalog::product_title(&product);
    let variants = show_products::variants(&product, &wish.variant, buyer.language);
    let mut stock = product
        .variants
        .iter()
        .map(|variant| Stock::of(variant.availability.as_ref()))
        .min_by_key(|stock| !stock.buyable())
        .map_or_else(
            || show_products::stock(Stock::Unknown, buyer.language),
            |stock| show_products::stock(stock, buyer.language),
        );
    stock.buyable = variants.iter().any(|variant| variant.stock.buyable);
    let pictures = catalog::pictures(&product).len().clamp(1, PICTURES_MAX);
    let path = show_products::product_href(&seller_id, &product_id);
    let link = product.url.as_deref().and_then(SafeLink::parse);
    let page = ProductPage {
        shell: respond::shell(&buyer, &record, Place::Other, &title, &path),
        item: ItemRef {
            seller_id: seller_id.clone(),
            product_id: product_id.clone(),
            variant_id: String::new(),
        },
        title,
        seller: agent.seller_name(&seller_id).to_owned(),
        images: (0..pictures)
            .map(|at| show_products::image_href(&seller_id, &product_id, at))
            .collect(),
        description: catalog::description(&product),
        variants,
        stock,
        freshness: None,
        link: link.map(|link| LinkView {
            label: words.view_at_shop.to_owned(),
            href: link.href,
            host: link.host,
        }),
        notice: wish.added.then(|| NoticeView {
            class: "good",
            heading: None,
            text: words.added_to_basket.to_owned(),
        }),
    };
    respond::page(&buyer, &page)
}
