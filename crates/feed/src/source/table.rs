//! Rows of a delimited table with a header, each row bounded.

use std::{
    collections::BTreeMap,
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use csv::{ReaderBuilder, StringRecord};

use super::Bytes;

/// Bytes that the CSV reader may hold in its buffer beyond the current row.
const READ_AHEAD: usize = 16 * 1024;

/// Marks the error of a row that exceeds the limit, for example through an unclosed quote.
const ROW_TOO_LONG: &str = "row longer than the limit of a record";

/// One row or what is wrong with it.
pub(crate) enum Row {
    /// Line of the file where the row starts, and its cells by column position.
    Cells(u64, StringRecord),
    /// Line of a row that is not well formed, with the reason. Reading goes on behind it.
    Malformed(u64, String),
}

/// Reads rows below a header.
pub(crate) struct Table {
    reader: csv::Reader<Allowance>,
    allowance: Arc<AtomicUsize>,
    row_bytes_max: usize,
    columns: BTreeMap<String, usize>,
    header: Vec<String>,
}

impl Table {
    /// Opens a table and reads its header; column names are compared without case.
    pub(crate) fn new(bytes: Bytes, delimiter: u8, row_bytes_max: usize) -> io::Result<Self> {
        let row_bytes_max = row_bytes_max.saturating_add(READ_AHEAD);
        let allowance = Arc::new(AtomicUsize::new(row_bytes_max));
        let inner = Allowance {
            inner: bytes,
            left: Arc::clone(&allowance),
        };
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(8 * 1024)
            .from_reader(inner);
        let header: Vec<String> = reader
            .headers()
            .map_err(into_io)?
            .iter()
            .map(|name| name.trim().to_lowercase())
            .collect();
        let mut columns = BTreeMap::new();
        for (position, name) in header.iter().enumerate() {
            columns.entry(name.clone()).or_insert(position);
        }
        Ok(Self {
            reader,
            allowance,
            row_bytes_max,
            columns,
            header,
        })
    }

    /// Column names in lower case, in their order.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Position of a column by its lower-case name.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.get(name).copied()
    }

    /// The next row; an error ends the reading.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row>> {
        self.allowance.store(self.row_bytes_max, Ordering::Relaxed);
        let mut record = StringRecord::new();
        let line = self.reader.position().line();
        match self.reader.read_record(&mut record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                Ok(Some(Row::Cells(line, record)))
            }
            Err(error) if error.is_io_error() => Err(into_io(error)),
            Err(error) => {
                let line = error.position().map_or(line, csv::Position::line);
                Ok(Some(Row::Malformed(line, error.to_string())))
            }
        }
    }
}

fn into_io(error: csv::Error) -> io::Error {
    let text = error.to_string();
    if let csv::ErrorKind::Io(error) = error.into_kind() {
        return error;
    }
    io::Error::new(io::ErrorKind::InvalidData, text)
}

/// Whether `error` says that one row is too long.
pub(crate) fn is_row_too_long(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.to_string() == ROW_TOO_LONG)
}

/// Hands out bytes up to an allowance that is renewed for each row.
struct Allowance {
    inner: Bytes,
    left: Arc<AtomicUsize>,
}

impl Read for Allowance {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let left = self.left.load(Ordering::Relaxed);
        match left.checked_sub(count) {
            Some(left) => {
                self.left.store(left, Ordering::Relaxed);
                Ok(count)
            }
            None => Err(io::Error::other(ROW_TOO_LONG)),
        }
    }
}
