//! From a sentence to a [`ProductQuery`], by rules, in English and French.
//!
//! The message is cut into marks. Each pass recognises one thing (prices, order, sizes, gifts, …)
//! and marks its words as used; what is left over is what the buyer is looking for.

mod mark;
mod price;
mod subject;
mod wish;

use comptoir_rank::Language;

use self::mark::Marks;
use crate::{
    language,
    query::{ProductQuery, TEXT_CHARS_MAX},
};

/// Reads a request for products.
///
/// ```
/// use comptoir_search::understand;
///
/// let query = understand("chaussures de course à moins de 100 €");
/// assert_eq!(query.terms, ["chaussures", "course"]);
/// assert_eq!(query.category.as_deref(), Some("shoe"));
/// assert_eq!(query.price_max.and_then(|limit| limit.money()).unwrap().display(), "100.00 EUR");
///
/// let query = understand("best gifts for someone who loves ceramics");
/// assert_eq!(query.terms, ["ceramics"]);
/// assert!(query.gift);
/// ```
#[must_use]
pub fn understand(text: &str) -> ProductQuery {
    let (text, truncated) = cut(text);
    let mut marks = Marks::new(&text);
    let truncated = truncated || marks.truncated;
    let language = language::detect(&text, &marks.pieces());
    let mut query = ProductQuery {
        text,
        language,
        truncated,
        ..ProductQuery::default()
    };
    price::read(&mut marks, &mut query);
    wish::read(&mut marks, &mut query);
    subject::read(&mut marks, &mut query);
    query
}

/// The language of a message; English when nothing in it tells.
#[must_use]
pub fn language_of(text: &str) -> Language {
    let (text, _) = cut(text);
    language::detect(&text, &Marks::new(&text).pieces()).unwrap_or_default()
}

/// The first [`TEXT_CHARS_MAX`] characters.
pub(crate) fn cut(text: &str) -> (String, bool) {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => (text.get(..end).unwrap_or_default().to_owned(), true),
        None => (text.to_owned(), false),
    }
}
