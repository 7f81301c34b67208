//! The signed totals.

use comptoir_acp::id::LineItemId;
use comptoir_commerce::{
    AMOUNT_MAX,
    ledger::{Entry, EntryKind, Ledger, LedgerError},
};
use proptest::prelude::*;

use crate::fixtures::units;

fn line(number: u32) -> LineItemId {
    LineItemId::parse(format!("li_{number}")).unwrap()
}

fn on(kind: EntryKind, number: u32, amount: i64) -> Entry {
    Entry::line(kind, &line(number), units(amount))
}

fn sample() -> Ledger {
    Ledger::new(vec![
        on(EntryKind::ItemsBase, 1, 2_000),
        on(EntryKind::ItemsDiscount, 1, -200),
        on(EntryKind::ItemsBase, 2, 500),
        on(EntryKind::Discount, 1, -90),
        on(EntryKind::Discount, 2, -10),
        Entry::whole(EntryKind::Fulfillment, units(500)),
        on(EntryKind::Tax, 1, 171),
        on(EntryKind::Tax, 2, 49),
        Entry::whole(EntryKind::Tax, units(50)),
        Entry::whole(EntryKind::Fee, units(30)),
        on(EntryKind::IncludedTax, 2, 80),
    ])
    .unwrap()
}

// Sums per kind, subtotal and total; contained tax is in no sum.
#[test]
fn totals_are_the_sums_of_their_entries() {
    let totals = *sample().totals();
    let shown = [
        totals.items_base,
        totals.items_discount,
        totals.subtotal,
        totals.discount,
        totals.fulfillment,
        totals.tax,
        totals.fee,
        totals.total,
        totals.included_tax,
    ];
    assert_eq!(
        shown.map(comptoir_acp::money::MinorUnits::get),
        [2_500, -200, 2_300, -100, 500, 270, 30, 3_000, 80]
    );
}

// Lines and the rest make the whole.
#[test]
fn lines_and_the_rest_make_the_whole() {
    let ledger = sample();
    assert_eq!(ledger.line(&line(1)).total, units(1_881));
    assert_eq!(ledger.line(&line(2)).total, units(539));
    assert_eq!(ledger.line(&line(3)).total, units(0));
    assert_eq!(ledger.without_line().total, units(580));
    assert_eq!(
        ledger
            .lines()
            .values()
            .map(|line| line.total.get())
            .sum::<i64>()
            + 580,
        3_000
    );
}

// A wrong sign, a negative total and an amount over the maximum are refused by name.
#[test]
fn impossible_ledgers_are_refused() {
    let of = Ledger::new;
    assert_eq!(
        of(vec![on(EntryKind::Tax, 1, -1)]),
        Err(LedgerError::WrongSign {
            kind: EntryKind::Tax
        })
    );
    assert_eq!(
        of(vec![on(EntryKind::Discount, 1, 1)]),
        Err(LedgerError::WrongSign {
            kind: EntryKind::Discount
        })
    );
    assert_eq!(
        of(vec![
            on(EntryKind::ItemsBase, 1, 5),
            on(EntryKind::Discount, 1, -6)
        ]),
        Err(LedgerError::Negative)
    );
    for (amount, fits) in [
        (AMOUNT_MAX - 1, true),
        (AMOUNT_MAX, true),
        (AMOUNT_MAX + 1, false),
    ] {
        assert_eq!(
            of(vec![on(EntryKind::ItemsBase, 1, amount)]).is_ok(),
            fits,
            "{amount}"
        );
    }
    let twice = vec![
        on(EntryKind::ItemsBase, 1, i64::MAX),
        on(EntryKind::ItemsBase, 2, i64::MAX),
    ];
    assert_eq!(of(twice), Err(LedgerError::MaximumExceeded));
}

// A line of a large ledger is summed although its own part, without the reductions, is larger.
#[test]
fn a_part_may_be_larger_than_the_whole() {
    let ledger = Ledger::new(vec![
        on(EntryKind::ItemsBase, 1, AMOUNT_MAX),
        on(EntryKind::Tax, 1, AMOUNT_MAX / 2),
        on(EntryKind::Discount, 2, -AMOUNT_MAX),
    ])
    .unwrap();
    assert_eq!(
        ledger.line(&line(1)).total,
        units(AMOUNT_MAX + AMOUNT_MAX / 2)
    );
}

// A stored ledger is checked again when it is read.
#[test]
fn reading_repeats_every_check() {
    let stored = serde_json::to_string(&sample()).unwrap();
    assert_eq!(serde_json::from_str::<Ledger>(&stored).unwrap(), sample());
    let forged = stored.replace("2000", "-2000");
    assert!(serde_json::from_str::<Ledger>(&forged).is_err());
}

fn entry() -> impl Strategy<Value = Entry> {
    let kind = prop::sample::select(EntryKind::ALL.to_vec());
    (kind, prop::option::of(0_u32..5), 0_i64..=i64::MAX).prop_map(|(kind, number, amount)| {
        let amount = units(if kind.is_reduction() { -amount } else { amount });
        Entry {
            kind,
            amount,
            line: number.map(line),
        }
    })
}

proptest! {
    // Nothing wraps: a ledger is refused, or its total is the plain sum and within bounds.
    #[test]
    fn totals_never_wrap(entries in prop::collection::vec(entry(), 0..8)) {
        let sum: i128 = entries
            .iter()
            .filter(|entry| entry.kind != EntryKind::IncludedTax)
            .map(|entry| i128::from(entry.amount.get()))
            .sum();
        if let Ok(ledger) = Ledger::new(entries) {
            prop_assert_eq!(i128::from(ledger.total().get()), sum);
            prop_assert!((0..=AMOUNT_MAX).contains(&ledger.total().get()));
        }
    }

    // Moderate amounts are never refused for their size, and parts make the whole.
    #[test]
    fn parts_make_the_whole(
        amounts in prop::collection::vec((0_u32..5, 1_i64..1_000_000, 0_i64..100_000), 1..30),
    ) {
        let mut entries = Vec::new();
        for (number, base, tax) in amounts {
            entries.push(on(EntryKind::ItemsBase, number, base));
            entries.push(on(EntryKind::Discount, number, -(base / 3)));
            entries.push(on(EntryKind::Tax, number, tax));
            entries.push(Entry::whole(EntryKind::Fulfillment, units(tax)));
        }
        let ledger = Ledger::new(entries).unwrap();
        let lines: i64 = ledger.lines().values().map(|line| line.total.get()).sum();
        prop_assert_eq!(lines + ledger.without_line().total.get(), ledger.total().get());
    }
}
