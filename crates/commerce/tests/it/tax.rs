//! Tax by region.

use comptoir_commerce::{
    address::Region,
    item::TaxCategory,
    rounding::{Rate, Rounding},
    tax::{TaxTable, Taxable, tax},
};
use proptest::prelude::*;

use crate::fixtures::{address, units};

fn table() -> TaxTable {
    TaxTable::illustrative(Some(Region::parse("FR").unwrap()))
}

// A state's entry wins over its country's; a country without entry collects nothing.
#[test]
fn the_closest_region_counts() {
    let table = table();
    let rate = |region: &str| {
        table
            .region(Some(&address(region)))
            .map(|entry| entry.rate(&TaxCategory::default()).get())
    };
    assert_eq!(rate("CA-ON"), Some(130_000));
    assert_eq!(rate("CA-QC"), Some(50_000));
    assert_eq!(rate("US-ca"), Some(72_500));
    assert_eq!(rate("US-AK"), None);
    assert_eq!(rate("BR-SP"), None);
    assert_eq!(
        table.region(None).map(|entry| entry.region.to_string()),
        Some("FR".to_owned())
    );
}

// A listed class has its own rate, any other the standard rate.
#[test]
fn classes_have_their_own_rate() {
    let table = table();
    let france = table.region(Some(&address("FR"))).unwrap();
    assert_eq!(france.rate(&TaxCategory::new("books")).get(), 55_000);
    assert_eq!(france.rate(&TaxCategory::new("toys")).get(), 200_000);
}

// Sales tax is added; tax contained in gross prices is taken out.
#[test]
fn tax_is_added_or_contained() {
    let table = table();
    let things = |rate: u32| {
        let rate = Rate::parts_per_million(rate).unwrap();
        vec![Taxable {
            rate,
            amount: units(1_200),
        }]
    };
    let california = table.region(Some(&address("US-CA"))).unwrap();
    let added = tax(california, table.rounding, &things(72_500)).unwrap();
    assert_eq!(
        (added.parts, added.rows[0].included),
        (vec![units(87)], false)
    );
    let france = table.region(Some(&address("FR"))).unwrap();
    let contained = tax(france, table.rounding, &things(200_000)).unwrap();
    assert_eq!(
        (contained.parts, contained.rows[0].included),
        (vec![units(200)], true)
    );
}

// Rounded once for all lines of a rate, not line by line: three times 0.5 is 2, not 3 or 0.
#[test]
fn one_rounding_per_rate() {
    let table = table();
    let region = table.region(Some(&address("AU"))).unwrap();
    let mut net = region.clone();
    net.prices_include_tax = false;
    let rate = Rate::parts_per_million(100_000).unwrap();
    let things = vec![
        Taxable {
            rate,
            amount: units(5)
        };
        3
    ];
    let result = tax(&net, Rounding::HalfUp, &things).unwrap();
    assert_eq!(result.parts, [units(1), units(1), units(0)]);
    assert_eq!(result.rows[0].amount, units(2));
}

proptest! {
    // Parts sum to the rows, each row is its rate of its base, whatever the mix (P-06).
    #[test]
    fn parts_sum_to_the_rows(
        things in prop::collection::vec((0_u32..=300_000, 0_i64..100_000_000), 0..30),
        included in any::<bool>(),
        half_even in any::<bool>(),
    ) {
        let rounding = if half_even { Rounding::HalfEven } else { Rounding::HalfUp };
        let mut region = table().region(None).unwrap().clone();
        region.prices_include_tax = included;
        let things: Vec<_> = things
            .into_iter()
            .map(|(rate, amount)| Taxable {
                rate: Rate::parts_per_million(rate).unwrap(),
                amount: units(amount),
            })
            .collect();
        let result = tax(&region, rounding, &things).unwrap();
        let parts: i64 = result.parts.iter().map(|part| part.get()).sum();
        let rows: i64 = result.rows.iter().map(|row| row.amount.get()).sum();
        prop_assert_eq!(parts, rows);
        for row in result.rows {
            let exact = if included {
                row.rate.included_in(row.taxable, rounding)
            } else {
                row.rate.of(row.taxable, rounding)
            };
            prop_assert_eq!(exact, Ok(row.amount));
        }
        for (part, thing) in result.parts.iter().zip(&things) {
            prop_assert!(part.get() >= 0 && *part <= thing.amount);
        }
    }
}
