//! The buyer.

use serde::{Deserialize, Serialize};

use crate::text::Rfc3339;

closed_enum! {
    /// The buyer's account at the seller.
    pub enum AccountType {
        Guest = "guest",
        Registered = "registered",
        Business = "business",
    }
}

closed_enum! {
    /// Whether the buyer is signed in at the seller.
    pub enum BuyerAuthenticationStatus {
        Authenticated = "authenticated",
        Guest = "guest",
        RequiresSignin = "requires_signin",
    }
}

closed_enum! {
    /// Why the buyer is exempt from tax.
    pub enum TaxCertificateType {
        Resale = "resale",
        ExemptOrganization = "exempt_organization",
        Government = "government",
    }
}

/// The buyer's company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyInfo {
    /// Name.
    pub name: String,
    /// Tax id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
    /// Department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Cost centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_center: Option<String>,
}

impl CompanyInfo {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(name: String) -> Self {
        Self {
            name,
            tax_id: None,
            department: None,
            cost_center: None,
        }
    }
}

/// The buyer's standing in the seller's loyalty programme.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoyaltyInfo {
    /// Tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points_balance: Option<i64>,
    /// Start of membership.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_since: Option<Rfc3339>,
}

/// A tax exemption certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxExemption {
    /// Number of the certificate.
    pub certificate_id: String,
    /// Kind of the certificate.
    pub certificate_type: TaxCertificateType,
    /// Where it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exempt_regions: Option<Vec<String>>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Rfc3339>,
}

impl TaxExemption {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(certificate_id: String, certificate_type: TaxCertificateType) -> Self {
        Self {
            certificate_id,
            certificate_type,
            exempt_regions: None,
            expires_at: None,
        }
    }
}

/// The buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Whole name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// E-mail address.
    pub email: String,
    /// Telephone number, E.164 recommended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Customer id at the seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Kind of account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// Whether signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_status: Option<BuyerAuthenticationStatus>,
    /// Company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyInfo>,
    /// Loyalty programme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loyalty: Option<LoyaltyInfo>,
    /// Tax exemption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_exemption: Option<TaxExemption>,
}

impl Buyer {
    /// The required fields; everything else is absent.
    #[must_use]
    pub fn new(email: String) -> Self {
        Self {
            first_name: None,
            last_name: None,
            full_name: None,
            email,
            phone_number: None,
            customer_id: None,
            account_type: None,
            authentication_status: None,
            company: None,
            loyalty: None,
            tax_exemption: None,
        }
    }
}
