//! Bytes of a feed: opened, decompressed, bounded.

pub(crate) mod array;
pub(crate) mod lines;
pub(crate) mod table;

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use flate2::read::MultiGzDecoder;

/// Where a feed's bytes come from. It can be opened more than once.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    File(PathBuf),
    Memory { name: String, bytes: Arc<[u8]> },
}

impl Source {
    /// Name without folders, in lower case.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .to_lowercase(),
            Self::Memory { name, .. } => name.to_lowercase(),
        }
    }

    /// Opens from the start: decompressed when it begins as gzip does, at most `bytes_max` bytes.
    pub(crate) fn open(&self, bytes_max: u64) -> io::Result<Bytes> {
        let raw: Box<dyn Read + Send> = match self {
            Self::File(path) => Box::new(open_file(path)?),
            Self::Memory { bytes, .. } => Box::new(Cursor::new(Arc::clone(bytes))),
        };
        let mut raw = BufReader::with_capacity(64 * 1024, raw);
        let start = io::BufRead::fill_buf(&mut raw)?;
        let plain: Box<dyn Read + Send> = if start.starts_with(&[0x1f, 0x8b]) {
            Box::new(MultiGzDecoder::new(raw))
        } else {
            Box::new(raw)
        };
        let bounded = Bounded {
            inner: plain,
            left: bytes_max,
        };
        let mut bytes = BufReader::with_capacity(64 * 1024, bounded);
        let start = io::BufRead::fill_buf(&mut bytes)?;
        if start.starts_with(&[0xef, 0xbb, 0xbf]) {
            io::BufRead::consume(&mut bytes, 3);
        }
        Ok(bytes)
    }
}

/// The opened bytes of a feed.
pub(crate) type Bytes = BufReader<Bounded>;

fn open_file(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ))
    }
}

/// Reads a small file whole; one of more than 64 KiB is an error.
pub(crate) fn read_small(path: &Path) -> io::Result<Vec<u8>> {
    const BYTES_MAX: u64 = 64 * 1024;
    let mut text = Vec::new();
    open_file(path)?
        .take(BYTES_MAX.saturating_add(1))
        .read_to_end(&mut text)?;
    if u64::try_from(text.len()).is_ok_and(|length| length <= BYTES_MAX) {
        Ok(text)
    } else {
        Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "larger than 64 KiB",
        ))
    }
}

/// Marks the error that [`Bounded`] raises.
pub(crate) const TOO_LARGE: &str = "more bytes than the limit of the feed";

/// Raises an error after `left` bytes, so that a compressed bomb ends early.
pub(crate) struct Bounded {
    inner: Box<dyn Read + Send>,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let taken = u64::try_from(count).unwrap_or(u64::MAX);
        match self.left.checked_sub(taken) {
            Some(left) => {
                self.left = left;
                Ok(count)
            }
            None => Err(io::Error::new(io::ErrorKind::FileTooLarge, TOO_LARGE)),
        }
    }
}
