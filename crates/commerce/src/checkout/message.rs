//! What a checkout has to say to the buyer.

use comptoir_acp::{
    id::{ItemId, LineItemId},
    money::Money,
};
use serde::{Deserialize, Serialize};

use crate::{
    address::{AddressField, Region},
    shipping::OptionId,
};

/// How serious a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Good to know.
    Info,
    /// The buyer should know before paying.
    Warning,
    /// Something failed.
    Error,
}

/// Who can settle what a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The agent, by another request.
    Recoverable,
    /// The buyer, by saying something.
    RequiresBuyerInput,
    /// The buyer, by agreeing.
    RequiresBuyerReview,
}

/// What a message is about. The face turns it into its own path notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The checkout as a whole.
    Checkout,
    /// The list of lines.
    Lines,
    /// One line.
    Line(LineItemId),
    /// A wanted item that has no line.
    Item(ItemId),
    /// The whole delivery address.
    Address,
    /// One field of the delivery address.
    AddressField(AddressField),
    /// The buyer's e-mail address.
    BuyerEmail,
    /// The chosen fulfilment option.
    SelectedOption,
    /// The payment.
    Payment,
    /// The result of authentication.
    Authentication,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case", deny_unknown_fields)]
pub enum Message {
    /// There are no lines.
    NoLines,
    /// The item is unknown or withdrawn.
    NotFound {
        /// The wanted item.
        item_id: ItemId,
    },
    /// The item is not sold in the checkout's currency.
    CurrencyUnsupported {
        /// The wanted item.
        item_id: ItemId,
    },
    /// Nothing of the item is left, or it is not offered any more.
    OutOfStock {
        /// The line.
        line: LineItemId,
        /// The item's name.
        title: String,
    },
    /// More is wanted than can be had.
    QuantityExceeded {
        /// The line.
        line: LineItemId,
        /// The item's name.
        title: String,
        /// The most that can be had now.
        quantity_max: u32,
    },
    /// Hardly more than wanted is left.
    LowStock {
        /// The line.
        line: LineItemId,
        /// The item's name.
        title: String,
    },
    /// The price differs from the one shown before.
    PriceChange {
        /// The line.
        line: LineItemId,
        /// The item's name.
        title: String,
        /// The unit price shown before.
        before: Money,
        /// The unit price now.
        now: Money,
    },
    /// The agent named another price; the catalogue's counts.
    PriceIgnored {
        /// The line.
        line: LineItemId,
        /// The item's name.
        title: String,
        /// The unit price the agent named.
        named: Money,
        /// The unit price that counts.
        price: Money,
    },
    /// The total changed between showing it and completing; nothing was charged.
    TotalChange {
        /// The total shown before.
        before: Money,
        /// The total now.
        now: Money,
    },
    /// The item may not be sold there.
    RegionRestricted {
        /// The line.
        line: LineItemId,
        /// The item's name.
        title: String,
        /// The region.
        region: Region,
    },
    /// Goods must be sent and there is no address.
    MissingAddress,
    /// A field of the address is empty.
    MissingAddressField {
        /// The field.
        field: AddressField,
    },
    /// A field of the address is too long.
    InvalidAddressField {
        /// The field.
        field: AddressField,
    },
    /// Nothing can be sent to that address.
    NoDelivery,
    /// The chosen option is not offered.
    OptionUnknown {
        /// The chosen option.
        option_id: OptionId,
    },
    /// The option chosen earlier is not offered any more; another was chosen.
    OptionReplaced {
        /// The option chosen earlier.
        before: OptionId,
        /// The option chosen now.
        now: Option<OptionId>,
    },
    /// The total is zero: there is nothing a payment token could be charged with.
    NothingToPay,
    /// The buyer's e-mail address is missing or unusable.
    MissingBuyerEmail,
    /// The payment was refused; it can be tried again.
    PaymentDeclined,
    /// The issuer wants to authenticate the buyer.
    AuthenticationRequired,
}

impl Message {
    /// How serious it is.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self::LowStock { .. }
            | Self::PriceChange { .. }
            | Self::PriceIgnored { .. }
            | Self::TotalChange { .. } => Level::Warning,
            Self::OptionReplaced { .. } => Level::Info,
            Self::NoLines
            | Self::NotFound { .. }
            | Self::CurrencyUnsupported { .. }
            | Self::OutOfStock { .. }
            | Self::QuantityExceeded { .. }
            | Self::RegionRestricted { .. }
            | Self::MissingAddress
            | Self::MissingAddressField { .. }
            | Self::InvalidAddressField { .. }
            | Self::NoDelivery
            | Self::OptionUnknown { .. }
            | Self::NothingToPay
            | Self::MissingBuyerEmail
            | Self::PaymentDeclined
            | Self::AuthenticationRequired => Level::Error,
        }
    }

    /// Whether the checkout cannot be paid while it stands. A decline does not: the same session
    /// may try again. Nor does a missing e-mail address, which may arrive with the order.
    #[must_use]
    pub const fn blocks_payment(&self) -> bool {
        matches!(self.level(), Level::Error)
            && !matches!(
                self,
                Self::PaymentDeclined | Self::AuthenticationRequired | Self::MissingBuyerEmail
            )
    }

    /// The specification's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoLines
            | Self::MissingAddress
            | Self::MissingAddressField { .. }
            | Self::MissingBuyerEmail => "missing",
            Self::NotFound { .. } => "not_found",
            Self::CurrencyUnsupported { .. } => "unsupported",
            Self::OutOfStock { .. } => "out_of_stock",
            Self::QuantityExceeded { .. } => "quantity_exceeded",
            Self::LowStock { .. } => "low_stock",
            Self::PriceChange { .. } | Self::PriceIgnored { .. } | Self::TotalChange { .. } => {
                "price_change"
            }
            Self::RegionRestricted { .. } | Self::NoDelivery => "region_restricted",
            Self::InvalidAddressField { .. } | Self::OptionUnknown { .. } => "invalid",
            Self::OptionReplaced { .. } => "fulfillment_option_replaced",
            Self::NothingToPay => "minimum_not_met",
            Self::PaymentDeclined => "payment_declined",
            Self::AuthenticationRequired => "requires_3ds",
        }
    }

    /// Who can settle it.
    #[must_use]
    pub const fn resolution(&self) -> Resolution {
        match self {
            Self::NoLines
            | Self::NotFound { .. }
            | Self::CurrencyUnsupported { .. }
            | Self::OptionUnknown { .. }
            | Self::LowStock { .. }
            | Self::NothingToPay => Resolution::Recoverable,
            Self::OutOfStock { .. }
            | Self::QuantityExceeded { .. }
            | Self::RegionRestricted { .. }
            | Self::MissingAddress
            | Self::MissingAddressField { .. }
            | Self::InvalidAddressField { .. }
            | Self::NoDelivery
            | Self::MissingBuyerEmail
            | Self::PaymentDeclined => Resolution::RequiresBuyerInput,
            Self::PriceChange { .. }
            | Self::PriceIgnored { .. }
            | Self::TotalChange { .. }
            | Self::OptionReplaced { .. }
            | Self::AuthenticationRequired => Resolution::RequiresBuyerReview,
        }
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::NoLines => Subject::Lines,
            Self::NotFound { item_id } | Self::CurrencyUnsupported { item_id } => {
                Subject::Item(item_id.clone())
            }
            Self::OutOfStock { line, .. }
            | Self::QuantityExceeded { line, .. }
            | Self::LowStock { line, .. }
            | Self::PriceChange { line, .. }
            | Self::PriceIgnored { line, .. }
            | Self::RegionRestricted { line, .. } => Subject::Line(line.clone()),
            Self::TotalChange { .. } | Self::NothingToPay => Subject::Checkout,
            Self::MissingAddress | Self::NoDelivery => Subject::Address,
            Self::MissingAddressField { field } | Self::InvalidAddressField { field } => {
                Subject::AddressField(*field)
            }
            Self::OptionUnknown { .. } | Self::OptionReplaced { .. } => Subject::SelectedOption,
            Self::MissingBuyerEmail => Subject::BuyerEmail,
            Self::PaymentDeclined => Subject::Payment,
            Self::AuthenticationRequired => Subject::Authentication,
        }
    }
}

impl std::fmt::Display for Message {
    /// The message in plain English, for people.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::NoLines => "There is nothing to buy yet.".to_owned(),
            Self::NotFound { .. } => "This item is not sold here.".to_owned(),
            Self::CurrencyUnsupported { .. } => {
                "This item is not sold in this currency.".to_owned()
            }
            Self::OutOfStock { title, .. } => format!("{title} is sold out."),
            Self::QuantityExceeded {
                title,
                quantity_max,
                ..
            } => {
                format!("At most {quantity_max} of {title} can be bought.")
            }
            Self::LowStock { title, .. } => format!("Only a few of {title} are left."),
            Self::PriceChange {
                title, before, now, ..
            } => {
                format!("The price of {title} changed from {before} to {now}.")
            }
            Self::PriceIgnored {
                title,
                named,
                price,
                ..
            } => {
                format!("The price of {title} is {price}, not {named}.")
            }
            Self::TotalChange { before, now } => {
                format!("The total changed from {before} to {now}. Nothing was charged.")
            }
            Self::RegionRestricted { title, region, .. } => {
                format!("{title} cannot be sold to {region}.")
            }
            Self::MissingAddress => "A delivery address is needed.".to_owned(),
            Self::MissingAddressField { field } => {
                format!("The delivery address needs a {}.", field.words())
            }
            Self::InvalidAddressField { field } => {
                format!("The {} of the delivery address is too long.", field.words())
            }
            Self::NoDelivery => "These goods cannot be sent to that address.".to_owned(),
            Self::OptionUnknown { .. } => "The chosen delivery is not offered.".to_owned(),
            Self::OptionReplaced { .. } => {
                "The delivery chosen before is not offered any more.".to_owned()
            }
            Self::NothingToPay => "The total is zero: there is nothing to pay.".to_owned(),
            Self::MissingBuyerEmail => "A usable e-mail address is needed.".to_owned(),
            Self::PaymentDeclined => {
                "The payment was declined. Try another way of paying.".to_owned()
            }
            Self::AuthenticationRequired => "The card's issuer asks for authentication.".to_owned(),
        };
        formatter.write_str(&text)
    }
}
