//! Products, stock and reservations.

use rusqlite::{Row, params};

use super::{fault::is_constraint, session::Session};
use crate::{ProductRow, ROWS_MAX, StockLevel, StoreError, TenantId};

const PRODUCT: &str = "SELECT item_id, price, currency, document, updated_at FROM products \
     WHERE tenant = ?1 AND item_id = ?2";
const PRODUCTS: &str = "SELECT item_id, price, currency, document, updated_at FROM products \
     WHERE tenant = ?1 AND item_id > ?2 ORDER BY item_id LIMIT ?3";
const PUT_PRODUCT: &str = "INSERT INTO products (tenant, item_id, price, currency, document, \
     updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant, item_id) DO UPDATE SET \
     price = excluded.price, currency = excluded.currency, document = excluded.document, \
     updated_at = excluded.updated_at";
const STOCK: &str = "SELECT on_hand, reserved, sold FROM stock WHERE tenant = ?1 AND item_id = ?2";
const SET_STOCK: &str = "INSERT INTO stock (tenant, item_id, on_hand) VALUES (?1, ?2, ?3) \
     ON CONFLICT (tenant, item_id) DO UPDATE SET on_hand = excluded.on_hand";
const RESERVE: &str = "UPDATE stock SET reserved = reserved + ?3 \
     WHERE tenant = ?1 AND item_id = ?2 AND on_hand - reserved >= ?3";
const HOLD: &str = "INSERT INTO reservations (tenant, holder, item_id, qty) \
     VALUES (?1, ?2, ?3, ?4) \
     ON CONFLICT (tenant, holder, item_id) DO UPDATE SET qty = qty + excluded.qty";
const HELD: &str = "SELECT item_id, qty FROM reservations WHERE tenant = ?1 AND holder = ?2 \
     ORDER BY item_id";
const UNHOLD: &str = "DELETE FROM reservations WHERE tenant = ?1 AND holder = ?2";
const RELEASE: &str = "UPDATE stock SET reserved = reserved - ?3 \
     WHERE tenant = ?1 AND item_id = ?2 AND reserved >= ?3";
const SELL: &str = "UPDATE stock SET on_hand = on_hand - ?3, reserved = reserved - ?3, \
     sold = sold + ?3 WHERE tenant = ?1 AND item_id = ?2 AND reserved >= ?3";
const RESTOCK: &str = "UPDATE stock SET on_hand = on_hand + ?3, sold = sold - ?3 \
     WHERE tenant = ?1 AND item_id = ?2 AND sold >= ?3";

/// Units in one call at most; keeps sums far from the end of 64 bits.
const UNITS_MAX: i64 = 1_000_000_000_000;

impl Session<'_> {
    pub(super) fn product_by_id(
        &self,
        tenant: TenantId,
        item_id: &str,
    ) -> Result<Option<ProductRow>, StoreError> {
        self.one(
            "products",
            PRODUCT,
            params![tenant.0, item_id],
            read_product,
        )
    }

    pub(super) fn product_list(
        &self,
        tenant: TenantId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ProductRow>, StoreError> {
        let params = params![tenant.0, after.unwrap_or(""), limit.min(ROWS_MAX)];
        self.all("products", PRODUCTS, params, read_product)
    }

    pub(super) fn product_put(
        &mut self,
        tenant: TenantId,
        product: &ProductRow,
    ) -> Result<(), StoreError> {
        if product.item_id.is_empty() || product.price < 0 {
            return Err(StoreError::InvalidArgument {
                argument: "product needs an item id and a price of zero or more",
            });
        }
        self.before_write()?;
        let params = params![
            tenant.0,
            product.item_id,
            product.price,
            product.currency,
            product.document,
            product.updated_at
        ];
        self.execute(PUT_PRODUCT, params)?;
        Ok(())
    }

    pub(super) fn stock_level(
        &self,
        tenant: TenantId,
        item_id: &str,
    ) -> Result<Option<StockLevel>, StoreError> {
        self.one("stock", STOCK, params![tenant.0, item_id], |row| {
            Ok(StockLevel {
                on_hand: row.get(0)?,
                reserved: row.get(1)?,
                sold: row.get(2)?,
            })
        })
    }

    pub(super) fn stock_set(
        &mut self,
        tenant: TenantId,
        item_id: &str,
        on_hand: i64,
    ) -> Result<(), StoreError> {
        if item_id.is_empty() || !(0..=UNITS_MAX).contains(&on_hand) {
            return Err(StoreError::InvalidArgument {
                argument: "stock needs an item id and zero or more units",
            });
        }
        self.before_write()?;
        match self.try_execute(SET_STOCK, params![tenant.0, item_id, on_hand]) {
            Ok(_) => Ok(()),
            Err(error) if is_constraint(&error) => Err(stock_conflict("on_hand")),
            Err(error) => Err(self.fault(error)),
        }
    }

    pub(super) fn stock_reserve(
        &mut self,
        tenant: TenantId,
        holder: &str,
        item_id: &str,
        qty: i64,
    ) -> Result<bool, StoreError> {
        check_units(qty)?;
        if holder.is_empty() {
            return Err(StoreError::InvalidArgument {
                argument: "holder must not be empty",
            });
        }
        self.before_write()?;
        if self.execute(RESERVE, params![tenant.0, item_id, qty])? == 0 {
            return Ok(false);
        }
        self.execute(HOLD, params![tenant.0, holder, item_id, qty])?;
        Ok(true)
    }

    pub(super) fn held(
        &self,
        tenant: TenantId,
        holder: &str,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        self.all("reservations", HELD, params![tenant.0, holder], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    pub(super) fn stock_release(
        &mut self,
        tenant: TenantId,
        holder: &str,
    ) -> Result<(), StoreError> {
        self.settle(tenant, holder, RELEASE)
    }

    pub(super) fn stock_sell(&mut self, tenant: TenantId, holder: &str) -> Result<(), StoreError> {
        self.settle(tenant, holder, SELL)
    }

    pub(super) fn stock_restock(
        &mut self,
        tenant: TenantId,
        item_id: &str,
        qty: i64,
    ) -> Result<(), StoreError> {
        check_units(qty)?;
        self.before_write()?;
        if self.execute(RESTOCK, params![tenant.0, item_id, qty])? == 1 {
            return Ok(());
        }
        Err(stock_conflict("sold"))
    }

    /// Ends all reservations of a holder, each with this statement on its stock row.
    fn settle(&mut self, tenant: TenantId, holder: &str, sql: &str) -> Result<(), StoreError> {
        let held = self.held(tenant, holder)?;
        if held.is_empty() {
            return Ok(());
        }
        self.before_write()?;
        for (item_id, qty) in &held {
            if self.execute(sql, params![tenant.0, item_id, qty])? != 1 {
                return Err(StoreError::Inconsistent {
                    table: "stock",
                    column: "reserved".to_owned(),
                    row: item_id.clone(),
                });
            }
        }
        self.execute(UNHOLD, params![tenant.0, holder])?;
        Ok(())
    }
}

fn check_units(qty: i64) -> Result<(), StoreError> {
    if (1..=UNITS_MAX).contains(&qty) {
        return Ok(());
    }
    Err(StoreError::InvalidArgument {
        argument: "units must be positive",
    })
}

const fn stock_conflict(field: &'static str) -> StoreError {
    StoreError::Conflict {
        collection: "stock",
        field,
    }
}

fn read_product(row: &Row<'_>) -> rusqlite::Result<ProductRow> {
    Ok(ProductRow {
        item_id: row.get(0)?,
        price: row.get(1)?,
        currency: row.get(2)?,
        document: row.get(3)?,
        updated_at: row.get(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{migrations, sqlite::memory};

    // Field defect 29: what a checkout does to stock costs the same with the first session and with
    // the millionth, because no statement looks at rows that it does not change.
    #[test]
    fn stock_is_found_by_key_and_never_by_scan() {
        let mut connection = memory().unwrap();
        migrations::run(&mut connection).unwrap();
        let session = Session::new(&connection);
        for sql in [
            PRODUCT, PRODUCTS, STOCK, RESERVE, HELD, UNHOLD, RELEASE, SELL, RESTOCK,
        ] {
            let values = (1..=3).filter(|n| sql.contains(&format!("?{n}")));
            let values: Vec<_> = values.map(|_| rusqlite::types::Null).collect();
            let plan: Vec<String> = session
                .all(
                    "plan",
                    &format!("EXPLAIN QUERY PLAN {sql}"),
                    rusqlite::params_from_iter(values),
                    |row| row.get(3),
                )
                .unwrap();
            let plan = plan.join(", ");
            assert!(plan.contains("SEARCH"), "{sql}: {plan}");
            assert!(
                !plan.contains("SCAN") && !plan.contains("B-TREE"),
                "{sql}: {plan}"
            );
        }
    }
}
