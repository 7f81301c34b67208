//! Products as cards, variants and basket lines.

use comptoir_acp::money::Money;
use comptoir_feed::{Product, Variant};
use comptoir_rank::{Freshness, Reason};

use super::view::{BasketGroup, CardView, ItemRef, ItemView, StockView, TurnView, VariantView};
use crate::{
    Language,
    agent::Agent,
    catalog::{self, Stock},
    conversation::{BasketLine, ShownProduct, Turn},
    text::path_segment,
};

/// Most reasons on a card.
const REASONS_MAX: usize = 3;

/// A turn with its cards as they are now.
pub(crate) fn turn(agent: &Agent, turn: &Turn, language: Language) -> TurnView {
    let words = language.words();
    TurnView {
        said: turn.said.clone(),
        answer: if turn.masked {
            format!("{} {}", words.notice_card_masked, turn.text)
        } else {
            turn.text.clone()
        },
        waiting: false,
        note: (!turn.products.is_empty()).then_some(words.answer_order),
        cards: cards(agent, &turn.products, language),
    }
}

/// Cards of products that still exist, in the order of the ranking.
pub(crate) fn cards(agent: &Agent, products: &[ShownProduct], language: Language) -> Vec<CardView> {
    products
        .iter()
        .filter_map(|shown| card(agent, shown, language))
        .collect()
}

fn card(agent: &Agent, shown: &ShownProduct, language: Language) -> Option<CardView> {
    let product = agent.product(&shown.seller, &shown.product_id)?;
    let variant = product
        .variants
        .iter()
        .find(|variant| variant.id == shown.variant_id)
        .or_else(|| product.variants.first())?;
    let words = language.words();
    let stock = stock(Stock::of(variant.availability.as_ref()), language);
    let prices: Vec<Money> = product
        .variants
        .iter()
        .filter_map(catalog::price_of)
        .collect();
    let price = catalog::price_of(variant);
    let single = product.variants.len() == 1;
    Some(CardView {
        href: format!(
            "{}?variant={}",
            product_href(&shown.seller, &product.id),
            path_segment(&variant.id)
        ),
        image: image_href(&shown.seller, &product.id, 0),
        title: catalog::product_title(&product),
        price_is_lowest: !single
            && prices.iter().any(|other| Some(*other) != price)
            && price == lowest(&prices),
        price: price.map(|price| money(price, language)),
        seller: agent.seller_name(&shown.seller).to_owned(),
        stock,
        freshness: match shown.freshness {
            Freshness::Day => Some(words.fresh_day),
            Freshness::Week => Some(words.fresh_week),
            Freshness::Month | Freshness::Older => Some(words.fresh_older),
            Freshness::Unknown => None,
        },
        reasons: shown
            .reasons
            .iter()
            .filter_map(|reason| reason_text(reason, language))
            .take(REASONS_MAX)
            .collect(),
        quick_buy: (single && stock.buyable && price.is_some()).then(|| ItemRef {
            seller_id: shown.seller.clone(),
            product_id: product.id.clone(),
            variant_id: variant.id.clone(),
        }),
    })
}

fn lowest(prices: &[Money]) -> Option<Money> {
    let first = prices.first()?;
    prices
        .iter()
        .filter(|price| price.currency == first.currency)
        .min_by_key(|price| price.amount)
        .copied()
}

/// The choices of a product; the wished one, or the first that can be had, is chosen.
pub(crate) fn variants(product: &Product, wished: &str, language: Language) -> Vec<VariantView> {
    let buyable = |variant: &&Variant| {
        Stock::of(variant.availability.as_ref()).buyable() && variant.price.is_some()
    };
    let chosen = product
        .variants
        .iter()
        .filter(buyable)
        .find(|variant| variant.id == wished)
        .or_else(|| product.variants.iter().find(buyable))
        .map(|variant| variant.id.clone());
    product
        .variants
        .iter()
        .map(|variant| {
            let mut stock = stock(Stock::of(variant.availability.as_ref()), language);
            stock.buyable &= variant.price.is_some();
            VariantView {
                id: variant.id.clone(),
                title: variant_label(product, variant),
                price: catalog::price_of(variant).map(|price| money(price, language)),
                stock,
                chosen: chosen.as_ref() == Some(&variant.id),
            }
        })
        .collect()
}

/// The options that tell a variant from its sisters, or its title.
fn variant_label(product: &Product, variant: &Variant) -> String {
    let options: Vec<String> = variant
        .variant_options
        .iter()
        .flatten()
        .map(|option| {
            format!(
                "{}: {}",
                crate::text::line(&option.name, 40),
                crate::text::line(&option.value, 60)
            )
        })
        .collect();
    if options.is_empty() {
        catalog::variant_title(product, variant)
    } else {
        options.join(" · ")
    }
}

/// Basket lines by seller; lines whose product is gone are left out.
pub(crate) fn basket(agent: &Agent, lines: &[BasketLine], language: Language) -> Vec<BasketGroup> {
    let mut groups: Vec<(BasketGroup, Option<Money>)> = Vec::new();
    for line in lines {
        let Some((item, price)) = basket_item(agent, line, language) else {
            continue;
        };
        let sum = price.and_then(|price| {
            let amount = price.amount.checked_mul(i64::from(line.quantity)).ok()?;
            Some(Money::new(amount, price.currency))
        });
        let known = groups
            .iter_mut()
            .find(|(group, _)| group.seller_id == line.seller);
        if let Some((group, known)) = known {
            group.items.push(item);
            *known = known
                .zip(sum)
                .and_then(|(left, right)| left.checked_add(right).ok());
            continue;
        }
        let group = BasketGroup {
            seller_id: line.seller.clone(),
            seller: agent.seller_name(&line.seller).to_owned(),
            items: vec![item],
            subtotal: None,
        };
        groups.push((group, sum));
    }
    let with_sum = groups.into_iter().map(|(group, sum)| BasketGroup {
        subtotal: sum.map(|sum| money(sum, language)),
        ..group
    });
    with_sum.collect()
}

fn basket_item(
    agent: &Agent,
    line: &BasketLine,
    language: Language,
) -> Option<(ItemView, Option<Money>)> {
    let product = agent.product(&line.seller, &line.product_id)?;
    let variant = product
        .variants
        .iter()
        .find(|variant| variant.id == line.variant_id)?;
    let price = catalog::price_of(variant);
    let item = ItemView {
        item: ItemRef {
            seller_id: line.seller.clone(),
            product_id: line.product_id.clone(),
            variant_id: line.variant_id.clone(),
        },
        href: product_href(&line.seller, &line.product_id),
        image: image_href(&line.seller, &line.product_id, 0),
        title: catalog::variant_title(&product, variant),
        quantity: line.quantity,
        price: price.map(|price| money(price, language)),
    };
    Some((item, price))
}

/// Availability in words.
pub(crate) fn stock(stock: Stock, language: Language) -> StockView {
    let words = language.words();
    let (label, class) = match stock {
        Stock::In => (words.in_stock, "yes"),
        Stock::Few => (words.limited_stock, "few"),
        Stock::Backorder => (words.backorder, "few"),
        Stock::Preorder => (words.preorder, "few"),
        Stock::Out => (words.out_of_stock, "no"),
        Stock::Discontinued => (words.discontinued, "no"),
        Stock::Unknown => (words.availability_unknown, ""),
    };
    StockView {
        label,
        class,
        buyable: stock.buyable(),
    }
}

/// An amount in the buyer's language.
pub(crate) fn money(money: Money, language: Language) -> String {
    language.amount(
        money.amount.get(),
        money.currency.exponent(),
        money.currency.code_upper(),
    )
}

/// A reason of the ranking in words.
fn reason_text(reason: &Reason, language: Language) -> Option<String> {
    let text = match (reason, language) {
        (Reason::Matches { words, .. }, Language::En) => {
            format!("matches “{}”", crate::text::line(&words.join(" "), 40))
        }
        (Reason::Matches { words, .. }, Language::Fr) => format!(
            "correspond à « {} »",
            crate::text::line(&words.join(" "), 40)
        ),
        (Reason::Brand, Language::En) => "the brand you named".to_owned(),
        (Reason::Brand, Language::Fr) => "la marque demandée".to_owned(),
        (Reason::Category, Language::En) => "the kind you asked for".to_owned(),
        (Reason::Category, Language::Fr) => "le type demandé".to_owned(),
        (Reason::Attributes { found, asked }, Language::En) => format!("{found} of {asked} wishes"),
        (Reason::Attributes { found, asked }, Language::Fr) => {
            format!("{found} souhait(s) sur {asked}")
        }
        (Reason::UnderLimit { by: Some(by) }, Language::En) if by.amount.get() > 0 => {
            format!("{} below your limit", money(*by, language))
        }
        (Reason::UnderLimit { by: Some(by) }, Language::Fr) if by.amount.get() > 0 => {
            format!("{} sous votre limite", money(*by, language))
        }
        (Reason::UnderLimit { .. }, Language::En) => "within your limit".to_owned(),
        (Reason::UnderLimit { .. }, Language::Fr) => "dans votre limite".to_owned(),
        (Reason::Reduced { percent }, Language::En) => format!("reduced by {percent} %"),
        (Reason::Reduced { percent }, Language::Fr) => format!("réduit de {percent} %"),
        (Reason::Rated { rating }, Language::En) => {
            format!("rated {}.{} of 5", rating.tenths / 10, rating.tenths % 10)
        }
        (Reason::Rated { rating }, Language::Fr) => {
            format!("noté {},{} sur 5", rating.tenths / 10, rating.tenths % 10)
        }
        // The card says both in its own place.
        (Reason::Availability { .. } | Reason::ConfirmedToday, _) => return None,
    };
    Some(text)
}

pub(crate) fn product_href(seller_id: &str, product_id: &str) -> String {
    format!(
        "/products/{}/{}",
        path_segment(seller_id),
        path_segment(product_id)
    )
}

pub(crate) fn image_href(seller_id: &str, product_id: &str, position: usize) -> String {
    format!(
        "/media/{}/{}/{position}",
        path_segment(seller_id),
        path_segment(product_id)
    )
}
