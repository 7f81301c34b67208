//! What both sides can do: the intersection goes into the session.

use comptoir_acp::latest::checkout::{
    Capabilities, Enforcement, InterventionCapabilities, InterventionType, Payment, PaymentHandler,
};
use comptoir_acp::version::VersionDate;
use comptoir_http::ApiError;
use comptoir_processors::HandlerDeclaration;
use serde_json::{Map, Value, json};

use crate::SellerConfig;

/// The seller's half, limited to what the agent offered.
pub(super) fn response(
    config: &SellerConfig,
    offered: &[InterventionType],
) -> Result<Capabilities, ApiError> {
    let declaration = config.processor.describe();
    let three_ds = declaration.supports_3ds && offered.contains(&InterventionType::ThreeDs);
    Ok(Capabilities {
        payment: Some(Payment {
            handlers: vec![handler(declaration)?],
        }),
        interventions: Some(InterventionCapabilities {
            supported: Some(if three_ds {
                vec![InterventionType::ThreeDs]
            } else {
                Vec::new()
            }),
            required: Some(Vec::new()),
            enforcement: Some(Enforcement::Conditional),
            display_context: None,
            redirect_context: None,
            max_redirects: None,
            max_interaction_depth: None,
        }),
        extensions: None,
    })
}

fn handler(declaration: HandlerDeclaration) -> Result<PaymentHandler, ApiError> {
    let config = fields(json!({
        "merchant_id": declaration.merchant_id,
        "psp": declaration.psp,
        "accepted_brands": declaration.brands,
        "accepted_funding_types": declaration.funding_types,
        "supports_3ds": declaration.supports_3ds,
        // The handler's schema knows these two. That nothing real is charged is said by the name.
        "environment": if declaration.simulated { "sandbox" } else { "production" },
    }));
    Ok(PaymentHandler {
        id: declaration.id,
        name: declaration.name,
        display_name: Some(declaration.display_name),
        version: VersionDate::parse(declaration.version.as_str()).map_err(ApiError::internal)?,
        spec: declaration.spec,
        requires_delegate_payment: declaration.requires_delegate_payment,
        requires_pci_compliance: declaration.requires_pci_compliance,
        psp: declaration.psp,
        config_schema: declaration.config_schema,
        instrument_schemas: declaration.instrument_schemas,
        config,
        display_order: Some(0),
    })
}

fn fields(value: Value) -> Map<String, Value> {
    if let Value::Object(fields) = value {
        fields
    } else {
        Map::new()
    }
}
