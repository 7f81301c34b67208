//! From templates to answers.

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::{
    assets,
    buyer::Buyer,
    page_error::PageError,
    view::{Place, Shell},
};
use crate::conversation::BuyerRecord;

/// The frame of a page.
pub(crate) fn shell(
    buyer: &Buyer,
    record: &BuyerRecord,
    place: Place,
    title: &str,
    path: &str,
) -> Shell {
    Shell {
        words: buyer.language.words(),
        language: buyer.language,
        title: title.to_owned(),
        csrf: buyer.csrf.clone(),
        basket_count: record.pieces(),
        place,
        path: path.to_owned(),
        refresh_s: None,
        assets: assets::version(),
    }
}

/// A page, with the cookie of a new buyer.
pub(crate) fn page(buyer: &Buyer, template: &impl Template) -> Result<Response, PageError> {
    let html = render(buyer, template)?;
    let mut response = Html(html).into_response();
    buyer.greet(response.headers_mut());
    Ok(response)
}

/// A template's text.
pub(crate) fn render(buyer: &Buyer, template: &impl Template) -> Result<String, PageError> {
    template
        .render()
        .map_err(|error| PageError::internal(buyer, &error))
}

/// Where to go after a form (303, so that a reload repeats nothing).
pub(crate) fn see(path: &str) -> Response {
    Redirect::to(path).into_response()
}
