//! Products, stock and reservations.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

use super::{TENANT, read, write};
use crate::{ProductRow, StockLevel, Store, StoreError};

/// One step of a random history; holders and items are small numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockOp {
    /// `set_stock(item, on_hand)`
    Set(u8, i64),
    /// `reserve(holder, item, qty)`
    Reserve(u8, u8, i64),
    /// `release(holder)`
    Release(u8),
    /// `sell(holder)`
    Sell(u8),
    /// `restock(item, qty)`
    Restock(u8, i64),
    /// The step after it happens in a closure that fails.
    Fail,
}

#[derive(Debug, Default)]
struct Model {
    levels: BTreeMap<u8, StockLevel>,
    held: BTreeMap<(u8, u8), i64>,
}

impl Model {
    /// Whether the step changes anything.
    fn apply(&mut self, op: StockOp) -> bool {
        match op {
            StockOp::Set(item, on_hand) => {
                let level = self.levels.entry(item).or_default();
                let fits = on_hand >= level.reserved;
                if fits {
                    level.on_hand = on_hand;
                }
                fits
            }
            StockOp::Reserve(holder, item, qty) => match self.levels.get_mut(&item) {
                Some(level) if level.on_hand - level.reserved >= qty => {
                    level.reserved += qty;
                    *self.held.entry((holder, item)).or_default() += qty;
                    true
                }
                _ => false,
            },
            StockOp::Release(holder) => self.settle(holder, |level, qty| level.reserved -= qty),
            StockOp::Sell(holder) => self.settle(holder, |level, qty| {
                level.reserved -= qty;
                level.on_hand -= qty;
                level.sold += qty;
            }),
            StockOp::Restock(item, qty) => match self.levels.get_mut(&item) {
                Some(level) if level.sold >= qty => {
                    level.sold -= qty;
                    level.on_hand += qty;
                    true
                }
                _ => false,
            },
            StockOp::Fail => false,
        }
    }

    fn settle(&mut self, holder: u8, change: impl Fn(&mut StockLevel, i64)) -> bool {
        let levels = &mut self.levels;
        self.held.retain(|(by, item), qty| {
            if *by == holder
                && let Some(level) = levels.get_mut(item)
            {
                change(level, *qty);
            }
            *by != holder
        });
        true
    }
}

/// Any history leaves exactly the stock that plain arithmetic gives: nothing oversold, reserved is
/// the sum of the reservations, failed closures leave no trace.
pub fn stock_follows_model(store: &Store, history: &[StockOp]) {
    let mut model = Model::default();
    let mut must_fail = false;
    for op in history.iter().copied() {
        if op == StockOp::Fail {
            must_fail = true;
            continue;
        }
        let fails = std::mem::take(&mut must_fail);
        let expected = !fails && model.apply(op);
        let changed = store.write_blocking("step", move |tx| {
            let changed = apply(tx, op)?;
            if fails {
                Err(StoreError::Busy)
            } else {
                Ok(changed)
            }
        });
        assert_eq!(changed.unwrap_or(false), expected, "{op:?}");
    }
    let held = model.held;
    let (levels, reservations) = read(store, |tx| {
        let levels: Vec<_> = (0..4)
            .map(|item| tx.stock(TENANT, &item_id(item)))
            .collect::<Result<_, _>>()?;
        let reservations: Vec<_> = (0..4)
            .map(|h| tx.reservations(TENANT, &holder_id(h)))
            .collect::<Result<_, _>>()?;
        Ok((levels, reservations))
    });
    for (item, level) in (0..4).zip(levels) {
        assert_eq!(level, model.levels.get(&item).copied(), "item {item}");
        let Some(level) = level else { continue };
        let sum: i64 = held
            .iter()
            .filter(|((_, of), _)| *of == item)
            .map(|(_, qty)| qty)
            .sum();
        assert_eq!(level.reserved, sum);
        assert!(0 <= level.reserved && level.reserved <= level.on_hand && 0 <= level.sold);
    }
    for (holder, found) in (0..4).zip(reservations) {
        let expected: Vec<_> = held
            .iter()
            .filter(|((by, _), _)| *by == holder)
            .map(|((_, item), qty)| (item_id(*item), *qty))
            .collect();
        assert_eq!(found, expected, "holder {holder}");
    }
}

fn apply(tx: &mut dyn crate::Tx, op: StockOp) -> Result<bool, StoreError> {
    match op {
        StockOp::Set(item, on_hand) => tx.set_stock(TENANT, &item_id(item), on_hand)?,
        StockOp::Reserve(holder, item, qty) => {
            return tx.reserve(TENANT, &holder_id(holder), &item_id(item), qty);
        }
        StockOp::Release(holder) => tx.release(TENANT, &holder_id(holder))?,
        StockOp::Sell(holder) => tx.sell(TENANT, &holder_id(holder))?,
        StockOp::Restock(item, qty) => tx.restock(TENANT, &item_id(item), qty)?,
        StockOp::Fail => {}
    }
    Ok(true)
}

fn item_id(item: u8) -> String {
    format!("item_{item}")
}

fn holder_id(holder: u8) -> String {
    format!("holder_{holder}")
}

/// Many buyers at once get exactly the units there are.
pub fn stock_is_never_oversold(store: &Store) {
    const THREADS: usize = 8;
    const UNITS: i64 = 50;
    write(store, |tx| tx.set_stock(TENANT, "rare", UNITS));
    let won = Arc::new(AtomicI64::new(0));
    let buyers: Vec<_> = (0..THREADS)
        .map(|buyer| {
            let (store, won) = (store.clone(), Arc::clone(&won));
            thread::spawn(move || {
                for n in 0..20 {
                    let holder = format!("buyer_{buyer}_{n}");
                    let got = write(&store, move |tx| {
                        let got = tx.reserve(TENANT, &holder, "rare", 1)?;
                        if got && n % 2 == 0 {
                            tx.sell(TENANT, &holder)?;
                        }
                        Ok(got)
                    });
                    won.fetch_add(i64::from(got), Ordering::Relaxed);
                }
            })
        })
        .collect();
    for buyer in buyers {
        buyer.join().unwrap();
    }
    assert_eq!(won.load(Ordering::Relaxed), UNITS);
    let level = read(store, |tx| tx.stock(TENANT, "rare")).unwrap();
    assert_eq!((level.available(), level.reserved + level.sold), (0, UNITS));
}

/// Negative units, unknown items and counts below the reserved units are refused.
pub fn stock_refuses_nonsense(store: &Store) {
    write(store, |tx| {
        tx.set_stock(TENANT, "item", 5)?;
        assert!(!tx.reserve(TENANT, "h", "unknown", 1)?);
        assert!(tx.reserve(TENANT, "h", "item", 3)?);
        for qty in [0, -1, i64::MIN, i64::MAX] {
            let refused = tx.reserve(TENANT, "h", "item", qty);
            assert!(
                matches!(refused, Err(StoreError::InvalidArgument { .. })),
                "{refused:?}"
            );
            let refused = tx.restock(TENANT, "item", qty);
            assert!(
                matches!(refused, Err(StoreError::InvalidArgument { .. })),
                "{refused:?}"
            );
        }
        let below = tx.set_stock(TENANT, "item", 2);
        let conflict = matches!(
            below,
            Err(StoreError::Conflict {
                collection: "stock",
                field: "on_hand"
            })
        );
        assert!(conflict, "{below:?}");
        tx.release(TENANT, "nobody")?;
        tx.sell(TENANT, "nobody")
    });
    let level = read(store, |tx| tx.stock(TENANT, "item"));
    assert_eq!(
        level,
        Some(StockLevel {
            on_hand: 5,
            reserved: 3,
            sold: 0
        })
    );
}

/// A product is replaced by its identity, keeps its stock, and the list pages by identity.
pub fn products_are_replaced_and_listed(store: &Store) {
    write(store, |tx| {
        for (item, price) in [("b", 1), ("a", 2), ("c", 3), ("a", 4)] {
            let product = ProductRow {
                item_id: item.to_owned(),
                price,
                currency: "eur".to_owned(),
                document: vec![1, 2, 3],
                updated_at: price,
            };
            tx.put_product(TENANT, &product)?;
        }
        tx.set_stock(TENANT, "a", 7)
    });
    let (found, first, rest, stock) = read(store, |tx| {
        let (first, rest) = (
            tx.products(TENANT, None, 2)?,
            tx.products(TENANT, Some("b"), 9)?,
        );
        Ok((
            tx.product(TENANT, "a")?,
            first,
            rest,
            tx.stock(TENANT, "a")?,
        ))
    });
    assert_eq!(found.unwrap().price, 4);
    let ids = |rows: &[ProductRow]| {
        rows.iter()
            .map(|row| row.item_id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (ids(&first), ids(&rest)),
        (vec!["a".into(), "b".into()], vec!["c".into()])
    );
    assert_eq!(stock.unwrap().on_hand, 7);
}
