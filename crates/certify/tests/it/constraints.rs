//! The constraints: each has a name of its own, and the names stay.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_certify::{SchemaJudge, SpecVersion};

#[test]
fn ids_are_unique_and_say_where_they_belong() {
    let judge = SchemaJudge::bundled().unwrap();
    let mut seen = BTreeSet::new();
    for version in SpecVersion::ALL {
        for constraint in judge.constraints(version) {
            let start = format!("{version}/{}#{}", constraint.bundle, constraint.shape);
            assert!(constraint.id.starts_with(&start), "{}", constraint.id);
            assert!(
                constraint
                    .id
                    .contains(&format!(":{}", constraint.kind.as_str())),
                "{}",
                constraint.id
            );
            assert!(!constraint.expects.is_empty(), "{}", constraint.id);
            assert!(seen.insert(&constraint.id), "{} twice", constraint.id);
        }
    }
    for id in [
        "2026-04-17/checkout#CheckoutSessionBase.line_items:required",
        "2026-04-17/checkout#CheckoutSessionCreateRequest.line_items:min_items",
        "2026-04-17/checkout#Error.supported_versions[]:pattern",
        "2026-04-17/delegate_payment#DelegatePaymentRequest.metadata.*:type",
        "2026-04-17/delegate_authentication#BrowserInfo.color_depth:required_when_javascript_enabled",
        "2026-01-30/checkout#PaymentData:needs",
        "2025-09-29/webhook#WebhookEvent.type:enum",
    ] {
        assert!(seen.contains(&id.to_owned()), "{id}");
    }
}

/// A changed id is a changed requirement: this table changes with it, on purpose.
#[test]
fn ids_are_stable() {
    const KNOWN: &[(&str, usize, u64)] = &[
        ("2025-09-29/checkout", 203, 0x9fbf_e98e_5a98_a48f),
        ("2025-09-29/delegate_payment", 108, 0xc502_58c3_140c_2af2),
        ("2025-09-29/webhook", 37, 0xa8d0_235f_6e3d_1472),
        ("2025-12-12/checkout", 344, 0x5b27_1124_8395_b19a),
        ("2025-12-12/delegate_payment", 108, 0x8109_3c16_dfbd_b4f6),
        ("2025-12-12/webhook", 37, 0x48c4_db19_24b6_4020),
        ("2026-01-16/checkout", 334, 0x5108_c085_778b_18bc),
        ("2026-01-16/delegate_payment", 108, 0x67f1_3b6f_214c_3b2c),
        ("2026-01-16/webhook", 37, 0x3682_e0a0_204a_bdc9),
        ("2026-01-30/checkout", 702, 0xb63b_56a4_aede_3bde),
        ("2026-01-30/delegate_payment", 110, 0x82dd_ff06_31a5_9fb9),
        ("2026-01-30/discount", 67, 0xe952_6ac8_6423_705b),
        ("2026-01-30/extension", 34, 0x5931_89c5_17e5_66a8),
        ("2026-01-30/webhook", 37, 0x00c2_75f6_c3cc_97fd),
        ("2026-04-17/cart", 28, 0xe754_9254_b940_047e),
        ("2026-04-17/checkout", 844, 0x9db4_1561_ff8f_2b5f),
        (
            "2026-04-17/delegate_authentication",
            180,
            0x6d4f_eb3f_8d5a_30b2,
        ),
        ("2026-04-17/delegate_payment", 112, 0xac8a_a4ea_5e8f_48ad),
        ("2026-04-17/discount", 67, 0xcee6_1020_2259_3e0d),
        ("2026-04-17/extension", 34, 0x9286_9de4_c770_f10c),
        ("2026-04-17/feed", 138, 0x8336_298e_4120_5142),
        ("2026-04-17/mcp", 31, 0x20d6_6c9c_460c_122f),
        ("2026-04-17/webhook", 23, 0x8fa6_24fe_9b05_07df),
    ];
    let judge = SchemaJudge::bundled().unwrap();
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for version in SpecVersion::ALL {
        for constraint in judge.constraints(version) {
            let bundle = format!("{version}/{}", constraint.bundle);
            found.entry(bundle).or_default().insert(&constraint.id);
        }
    }
    let found: Vec<_> = found
        .iter()
        .map(|(bundle, ids)| (bundle.as_str(), ids.len(), hash(ids)))
        .collect();
    let total: usize = found.iter().map(|(_, count, _)| count).sum();
    println!("{total} constraints");
    assert_eq!(found, KNOWN);
}

/// FNV-1a of the ids, a line each.
fn hash(ids: &BTreeSet<&str>) -> u64 {
    ids.iter()
        .flat_map(|id| id.bytes().chain([b'\n']))
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}
