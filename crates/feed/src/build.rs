//! Parts of products, put together from cells.

use comptoir_acp::money::Money;

use crate::{
    diagnostic::{Code, Diagnostic},
    markup,
    model::{Availability, Category, Description, Media, Price, Product, Seller, VariantOption},
    price::PriceError,
};

/// A product with its texts; `body` may be HTML.
pub(crate) fn product(
    id: &str,
    title: &str,
    body: &str,
    url: Option<String>,
    media: Vec<Media>,
) -> Product {
    Product {
        id: id.to_owned(),
        title: (!title.is_empty()).then(|| title.to_owned()),
        description: description(body),
        url,
        media: list(media),
        variants: Vec::new(),
    }
}

/// Plain text, and safe HTML beside it when the text came as HTML.
pub(crate) fn description(body: &str) -> Option<Description> {
    if body.trim().is_empty() {
        return None;
    }
    let (plain, html) = if markup::looks_like_html(body) {
        (markup::plain_text(body), Some(markup::safe_html(body)))
    } else {
        (body.trim().to_owned(), None)
    };
    Some(Description {
        plain: Some(plain),
        html,
        markdown: None,
    })
}

pub(crate) fn price(money: Money) -> Price {
    Price {
        amount: money.amount,
        currency: money.currency,
    }
}

pub(crate) fn availability(available: bool, status: &str) -> Availability {
    Availability {
        available: Some(available),
        status: Some(status.to_owned()),
    }
}

pub(crate) fn option(name: &str, value: &str) -> VariantOption {
    VariantOption {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

pub(crate) fn category(value: &str, taxonomy: &str) -> Category {
    Category {
        value: value.to_owned(),
        taxonomy: Some(taxonomy.to_owned()),
    }
}

pub(crate) fn image(url: &str, alt_text: &str) -> Media {
    media("image", url, alt_text)
}

pub(crate) fn media(kind: &str, url: &str, alt_text: &str) -> Media {
    Media {
        r#type: kind.to_owned(),
        url: url.to_owned(),
        alt_text: (!alt_text.is_empty()).then(|| alt_text.to_owned()),
        width: None,
        height: None,
    }
}

pub(crate) fn seller(name: Option<&str>) -> Option<Seller> {
    name.map(|name| Seller {
        name: Some(name.to_owned()),
        links: None,
    })
}

/// An empty list is no list.
pub(crate) fn list<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

pub(crate) fn price_problem(row: u64, text: &str, error: &PriceError) -> Diagnostic {
    let code = match error {
        PriceError::Ambiguous => Code::PriceAmbiguous,
        PriceError::NotAmount
        | PriceError::Negative
        | PriceError::NoCurrency
        | PriceError::UnknownCurrency
        | PriceError::Inexact(_) => Code::PriceInvalid,
    };
    Diagnostic::error(row, code, format!("\"{text}\" is not a price: {error}"))
}
