//! OpenAI's flat file: one variant a row, as a table or as lines of JSON.

mod row;
mod variant;

use std::{collections::HashMap, io};

use self::{
    row::{FlatRow, LineRows, RowSource, TableRows},
    variant::read_variant,
};
use super::{
    Draft, Records,
    group::{Groups, OPEN_GROUPS_MAX, too_many_open},
};
use crate::{build, diagnostic::Diagnostic, options::ReadOptions, source::Source};

/// Reads the file in two passes.
pub(super) struct Flat {
    rows: Box<dyn RowSource>,
    groups: Groups,
    open: HashMap<String, Vec<FlatRow>>,
    options: ReadOptions,
}

impl Flat {
    pub(super) fn open_table(
        source: &Source,
        delimiter: u8,
        options: ReadOptions,
        notes: &mut Vec<Diagnostic>,
    ) -> io::Result<Self> {
        let open = || TableRows::open(source, delimiter, &options.limits);
        let first_pass = open()?;
        notes.extend(first_pass.ignored_columns());
        let groups = count(first_pass);
        Ok(Self {
            rows: Box::new(open()?),
            groups,
            open: HashMap::new(),
            options,
        })
    }

    pub(super) fn open_lines(
        source: &Source,
        options: ReadOptions,
        notes: &mut Vec<Diagnostic>,
    ) -> io::Result<Self> {
        let open = || LineRows::open(source, &options.limits);
        let mut first_pass = open()?;
        let mut groups = Groups::default();
        while let Ok(Some(row)) = first_pass.next_row() {
            if let Ok(row) = row {
                groups.count(&row.group());
            }
        }
        notes.extend(first_pass.ignored_columns());
        Ok(Self {
            rows: Box::new(open()?),
            groups,
            open: HashMap::new(),
            options,
        })
    }
}

/// Counts rows by product. An unreadable row ends it; the second pass reports that row.
fn count(mut rows: impl RowSource) -> Groups {
    let mut groups = Groups::default();
    while let Ok(Some(row)) = rows.next_row() {
        if let Ok(row) = row {
            groups.count(&row.group());
        }
    }
    groups
}

impl Records for Flat {
    fn next(
        &mut self,
        notes: &mut Vec<Diagnostic>,
    ) -> io::Result<Option<Result<Draft, Diagnostic>>> {
        loop {
            let row = match self.rows.next_row()? {
                None => return Ok(None),
                Some(Err(diagnostic)) => return Ok(Some(Err(diagnostic))),
                Some(Ok(row)) => row,
            };
            let group = row.group();
            let last = self.groups.is_last(&group);
            if self.open.len() >= OPEN_GROUPS_MAX {
                return Err(too_many_open());
            }
            self.open.entry(group.clone()).or_default().push(row);
            if last && let Some(rows) = self.open.remove(&group) {
                return Ok(Some(finish(&group, &rows, &self.options, notes)));
            }
        }
    }
}

/// Builds the product of one group of rows.
fn finish(
    group: &str,
    rows: &[FlatRow],
    options: &ReadOptions,
    notes: &mut Vec<Diagnostic>,
) -> Result<Draft, Diagnostic> {
    let first = |field: &str| rows.iter().find_map(|row| row.get(field, &mut Vec::new()));
    let title = first("item_group_title")
        .or_else(|| first("title"))
        .unwrap_or_default();
    let body = first("description").unwrap_or_default();
    let media = rows
        .first()
        .map(|row| variant::media(row, notes))
        .unwrap_or_default();
    let url = first("url").map(ToOwned::to_owned);
    let mut draft = Draft {
        product: build::product(group, title, body, url, media),
        row: rows.first().map_or(0, |row| row.line),
        variant_rows: Vec::new(),
        stock: std::collections::BTreeMap::new(),
        variants_rejected: 0,
    };
    let mut only_problem = None;
    for row in rows {
        match read_variant(row, group, rows.len() > 1, options, notes) {
            Ok((variant, stock)) => {
                if let Some(stock) = stock {
                    draft.stock.insert(variant.id.clone(), stock);
                }
                draft.product.variants.push(variant);
                draft.variant_rows.push(row.line);
            }
            Err(diagnostic) if rows.len() == 1 => only_problem = Some(diagnostic),
            Err(diagnostic) => {
                notes.push(diagnostic);
                draft.variants_rejected = draft.variants_rejected.saturating_add(1);
            }
        }
    }
    only_problem.map_or(Ok(draft), Err)
}
