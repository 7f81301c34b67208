//! The protocol's face: requests into the domain's words, and its state into the wire's.
//!
//! Inside this crate only the newest released version exists.

mod capabilities;
mod discovery;
mod fulfillment;
mod lines;
mod message;
mod order;
pub(crate) mod request;
mod session;
mod totals;

use comptoir_acp::latest::checkout::{Link, LinkType};
use comptoir_commerce::checkout::{Link as DomainLink, LinkKind, Refusal};
use comptoir_http::ApiError;

pub(crate) use discovery::discovery;
pub(crate) use order::{order_bytes, order_event_bytes};
pub(crate) use session::session_bytes;

use crate::MerchantProfile;

/// The links shown with every session.
pub(crate) fn links(merchant: &MerchantProfile) -> Vec<DomainLink> {
    [
        (LinkKind::TermsOfUse, &merchant.terms_url),
        (LinkKind::PrivacyPolicy, &merchant.privacy_url),
        (LinkKind::ReturnPolicy, &merchant.returns_url),
    ]
    .into_iter()
    .map(|(kind, url)| DomainLink {
        kind,
        title: None,
        url: url.clone(),
    })
    .collect()
}

fn link(link: &DomainLink) -> Link {
    let r#type = match link.kind {
        LinkKind::TermsOfUse => LinkType::TermsOfUse,
        LinkKind::PrivacyPolicy => LinkType::PrivacyPolicy,
        LinkKind::ReturnPolicy => LinkType::ReturnPolicy,
        LinkKind::ShippingPolicy => LinkType::ShippingPolicy,
        LinkKind::ContactUs => LinkType::ContactUs,
        LinkKind::AboutUs => LinkType::AboutUs,
        LinkKind::Faq => LinkType::Faq,
        LinkKind::Support => LinkType::Support,
    };
    Link {
        r#type,
        title: link.title.clone(),
        url: link.url.clone(),
    }
}

/// What an agent is told about an operation that makes no sense now.
pub(crate) fn refusal(refusal: &Refusal) -> ApiError {
    match refusal {
        Refusal::NotPossible(transition) if transition.state == "complete_in_progress" => {
            ApiError::busy("conflict", transition.to_string(), 2)
        }
        Refusal::NotPossible(transition) => ApiError::conflict("conflict", transition.to_string()),
        Refusal::MaximumExceeded => {
            ApiError::invalid("$.line_items", refusal.to_string()).with_code("maximum_exceeded")
        }
        Refusal::AuthenticationMissing => {
            ApiError::invalid("$.authentication_result", refusal.to_string())
                .with_code("requires_3ds")
        }
        Refusal::AttemptsExhausted => ApiError::conflict("conflict", refusal.to_string()),
        Refusal::MerchantData(_) | _ => ApiError::internal(refusal.clone()),
    }
}
