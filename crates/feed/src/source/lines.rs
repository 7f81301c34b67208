//! Lines of bounded length.

use std::io::{self, BufRead};

use super::Bytes;

/// One line, or the news that it is too long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Row number and bytes, without the line end.
    Text(u64, Vec<u8>),
    /// Row number of a line that exceeds the limit; it was skipped.
    TooLong(u64),
}

/// Iterates over the lines that are not blank.
pub(crate) struct Lines {
    bytes: Bytes,
    line_bytes_max: usize,
    row: u64,
}

impl Lines {
    pub(crate) fn new(bytes: Bytes, line_bytes_max: usize) -> Self {
        Self {
            bytes,
            line_bytes_max,
            row: 0,
        }
    }

    /// The next line that is not blank.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut line = Vec::new();
            let mut too_long = false;
            if !self.fill(&mut line, &mut too_long)? {
                return Ok(None);
            }
            self.row = self.row.saturating_add(1);
            if too_long {
                return Ok(Some(Line::TooLong(self.row)));
            }
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(Line::Text(self.row, line)));
            }
        }
    }

    /// Reads up to the line end; false at the end of the file.
    fn fill(&mut self, line: &mut Vec<u8>, too_long: &mut bool) -> io::Result<bool> {
        let mut any = false;
        loop {
            let chunk = self.bytes.fill_buf()?;
            if chunk.is_empty() {
                return Ok(any);
            }
            any = true;
            let end = chunk.iter().position(|&byte| byte == b'\n');
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or(chunk);
            if line.len().saturating_add(part.len()) > self.line_bytes_max {
                *too_long = true;
                line.clear();
            } else if !*too_long {
                line.extend_from_slice(part);
            }
            let used = part.len().saturating_add(usize::from(end.is_some()));
            self.bytes.consume(used);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}
