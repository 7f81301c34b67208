//! The seller under test.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Key, SellerBacked};

/// A seller over REST.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SellerTarget {
    /// Base address: `/checkout_sessions` is below it.
    pub url: Url,
    /// Bearer key of the agent that the judge plays.
    pub key: Key,
    /// Bearer key of another agent, for checks of isolation.
    pub other_key: Option<Key>,
    /// True confirms that no real money moves: only then does the judge complete a checkout.
    #[serde(default)]
    pub test_mode: bool,
    /// Item ids that can be bought, with at least a thousand units each; two or more.
    #[serde(default)]
    pub items: Vec<String>,
    /// An item that is listed and out of stock.
    pub out_of_stock_item: Option<String>,
    /// An item of which exactly one unit is left; bought by the check of the last item.
    pub last_item: Option<String>,
    /// A digital item, which needs no address.
    pub digital_item: Option<String>,
    /// Currency of the items, ISO 4217 in lower case; `usd` when absent.
    #[serde(default = "usd")]
    pub currency: String,
    /// An address to which the items can be sent.
    #[serde(default)]
    pub address: Address,
    /// A second one, best in another tax or shipping zone; another door of the first when absent.
    pub other_address: Option<Address>,
    /// The buyer that completes.
    #[serde(default)]
    pub buyer: Buyer,
    /// Id of a session of this agent that is past its `expires_at`; the judge waits for one to end
    /// only when that is a matter of seconds.
    pub expired_session: Option<String>,
    /// Id of a cart of this agent that is past its `expires_at`.
    pub expired_cart: Option<String>,
    /// Id of a cart that a buyer began in the storefront and that this agent may see, where the
    /// seller shows such carts. The judge changes it.
    pub storefront_cart: Option<String>,
    /// How the judge gets payment tokens.
    pub payment: Option<Payment>,
    /// What the seller keeps for a buyer, for checks of seller-backed payment handlers.
    #[serde(default)]
    pub backed: SellerBacked,
    /// Secret of request signatures, where the seller wants them.
    pub signing_secret: Option<Key>,
    /// Discount codes by what should come of them when the first two items are bought, one of each:
    /// `valid`, applied alone; `valid-…`, any further ones, such as one for shipping; `stackable`,
    /// applied together with `valid`; `combination`, which does not go with `valid`; `minimum`, for a
    /// larger purchase; `not-logged-in`, for buyers who signed in; `ineligible`, for chosen buyers;
    /// `expired`; `usage-limit`, used up; `invalid`, never given.
    #[serde(default)]
    pub discount_codes: BTreeMap<String, String>,
    /// Units of the first item that get a discount without any code.
    pub automatic_discount_units: Option<u32>,
    /// Where to fetch the schemas of extensions that are not yet at their public address, by that
    /// address: another one, or a path below `url`.
    #[serde(default)]
    pub extension_schemas: BTreeMap<String, String>,
    /// What the seller offers beyond checkout: `carts`, `discounts`, `affiliate`, `marketing`,
    /// `intent-traces`, `seller-backed`, `3ds`. `init` finds most of them.
    #[serde(default)]
    pub offers: Vec<String>,
}

impl SellerTarget {
    /// A seller of which only address and key are known.
    #[must_use]
    pub fn new(url: Url, key: Key) -> Self {
        Self {
            url,
            key,
            other_key: None,
            test_mode: false,
            items: Vec::new(),
            out_of_stock_item: None,
            last_item: None,
            digital_item: None,
            currency: usd(),
            address: Address::default(),
            other_address: None,
            buyer: Buyer::default(),
            expired_session: None,
            expired_cart: None,
            storefront_cart: None,
            payment: None,
            backed: SellerBacked::default(),
            signing_secret: None,
            discount_codes: BTreeMap::new(),
            automatic_discount_units: None,
            extension_schemas: BTreeMap::new(),
            offers: Vec::new(),
        }
    }

    /// Whether the configuration says that the seller offers `feature`.
    #[must_use]
    pub fn offers(&self, feature: &str) -> bool {
        self.offers.iter().any(|offered| offered == feature)
    }

    pub(super) fn keys_mut(&mut self) -> Vec<&mut Key> {
        let mut keys = vec![&mut self.key];
        keys.extend(&mut self.other_key);
        keys.extend(&mut self.signing_secret);
        match &mut self.payment {
            Some(Payment::Delegate { key, .. }) => keys.push(key),
            Some(Payment::Token { token, .. }) => keys.push(token),
            Some(Payment::Command { .. }) | None => {}
        }
        keys
    }
}

/// How the judge gets a payment token for a session.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(
    clippy::large_enum_variant,
    reason = "a configuration holds one of them"
)]
pub enum Payment {
    /// From a payment service provider, by delegate payment with a test card.
    Delegate {
        /// Base address of the provider.
        url: Url,
        /// Bearer key at the provider.
        key: Key,
        /// Merchant id of the seller there; taken from the session's payment handler when absent.
        merchant_id: Option<String>,
        /// A test card that is approved.
        #[serde(default = "approved_card")]
        card: String,
        /// Further test cards that are approved, used in turn with the first: providers limit how
        /// often one card is delegated, and a whole run needs some two hundred tokens.
        #[serde(default)]
        more_cards: Vec<String>,
        /// A test card that is declined.
        #[serde(default = "declined_card")]
        declined_card: String,
        /// A test card that needs 3-D Secure, when the provider has one.
        authentication_card: Option<String>,
    },
    /// A token that may be used again and again, as test environments give them.
    Token {
        /// The token.
        token: Key,
    },
    /// A program that prints a token; it gets `ACP_AMOUNT`, `ACP_CURRENCY`, `ACP_SESSION_ID` and
    /// `ACP_MERCHANT_ID` in its environment.
    Command {
        /// Program and arguments.
        command: Vec<String>,
    },
}

impl Payment {
    /// Tokens by delegate payment, with the usual test cards.
    #[must_use]
    pub fn delegate(url: Url, key: Key, merchant_id: Option<String>) -> Self {
        Self::Delegate {
            url,
            key,
            merchant_id,
            card: approved_card(),
            more_cards: Vec::new(),
            declined_card: declined_card(),
            authentication_card: None,
        }
    }
}

/// A postal address with the specification's member names.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Name of the recipient.
    pub name: String,
    /// First line.
    pub line_one: String,
    /// City.
    pub city: String,
    /// State or region.
    pub state: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Postal code.
    pub postal_code: String,
}

impl Default for Address {
    fn default() -> Self {
        Self {
            name: "Test Buyer".to_owned(),
            line_one: "1 Market Street".to_owned(),
            city: "San Francisco".to_owned(),
            state: "CA".to_owned(),
            country: "US".to_owned(),
            postal_code: "94105".to_owned(),
        }
    }
}

/// The person who completes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address; of a test domain, so that nobody gets mail.
    pub email: String,
    /// E.164.
    pub phone_number: String,
}

impl Default for Buyer {
    fn default() -> Self {
        Self {
            first_name: "Test".to_owned(),
            last_name: "Buyer".to_owned(),
            email: "buyer@example.com".to_owned(),
            phone_number: "+14155550100".to_owned(),
        }
    }
}

fn usd() -> String {
    "usd".to_owned()
}

fn approved_card() -> String {
    "4242424242424242".to_owned()
}

fn declined_card() -> String {
    "4000000000000002".to_owned()
}
