//! What a buyer sees when a page or a step did not work.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use comptoir_store::StoreError;
use http::StatusCode;

use super::{
    buyer::Buyer,
    templates::ErrorPage,
    view::{Place, Shell},
};
use crate::{Language, agent::Agent, purchase::PurchaseError};

/// A page that says what did not work, in the buyer's language.
#[derive(Debug)]
pub(crate) struct PageError {
    status: StatusCode,
    text: &'static str,
    language: Language,
    csrf: String,
}

impl PageError {
    pub(crate) fn not_found(buyer: &Buyer) -> Self {
        Self::new(
            buyer,
            StatusCode::NOT_FOUND,
            buyer.language.words().error_not_found,
        )
    }

    /// The form's token does not fit: an old page, or a form of another site.
    pub(crate) fn form(_agent: &Agent, buyer: &Buyer) -> Self {
        Self::new(
            buyer,
            StatusCode::FORBIDDEN,
            buyer.language.words().error_form,
        )
    }

    pub(crate) fn too_long(buyer: &Buyer) -> Self {
        Self::new(
            buyer,
            StatusCode::BAD_REQUEST,
            buyer.language.words().error_too_long,
        )
    }

    pub(crate) fn store(buyer: &Buyer, error: &StoreError) -> Self {
        let words = buyer.language.words();
        if matches!(error, StoreError::Busy) {
            return Self::new(buyer, StatusCode::SERVICE_UNAVAILABLE, words.error_busy);
        }
        tracing::error!(error = %error, "the store failed under a page");
        Self::new(
            buyer,
            StatusCode::INTERNAL_SERVER_ERROR,
            words.error_internal,
        )
    }

    pub(crate) fn internal(buyer: &Buyer, error: &dyn std::error::Error) -> Self {
        tracing::error!(error = %error, "a page failed");
        Self::new(
            buyer,
            StatusCode::INTERNAL_SERVER_ERROR,
            buyer.language.words().error_internal,
        )
    }

    /// Purchases whose problem has no place on their own page.
    pub(crate) fn purchase(buyer: &Buyer, error: &PurchaseError) -> Self {
        let words = buyer.language.words();
        match error {
            PurchaseError::Store(error) => Self::store(buyer, error),
            PurchaseError::SellerUnavailable => {
                Self::new(buyer, StatusCode::BAD_GATEWAY, words.notice_seller_down)
            }
            PurchaseError::Seller(fault) => Self::new(
                buyer,
                StatusCode::BAD_GATEWAY,
                super::show_purchase::fault_text(*fault, buyer.language),
            ),
            PurchaseError::SellerRefused { .. }
            | PurchaseError::NotReady
            | PurchaseError::Items(_) => {
                Self::new(buyer, StatusCode::CONFLICT, words.notice_not_ready)
            }
            PurchaseError::NotFound
            | PurchaseError::UnknownSeller
            | PurchaseError::UnknownOption => Self::not_found(buyer),
            PurchaseError::Stale | PurchaseError::WrongState(_) => {
                Self::new(buyer, StatusCode::CONFLICT, words.error_form)
            }
            PurchaseError::ReviewChanged
            | PurchaseError::ChangesNotSeen
            | PurchaseError::TooManyAttempts
            | PurchaseError::Corrupt(_)
            | PurchaseError::Sealing
            | PurchaseError::Unsendable(_)
            | PurchaseError::Consent(_) => Self::internal(buyer, error),
        }
    }

    fn new(buyer: &Buyer, status: StatusCode, text: &'static str) -> Self {
        Self {
            status,
            text,
            language: buyer.language,
            csrf: buyer.csrf.clone(),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let words = self.language.words();
        let page = ErrorPage {
            shell: Shell {
                words,
                language: self.language,
                title: words.error_heading.to_owned(),
                csrf: self.csrf,
                basket_count: 0,
                place: Place::Other,
                path: "/".to_owned(),
                refresh_s: None,
                assets: super::assets::version(),
            },
            text: self.text,
        };
        let body = page.render().unwrap_or_else(|_| self.text.to_owned());
        (self.status, Html(body)).into_response()
    }
}
