//! Records.

use super::{TENANT, plain, read, write};
use crate::{Collection, NewRecord, RecordQuery, RecordUpdate, Store, StoreError, TenantId};

/// An identity and a unique reference exist once per tenant and collection; absent references do
/// not collide.
pub fn identities_are_unique(store: &Store) {
    for collection in Collection::ALL {
        write(store, move |tx| {
            tx.insert(
                collection,
                &NewRecord {
                    unique_ref: Some("ref"),
                    ..plain("a")
                },
            )?;
            tx.insert(collection, &plain("b"))?;
            tx.insert(collection, &plain("c"))
        });
        let same_id = store.write_blocking("test", move |tx| tx.insert(collection, &plain("b")));
        assert_conflict(same_id, collection, "id");
        let same_ref = store.write_blocking("test", move |tx| {
            tx.insert(
                collection,
                &NewRecord {
                    unique_ref: Some("ref"),
                    ..plain("d")
                },
            )
        });
        assert_conflict(same_ref, collection, "unique_ref");
        let found = read(store, move |tx| {
            tx.record_by_unique_ref(collection, TENANT, "ref")
        });
        assert_eq!(found.unwrap().id, "a");
        assert_eq!(
            read(store, move |tx| tx.count(
                collection,
                TENANT,
                &RecordQuery::default()
            )),
            3
        );
        let deleted = write(store, move |tx| {
            Ok((
                tx.delete(collection, TENANT, "a")?,
                tx.delete(collection, TENANT, "a")?,
            ))
        });
        assert_eq!(deleted, (true, false));
    }
    let empty = store.write_blocking("test", |tx| tx.insert(Collection::Orders, &plain("")));
    assert!(
        matches!(empty, Err(StoreError::InvalidArgument { .. })),
        "{empty:?}"
    );
}

/// An update succeeds once per revision, and changes everything it names.
pub fn updates_need_the_expected_revision(store: &Store) {
    const UPDATE: RecordUpdate<'_> = RecordUpdate {
        tenant: TENANT,
        id: "a",
        expected_revision: 1,
        state: "done",
        due_at: Some(9),
        document: b"{\"a\":1}",
        rendered: Some(b"bytes"),
        now: 2,
    };
    write(store, |tx| tx.insert(Collection::Orders, &plain("a")));
    write(store, |tx| tx.update(Collection::Orders, &UPDATE));
    let again = store.write_blocking("test", |tx| tx.update(Collection::Orders, &UPDATE));
    assert!(
        matches!(
            again,
            Err(StoreError::Stale {
                table: "orders",
                ..
            })
        ),
        "{again:?}"
    );
    let missing = store.write_blocking("test", |tx| {
        tx.update(Collection::Orders, &RecordUpdate { id: "x", ..UPDATE })
    });
    assert!(
        matches!(missing, Err(StoreError::Stale { .. })),
        "{missing:?}"
    );
    let record = read(store, |tx| tx.record(Collection::Orders, TENANT, "a")).unwrap();
    assert_eq!(
        (record.revision, record.state.as_str(), record.due_at),
        (2, "done", Some(9))
    );
    assert_eq!((record.created_at, record.updated_at), (1, 2));
    assert_eq!(record.document, b"{\"a\":1}");
    assert_eq!(record.rendered.as_deref(), Some(b"bytes".as_slice()));
}

/// Ready bytes are the ones stored, with their owner; a record without them has none.
pub fn rendered_bytes_come_back_as_they_were(store: &Store) {
    write(store, |tx| {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(20_000).collect();
        tx.insert(
            Collection::Orders,
            &NewRecord {
                rendered: Some(&bytes),
                ..plain("a")
            },
        )?;
        tx.insert(Collection::Orders, &plain("b"))
    });
    let (a, b, c) = read(store, |tx| {
        let rendered = |id| tx.rendered(Collection::Orders, TENANT, id);
        Ok((rendered("a")?, rendered("b")?, rendered("c")?))
    });
    let (owner, bytes) = a.unwrap();
    assert_eq!(
        (owner.as_str(), bytes.len(), bytes[257]),
        ("owner", 20_000, 1)
    );
    assert_eq!((b, c), (None, None));
}

/// Queries filter by state, owner, parent and due time, and page in both directions.
pub fn queries_filter_and_page(store: &Store) {
    fill_for_queries(store);
    for collection in Collection::ALL {
        let numbers = move |query: RecordQuery<'static>| {
            let (records, count) = read(store, move |tx| {
                Ok((
                    tx.records(collection, TENANT, &query)?,
                    tx.count(collection, TENANT, &query)?,
                ))
            });
            let numbers: Vec<u32> = records.iter().map(|r| r.id[3..].parse().unwrap()).collect();
            let keys: Vec<i64> = records.iter().map(|record| record.key).collect();
            (numbers, keys, count)
        };
        let all = RecordQuery::default();
        assert_eq!(
            numbers(RecordQuery {
                state: Some("done"),
                ..all
            })
            .2,
            10
        );
        let owned = RecordQuery {
            owner: Some("y"),
            state: Some("open"),
            ..all
        };
        assert_eq!(numbers(owned).0, [10, 12, 14, 16, 18]);
        let children = RecordQuery {
            parent: Some("parent_1"),
            ..all
        };
        assert_eq!(numbers(children).0, [1, 4, 10, 13, 16]);
        let due = RecordQuery {
            due_before: Some(100),
            ..all
        };
        assert_eq!(numbers(due).0, [0, 5, 10]);
        let due_done = RecordQuery {
            due_before: Some(1_000),
            state: Some("done"),
            ..all
        };
        assert_eq!(numbers(due_done).0, [5, 15]);
        let (first, keys, count) = numbers(RecordQuery {
            limit: 3,
            descending: true,
            ..all
        });
        assert_eq!((first.as_slice(), count), ([19, 18, 17].as_slice(), 20));
        let next = RecordQuery {
            limit: 2,
            descending: true,
            after_key: Some(keys[2]),
            ..all
        };
        assert_eq!(numbers(next).0, [16, 15]);
        let later = RecordQuery {
            limit: 2,
            after_key: Some(keys[2]),
            ..all
        };
        assert_eq!(numbers(later).0, [18, 19]);
        assert_eq!(numbers(RecordQuery { limit: 0, ..all }).0.len(), 0);
    }
}

fn fill_for_queries(store: &Store) {
    write(store, |tx| {
        for n in 0..20_i64 {
            let (id, parent) = (format!("id_{n:02}"), format!("parent_{}", n % 3));
            let record = NewRecord {
                id: &id,
                state: if n % 2 == 0 { "open" } else { "done" },
                owner: if n < 10 { "x" } else { "y" },
                parent: (n % 4 != 3).then_some(parent.as_str()),
                due_at: (n % 5 == 0).then_some(n * 10),
                ..plain("")
            };
            for collection in Collection::ALL {
                tx.insert(collection, &record)?;
            }
        }
        Ok(())
    });
}

/// The same identities live side by side in two tenants, and neither sees the other's.
pub fn tenants_do_not_see_each_other(store: &Store) {
    const OTHER: TenantId = TenantId(2);
    write(store, |tx| {
        tx.insert(
            Collection::Orders,
            &NewRecord {
                unique_ref: Some("r"),
                ..plain("a")
            },
        )?;
        tx.insert(
            Collection::Orders,
            &NewRecord {
                tenant: OTHER,
                unique_ref: Some("r"),
                ..plain("a")
            },
        )?;
        tx.set_stock(TENANT, "item", 5)?;
        tx.set_stock(OTHER, "item", 0)?;
        assert!(tx.reserve(TENANT, "a", "item", 1)?);
        assert!(!tx.reserve(OTHER, "a", "item", 1)?);
        assert_eq!(tx.reservations(OTHER, "a")?, []);
        tx.release(OTHER, "a")?;
        assert!(tx.delete(Collection::Orders, OTHER, "a")?);
        Ok(())
    });
    let (own, other, reserved) = read(store, |tx| {
        let own = tx.record(Collection::Orders, TENANT, "a")?;
        let other = tx.record_by_unique_ref(Collection::Orders, OTHER, "r")?;
        Ok((
            own.is_some(),
            other.is_some(),
            tx.stock(TENANT, "item")?.unwrap().reserved,
        ))
    });
    assert_eq!((own, other, reserved), (true, false, 1));
}

fn assert_conflict(result: Result<i64, StoreError>, of: Collection, wanted: &str) {
    match result {
        Err(StoreError::Conflict { collection, field }) => {
            assert_eq!((collection, field), (of.table(), wanted));
        }
        other => panic!("no conflict but {other:?}"),
    }
}
