//! Rates, rounding and allocation.

use std::num::NonZeroU64;

use comptoir_commerce::rounding::{Rate, Rounding, RoundingError, allocate};
use proptest::prelude::*;

use crate::fixtures::units;

// Ties go to the even neighbour or away from zero, and never towards a sign.
#[test]
fn ties_round_as_named() {
    let two = NonZeroU64::new(2).unwrap();
    for (numerator, half_even, half_up) in [
        (1, 0, 1),
        (3, 2, 2),
        (5, 2, 3),
        (-1, 0, -1),
        (-5, -2, -3),
        (4, 2, 2),
        (0, 0, 0),
    ] {
        assert_eq!(
            Rounding::HalfEven.divide(numerator, two),
            half_even,
            "{numerator}/2"
        );
        assert_eq!(
            Rounding::HalfUp.divide(numerator, two),
            half_up,
            "{numerator}/2"
        );
    }
}

// A rate is exact in parts per million and never above the whole.
#[test]
fn rates_are_bounded_at_the_whole() {
    assert_eq!(
        Rate::parts_per_million(1_000_000).map(Rate::get),
        Ok(1_000_000)
    );
    assert_eq!(
        Rate::parts_per_million(1_000_001),
        Err(RoundingError::RateAboveWhole { parts: 1_000_001 })
    );
    assert!(serde_json::from_str::<Rate>("1000001").is_err());
    assert_eq!(
        Rate::parts_per_million(88_750).unwrap().to_string(),
        "8.875%"
    );
    assert_eq!(Rate::parts_per_million(200_000).unwrap().to_string(), "20%");
}

// Tax out of a gross price: what is net plus its tax is the gross again.
#[test]
fn contained_tax_is_taken_out_exactly() {
    let rate = Rate::parts_per_million(200_000).unwrap();
    assert_eq!(
        rate.included_in(units(1_200), Rounding::HalfUp),
        Ok(units(200))
    );
    assert_eq!(
        rate.included_in(units(999), Rounding::HalfUp),
        Ok(units(167))
    );
    assert_eq!(rate.included_in(units(0), Rounding::HalfUp), Ok(units(0)));
}

// The leftover units go to the largest remainders, the earlier winning a tie.
#[test]
fn allocation_follows_the_largest_remainder() {
    let weights = |amounts: &[i64]| amounts.iter().copied().map(units).collect::<Vec<_>>();
    let parts = |total, amounts: &[i64]| {
        allocate(units(total), &weights(amounts)).map(|parts| {
            parts
                .into_iter()
                .map(comptoir_acp::money::MinorUnits::get)
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(parts(100, &[1, 1, 1]), Ok(vec![34, 33, 33]));
    assert_eq!(parts(-100, &[1, 1, 1]), Ok(vec![-34, -33, -33]));
    assert_eq!(parts(10, &[0, 7, 3]), Ok(vec![0, 7, 3]));
    assert_eq!(parts(5, &[15, 25, 10]), Ok(vec![2, 2, 1]));
    assert_eq!(parts(0, &[0, 0]), Ok(vec![0, 0]));
    assert_eq!(parts(1, &[0, 0]), Err(RoundingError::NoWeight));
    assert_eq!(parts(1, &[2, -1]), Err(RoundingError::NegativeWeight));
    assert_eq!(parts(1, &[]), Err(RoundingError::NoWeight));
}

// The most that can be asked does not wrap.
#[test]
fn extremes_do_not_wrap() {
    let whole = Rate::parts_per_million(1_000_000).unwrap();
    for amount in [i64::MIN + 1, i64::MAX] {
        assert_eq!(
            whole.of(units(amount), Rounding::HalfEven),
            Ok(units(amount))
        );
    }
    let parts = allocate(units(i64::MAX), &[units(i64::MAX), units(i64::MAX)]).unwrap();
    assert_eq!(parts, [units(i64::MAX / 2 + 1), units(i64::MAX / 2)]);
}

proptest! {
    // Parts sum to the whole, and none exceeds its weight when the whole does not exceed them all.
    #[test]
    fn parts_sum_to_the_whole(
        weights in prop::collection::vec(0_i64..1_000_000_000_000, 1..40),
        share in 0_u32..=1_000_000,
    ) {
        let sum: i64 = weights.iter().sum();
        let weights: Vec<_> = weights.into_iter().map(units).collect();
        let rate = Rate::parts_per_million(share).unwrap();
        let total = rate.of(units(sum), Rounding::HalfUp).unwrap();
        if sum > 0 {
            let parts = allocate(total, &weights).unwrap();
            prop_assert_eq!(parts.iter().map(|part| part.get()).sum::<i64>(), total.get());
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(part <= weight && part.get() >= 0);
            }
        }
    }

    // Each part is within one unit of its exact share.
    #[test]
    fn no_part_is_off_by_more_than_one(
        total in -1_000_000_i64..1_000_000,
        weights in prop::collection::vec(1_i64..1_000_000, 1..20),
    ) {
        let sum: i64 = weights.iter().sum();
        let given: Vec<_> = weights.iter().copied().map(units).collect();
        let parts = allocate(units(total), &given).unwrap();
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = i128::from(total) * i128::from(*weight);
            let error = (i128::from(part.get()) * i128::from(sum) - exact).abs();
            prop_assert!(error <= i128::from(sum), "part {} of weight {}", part.get(), weight);
        }
    }

    // Rounding is to the nearest, whatever happens to ties.
    #[test]
    fn rounding_is_to_the_nearest(
        numerator in -1_000_000_000_000_i64..1_000_000_000_000,
        denominator in 1_u64..10_000_000,
    ) {
        let divisor = NonZeroU64::new(denominator).unwrap();
        for rounding in [Rounding::HalfEven, Rounding::HalfUp] {
            let rounded = rounding.divide(i128::from(numerator), divisor);
            let error = rounded * i128::from(denominator) - i128::from(numerator);
            prop_assert!(error.abs() * 2 <= i128::from(denominator));
        }
    }
}
