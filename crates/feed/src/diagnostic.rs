//! What is wrong with a row, and what its author can do about it.

use std::fmt;

use serde::Serialize;

/// One finding about one place of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Line of the file, the header being line 1; in a JSON array the number of the element,
    /// starting at 1. Zero when the finding concerns the whole file.
    pub row: u64,
    /// Product concerned, when its id is known.
    pub product: Option<String>,
    /// Field or column concerned.
    pub field: Option<String>,
    /// Whether something was left out, or only noted.
    pub severity: Severity,
    /// What kind of finding it is.
    pub code: Code,
    /// What was found. Never repeats personal data.
    pub message: String,
    /// What to do about it.
    pub action: &'static str,
}

impl Diagnostic {
    /// A finding that leaves out a product or a variant.
    #[must_use]
    pub fn error(row: u64, code: Code, message: impl Into<String>) -> Self {
        Self::new(row, Severity::Error, code, &message.into())
    }

    /// A finding that leaves the product in place.
    #[must_use]
    pub fn warning(row: u64, code: Code, message: impl Into<String>) -> Self {
        Self::new(row, Severity::Warning, code, &message.into())
    }

    /// Names the product.
    #[must_use]
    pub fn of_product(mut self, product: &str) -> Self {
        if !product.is_empty() {
            self.product = Some(shortened(product));
        }
        self
    }

    /// Names the field.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    fn new(row: u64, severity: Severity, code: Code, message: &str) -> Self {
        let message = shortened(message);
        Self {
            row,
            product: None,
            field: None,
            severity,
            code,
            message,
            action: code.action(),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "row {}: {} {}: ",
            self.row,
            self.severity.as_str(),
            self.code.as_str()
        )?;
        if let Some(product) = &self.product {
            write!(f, "product {product}: ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        write!(f, "{}; {}", self.message, self.action)
    }
}

/// Messages quote feed text; a hostile feed must not fill the report with it.
fn shortened(text: &str) -> String {
    const CHARACTERS_MAX: usize = 200;
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(CHARACTERS_MAX).map(clean).collect();
    if text.chars().nth(CHARACTERS_MAX).is_some() {
        short.push('…');
    }
    short
}

/// Weight of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A product or variant was left out, or the file could not be read to its end.
    Error,
    /// The product was accepted.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $wire:literal, $action:literal;)+) => {
        /// Kinds of findings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])+ $name,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable name, in snake case.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire,)+ }
            }

            /// What the author of the feed can do.
            #[must_use]
            pub fn action(self) -> &'static str {
                match self { $(Self::$name => $action,)+ }
            }
        }
    };
}

codes! {
    /// The file ends early, is damaged, or cannot be read.
    Unreadable = "unreadable", "send the file again, complete";
    /// The file holds more than the reader's limits allow.
    FeedTooLarge = "feed_too_large", "split the feed into several files";
    /// One record is larger than the reader's limit.
    RecordTooLarge = "record_too_large", "shorten the texts of this record";
    /// A record is not well-formed JSON or CSV, or not UTF-8.
    Malformed = "malformed", "correct the syntax of this record";
    /// A record is well-formed but not what the format asks for.
    SchemaViolation = "schema_violation", "correct the named field";
    /// A field that must be there is missing.
    FieldMissing = "field_missing", "fill in the field";
    /// A product without any usable variant.
    NoVariants = "no_variants", "give the product at least one valid variant";
    /// More variants than the reader's limit.
    TooManyVariants = "too_many_variants", "split the product";
    /// The product id occurred before in the same feed.
    DuplicateProduct = "duplicate_product", "give every product its own id, once";
    /// The variant id occurred before in the same feed.
    DuplicateVariant = "duplicate_variant", "give every variant its own id, once";
    /// A price that is not an exact amount of a known currency.
    PriceInvalid = "price_invalid", "write an amount and an ISO 4217 code, such as 19.99 USD";
    /// A price that can be read in two ways.
    PriceAmbiguous = "price_ambiguous", "write the amount with a decimal point and no other sign";
    /// No price: it can be found but not bought.
    PriceMissing = "price_missing", "fill in the price";
    /// A price of zero.
    PriceZero = "price_zero", "check that the product is really free";
    /// The format has no currency and the reader's default was taken.
    CurrencyAssumed = "currency_assumed", "state the currency when reading this feed";
    /// A list price that is not above the price, or of another currency; it was left out.
    ListPriceInvalid = "list_price_invalid", "give the price before reduction, in the same currency";
    /// A dated sale price that cannot be judged without a clock; the regular price was taken.
    SaleWindowUnknown = "sale_window_unknown", "state the reading time, or send the price that applies now";
    /// An availability that contradicts itself or is unknown.
    AvailabilityUnclear = "availability_unclear", "use in_stock, limited_stock, preorder, backorder, out_of_stock or discontinued";
    /// The file has no stock tracking for the variant; the quantity was not taken as stock.
    StockNotTracked = "stock_not_tracked", "switch inventory tracking on in the shop";
    /// The variant has no SKU; an id was derived from the product and its options.
    SkuMissing = "sku_missing", "give the variant a SKU, so that its id survives renaming";
    /// The SKU is used twice; an id was derived instead.
    SkuDuplicate = "sku_duplicate", "give every variant its own SKU";
    /// HTML in a field for plain text; the tags were removed.
    HtmlRemoved = "html_removed", "send plain text in this field";
    /// A text longer than the limit; it was cut.
    TextCut = "text_cut", "shorten the text";
    /// Text longer than other assistants accept; it was kept.
    TextLong = "text_long", "shorten the text";
    /// An address that is not http or https; it was left out.
    UrlInvalid = "url_invalid", "give a full https address";
    /// A barcode that is not 8, 12, 13 or 14 digits with a right check digit.
    BarcodeInvalid = "barcode_invalid", "check the digits of the barcode";
    /// No picture.
    ImageMissing = "image_missing", "add a picture";
    /// No description.
    DescriptionMissing = "description_missing", "add a description";
    /// An e-mail address or a card number in a text: the product is refused.
    PersonalData = "personal_data", "remove personal data from the text";
    /// Something that looks like a telephone number in a text.
    PhoneSuspected = "phone_suspected", "remove the number if it belongs to a person";
    /// The shop marks it as not published, or not to be found.
    NotPublished = "not_published", "publish the product if it shall be found";
    /// The shop does not offer it for buying in the conversation.
    NotForCheckout = "not_for_checkout", "make it eligible for checkout if it shall be bought here";
    /// A placeholder such as "n/a" stands in for no value; it was read as no value.
    Placeholder = "placeholder", "leave the field empty";
    /// A column that this reader does not use.
    ColumnIgnored = "column_ignored", "nothing, unless you expected it to be used";
    /// A row that belongs to no product.
    OrphanRow = "orphan_row", "put the row below the first row of its product";
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
