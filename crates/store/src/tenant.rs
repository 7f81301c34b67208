//! The tenant every row belongs to.

/// Number of a tenant. Every table carries it, and no transaction crosses two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(pub i64);

impl TenantId {
    /// The only tenant of a single-shop installation.
    pub const DEFAULT: Self = Self(1);
}

impl Default for TenantId {
    fn default() -> Self {
        Self::DEFAULT
    }
}
