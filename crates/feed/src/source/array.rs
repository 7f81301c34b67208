//! Elements of a JSON array, cut out one by one without parsing the whole file.

use std::io::{self, BufRead};

use super::Bytes;

/// One element, or the news that it is too long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// Number of the element, from 1, and its bytes.
    Text(u64, Vec<u8>),
    /// Number of an element that exceeds the limit; it was skipped.
    TooLong(u64),
}

/// Cuts `[a, b, …]` or `{"products": [a, b, …]}` into elements.
pub(crate) struct Elements {
    bytes: Bytes,
    element_bytes_max: usize,
    count: u64,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Before,
    Inside,
    After,
}

impl Elements {
    pub(crate) fn new(bytes: Bytes, element_bytes_max: usize) -> Self {
        Self {
            bytes,
            element_bytes_max,
            count: 0,
            state: State::Before,
        }
    }

    /// The next element. A broken frame is an error of kind `InvalidData`.
    pub(crate) fn next(&mut self) -> io::Result<Option<Element>> {
        if self.state == State::Before {
            self.enter()?;
            self.state = State::Inside;
        }
        if self.state == State::After {
            return Ok(None);
        }
        match self.skip_space()? {
            Some(b']') => {
                self.take();
                self.state = State::After;
                self.finish()?;
                return Ok(None);
            }
            Some(b',') if self.count > 0 => {
                self.take();
                self.skip_space()?;
            }
            Some(_) if self.count == 0 => {}
            _ => return Err(broken("expected , or ] after an element")),
        }
        self.count = self.count.saturating_add(1);
        self.element().map(Some)
    }

    /// Goes to the first byte after the opening bracket of the array.
    fn enter(&mut self) -> io::Result<()> {
        match self.skip_space()? {
            Some(b'[') => {
                self.take();
                return Ok(());
            }
            Some(b'{') => {
                self.take();
            }
            _ => return Err(broken("expected an array or an object with products")),
        }
        loop {
            self.skip_space()?;
            let key = self.value()?;
            if self.skip_space()? != Some(b':') {
                return Err(broken("expected a colon after a key"));
            }
            self.take();
            let next = self.skip_space()?;
            if key == b"\"products\"" && next == Some(b'[') {
                self.take();
                return Ok(());
            }
            self.value()?;
            if self.skip_space()? != Some(b',') {
                return Err(broken("found no array of products"));
            }
            self.take();
        }
    }

    /// After the array of products only whitespace and the closing frame may follow.
    fn finish(&mut self) -> io::Result<()> {
        while let Some(byte) = self.skip_space()? {
            if byte == b'}' || byte == b',' {
                self.take();
            } else {
                self.value()?;
                if self.skip_space()? == Some(b':') {
                    self.take();
                    self.skip_space()?;
                    self.value()?;
                }
            }
        }
        Ok(())
    }

    fn element(&mut self) -> io::Result<Element> {
        match self.value() {
            Ok(bytes) => Ok(Element::Text(self.count, bytes)),
            Err(error) if error.kind() == io::ErrorKind::OutOfMemory => {
                Ok(Element::TooLong(self.count))
            }
            Err(error) => Err(error),
        }
    }

    /// Reads one JSON value by counting brackets outside strings.
    fn value(&mut self) -> io::Result<Vec<u8>> {
        let mut value = Vec::new();
        let mut depth = 0_u32;
        let mut in_string = false;
        let mut escaped = false;
        let mut too_long = false;
        loop {
            let Some(byte) = self.peek()? else {
                return Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    "the JSON ends early",
                ));
            };
            let scalar_end = depth == 0 && !in_string && matches!(byte, b',' | b']' | b'}' | b':');
            let space_end = depth == 0 && !in_string && byte.is_ascii_whitespace();
            if scalar_end || (space_end && !value.is_empty()) {
                break;
            }
            self.take();
            if value.len() >= self.element_bytes_max {
                too_long = true;
            } else {
                value.push(byte);
            }
            if in_string {
                in_string = escaped || byte != b'"';
                escaped = byte == b'\\' && !escaped;
            } else {
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => depth = depth.saturating_add(1),
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
            if depth == 0 && !in_string && matches!(byte, b'"' | b'}' | b']') {
                break;
            }
        }
        match (too_long, value.is_empty()) {
            (true, _) => Err(io::Error::new(
                io::ErrorKind::OutOfMemory,
                "element too long",
            )),
            (false, true) => Err(broken("expected a value")),
            (false, false) => Ok(value),
        }
    }

    fn skip_space(&mut self) -> io::Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.take();
        }
        Ok(None)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.bytes.fill_buf()?.first().copied())
    }

    fn take(&mut self) {
        self.bytes.consume(1);
    }
}

fn broken(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
