//! What a processor declares about itself.

use comptoir_acp::currency::Currency;

/// Declares a processor as a payment handler; the seller's face renders it for the protocol.
///
/// Names follow `PaymentHandler` of `schema.agentic_checkout.json` where both have the field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the protocol's handler has one flag per fact"
)]
pub struct HandlerDeclaration {
    /// Seller-defined id of the handler, for example `comptoir_card`.
    pub id: String,
    /// Handler name in reverse-DNS form, for example `dev.acp.tokenized.card`.
    pub name: String,
    /// Words for a buyer, for example `Card`.
    pub display_name: String,
    /// Version of the handler, `YYYY-MM-DD`.
    pub version: String,
    /// Address of the handler's specification.
    pub spec: String,
    /// Address of the JSON schema of `config`.
    pub config_schema: String,
    /// Addresses of the JSON schemas of accepted instruments.
    pub instrument_schemas: Vec<String>,
    /// Slug of the payment service provider.
    pub psp: String,
    /// The merchant id that a token's allowance must name.
    pub merchant_id: String,
    /// Whether the agent has to obtain a token through `delegate_payment`.
    pub requires_delegate_payment: bool,
    /// Whether card data passes through whoever calls the handler.
    pub requires_pci_compliance: bool,
    /// Card brands, lower case.
    pub brands: Vec<String>,
    /// Funding types: `credit`, `debit`, `prepaid`.
    pub funding_types: Vec<String>,
    /// Currencies that can be charged; empty when all can.
    pub currencies: Vec<Currency>,
    /// Whether a charge can ask for 3-D Secure.
    pub supports_3ds: bool,
    /// Whether no real money moves.
    pub simulated: bool,
}

impl HandlerDeclaration {
    /// The declaration of a simulated card handler that needs `delegate_payment`.
    #[must_use]
    pub fn tokenized_card(id: &str, psp: &str, merchant_id: &str) -> Self {
        let words = |list: &[&str]| {
            list.iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        Self {
            id: id.to_owned(),
            name: "dev.acp.tokenized.card".to_owned(),
            display_name: "Card (simulated)".to_owned(),
            version: "2026-04-17".to_owned(),
            spec: "https://acp.dev/handlers/tokenized.card".to_owned(),
            config_schema: "https://acp.dev/schemas/handlers/tokenized.card/config.json".to_owned(),
            instrument_schemas: vec![
                "https://acp.dev/schemas/handlers/tokenized.card/instrument.json".to_owned(),
            ],
            psp: psp.to_owned(),
            merchant_id: merchant_id.to_owned(),
            requires_delegate_payment: true,
            requires_pci_compliance: false,
            brands: words(&["visa", "mastercard", "amex"]),
            funding_types: words(&["credit", "debit", "prepaid"]),
            currencies: Vec::new(),
            supports_3ds: true,
            simulated: true,
        }
    }
}
