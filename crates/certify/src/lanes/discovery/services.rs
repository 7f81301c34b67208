//! Whether listed services are offered, and offered ones listed.

use std::sync::Arc;

use serde_json::{Value, json};
use url::Url;

use super::{Discovery, check, client::texts};
use crate::{
    Answer, Case, Check, Outcome, SpecVersion, Stop, Topic,
    lanes::{psp::DELEGATE_PAYMENT, seller::Seller},
};

pub(super) fn checks(_version: SpecVersion) -> Vec<Check> {
    vec![
        check(
            Topic::Lifecycle,
            "services-known",
            "services lists known services, each once",
            known,
        )
        .proves_shapes(&["DiscoveryCapabilities"]),
        check(
            Topic::Lifecycle,
            "service-checkout",
            "checkout is listed exactly when the checkout endpoints answer",
            checkout,
        )
        .proves(&["discovery.services.checkout-true"]),
        check(
            Topic::Lifecycle,
            "service-carts",
            "carts is listed only when the cart endpoints answer",
            carts,
        )
        .proves(&["discovery.services.carts-true"])
        .advice("list carts when POST /carts is served, and only then"),
        check(
            Topic::Lifecycle,
            "service-delegate-payment",
            "delegate_payment is listed only when the delegate payment endpoint answers",
            delegate_payment,
        )
        .proves(&["discovery.services.delegate-payment-true"]),
        check(
            Topic::Lifecycle,
            "service-orders",
            "orders is listed only by a seller whose sessions show their order after purchase",
            orders,
        )
        .proves(&["discovery.services.orders-true"]),
    ]
}

const SERVICES: &str = "/capabilities/services";

async fn known(case: Arc<Case>) -> Outcome {
    let (answer, document) = Discovery::of(&case)?.document().await?;
    let list = texts(&document, SERVICES);
    case.must(
        document.pointer(SERVICES).is_some_and(Value::is_array),
        &answer,
        "capabilities.services is a list",
        || format!("{:?}", document.pointer(SERVICES)),
    )?;
    for (place, service) in list.iter().enumerate() {
        // The feeds RFC wants `feeds` here, the discovery schema does not know it: no failure.
        let known = ["checkout", "orders", "delegate_payment", "carts", "feeds"].contains(service);
        let first = list.iter().position(|other| other == service) == Some(place);
        case.must(
            known && first,
            &answer,
            "services are known and listed once",
            || format!("{list:?}"),
        )?;
    }
    Ok(())
}

/// The document, its base address, and whether it lists a service.
async fn listed(discovery: &Discovery, service: &str) -> Outcome<(Answer, Url, bool)> {
    let (answer, document) = discovery.document().await?;
    let base = discovery.base_url(&answer)?;
    let listed = texts(&document, SERVICES).contains(&service);
    Ok((answer, base, listed))
}

/// Whether an endpoint is there at all: an unknown path answers 404 or 405.
fn is_there(answer: &Answer) -> bool {
    ![404, 405, 501].contains(&answer.status)
}

async fn checkout(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (document, base, listed) = listed(&discovery, "checkout").await?;
    let body = discovery.create_body(case.version())?;
    let answer = discovery
        .post(&base, "/checkout_sessions", case.version().as_str(), &body)
        .await?;
    case.must(
        is_there(&answer) || !listed,
        &answer,
        "checkout is listed only when the checkout endpoints answer",
        || format!("{}: {}", answer.status, case.excerpt(&answer)),
    )?;
    case.must(
        listed || !is_there(&answer),
        &document,
        "a seller whose checkout endpoints answer lists checkout",
        || case.excerpt(&document),
    )
}

async fn carts(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (document, base, listed) = listed(&discovery, "carts").await?;
    let item = Seller::of(&case)?.item()?.to_owned();
    let body = json!({ "line_items": [{ "id": item, "quantity": 1 }], "currency": discovery.target().currency });
    let answer = discovery
        .post(&base, "/carts", case.version().as_str(), &body)
        .await?;
    case.must(
        is_there(&answer) || !listed,
        &answer,
        "carts is listed only when the cart endpoints answer",
        || format!("POST /carts: {}", answer.status),
    )?;
    case.should(
        listed || !answer.is_success(),
        &document,
        "a seller that serves carts lists them",
        || "POST /carts works, but services does not list carts".to_owned(),
    );
    Ok(())
}

async fn delegate_payment(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, base, listed) = listed(&discovery, "delegate_payment").await?;
    if !listed {
        return Ok(());
    }
    // An empty body carries no card; any answer but an unknown path shows that the endpoint is there.
    let mut seen = Vec::new();
    let mut last = None;
    for path in [DELEGATE_PAYMENT, "/delegate_payment"] {
        let answer = discovery
            .post(&base, path, case.version().as_str(), &json!({}))
            .await?;
        if is_there(&answer) {
            return Ok(());
        }
        seen.push(format!("{path}: {}", answer.status));
        last = Some(answer);
    }
    match last {
        Some(answer) => case.must(
            false,
            &answer,
            "delegate_payment is listed only when the delegate payment endpoint answers",
            || seen.join(", "),
        ),
        None => Ok(()),
    }
}

async fn orders(case: Arc<Case>) -> Outcome {
    let discovery = Discovery::of(&case)?;
    let (_, _, listed) = listed(&discovery, "orders").await?;
    if !listed {
        return Err(Stop::NotApplicable(
            "not offered: services does not list orders".to_owned(),
        ));
    }
    let seller = Seller::of(&case)?;
    let session = seller.completed().await?;
    let answer = seller.get(&session.id).await?;
    let order = answer.pointer("/order");
    case.must(
        order
            .and_then(|order| order.get("id"))
            .is_some_and(Value::is_string),
        &answer,
        "a completed session shows its order also after the purchase",
        || format!("order is {order:?}"),
    )
}
