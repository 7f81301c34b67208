//! The text of `certify.toml`.

use std::fmt::Write;

use serde_json::json;

use super::Options;
use crate::{SpecVersion, probe::Found};

/// The configuration with a comment for what is left to fill in.
pub(super) fn text(options: &Options, found: &Found) -> String {
    let version = found.versions.last().copied();
    let spoken: Vec<_> = found.versions.iter().map(|one| one.as_str()).collect();
    let mut text = format!(
        "# What comptoir-certify judges. Keys can be written as {{ env = \"NAME\" }} or \
         {{ file = \"PATH\" }}.\n\
         # The seller speaks: {}.\n\
         version = {}\n\n",
        if spoken.is_empty() {
            "unknown".to_owned()
        } else {
            spoken.join(", ")
        },
        quoted(version.unwrap_or(SpecVersion::LATEST).as_str()),
    );
    seller(&mut text, options, found);
    payment(&mut text, options, found);
    text.push_str(
        "\n# The seller's order events; set the seller to send them to this address.\n\
         # [webhooks]\n\
         # listen = \"127.0.0.1:4811\"\n\
         # secret = { env = \"WEBHOOK_SECRET\" }\n\
         # ship_command = [\"./ship\"]      # makes the seller ship the order ACP_ORDER_ID\n\
         # refund_command = [\"./refund\"]  # makes the seller refund it\n\
         \n\
         # Checkout over the Model Context Protocol.\n\
         # [mcp]\n\
         # url = \"https://shop.example/mcp\"\n\
         # key = { env = \"MCP_KEY\" }\n",
    );
    text
}

fn seller(text: &mut String, options: &Options, found: &Found) {
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line("[seller]".to_owned());
    line(format!("url = {}", quoted(&options.address)));
    line(format!(
        "key = {}",
        key(options.key.key.as_deref(), options.key.key_env.as_deref())
    ));
    line("# The key of a second agent, for checks of isolation.".to_owned());
    line("# other_key = { env = \"OTHER_KEY\" }".to_owned());
    line("# True says that no real money moves: only then are checkouts completed.".to_owned());
    line(format!("test_mode = {}", options.test_mode));
    line(
        "# Items that can be bought, with at least a thousand units each; two or more.".to_owned(),
    );
    line(format!("items = {}", json!(found.items)));
    line(optional(
        "out_of_stock_item",
        found.out_of_stock_item.as_deref(),
    ));
    line(optional("digital_item", found.digital_item.as_deref()));
    line("# An item of which exactly one unit is left; a check buys it.".to_owned());
    line(optional("last_item", None));
    let currency = found.currency.as_deref().or(options.currency.as_deref());
    line(format!("currency = {}", quoted(currency.unwrap_or("usd"))));
    line(
        "# Out of: carts, discounts, affiliate, marketing, intent-traces, seller-backed, 3ds."
            .to_owned(),
    );
    line(format!("offers = {}", json!(found.offers)));
    line("# Secret of request signatures, where the seller wants them.".to_owned());
    line("# signing_secret = { env = \"SIGNING_SECRET\" }".to_owned());
    if found.offers.iter().any(|offer| offer == "discounts") {
        line("# Units of the first item that get a discount without any code.".to_owned());
        line("# automatic_discount_units = 10".to_owned());
        line("\n# What comes of each when the first two items are bought, one of each.".to_owned());
        line("[seller.discount_codes]".to_owned());
        for (name, code) in DISCOUNT_CODES {
            line(format!("# {name} = {}", quoted(code)));
        }
    }
}

/// Names and examples of the discount codes that checks ask for.
const DISCOUNT_CODES: [(&str, &str); 9] = [
    ("valid", "SAVE10"),
    ("valid-shipping", "FREESHIP"),
    ("stackable", "EXTRA5"),
    ("combination", "SOLO20"),
    ("minimum", "BIG50"),
    ("not-logged-in", "MEMBERS15"),
    ("ineligible", "VIP25"),
    ("expired", "SUMMER24"),
    ("usage-limit", "FIRST100"),
];

fn payment(text: &mut String, options: &Options, found: &Found) {
    let Some(psp) = &options.psp.psp else {
        text.push_str(
            "\n# Where payment tokens come from: how = \"delegate\", \"token\" or \"command\".\n\
             # [seller.payment]\n\
             # how = \"delegate\"\n\
             # url = \"https://psp.example\"\n\
             # key = { env = \"PSP_KEY\" }\n",
        );
        return;
    };
    let key = key(
        options.psp.psp_key.as_deref(),
        options.psp.psp_key_env.as_deref(),
    );
    let given = options.psp.merchant_id.as_deref();
    let merchant = given.or(found.merchant_id.as_deref());
    let _ = write!(
        text,
        "\n[seller.payment]\nhow = \"delegate\"\nurl = {}\nkey = {key}\n{}\n\
         # Further approved test cards, where the provider limits how often one is used.\n\
         # more_cards = [\"4111111111111111\"]\n\
         # A test card that needs 3-D Secure.\n\
         # authentication_card = \"...\"\n",
        quoted(psp),
        optional("merchant_id", given),
    );
    // Without a merchant the provider cannot be judged by itself.
    if let Some(merchant) = merchant {
        let _ = write!(
            text,
            "\n# The payment service provider itself: `psp --config`.\n\
             [psp]\nurl = {}\nkey = {key}\ntest_mode = {}\nmerchant_id = {}\n",
            quoted(psp),
            options.test_mode,
            quoted(merchant),
        );
    }
}

/// A key where it was given: by the name of a variable, or itself.
fn key(text: Option<&str>, variable: Option<&str>) -> String {
    match variable {
        Some(name) => format!("{{ env = {} }}", quoted(name)),
        None => quoted(text.unwrap_or_default()),
    }
}

fn optional(name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("{name} = {}", quoted(value)),
        None => format!("# {name} = \"...\""),
    }
}

/// A text of JSON is one of TOML too.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}
