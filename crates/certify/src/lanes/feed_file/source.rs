//! Reading what `feed_file.path` names.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use flate2::read::MultiGzDecoder;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::{Case, FeedFileTarget, Outcome, Stop};

/// Most bytes of one file that are read, unpacked.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// A feed in the protocol's own form: `metadata.json` and `products.jsonl`.
#[derive(Debug, Default)]
pub(super) struct Acp {
    /// The text of `metadata.json`; `None` when the file is missing.
    pub(super) metadata: Option<Vec<u8>>,
    /// The lines of `products.jsonl`; `None` when the file is missing.
    pub(super) lines: Option<Vec<Vec<u8>>>,
}

impl Acp {
    /// Line numbers from 1, and the products that can be read.
    pub(super) fn products(&self) -> Vec<(usize, Value)> {
        let lines = self.lines.iter().flatten().enumerate();
        lines
            .filter_map(|(index, line)| {
                let product = serde_json::from_slice(line).ok()?;
                Some((index.saturating_add(1), product))
            })
            .collect()
    }
}

/// One row of a flat file.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// File name and line, such as `products.csv:7`.
    pub(super) place: String,
    /// Values by column; empty cells are left out.
    pub(super) values: BTreeMap<String, Value>,
}

/// A flat feed of one or several files.
#[derive(Debug, Default)]
pub(super) struct Flat {
    pub(super) rows: Vec<Row>,
    /// File name, rows and bytes of each shard.
    pub(super) shards: Vec<(String, usize, u64)>,
    /// Files and lines that are no UTF-8 or cannot be read.
    pub(super) no_utf8: Vec<String>,
    pub(super) unreadable: Vec<String>,
}

/// What was found.
#[derive(Debug)]
pub(super) enum Feed {
    Acp(Acp),
    Flat(Flat),
    /// Parquet, which the judge does not read: the rows must be given in another format.
    Parquet,
}

#[derive(Debug, Default)]
struct Loaded {
    current: OnceCell<Result<Arc<Feed>, Stop>>,
    previous: OnceCell<Result<Arc<Feed>, Stop>>,
}

/// The section of the configuration.
pub(super) fn target(case: &Case) -> Outcome<&FeedFileTarget> {
    case.target().feed_file.as_ref().ok_or_else(|| {
        Stop::NotTested("no feed file: set [feed_file] path in certify.toml".to_owned())
    })
}

/// The feed of this run, read once.
pub(super) async fn feed(case: &Case) -> Outcome<Arc<Feed>> {
    let path = target(case)?.path.clone();
    let loaded = case.shared::<Loaded>();
    let feed = loaded.current.get_or_init(|| read(path)).await;
    feed.clone()
}

/// The snapshot before it.
pub(super) async fn previous(case: &Case) -> Outcome<Arc<Feed>> {
    let path = target(case)?.previous.clone().ok_or_else(|| {
        Stop::NotTested("no earlier snapshot: set feed_file.previous in certify.toml".to_owned())
    })?;
    let loaded = case.shared::<Loaded>();
    let feed = loaded.previous.get_or_init(|| read(path)).await;
    feed.clone()
}

/// The name of a file on disk.
pub(super) fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The files that a path names: itself, or what is in the folder, by name.
pub(super) fn files(path: &Path) -> Outcome<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Stop::NotTested(format!(
            "cannot read feed_file.path {}: {error}",
            path.display()
        ))
    };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?.path();
        if entry.is_file() {
            found.push(entry);
        }
    }
    found.sort();
    Ok(found)
}

async fn read(path: PathBuf) -> Result<Arc<Feed>, Stop> {
    let reading = tokio::task::spawn_blocking(move || load(&path));
    let feed = reading
        .await
        .map_err(|error| Stop::NotTested(error.to_string()))??;
    Ok(Arc::new(feed))
}

fn load(path: &Path) -> Outcome<Feed> {
    let files = files(path)?;
    let names: Vec<_> = files.iter().map(|file| name(file)).collect();
    let of_acp = |name: &str| matches!(name, "metadata.json" | "products.jsonl");
    if path.is_dir() && names.iter().any(|name| of_acp(name)) {
        let bytes = |wanted: &str| {
            let file = files.iter().find(|file| name(file) == wanted)?;
            Some(content(file))
        };
        let lines = bytes("products.jsonl")
            .transpose()?
            .map(|bytes| lines(&bytes));
        return Ok(Feed::Acp(Acp {
            metadata: bytes("metadata.json").transpose()?,
            lines,
        }));
    }
    let mut flat = Flat::default();
    let mut parquet = false;
    for file in &files {
        match format(&name(file)) {
            Some(Format::Parquet) => parquet = true,
            Some(format) => shard(&mut flat, file, format)?,
            None => {}
        }
    }
    if flat.shards.is_empty() && parquet {
        return Ok(Feed::Parquet);
    }
    if flat.shards.is_empty() {
        return Err(Stop::NotTested(format!(
            "{} holds no feed: expected metadata.json and products.jsonl, or csv, tsv, jsonl (also .gz)",
            path.display()
        )));
    }
    Ok(Feed::Flat(flat))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Tsv,
    Jsonl,
    Parquet,
}

fn format(name: &str) -> Option<Format> {
    let name = name.to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    match plain.rsplit_once('.')?.1 {
        "csv" => Some(Format::Csv),
        "tsv" | "txt" => Some(Format::Tsv),
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        "parquet" => Some(Format::Parquet),
        _ => None,
    }
}

/// The bytes of a file, unpacked.
fn content(path: &Path) -> Outcome<Vec<u8>> {
    let broken =
        |error: std::io::Error| Stop::NotTested(format!("cannot read {}: {error}", path.display()));
    let file = File::open(path).map_err(broken)?;
    let mut bytes = Vec::new();
    let packed = name(path).to_ascii_lowercase().ends_with(".gz");
    let mut reader: Box<dyn Read> = if packed {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut limited = reader.by_ref().take(FILE_BYTES_MAX);
    limited.read_to_end(&mut bytes).map_err(broken)?;
    Ok(bytes)
}

/// Lines that are not blank.
fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        .filter(|line| !line.trim_ascii().is_empty())
        .collect()
}

fn shard(flat: &mut Flat, path: &Path, format: Format) -> Outcome {
    let file = name(path);
    let bytes = content(path)?;
    let packed = fs::metadata(path).map_or(0, |metadata| metadata.len());
    if let Err(error) = std::str::from_utf8(&bytes) {
        flat.no_utf8
            .push(format!("{file}: byte {}", error.valid_up_to()));
    }
    let before = flat.rows.len();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match format {
        Format::Jsonl => json_rows(flat, &file, bytes),
        Format::Csv => table(flat, &file, bytes, b','),
        Format::Tsv => table(flat, &file, bytes, b'\t'),
        Format::Parquet => {}
    }
    let rows = flat.rows.len().saturating_sub(before);
    flat.shards.push((file, rows, packed));
    Ok(())
}

fn json_rows(flat: &mut Flat, file: &str, bytes: &[u8]) {
    for (number, line) in (1_usize..).zip(lines(bytes)) {
        let place = format!("{file}:{number}");
        match serde_json::from_slice(&line) {
            Ok(Value::Object(members)) => {
                let values = members.into_iter().filter(|(_, value)| !value.is_null());
                flat.rows.push(Row {
                    place,
                    values: values.collect(),
                });
            }
            Ok(_) => flat.unreadable.push(format!("{place}: no JSON object")),
            Err(error) => flat.unreadable.push(format!("{place}: {error}")),
        }
    }
}

fn table(flat: &mut Flat, file: &str, bytes: &[u8], separator: u8) {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .quoting(separator == b',')
        .from_reader(bytes);
    let columns: Vec<String> = match reader.byte_headers() {
        Ok(columns) => columns
            .iter()
            .map(|column| String::from_utf8_lossy(column).trim().to_owned())
            .collect(),
        Err(error) => {
            flat.unreadable.push(format!("{file}: {error}"));
            return;
        }
    };
    for record in reader.byte_records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let cells = record
                    .iter()
                    .map(|cell| String::from_utf8_lossy(cell).into_owned());
                let values = columns.iter().cloned().zip(cells);
                flat.rows.push(Row {
                    place: format!("{file}:{line}"),
                    values: values
                        .filter(|(_, cell)| !cell.trim().is_empty())
                        .map(|(column, cell)| (column, Value::String(cell)))
                        .collect(),
                });
            }
            Err(error) => flat.unreadable.push(format!("{file}: {error}")),
        }
    }
}
