//! `GET /orders/{id}?email=`: the order for the buyer, who proves nothing but the e-mail address.
//!
//! The id is unguessable and the address must match; a wrong one and an unknown id look the same.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use comptoir_acp::money::{MinorUnits, Money};
use comptoir_commerce::{ledger::EntryKind, order::Order};
use comptoir_http::ApiError;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use crate::{Seller, orders};

/// No script, no foreign host, not in a frame.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
);

#[derive(Deserialize)]
pub(crate) struct Proof {
    email: Option<String>,
}

#[derive(Template)]
#[template(path = "order.html")]
struct Page {
    shop: String,
    support_email: String,
    asked: bool,
    order: Option<View>,
}

struct View {
    number: String,
    status: String,
    lines: Vec<LineView>,
    rows: Vec<(String, String)>,
    parcels: Vec<String>,
    changes: Vec<String>,
}

struct LineView {
    title: String,
    quantity: u32,
    status: &'static str,
    amount: String,
}

pub(crate) async fn order_page(
    State(seller): State<Seller>,
    Path(id): Path<String>,
    Query(proof): Query<Proof>,
) -> Result<Response, ApiError> {
    let asked = proof.email.is_some();
    let order = match proof.email {
        Some(email) => find(&seller, id, email).await?,
        None => None,
    };
    let status = if asked && order.is_none() {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::OK
    };
    let merchant = &seller.config().merchant;
    let page = Page {
        shop: merchant.name.clone(),
        support_email: merchant.support_email.clone(),
        asked,
        order: order.as_ref().map(view),
    };
    let html = page.render().map_err(ApiError::internal)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
    ];
    Ok((status, headers, html).into_response())
}

async fn find(seller: &Seller, id: String, email: String) -> Result<Option<Order>, ApiError> {
    let config = seller.config().clone();
    let store = config.store.clone();
    store
        .read("order_page", move |reads| {
            match orders::load(reads, &config, &id) {
                Ok(stored) => Ok(Some(stored.order).filter(|order| belongs_to(order, &email))),
                Err(error) if error.status() == StatusCode::NOT_FOUND => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await
}

fn belongs_to(order: &Order, email: &str) -> bool {
    order
        .buyer
        .as_ref()
        .is_some_and(|buyer| buyer.email.eq_ignore_ascii_case(email.trim()))
}

fn view(order: &Order) -> View {
    let show = |amount: MinorUnits| Money::new(amount, order.currency).display();
    let lines = order
        .lines
        .iter()
        .map(|line| LineView {
            title: line.title.clone(),
            quantity: line.ordered,
            status: line.status().as_str(),
            amount: show(line.unit_price),
        })
        .collect();
    let totals = order.ledger.totals();
    let mut rows = vec![("Items".to_owned(), show(totals.subtotal))];
    let others = [
        ("Discount", totals.discount),
        ("Delivery", totals.fulfillment),
        ("Tax", totals.tax),
        ("Fees", totals.fee),
    ];
    for (name, amount) in others {
        if amount != MinorUnits::ZERO {
            rows.push((name.to_owned(), show(amount)));
        }
    }
    rows.push(("Total charged".to_owned(), show(totals.total)));
    if totals.included_tax != MinorUnits::ZERO {
        rows.push((
            format!("of which {}", tax_name(order)),
            show(totals.included_tax),
        ));
    }
    if order.refunded() != MinorUnits::ZERO {
        rows.push(("Refunded".to_owned(), show(order.refunded())));
    }
    View {
        number: order
            .order_number
            .clone()
            .unwrap_or_else(|| order.id.to_string()),
        status: order.status().as_str().replace('_', " "),
        lines,
        rows,
        parcels: order.fulfillments.iter().map(parcel).collect(),
        changes: order
            .adjustments
            .iter()
            .map(|change| {
                format!(
                    "{} of {}: {}",
                    change.kind.as_str(),
                    show(change.amount),
                    change.status.as_str()
                )
            })
            .collect(),
    }
}

fn tax_name(order: &Order) -> &str {
    debug_assert!(
        order
            .ledger
            .entries()
            .iter()
            .any(|entry| entry.kind == EntryKind::IncludedTax)
    );
    order
        .tax_rows
        .first()
        .map_or("tax", |row| row.name.as_str())
}

fn parcel(parcel: &comptoir_commerce::order::Fulfillment) -> String {
    let mut text = parcel.status().as_str().replace('_', " ");
    if let Some(carrier) = &parcel.carrier {
        text.push_str(", ");
        text.push_str(carrier);
    }
    if let Some(number) = &parcel.tracking_number {
        text.push_str(", number ");
        text.push_str(number);
    }
    text
}
