//! A session as the agent sees it.

use comptoir_acp::latest::checkout::{
    AcquirerDetails, AuthenticationMetadata, CheckoutSession, CheckoutStatus, DirectoryServer,
    FulfillmentOptionType, ProtocolVersion, SelectedFulfillmentOption,
};
use comptoir_acp::{text::BoundedText, version::ApiVersion};
use comptoir_commerce::{
    checkout::{Checkout, CheckoutState},
    shipping::OptionKind,
};
use comptoir_http::ApiError;
use comptoir_store::ReadTx;

use super::{capabilities, fulfillment, lines, link, message, order, totals};
use crate::{SellerConfig, orders, session::SessionDocument};

/// The whole session as JSON bytes, its order included when it has one.
pub(crate) fn session_bytes(
    reads: &dyn ReadTx,
    config: &SellerConfig,
    document: &SessionDocument,
) -> Result<Vec<u8>, ApiError> {
    let order = match document.checkout.order_id() {
        Some(id) => {
            let stored = orders::load(reads, config, id.as_str())?;
            Some(order::order(config, &stored.order)?)
        }
        None => None,
    };
    let session = CheckoutSession {
        order,
        ..session(config, document)?
    };
    crate::session::json_bytes(&session)
}

fn session(config: &SellerConfig, document: &SessionDocument) -> Result<CheckoutSession, ApiError> {
    let checkout = &document.checkout;
    Ok(CheckoutSession {
        id: checkout.id.clone(),
        protocol: Some(ProtocolVersion {
            version: ApiVersion::LATEST.into(),
        }),
        capabilities: capabilities::response(config, &document.interventions)?,
        buyer: checkout.buyer().map(fulfillment::buyer),
        status: status(&checkout.state),
        currency: checkout.currency,
        presentment_currency: None,
        exchange_rate: None,
        exchange_rate_timestamp: None,
        locale: checkout.desired.locale.as_deref().map(spoken),
        timezone: None,
        line_items: checkout
            .lines
            .iter()
            .map(|line| lines::line(line, &checkout.ledger))
            .collect(),
        fulfillment_details: checkout.destination().map(fulfillment::details),
        fulfillment_options: fulfillment::options(checkout),
        selected_fulfillment_options: selected(checkout),
        fulfillment_groups: None,
        totals: totals::whole(checkout.ledger.totals(), totals::included_tax(checkout)),
        messages: message::messages(checkout),
        links: checkout.links.iter().map(link).collect(),
        authentication_metadata: authentication(config, checkout)?,
        created_at: Some(checkout.created_at.into()),
        updated_at: Some(checkout.updated_at.into()),
        expires_at: Some(checkout.expires_at.into()),
        continue_url: None,
        metadata: None,
        quote_id: None,
        quote_expires_at: None,
        discounts: None,
        marketing_consent_options: None,
        order: None,
    })
}

/// The locale of the texts in an answer to somebody who asked for `locale`: all of them are English.
fn spoken(locale: &str) -> String {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    if language.eq_ignore_ascii_case("en") {
        locale.to_owned()
    } else {
        "en".to_owned()
    }
}

fn status(state: &CheckoutState) -> CheckoutStatus {
    match state {
        CheckoutState::NotReady => CheckoutStatus::NotReadyForPayment,
        CheckoutState::Ready => CheckoutStatus::ReadyForPayment,
        CheckoutState::CompleteInProgress { .. } => CheckoutStatus::CompleteInProgress,
        CheckoutState::AuthenticationRequired { .. } => CheckoutStatus::AuthenticationRequired,
        CheckoutState::Completed { .. } => CheckoutStatus::Completed,
        CheckoutState::Canceled { .. } => CheckoutStatus::Canceled,
        CheckoutState::Expired { .. } => CheckoutStatus::Expired,
    }
}

fn selected(checkout: &Checkout) -> Option<Vec<SelectedFulfillmentOption>> {
    let selected: Vec<SelectedFulfillmentOption> = checkout
        .selected_options()
        .map(|option| SelectedFulfillmentOption {
            r#type: match option.kind {
                OptionKind::Shipping => FulfillmentOptionType::Shipping,
                OptionKind::Digital => FulfillmentOptionType::Digital,
            },
            option_id: option.id.as_str().to_owned(),
            item_ids: option.line_ids.iter().map(ToString::to_string).collect(),
        })
        .collect();
    Some(selected).filter(|selected| !selected.is_empty())
}

/// What an agent needs for 3-D Secure. The acquirer of the simulated PSP is simulated too.
fn authentication(
    config: &SellerConfig,
    checkout: &Checkout,
) -> Result<Option<AuthenticationMetadata>, ApiError> {
    if !matches!(checkout.state, CheckoutState::AuthenticationRequired { .. }) {
        return Ok(None);
    }
    let merchant_id: String = config
        .processor
        .describe()
        .merchant_id
        .chars()
        .take(35)
        .collect();
    let merchant_name: String = config.merchant.name.chars().take(40).collect();
    let country = config
        .tax
        .home
        .as_ref()
        .map_or("US", |home| home.country.as_str());
    let acquirer = AcquirerDetails::new(
        BoundedText::parse("000000").map_err(ApiError::internal)?,
        BoundedText::parse(country).map_err(ApiError::internal)?,
        BoundedText::parse(merchant_id).map_err(ApiError::internal)?,
        BoundedText::parse(merchant_name).map_err(ApiError::internal)?,
    );
    Ok(Some(AuthenticationMetadata::new(
        acquirer,
        DirectoryServer::Visa,
    )))
}
