//! The steps before the order button.

use axum::response::Response;

use super::{
    address_form,
    buyer::Buyer,
    page_error::PageError,
    records, respond, show_purchase,
    templates::CheckoutPage,
    view::{AddressForm, CardFormProblems, NoticeView, Place, Step},
};
use crate::{
    Language,
    agent::Agent,
    purchase::{Purchase, PurchaseError},
};

/// Shows the next step, or the one that was asked for.
pub(super) async fn show(
    agent: &Agent,
    buyer: &Buyer,
    purchase: Purchase,
    wish: &str,
    problems: CardFormProblems,
    problem: Option<NoticeView>,
) -> Result<Response, PageError> {
    let has_address = purchase.destination.is_some();
    let offers_choice = purchase
        .session
        .as_ref()
        .is_some_and(|session| !session.options.is_empty());
    let chosen = purchase.chosen_option.is_some() || !offers_choice;
    let step = match wish {
        _ if !has_address => Step::Address,
        "address" => Step::Address,
        "delivery" if offers_choice => Step::Delivery,
        _ if !chosen => Step::Delivery,
        _ => Step::Review,
    };
    let form = address_form::filled(purchase.destination.as_ref(), buyer.language);
    if step != Step::Review {
        return render(agent, buyer, &purchase, step, form, problems, problem).await;
    }
    match agent.review(&buyer.owner, &purchase.id).await {
        Ok(card) => {
            let mut page = base(agent, buyer, &purchase, step, form, problems).await?;
            page.notice = problem
                .or_else(|| {
                    purchase
                        .notice
                        .map(|notice| show_purchase::notice(notice, buyer.language))
                })
                .or_else(|| problems.any().then(|| check_fields(buyer.language)));
            page.order_card = Some(show_purchase::order_card(&card, buyer.language));
            respond::page(buyer, &page)
        }
        Err(
            error @ (PurchaseError::NotFound
            | PurchaseError::WrongState(_)
            | PurchaseError::Store(_)),
        ) => Err(PageError::purchase(buyer, &error)),
        Err(error) => {
            let problem = problem.unwrap_or_else(|| self::problem(&error, buyer.language));
            let step = if offers_choice {
                Step::Delivery
            } else {
                Step::Address
            };
            render(agent, buyer, &purchase, step, form, problems, Some(problem)).await
        }
    }
}

/// Shows the address form with what was typed.
pub(super) async fn address(
    agent: &Agent,
    buyer: &Buyer,
    purchase: &Purchase,
    form: AddressForm,
    problem: Option<NoticeView>,
) -> Result<Response, PageError> {
    let problem = problem.or_else(|| Some(check_fields(buyer.language)));
    render(
        agent,
        buyer,
        purchase,
        Step::Address,
        form,
        CardFormProblems::default(),
        problem,
    )
    .await
}

/// A problem in words for the buyer.
pub(super) fn problem(error: &PurchaseError, language: Language) -> NoticeView {
    let words = language.words();
    match error {
        PurchaseError::Seller(fault) => NoticeView {
            class: "bad",
            heading: Some(words.blocked_heading),
            text: format!(
                "{} {}",
                show_purchase::fault_text(*fault, language),
                words.nothing_charged
            ),
        },
        PurchaseError::SellerRefused { message, .. } => NoticeView {
            class: "bad",
            heading: Some(words.notice_not_ready),
            text: if message.is_empty() {
                words.nothing_charged.to_owned()
            } else {
                format!("{}: {message}", words.shop_says)
            },
        },
        PurchaseError::SellerUnavailable => warn(words.notice_seller_down),
        PurchaseError::TooManyAttempts => warn(words.notice_too_many_attempts),
        PurchaseError::ReviewChanged => warn(words.notice_review_changed),
        PurchaseError::ChangesNotSeen => warn(words.changes_heading),
        PurchaseError::Stale => warn(words.error_busy),
        PurchaseError::NotFound
        | PurchaseError::WrongState(_)
        | PurchaseError::UnknownSeller
        | PurchaseError::Items(_)
        | PurchaseError::UnknownOption
        | PurchaseError::NotReady
        | PurchaseError::Corrupt(_)
        | PurchaseError::Sealing
        | PurchaseError::Unsendable(_)
        | PurchaseError::Consent(_)
        | PurchaseError::Store(_) => warn(words.notice_not_ready),
    }
}

fn warn(text: &'static str) -> NoticeView {
    NoticeView {
        class: "warn",
        heading: None,
        text: text.to_owned(),
    }
}

fn check_fields(language: Language) -> NoticeView {
    NoticeView {
        class: "bad",
        heading: None,
        text: language.words().notice_check_fields.to_owned(),
    }
}

async fn render(
    agent: &Agent,
    buyer: &Buyer,
    purchase: &Purchase,
    step: Step,
    form: AddressForm,
    problems: CardFormProblems,
    problem: Option<NoticeView>,
) -> Result<Response, PageError> {
    let mut page = base(agent, buyer, purchase, step, form, problems).await?;
    page.notice = problem.or_else(|| {
        purchase
            .notice
            .map(|notice| show_purchase::notice(notice, buyer.language))
    });
    respond::page(buyer, &page)
}

async fn base(
    agent: &Agent,
    buyer: &Buyer,
    purchase: &Purchase,
    step: Step,
    form: AddressForm,
    problems: CardFormProblems,
) -> Result<CheckoutPage, PageError> {
    let record = records::load(agent, buyer).await?;
    let path = format!("/purchases/{}", purchase.id);
    let title = buyer.language.words().checkout_heading;
    Ok(CheckoutPage {
        shell: respond::shell(buyer, &record, Place::Other, title, &path),
        purchase_id: purchase.id.clone(),
        seller: agent.seller_name(&purchase.seller_id).to_owned(),
        step,
        items: show_purchase::items(purchase, buyer.language),
        notice: None,
        address: form,
        countries: address_form::countries(buyer.language),
        deliveries: show_purchase::deliveries(purchase, buyer.language),
        order_card: None,
        problems,
        simulated: agent.parts().psp_simulated,
    })
}
