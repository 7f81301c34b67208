//! Each check of the seller lane on lifecycle, arithmetic, versions, escalation, leaks and expiry has
//! a planted fault that it must see.

use std::collections::BTreeSet;

use comptoir_certify::{Lane, SpecVersion, Topic, lanes};

use crate::mutants::all;

const TOPICS: [Topic; 6] = [
    Topic::Lifecycle,
    Topic::Arithmetic,
    Topic::Versions,
    Topic::Escalation,
    Topic::Leaks,
    Topic::Expiry,
];

/// Checks that no proxy before the reference can turn red, and why.
const WITHOUT_FAULT: [(&str, &str); 2] = [
    (
        "seller.lifecycle.policy-links-open",
        "asked in another profile only",
    ),
    ("seller.expiry.quote-ends", "the reference gives no quotes"),
];

/// There is no check without a fault that turns it red.
#[test]
fn every_check_has_a_fault() {
    let faults = all();
    let mut without = BTreeSet::new();
    for version in SpecVersion::ALL {
        for check in lanes::checks(Lane::Seller, version) {
            let id = check.id();
            let excused = WITHOUT_FAULT.iter().any(|(start, _)| id.starts_with(start));
            let red = || {
                let mut faults = faults.iter();
                faults.any(|fault| fault.expects(id).is_some())
            };
            if TOPICS.contains(&check.topic()) && !excused && !red() {
                without.insert(id.to_owned());
            }
        }
    }
    assert!(without.is_empty(), "{without:#?}");
}
