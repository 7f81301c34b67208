//! The reference parties as `certify.toml`.

use super::{AGENT_KEY, LIMITED_KEY, OTHER_KEY, SIGNING_SECRET, WEBHOOK_SECRET, psp::CARDS};

const TEMPLATE: &str = include_str!("certify.toml");

/// The order that a command of the judge is about.
const ORDER: &str = "$ACP_ORDER_ID";

/// Where the parties are.
pub(crate) struct Places {
    pub(crate) seller: String,
    pub(crate) psp: String,
    pub(crate) receiver: String,
    pub(crate) feed: String,
    /// Where the judge listens for events.
    pub(crate) events: String,
    /// A session that has ended.
    pub(crate) expired: String,
    /// A cart that has ended.
    pub(crate) expired_cart: String,
    /// A cart that was not begun over the protocol.
    pub(crate) storefront_cart: String,
}

/// The text of the configuration.
pub(crate) fn text(places: &Places) -> String {
    let cards = CARDS
        .map(|(name, number)| format!("{name} = \"{number}\"\n"))
        .concat();
    let actions = [
        "deliver",
        "cancel",
        "return",
        "exchange",
        "credit",
        "dispute",
        "price-adjustment",
    ]
    .map(|action| {
        format!(
            "{action} = {}\n",
            shop_command(&places.seller, ORDER, action)
        )
    });
    let backed = [
        ("refund", "refund"),
        ("dispute", "dispute"),
        ("adjustment", "credit"),
    ]
    .map(|(name, action)| {
        format!(
            "seller-backed-{name} = {}\n",
            shop_command(&places.seller, "new", action)
        )
    });
    let actions = format!("{}{}", actions.concat(), backed.concat());
    let words = [
        ("{seller}", places.seller.as_str()),
        ("{psp}", &places.psp),
        ("{receiver}", &places.receiver),
        ("{feed}", &places.feed),
        ("{events}", &places.events),
        ("{expired}", &places.expired),
        ("{expired-cart}", &places.expired_cart),
        ("{storefront-cart}", &places.storefront_cart),
        ("{agent-key}", AGENT_KEY),
        ("{other-key}", OTHER_KEY),
        ("{limited-key}", LIMITED_KEY),
        ("{signing-secret}", SIGNING_SECRET),
        ("{webhook-secret}", WEBHOOK_SECRET),
        ("{cards}", &cards),
        ("{ship}", &shop_command(&places.seller, ORDER, "ship")),
        ("{refund}", &shop_command(&places.seller, ORDER, "refund")),
        ("{actions}", &actions),
        ("{taken}", &taken_command(&places.seller)),
    ];
    let fill = |text: String, (word, value): (&str, &str)| text.replace(word, value);
    words.into_iter().fold(TEMPLATE.to_owned(), fill)
}

/// A command that prints what was taken by an option of the shop's own.
fn taken_command(seller: &str) -> String {
    let host = seller.trim_start_matches("http://");
    let socket = host.replace(':', "/");
    format!(
        r#"["bash", "-c", '''
exec 3<>/dev/tcp/{socket}
printf 'GET /shop/taken/%s HTTP/1.0\r\nHost: {host}\r\n\r\n' "${{ACP_PAYMENT_METHOD_ID:-$ACP_HANDLER_ID}}" >&3
sed -n 's/.*<h1>\([0-9]*\)<.*/\1/p' <&3''']"#
    )
}

/// A command that makes something happen to the order in `ACP_ORDER_ID`, or to a new one, and
/// prints its id.
fn shop_command(seller: &str, order: &str, action: &str) -> String {
    let host = seller.trim_start_matches("http://");
    let socket = host.replace(':', "/");
    format!(
        r#"["bash", "-c", '''
exec 3<>/dev/tcp/{socket}
printf 'POST /shop/orders/%s/{action} HTTP/1.0\r\nHost: {host}\r\n\r\n' "{order}" >&3
grep -o 'order_[0-9a-f]*' <&3 | head -1''']"#
    )
}
