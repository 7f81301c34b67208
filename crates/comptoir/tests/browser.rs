//! The chat page in a real browser: a purchase by mouse, one by keyboard alone, on a phone's width.
//!
//! Needs Chromium and chromedriver; `cargo xtask setup` installs them. Screenshots are written to
//! `target/browser`.

#[path = "browser/certificates.rs"]
mod certificates;
#[path = "browser/driver.rs"]
mod driver;
#[path = "browser/keyboard.rs"]
mod keyboard;
#[path = "browser/shop.rs"]
mod shop;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::{Client, Locator};

use crate::{driver::Browser, shop::Demo};

const DESKTOP: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);

/// Asks in English, chooses with the mouse, pays, and sees the parcel and the refund come in.
#[tokio::test(flavor = "multi_thread")]
async fn buying_by_mouse() -> Result<()> {
    let demo = Demo::start()?;
    let browser = Browser::open(DESKTOP).await?;
    let page = &browser.client;
    page.goto(&demo.url).await?;
    ask(page, "best gifts for someone who loves ceramics").await?;
    browser.screenshot("1-answer").await?;
    let reasons = page.find_all(Locator::Css(".card .reasons li")).await?;
    ensure!(!reasons.is_empty(), "no card says why it is there");

    open_first_buyable(page).await?;
    browser.screenshot("2-product").await?;
    press(page, ".buy-box .btn:not(.quiet)").await?;
    fill_address(page).await?;
    browser.screenshot("3-address").await?;
    press(page, "form[action$='/address'] .btn.wide").await?;
    wait(page, "form[action$='/delivery']").await?;
    browser.screenshot("4-delivery").await?;
    press(page, "form[action$='/delivery'] .btn.wide").await?;
    wait(page, ".order-card").await?;
    rows_add_up(page).await?;
    fill_card(page, "4242424242424242").await?;
    browser.screenshot("5-order-card").await?;
    let label = page.find(Locator::Css(".btn.order")).await?.text().await?;
    let total = page
        .find(Locator::Css(".order-card .totals .sum .num"))
        .await?
        .text()
        .await?;
    ensure!(
        label.contains(&total),
        "the button says `{label}`, the card {total}"
    );
    press(page, ".btn.order").await?;
    let number = confirmed(page).await?;
    browser.screenshot("6-confirmed").await?;

    let order = demo.order("kiln", &number)?;
    demo.operate(
        "kiln",
        &order,
        &[
            "ship",
            "--carrier",
            "Simulated Post",
            "--tracking-number",
            "SIM-42",
        ],
    )?;
    shows(page, "SIM-42")
        .await
        .context("the parcel did not appear by itself")?;
    demo.operate("kiln", &order, &["refund", "--amount", "100"])?;
    wait_for_text(page, "#live .order-card", "1.00").await?;
    browser.screenshot("7-shipped-and-refunded").await?;
    browser.close().await
}

/// Asks in French on a phone and buys with Tab, arrows, Space and Enter alone.
#[tokio::test(flavor = "multi_thread")]
async fn buying_by_keyboard_on_a_phone() -> Result<()> {
    let demo = Demo::start()?;
    let browser = Browser::open(PHONE).await?;
    let page = &browser.client;
    page.goto(&demo.url).await?;
    browser.fits_the_width("the empty page").await?;
    browser.screenshot("phone-1-hello").await?;
    keyboard::to(page, "#text").await?;
    keyboard::type_keys(page, "chaussures de course à moins de 100 €").await?;
    keyboard::enter(page).await?;
    wait(page, ".card").await?;
    settled(page).await?;
    browser.fits_the_width("the answer").await?;
    browser.screenshot("phone-2-answer").await?;
    keyboard::to(page, ".card-actions a.btn:not(.quiet)").await?;
    keyboard::enter(page).await?;
    wait(page, ".buy-box").await?;
    browser.fits_the_width("the product").await?;
    browser.screenshot("phone-3-product").await?;
    keyboard::to(page, ".buy-box .btn:not(.quiet)").await?;
    keyboard::enter(page).await?;
    wait(page, "form[action$='/address']").await?;
    for (field, value) in shop::ADDRESS {
        keyboard::to(page, &format!("#{field}")).await?;
        keyboard::type_keys(page, value).await?;
    }
    browser.fits_the_width("the address").await?;
    keyboard::to(page, "form[action$='/address'] .btn.wide").await?;
    keyboard::enter(page).await?;
    wait(page, "form[action$='/delivery']").await?;
    keyboard::to(page, "form[action$='/delivery'] .btn.wide").await?;
    keyboard::enter(page).await?;
    wait(page, ".order-card").await?;
    browser.fits_the_width("the order card").await?;
    for (field, value) in [
        ("card-number", "4242424242424242"),
        ("card-expiry", "12/32"),
        ("card-cvc", "123"),
    ] {
        keyboard::to(page, &format!("#{field}")).await?;
        keyboard::type_keys(page, value).await?;
    }
    browser.screenshot("phone-4-order-card").await?;
    keyboard::to(page, ".btn.order").await?;
    keyboard::enter(page).await?;
    let number = confirmed(page).await?;
    browser.fits_the_width("the confirmation").await?;
    browser.screenshot("phone-5-confirmed").await?;
    demo.order("foulee", &number)?;
    browser.close().await
}

/// A declined card says so, charges nothing, and another card buys the same things.
#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_can_be_replaced() -> Result<()> {
    let demo = Demo::start()?;
    let browser = Browser::open(DESKTOP).await?;
    let page = &browser.client;
    page.goto(&demo.url).await?;
    ask(page, "wireless headphones").await?;
    open_first_buyable(page).await?;
    press(page, ".buy-box .btn:not(.quiet)").await?;
    fill_address(page).await?;
    press(page, "form[action$='/address'] .btn.wide").await?;
    wait(page, "form[action$='/delivery']").await?;
    press(page, "form[action$='/delivery'] .btn.wide").await?;
    wait(page, ".order-card").await?;
    fill_card(page, shop::CARD_DECLINED).await?;
    press(page, ".btn.order").await?;
    wait(page, ".note.bad, .note.warn").await?;
    browser.screenshot("declined").await?;
    wait(page, "#card-number").await?;
    let kept = page
        .find(Locator::Css("#card-number"))
        .await?
        .prop("value")
        .await?;
    ensure!(
        kept.as_deref() == Some(""),
        "the page kept the card's number"
    );
    fill_card(page, "4242424242424242").await?;
    press(page, ".btn.order").await?;
    let number = confirmed(page).await?;
    demo.order("northlight", &number)?;
    browser.close().await
}

async fn ask(page: &Client, sentence: &str) -> Result<()> {
    wait(page, "#text").await?;
    page.find(Locator::Css("#text"))
        .await?
        .send_keys(sentence)
        .await?;
    press(page, "#composer button").await?;
    wait(page, ".card").await?;
    settled(page).await
}

/// Waits until the streamed answer is complete.
async fn settled(page: &Client) -> Result<()> {
    wait(page, "#log[aria-busy='false'] .card").await
}

async fn open_first_buyable(page: &Client) -> Result<()> {
    press(page, ".card-actions a.btn:not(.quiet)").await?;
    wait(page, ".buy-box .btn:not(.quiet)").await
}

async fn fill_address(page: &Client) -> Result<()> {
    wait(page, "form[action$='/address']").await?;
    for (field, value) in shop::ADDRESS {
        let input = page.find(Locator::Id(field)).await?;
        if field != "country" {
            input.clear().await?;
        }
        input.send_keys(value).await?;
    }
    Ok(())
}

async fn fill_card(page: &Client, number: &str) -> Result<()> {
    for (field, value) in [
        ("card-number", number),
        ("card-expiry", "12/32"),
        ("card-cvc", "123"),
    ] {
        page.find(Locator::Id(field))
            .await?
            .send_keys(value)
            .await?;
    }
    Ok(())
}

/// Every row of the order card, its lines and the sum, in hundredths.
async fn rows_add_up(page: &Client) -> Result<()> {
    let mut rows = Vec::new();
    for row in page
        .find_all(Locator::Css(".order-card .totals .num"))
        .await?
    {
        rows.push(shop::hundredths(&row.text().await?)?);
    }
    let Some((sum, parts)) = rows.split_last() else {
        anyhow::bail!("the order card has no totals")
    };
    // The first row is the goods, then their subtotal, then what is added.
    ensure!(!parts.is_empty() && *sum > 0, "rows {rows:?}");
    let goods = parts.first().copied().unwrap_or_default();
    let added: i64 = parts.iter().skip(2).sum();
    ensure!(goods + added == *sum, "the rows {rows:?} do not add up");
    Ok(())
}

/// Waits for the confirmation and returns the order number it shows.
async fn confirmed(page: &Client) -> Result<String> {
    wait(page, ".facts dd").await.context("no confirmation")?;
    Ok(page.find(Locator::Css(".facts dd")).await?.text().await?)
}

async fn shows(page: &Client, text: &str) -> Result<()> {
    wait_for_text(page, "body", text).await
}

async fn wait_for_text(page: &Client, selector: &str, text: &str) -> Result<()> {
    for _ in 0..100 {
        if let Ok(element) = page.find(Locator::Css(selector)).await
            && element.text().await.is_ok_and(|found| found.contains(text))
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    anyhow::bail!("`{text}` did not appear in {selector}")
}

/// Clicks in the middle of the window, where a person would scroll it to: the composer floats over
/// the lower edge.
async fn press(page: &Client, selector: &str) -> Result<()> {
    wait(page, selector).await?;
    let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
    page.execute(script, vec![serde_json::json!(selector)])
        .await?;
    page.find(Locator::Css(selector)).await?.click().await?;
    Ok(())
}

async fn wait(page: &Client, selector: &str) -> Result<()> {
    page.wait()
        .at_most(Duration::from_secs(20))
        .for_element(Locator::Css(selector))
        .await
        .with_context(|| format!("{selector} did not appear"))?;
    Ok(())
}
