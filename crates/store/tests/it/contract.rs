//! The contract, on each engine.

use comptoir_store::{
    Store, StoreOptions,
    testkit::{StockOp, stock_follows_model},
};
use proptest::{collection::vec, prelude::*};
use tempfile::TempDir;

mod memory {
    comptoir_store::store_contract!(super::in_memory);
}

mod file {
    comptoir_store::store_contract!(super::in_file);
}

fn in_memory() -> ((), Store) {
    ((), Store::in_memory().unwrap())
}

fn in_file() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db"), StoreOptions::default()).unwrap();
    (folder, store)
}

fn step() -> impl Strategy<Value = StockOp> {
    let (item, holder) = (0..4_u8, 0..4_u8);
    prop_oneof![
        2 => (item.clone(), 0..30_i64).prop_map(|(item, units)| StockOp::Set(item, units)),
        6 => (holder.clone(), item.clone(), 1..8_i64)
            .prop_map(|(holder, item, qty)| StockOp::Reserve(holder, item, qty)),
        2 => holder.clone().prop_map(StockOp::Release),
        2 => holder.prop_map(StockOp::Sell),
        1 => (item, 1..8_i64).prop_map(|(item, qty)| StockOp::Restock(item, qty)),
        1 => Just(StockOp::Fail),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any history of stock steps agrees with plain arithmetic, in memory.
    #[test]
    fn stock_in_memory_follows_model(history in vec(step(), 1..60)) {
        stock_follows_model(&in_memory().1, &history);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Any history of stock steps agrees with plain arithmetic, in a file, and the file is sound.
    #[test]
    fn stock_in_a_file_follows_model(history in vec(step(), 1..60)) {
        let (folder, store) = in_file();
        stock_follows_model(&store, &history);
        let report = Store::check(&folder.path().join("store.db")).unwrap();
        prop_assert!(report.is_sound(), "{report:?}");
    }
}
