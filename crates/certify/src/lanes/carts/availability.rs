//! Items that cannot be had.

use serde_json::Value;

use super::client::{Cart, Carts, row};
use crate::{
    Check, Outcome, Stop, Topic,
    lanes::seller::{Session, json_path::points_at, refusal::text},
};

const KEEP: &str =
    "keep unavailable items in the cart, and say so in messages, with the id or name of the item";

pub(super) fn checks() -> Vec<Check> {
    let mut checks = partly();
    checks.extend(wholly());
    checks.push(
        row(
            Topic::Lifecycle,
            "messages-on-low-stock",
            "more units than are left show as a message",
            low_stock,
        )
        .proves(&["cart.messages.warnings"])
        .advice("look at the stock when a cart is answered, and warn"),
    );
    checks
}

/// How a cart comes to hold an available and an unavailable item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Create,
    Update,
}

impl By {
    const ALL: [Self; 2] = [Self::Create, Self::Update];

    const fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
        }
    }

    const fn status(self) -> u16 {
        match self {
            Self::Create => 201,
            Self::Update => 200,
        }
    }

    async fn send(self, carts: &Carts, lines: &[(&str, u32)]) -> Outcome<crate::Answer> {
        let body = carts.body_of(lines);
        match self {
            Self::Create => carts.create(&body).await,
            Self::Update => {
                let cart = carts.new_cart().await?;
                carts.replace(&cart.id, &body).await
            }
        }
    }
}

fn partly() -> Vec<Check> {
    By::ALL
        .into_iter()
        .flat_map(|by| [succeeds(by), names_gone(by), drops_nothing(by)])
        .collect()
}

/// Some unavailable items are no reason to refuse the others.
fn succeeds(by: By) -> Check {
    let verb = by.verb();
    row(
        Topic::Lifecycle,
        &format!("{verb}-partly-unavailable"),
        format!("{verb} with an available and an unavailable item succeeds"),
        move |carts| async move {
            let lines = [(carts.seller.item()?, 1), (unavailable(&carts)?, 1)];
            let answer = by.send(&carts, &lines).await?;
            carts.case().should(
                answer.status == by.status(),
                &answer,
                "some unavailable items are no reason to refuse the others",
                || format!("{}: {}", answer.status, carts.case().excerpt(&answer)),
            );
            if answer.is_success() {
                return carts.cart(&answer, by.status()).map(drop);
            }
            carts.seller.refused(&answer)
        },
    )
    .proves(match by {
        By::Create => &["cart.create.partial-201"],
        By::Update => &["cart.update.partial-200"],
    })
    .advice(KEEP)
}

fn names_gone(by: By) -> Check {
    let verb = by.verb();
    row(
        Topic::Lifecycle,
        &format!("{verb}-names-unavailable"),
        format!("messages after {verb} name the item that is unavailable"),
        move |carts| async move {
            let gone = unavailable(&carts)?;
            let lines = [(carts.seller.item()?, 1), (gone, 1)];
            let cart = taken(&carts, by, &lines).await?;
            carts.case().should(
                cart.names(gone),
                &cart.answer,
                "a message names the unavailable item",
                || format!("messages are {:?}", cart.messages()),
            );
            Ok(())
        },
    )
    .proves(match by {
        By::Create => &["cart.create.partial-messages"],
        By::Update => &["cart.update.partial-messages"],
    })
    .advice(KEEP)
}

fn drops_nothing(by: By) -> Check {
    let verb = by.verb();
    row(
        Topic::Lifecycle,
        &format!("{verb}-drops-nothing-silently"),
        format!("no item of {verb} is missing without a message about it"),
        move |carts| async move {
            let gone = unavailable(&carts)?;
            let lines = [(gone, 1), (carts.seller.item()?, 1)];
            let cart = taken(&carts, by, &lines).await?;
            let units = cart.units();
            for (item, _) in lines {
                carts.case().must(
                    units.contains_key(item) || cart.tells_of(item),
                    &cart.answer,
                    "an item that is left out is told of in messages",
                    || format!("{item} is gone, messages are {:?}", cart.messages()),
                )?;
            }
            Ok(())
        },
    )
    .proves(match by {
        By::Create => &["cart.create.no-silent-drop"],
        By::Update => &["cart.update.no-silent-drop"],
    })
    .advice(KEEP)
}

fn wholly() -> Vec<Check> {
    let check = |by: By| {
        let verb = by.verb();
        row(
            Topic::Lifecycle,
            &format!("{verb}-wholly-unavailable"),
            format!("{verb} with unavailable items only succeeds with messages, or gets 422 out_of_stock"),
            move |carts| async move {
                let gone = unavailable(&carts)?;
                let answer = by.send(&carts, &[(gone, 1)]).await?;
                if answer.is_success() {
                    let cart = carts.cart(&answer, by.status())?;
                    return carts.case().must(
                        cart.tells_of(gone),
                        &answer,
                        "a cart of unavailable items says so in messages",
                        || format!("messages are {:?}", cart.messages()),
                    );
                }
                carts.seller.refused_with(&answer, 422, "out_of_stock")
            },
        )
        .proves(match by {
            By::Create => &["cart.create.all-unavailable"],
            By::Update => &["cart.update.all-unavailable"],
        })
        .advice("answer 422 with type invalid_request and code out_of_stock, or the cart with messages")
    };
    By::ALL.into_iter().map(check).collect()
}

/// The configured item that is out of stock.
fn unavailable(carts: &Carts) -> Outcome<&str> {
    let item = carts.seller.target().out_of_stock_item.as_deref();
    item.ok_or_else(|| {
        Stop::NotTested(
            "set seller.out_of_stock_item in certify.toml to an item that is sold out".to_owned(),
        )
    })
}

/// The cart with an unavailable item; not applicable where the seller refuses such requests, which a
/// check of its own judges.
async fn taken(carts: &Carts, by: By, lines: &[(&str, u32)]) -> Outcome<Cart> {
    let answer = by.send(carts, lines).await?;
    if answer.is_refusal() {
        carts.seller.refused(&answer)?;
        return Err(Stop::NotApplicable(format!(
            "not offered: carts with unavailable items; {} answers {}",
            by.verb(),
            answer.status
        )));
    }
    carts.cart(&answer, by.status())
}

async fn low_stock(carts: Carts) -> Outcome {
    let last = carts.seller.target().last_item.as_deref();
    let last = last.ok_or_else(|| {
        Stop::NotTested(
            "set seller.last_item in certify.toml to an item of which one unit is left".to_owned(),
        )
    })?;
    let lines = [(carts.seller.item()?, 1), (last, 2)];
    let cart = carts.new_cart_of(&lines).await?;
    carts.case().should(
        cart.names(last),
        &cart.answer,
        "a message says that fewer units are left than the cart holds",
        || format!("messages are {:?}", cart.messages()),
    );
    Ok(())
}

impl Cart {
    /// Whether a message is about this item, or about the lines as a whole.
    fn tells_of(&self, item: &str) -> bool {
        let at_lines = |message: &Value| points_at(text(message, "param"), "$.line_items");
        self.names(item) || self.messages().iter().any(at_lines)
    }

    /// Whether a message names this item: by its id, its name, or the place of its line.
    fn names(&self, item: &str) -> bool {
        let lines = self.lines().iter().enumerate();
        let of_item = lines.filter(|(_, line)| Session::item_of(line).0 == Some(item));
        let mut places = Vec::new();
        let mut words = vec![item.to_owned()];
        for (index, line) in of_item {
            places.push(format!("$.line_items[{index}]"));
            for holder in [Some(line), line.get("item")].into_iter().flatten() {
                words.extend([text(holder, "name").to_owned()]);
            }
        }
        words.retain(|word| !word.is_empty());
        self.messages().iter().any(|message| {
            let (param, said) = (text(message, "param"), text(message, "content"));
            let at_line = param.contains(['[', '.'])
                && places
                    .iter()
                    .any(|place| param.len() >= place.len() && points_at(param, place));
            at_line || words.iter().any(|word| said.contains(word))
        })
    }
}
