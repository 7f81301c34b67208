//! `continue_url`, and carts that began in the storefront.

use url::Url;

use super::client::{Cart, Carts, row};
use crate::{Check, Outcome, Stop, Topic, lanes::seller::policies::open};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = handed_over();
    checks.extend(taken_over());
    checks
}

fn handed_over() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "continue-url",
            "a cart has a continue_url",
            |carts| async move {
                let cart = carts.new_cart().await?;
                carts.case().should(
                    cart.continue_url().is_some(),
                    &cart.answer,
                    "a cart has a continue_url, for hand-over and recovery",
                    || carts.case().excerpt(&cart.answer),
                );
                Ok(())
            },
        )
        .proves(&["cart.continue-url"])
        .advice("give the address at which the buyer finds this cart in the storefront"),
        row(
            Topic::Lifecycle,
            "continue-url-opens",
            "continue_url opens in a browser, without a key",
            continue_url_opens,
        )
        .proves(&["cart.continue-url.opens"])
        .advice("serve a page there that needs no bearer key"),
        row(
            Topic::Lifecycle,
            "continue-url-is-of-this-cart",
            "two carts have two continue_urls: each opens its own cart",
            continue_urls_differ,
        )
        .proves(&["cart.continue-url.opens"])
        .advice("put something that names the cart into the address"),
    ]
}

fn taken_over() -> Vec<Check> {
    vec![
        row(
            Topic::Lifecycle,
            "storefront-cart-readable",
            "a cart begun in the storefront can be read",
            |carts| async move {
                let id = external(&carts)?;
                let answer = carts.get(id).await?;
                carts.case().should(
                    answer.status == 200,
                    &answer,
                    "GET shows a cart that began in the storefront",
                    || format!("{}: {}", answer.status, carts.case().excerpt(&answer)),
                );
                if answer.is_success() {
                    carts.case().shape(&answer, "cart#Cart")?;
                }
                Ok(())
            },
        )
        .proves(&["cart.external.readable"])
        .proves_shapes(&["cart#Cart"])
        .advice("look up carts of every origin"),
        row(
            Topic::Lifecycle,
            "storefront-cart-updatable",
            "a cart begun in the storefront can be changed by PUT",
            |carts| async move {
                let id = external(&carts)?;
                let answer = carts.replace(id, &carts.body()?).await?;
                carts.case().should(
                    answer.status == 200,
                    &answer,
                    "PUT changes a cart that began in the storefront",
                    || format!("{}: {}", answer.status, carts.case().excerpt(&answer)),
                );
                Ok(())
            },
        )
        .proves(&["cart.external.updatable"])
        .advice("take updates of carts of every origin"),
    ]
}

fn external(carts: &Carts) -> Outcome<&str> {
    let id = carts.seller.target().storefront_cart.as_deref();
    id.ok_or_else(|| {
        Stop::NotTested(
            "set seller.storefront_cart in certify.toml to the id of a cart that a buyer began in the storefront, if the seller shows such carts"
                .to_owned(),
        )
    })
}

/// The web address of a cart; not applicable when it has none.
fn address(carts: &Carts, cart: &Cart) -> Outcome<Url> {
    let text = cart
        .continue_url()
        .ok_or_else(|| Stop::NotApplicable("not offered: continue_url of carts".to_owned()))?;
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    carts.case().must(
        url.is_some(),
        &cart.answer,
        "continue_url is an absolute web address",
        || text.to_owned(),
    )?;
    url.ok_or_else(|| Stop::NotTested("no address".to_owned()))
}

async fn continue_url_opens(carts: Carts) -> Outcome {
    let cart = carts.new_cart().await?;
    let url = address(&carts, &cart)?;
    let page = open(carts.case(), url.clone()).await?;
    carts.case().must(
        page.is_success(),
        &page,
        "continue_url opens in the storefront",
        || format!("{url} answers {}", page.status),
    )
}

async fn continue_urls_differ(carts: Carts) -> Outcome {
    let (one, two) = (carts.new_cart().await?, carts.new_cart().await?);
    let (first, second) = (address(&carts, &one)?, address(&carts, &two)?);
    carts.case().must(
        first != second,
        &two.answer,
        "continue_url leads to the same cart, so two carts have two of them",
        || format!("both have {first}"),
    )
}

impl Cart {
    fn continue_url(&self) -> Option<&str> {
        self.json.get("continue_url")?.as_str()
    }
}
