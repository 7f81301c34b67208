//! The discovery document: stable facts, the same for everybody.

use comptoir_acp::{
    latest::{
        checkout::InterventionType,
        discovery::{
            DiscoveryCapabilities, DiscoveryProtocol, DiscoveryResponse, ProtocolName, Service,
            Transport,
        },
    },
    version::ApiVersion,
};

use crate::MerchantProfile;

pub(crate) fn discovery(merchant: &MerchantProfile, supported: &[ApiVersion]) -> DiscoveryResponse {
    let mut versions: Vec<ApiVersion> = supported.to_vec();
    versions.sort_unstable();
    let newest = versions.last().copied().unwrap_or(ApiVersion::LATEST);
    DiscoveryResponse {
        protocol: DiscoveryProtocol {
            name: ProtocolName::Acp,
            version: newest.into(),
            supported_versions: versions.into_iter().map(Into::into).collect(),
            documentation_url: None,
        },
        api_base_url: merchant.api_base_url.clone(),
        transports: vec![Transport::Rest],
        capabilities: DiscoveryCapabilities {
            services: vec![Service::Checkout, Service::Orders],
            extensions: None,
            intervention_types: Some(vec![InterventionType::ThreeDs]),
            supported_currencies: Some(merchant.currencies.clone()),
            supported_locales: Some(merchant.locales.clone()),
        },
    }
}
