//! Using the page without a mouse.

use anyhow::{Result, bail};
use fantoccini::{
    Client,
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
};
use serde_json::json;

/// Presses Tab until the focus is on an element of this selector. What cannot be reached in 80
/// presses cannot be reached.
pub(crate) async fn to(page: &Client, selector: &str) -> Result<()> {
    for _ in 0..80 {
        let script =
            "return !!document.activeElement && document.activeElement.matches(arguments[0])";
        if page.execute(script, vec![json!(selector)]).await? == json!(true) {
            return visible_focus(page, selector).await;
        }
        press(page, Key::Tab.into()).await?;
    }
    bail!("{selector} cannot be reached with the Tab key")
}

/// Types text into whatever has the focus.
pub(crate) async fn type_keys(page: &Client, text: &str) -> Result<()> {
    for letter in text.chars() {
        press(page, letter).await?;
    }
    Ok(())
}

pub(crate) async fn enter(page: &Client) -> Result<()> {
    press(page, Key::Enter.into()).await
}

async fn press(page: &Client, key: char) -> Result<()> {
    let actions = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value: key })
        .then(KeyAction::Up { value: key });
    page.perform_actions(actions).await?;
    Ok(())
}

/// The element in focus is marked for the eye.
async fn visible_focus(page: &Client, selector: &str) -> Result<()> {
    let script = "const s = getComputedStyle(document.activeElement);\
                  const around = getComputedStyle(document.activeElement.closest('form, label') || document.body);\
                  return s.outlineStyle !== 'none' || s.boxShadow !== 'none' || around.outlineStyle !== 'none' || around.boxShadow !== 'none'";
    if page.execute(script, Vec::new()).await? == json!(true) {
        return Ok(());
    }
    bail!("the focus on {selector} cannot be seen")
}
