//! Whether a database file is sound.

use std::path::Path;

use rusqlite::{Connection, Row};

use crate::{
    Collection, Store, StoreError,
    sqlite::{open_existing, translate},
};

/// Findings listed at most; more are counted only.
const FINDINGS_LISTED_MAX: usize = 100;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckReport {
    /// Each table with its number of rows.
    pub tables: Vec<(&'static str, u64)>,
    /// What is wrong; at most the first hundred.
    pub findings: Vec<Finding>,
    /// How many things are wrong in all.
    pub findings_total: usize,
}

impl CheckReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.findings_total == 0
    }

    fn add(&mut self, finding: Finding) {
        self.findings_total += 1;
        if self.findings.len() < FINDINGS_LISTED_MAX {
            self.findings.push(finding);
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// The table, when the rule is about one.
    pub table: Option<&'static str>,
    /// The row or page, as far as it is known.
    pub row: String,
}

/// What must hold in every database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Pages, indexes, types and constraints are intact, as SQLite itself checks them.
    Intact,
    /// Every foreign key points to a row.
    ForeignKeys,
    /// `stock.reserved` is the sum of the item's reservations.
    ReservedIsSumOfReservations,
    /// Every reservation has a stock row.
    ReservationHasStock,
    /// Every delivery has its event, of the same tenant.
    DeliveryHasEvent,
    /// Open deliveries to one subscriber about one subject have one in front.
    OneDeliveryInFront,
    /// A stored answer has status, headers and body; a running request has a lease.
    IdempotencyComplete,
}

impl Store {
    /// Checks a database file, also while it is in use.
    ///
    /// # Errors
    /// [`StoreError::NoSuchDatabase`] and failures to read. A damaged database is no error but a
    /// report with findings.
    pub fn check(path: &Path) -> Result<CheckReport, StoreError> {
        let mut connection = open_existing(path)?;
        check(&mut connection)
    }
}

pub(crate) fn check(connection: &mut Connection) -> Result<CheckReport, StoreError> {
    let mut report = CheckReport::default();
    // One snapshot for all rules: the database may be in use.
    let snapshot = connection.transaction().map_err(translate)?;
    check_pages(&snapshot, &mut report)?;
    if !report.is_sound() {
        // Nothing that is read from damaged pages can be relied on.
        return Ok(report);
    }
    check_foreign_keys(&snapshot, &mut report)?;
    for (rule, table, sql) in RULES {
        each_row(&snapshot, sql, |row| {
            report.add(Finding {
                rule: *rule,
                table: Some(table),
                row: row.get(0)?,
            });
            Ok(())
        })?;
    }
    for table in Collection::ALL
        .iter()
        .map(|collection| collection.table())
        .chain(OTHER_TABLES)
    {
        let rows: i64 = snapshot
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .map_err(translate)?;
        report
            .tables
            .push((table, u64::try_from(rows).unwrap_or(0)));
    }
    Ok(report)
}

const OTHER_TABLES: [&str; 7] = [
    "products",
    "stock",
    "reservations",
    "idempotency",
    "events",
    "deliveries",
    "meta",
];

/// Each query names the rows that break its rule.
const RULES: &[(Rule, &str, &str)] = &[
    (
        Rule::ReservedIsSumOfReservations,
        "stock",
        "SELECT s.item_id FROM stock s WHERE s.reserved <> (SELECT coalesce(sum(r.qty), 0) \
         FROM reservations r WHERE r.tenant = s.tenant AND r.item_id = s.item_id)",
    ),
    (
        Rule::ReservationHasStock,
        "reservations",
        "SELECT r.holder FROM reservations r WHERE NOT EXISTS (SELECT 1 FROM stock s \
         WHERE s.tenant = r.tenant AND s.item_id = r.item_id)",
    ),
    (
        Rule::DeliveryHasEvent,
        "deliveries",
        "SELECT 'key ' || d.key FROM deliveries d LEFT JOIN events e ON e.key = d.event_key \
         WHERE e.key IS NULL OR e.tenant <> d.tenant",
    ),
    (
        Rule::OneDeliveryInFront,
        "deliveries",
        "SELECT subscriber || ' ' || subject FROM deliveries \
         WHERE state IN ('queued', 'waiting', 'leased') \
         GROUP BY tenant, subscriber, subject HAVING sum(state <> 'queued') = 0",
    ),
    (
        Rule::IdempotencyComplete,
        "idempotency",
        "SELECT 'key ' || key FROM idempotency WHERE CASE state WHEN 'in_flight' \
         THEN lease_until IS NULL ELSE status IS NULL OR headers IS NULL OR body IS NULL END",
    ),
];

fn check_pages(connection: &Connection, report: &mut CheckReport) -> Result<(), StoreError> {
    let sql = format!("PRAGMA integrity_check({FINDINGS_LISTED_MAX})");
    let checked = each_row(connection, &sql, |row| {
        let text: String = row.get(0)?;
        if text != "ok" {
            report.add(Finding {
                rule: Rule::Intact,
                table: None,
                row: text,
            });
        }
        Ok(())
    });
    match checked {
        Err(StoreError::Corrupt(cause)) => {
            report.add(Finding {
                rule: Rule::Intact,
                table: None,
                row: cause.to_string(),
            });
            Ok(())
        }
        other => other,
    }
}

fn check_foreign_keys(connection: &Connection, report: &mut CheckReport) -> Result<(), StoreError> {
    each_row(connection, "PRAGMA foreign_key_check", |row| {
        let (table, key): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        let table = OTHER_TABLES.into_iter().find(|known| *known == table);
        let row = key.map_or_else(|| "?".to_owned(), |key| format!("key {key}"));
        report.add(Finding {
            rule: Rule::ForeignKeys,
            table,
            row,
        });
        Ok(())
    })
}

fn each_row(
    connection: &Connection,
    sql: &str,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(sql).map_err(translate)?;
    let mut rows = statement.query([]).map_err(translate)?;
    while let Some(row) = rows.next().map_err(translate)? {
        take(row).map_err(translate)?;
    }
    Ok(())
}
