//! Choosing the variant that is shown.

use std::cmp::Ordering;

use comptoir_feed::Variant;
use comptoir_rank::AvailabilityClass;

/// One variant, judged.
pub(super) struct Choice<'p> {
    pub(super) position: usize,
    pub(super) variant: &'p Variant,
    pub(super) within_limits: bool,
    pub(super) attributes: u8,
    pub(super) has_size: bool,
    pub(super) declares_size: bool,
    pub(super) availability: AvailabilityClass,
}

impl Choice<'_> {
    /// Best first.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let price = |choice: &Self| {
            choice
                .variant
                .price
                .as_ref()
                .map_or(i64::MAX, |price| price.amount.get())
        };
        other
            .within_limits
            .cmp(&self.within_limits)
            .then(other.attributes.cmp(&self.attributes))
            .then(self.availability.cmp(&other.availability))
            .then(price(self).cmp(&price(other)))
            .then(self.position.cmp(&other.position))
    }
}

/// `42` is a size of `EU 42` and of `41-42`, not of `142`; `m` is `M` and `Medium`.
pub(super) fn is_size(declared: &str, asked: &str) -> bool {
    let long = match asked {
        "xs" => "extra small",
        "s" => "small",
        "m" => "medium",
        "l" => "large",
        "xl" => "extra large",
        other => other,
    };
    let short = match asked {
        "small" => "s",
        "medium" => "m",
        "large" => "l",
        other => other,
    };
    let parts = || declared.split(|c: char| !c.is_alphanumeric() && c != '.' && c != ',');
    declared == long || parts().any(|part| part == asked || part == short)
}
