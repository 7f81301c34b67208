//! Writing a feed in ACP form: `products.jsonl` and `metadata.json`.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

use crate::model::{FeedMetadata, Product};

/// Why a feed could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The disk refused.
    #[error("cannot write {path}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A product that JSON cannot hold.
    #[error("cannot write a product as JSON")]
    Json(#[source] serde_json::Error),
}

/// Whether the product file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// `products.jsonl`.
    Plain,
    /// `products.jsonl.gz`.
    Gzip,
}

/// Writes a full feed into `folder` and returns the number of products.
///
/// Both files are written under other names and renamed when they are whole, `metadata.json`
/// last: a reader never meets half a feed, and new metadata means new products.
pub fn write_feed(
    folder: &Path,
    metadata: &FeedMetadata,
    products: impl IntoIterator<Item = Product>,
    form: FileForm,
) -> Result<u64, WriteError> {
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |source| WriteError::Io { path, source }
    };
    fs::create_dir_all(folder).map_err(fail(folder))?;
    let (name, other) = match form {
        FileForm::Plain => ("products.jsonl", "products.jsonl.gz"),
        FileForm::Gzip => ("products.jsonl.gz", "products.jsonl"),
    };
    let unfinished = folder.join(format!("{name}.unfinished"));
    let file = File::create(&unfinished).map_err(fail(&unfinished))?;
    let count = match form {
        FileForm::Plain => {
            let mut writer = BufWriter::new(file);
            let count = write_lines(&mut writer, products, &unfinished)?;
            finish(
                writer.into_inner().map_err(io::IntoInnerError::into_error),
                &unfinished,
            )?;
            count
        }
        FileForm::Gzip => {
            let mut writer = GzEncoder::new(BufWriter::new(file), Compression::default());
            let count = write_lines(&mut writer, products, &unfinished)?;
            let inner = writer
                .finish()
                .and_then(|buffer| buffer.into_inner().map_err(io::IntoInnerError::into_error));
            finish(inner, &unfinished)?;
            count
        }
    };
    let path = folder.join(name);
    fs::rename(&unfinished, &path).map_err(fail(&path))?;
    let stale = folder.join(other);
    match fs::remove_file(&stale) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fail(&stale)(error)),
        _ => {}
    }
    write_metadata(folder, metadata)?;
    Ok(count)
}

fn write_lines(
    writer: &mut impl Write,
    products: impl IntoIterator<Item = Product>,
    path: &Path,
) -> Result<u64, WriteError> {
    let mut count = 0_u64;
    for product in products {
        let mut line = serde_json::to_vec(&product).map_err(WriteError::Json)?;
        line.push(b'\n');
        writer.write_all(&line).map_err(|source| WriteError::Io {
            path: path.to_owned(),
            source,
        })?;
        count = count.saturating_add(1);
    }
    Ok(count)
}

fn finish(file: io::Result<File>, path: &Path) -> Result<(), WriteError> {
    file.and_then(|file| file.sync_all())
        .map_err(|source| WriteError::Io {
            path: path.to_owned(),
            source,
        })
}

fn write_metadata(folder: &Path, metadata: &FeedMetadata) -> Result<(), WriteError> {
    let text = serde_json::to_vec(metadata).map_err(WriteError::Json)?;
    let unfinished = folder.join("metadata.json.unfinished");
    let path = folder.join("metadata.json");
    let write = || -> io::Result<()> {
        let mut file = File::create(&unfinished)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)
    };
    write().map_err(|source| WriteError::Io {
        path: path.clone(),
        source,
    })
}
