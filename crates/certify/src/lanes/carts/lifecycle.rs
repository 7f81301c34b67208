//! Create, read and cancel.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    client::{Carts, cart_path, row},
    operation::Operation,
};
use crate::{Check, Outcome, Topic, lanes::documents::with};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = statuses();
    checks.extend(creates());
    checks.extend(reads());
    checks.extend(cancels());
    checks.extend(Operation::ON_CART.map(after_cancel));
    checks
}

fn statuses() -> Vec<Check> {
    let table: [(Operation, &'static str); 4] = [
        (Operation::Create, "cart.create.status-201"),
        (Operation::Get, "cart.get.status-200"),
        (Operation::Update, "cart.update.status-200"),
        (Operation::Cancel, "cart.cancel.status-200"),
    ];
    let row_of = |(operation, requirement): (Operation, &'static str)| {
        let (verb, status) = (operation.as_str(), operation.status());
        row(
            Topic::Lifecycle,
            &format!("{verb}-status"),
            format!("{verb} answers {status} with the cart"),
            move |carts| async move {
                let call = carts.call(operation).await?;
                let answer = carts.send(call.request).await?;
                let cart = carts.cart(&answer, status)?;
                let known = call.cart.as_ref().map(|cart| cart.id.as_str());
                carts.case().must(
                    known.is_none_or(|known| known == cart.id),
                    &answer,
                    "the answer is the cart of the path",
                    || format!("{} instead of {}", cart.id, known.unwrap_or_default()),
                )
            },
        )
        .proves(&[requirement])
        .advice(format!("answer {status} and the cart"))
    };
    table.into_iter().map(row_of).collect()
}

fn creates() -> [Check; 6] {
    [
        row(
            Topic::Lifecycle,
            "create-makes-ids",
            "the seller makes the id of each cart, and no id comes twice",
            server_ids,
        )
        .proves(&["cart.create.server-id"])
        .advice("draw a new random id for every cart"),
        row(
            Topic::Lifecycle,
            "create-keeps-every-item",
            "every requested item is in the new cart",
            keeps_items,
        )
        .proves(&["cart.create.no-silent-drop"])
        .advice("show one line per requested item"),
        row(
            Topic::Lifecycle,
            "create-takes-quantity",
            "a requested quantity is taken and shown in the line",
            takes_quantity,
        )
        .proves(&["cart.items.quantity-accepted"])
        .advice("take quantity in line_items, as every example does"),
        row(
            Topic::Lifecycle,
            "create-with-buyer",
            "a cart can be created for a buyer, and shows that buyer",
            |carts| async move {
                let answer = carts.create(&carts.body_with_buyer()?).await?;
                let cart = carts.cart(&answer, 201)?;
                let email = carts.seller.target().buyer.email.as_str();
                carts.case().must(
                    cart.json.pointer("/buyer/email") == Some(&json!(email)),
                    &answer,
                    "a cart shows the buyer that was provided",
                    || format!("buyer is {:?}", cart.json.get("buyer")),
                )
            },
        )
        .proves(&["cart.create.status-201"])
        .proves_shapes(&["cart#CartCreateRequest"]),
        row(
            Topic::Lifecycle,
            "create-without-negotiation",
            "creating a cart needs neither capabilities nor a payment set-up",
            |carts| async move {
                let body = carts.body()?;
                let answer = carts.create(&body).await?;
                carts.cart(&answer, 201).map(drop)
            },
        )
        .proves(&["cart.create.no-negotiation"])
        .advice("do not ask for capabilities before checkout"),
        row(
            Topic::Lifecycle,
            "create-repeated-item",
            "an item that is requested twice counts twice",
            counts_twice,
        )
        .proves(&["cart.create.no-silent-drop"]),
    ]
}

async fn server_ids(carts: Carts) -> Outcome {
    let mut ids = BTreeSet::new();
    for _ in 0..4 {
        let cart = carts.new_cart().await?;
        carts.case().must(
            ids.insert(cart.id.clone()),
            &cart.answer,
            "each cart has an id of its own",
            || format!("{} came twice", cart.id),
        )?;
    }
    // The request has no id: one that is sent is refused, or passed over.
    let body = with(carts.body()?, "/id", json!("cart_certify_chosen"));
    let answer = carts.create(&body).await?;
    if !answer.is_success() {
        return carts.seller.refused(&answer);
    }
    let cart = carts.cart(&answer, 201)?;
    carts.case().must(
        cart.id != "cart_certify_chosen",
        &answer,
        "the seller makes the id, not the agent",
        || cart.id.clone(),
    )
}

async fn keeps_items(carts: Carts) -> Outcome {
    let target = carts.seller.target();
    let lines: Vec<_> = target.items.iter().map(|item| (item.as_str(), 1)).collect();
    if lines.is_empty() {
        carts.seller.item()?;
    }
    let cart = carts.cart(&carts.create(&carts.body_of(&lines)).await?, 201)?;
    let units = cart.units();
    let missing: Vec<_> = lines
        .iter()
        .filter(|(item, _)| !units.contains_key(*item))
        .collect();
    carts.case().must(
        missing.is_empty(),
        &cart.answer,
        "every available item that was requested is in the cart",
        || format!("missing: {missing:?}"),
    )
}

async fn counts_twice(carts: Carts) -> Outcome {
    let item = carts.seller.item()?;
    let body = carts.body_of(&[(item, 1), (item, 1)]);
    let cart = carts.cart(&carts.create(&body).await?, 201)?;
    let units = cart.units().get(item).copied();
    carts.case().must(
        units == Some(2),
        &cart.answer,
        "two requested units are two units in the cart",
        || format!("{units:?}"),
    )
}

async fn takes_quantity(carts: Carts) -> Outcome {
    let item = carts.seller.item()?;
    let answer = carts.create(&carts.body_of(&[(item, 3)])).await?;
    if answer.status == 400 {
        carts.case().should(
            false,
            &answer,
            "quantity is taken in requested items",
            || carts.case().excerpt(&answer),
        );
        return Ok(());
    }
    let cart = carts.cart(&answer, 201)?;
    let units = cart.units().get(item).copied();
    carts.case().must(
        units == Some(3),
        &answer,
        "a quantity that is taken shows in the line",
        || format!("{units:?} units"),
    )
}

fn reads() -> [Check; 3] {
    [
        row(
            Topic::Lifecycle,
            "get-equals-create",
            "GET shows what create answered",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let read = carts.read(&cart.id).await?;
                carts.same_state(&cart, &read, "GET shows the cart as create answered it")
            },
        )
        .proves(&["cart.get.status-200"])
        .advice("store what was answered"),
        row(
            Topic::Lifecycle,
            "get-equals-update",
            "GET shows what the last update answered",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let other = carts.seller.item_at(1)?;
                let updated = carts.replaced_by(&cart.id, &[(other, 2)]).await?;
                let read = carts.read(&cart.id).await?;
                carts.same_state(&updated, &read, "GET shows the cart as update answered it")
            },
        )
        .proves(&["cart.get.status-200"])
        .advice("store what was answered"),
        row(
            Topic::Lifecycle,
            "get-is-safe",
            "GET changes nothing: two readings agree",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let one = carts.read(&cart.id).await?;
                let two = carts.read(&cart.id).await?;
                carts.same_state(&one, &two, "two readings of a cart agree")
            },
        )
        .proves(&["cart.get.status-200"]),
    ]
}

fn cancels() -> [Check; 3] {
    [
        row(
            Topic::Lifecycle,
            "cancel-shows-final-state",
            "cancel answers the cart as it was just before",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let other = carts.seller.item_at(1)?;
                let before = carts.replaced_by(&cart.id, &[(other, 2)]).await?;
                let after = carts.cart(&carts.cancel(&cart.id).await?, 200)?;
                carts.same_state(&before, &after, "cancel shows the cart before deletion")
            },
        )
        .proves(&["cart.cancel.final-state"])
        .advice("read the cart, delete it, answer what was read"),
        row(
            Topic::Lifecycle,
            "cancel-without-body",
            "cancel works without a body",
            |carts| async move {
                let cart = carts.new_cart().await?;
                carts.cart(&carts.cancel(&cart.id).await?, 200).map(drop)
            },
        )
        .proves(&["cart.cancel.body-optional"])
        .advice("do not demand a body or a Content-Type"),
        row(
            Topic::Lifecycle,
            "cancel-with-empty-object",
            "cancel works with an empty object as its body",
            |carts| async move {
                let cart = carts.new_cart().await?;
                let path = cart_path(&cart.id, "/cancel");
                let request = carts.seller.post_request(path, &json!({}))?;
                carts.cart(&carts.send(request).await?, 200).map(drop)
            },
        )
        .proves(&["cart.cancel.body-optional"])
        .proves_shapes(&["cart#CartCancelRequest"])
        .advice("take {} as well as no body"),
    ]
}

/// What comes of a call on a cart that was canceled: 404, a must for GET, a should for the others.
fn after_cancel(operation: Operation) -> Check {
    let verb = operation.as_str();
    let requirement = if operation == Operation::Get {
        "cart.get.canceled-404"
    } else {
        "cart.cancel.then-404"
    };
    row(
        Topic::Lifecycle,
        &format!("{verb}-after-cancel"),
        format!("{verb} on a canceled cart answers 404"),
        move |carts| async move {
            let cart = carts.canceled().await?;
            let answer = carts.send(carts.request_on(operation, &cart.id)?).await?;
            let holds = answer.status == 404;
            let rule = "a canceled cart is gone: 404";
            let found = || format!("{}: {}", answer.status, carts.case().excerpt(&answer));
            if operation == Operation::Get {
                carts.case().must(holds, &answer, rule, found)?;
            } else {
                carts.case().should(holds, &answer, rule, found);
                let read = carts.get(&cart.id).await?;
                carts.case().must(
                    read.status == 404,
                    &read,
                    "no call brings a canceled cart back",
                    || read.status.to_string(),
                )?;
            }
            if answer.is_success() {
                return Ok(());
            }
            carts.seller.error_body(&answer).map(|_: &Value| ())
        },
    )
    .proves(&[requirement])
    .advice("answer 404 with type invalid_request and code not_found")
}
