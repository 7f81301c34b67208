//! ACP products: one a line, or in a JSON array.

use std::{collections::BTreeMap, io};

use serde::Deserialize;

use super::{Draft, Records};
use crate::{
    diagnostic::{Code, Diagnostic},
    model::Product,
    source::{
        Bytes,
        array::{Element, Elements},
        lines::{Line, Lines},
    },
};

/// `products.jsonl`.
pub(super) struct AcpLines(Lines);

impl AcpLines {
    pub(super) fn new(bytes: Bytes, record_bytes_max: usize) -> Self {
        Self(Lines::new(bytes, record_bytes_max))
    }
}

impl Records for AcpLines {
    fn next(&mut self, _: &mut Vec<Diagnostic>) -> io::Result<Option<Result<Draft, Diagnostic>>> {
        Ok(self.0.next()?.map(|line| match line {
            Line::Text(row, text) => parse(row, &text),
            Line::TooLong(row) => Err(too_long(row)),
        }))
    }
}

/// A JSON array of products.
pub(super) struct AcpArray(Elements);

impl AcpArray {
    pub(super) fn new(bytes: Bytes, record_bytes_max: usize) -> Self {
        Self(Elements::new(bytes, record_bytes_max))
    }
}

impl Records for AcpArray {
    fn next(&mut self, _: &mut Vec<Diagnostic>) -> io::Result<Option<Result<Draft, Diagnostic>>> {
        Ok(self.0.next()?.map(|element| match element {
            Element::Text(number, text) => parse(number, &text),
            Element::TooLong(number) => Err(too_long(number)),
        }))
    }
}

pub(super) fn too_long(row: u64) -> Diagnostic {
    Diagnostic::error(
        row,
        Code::RecordTooLarge,
        "the record is longer than the limit",
    )
}

fn parse(row: u64, text: &[u8]) -> Result<Draft, Diagnostic> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let product: Product = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| violation(row, text, &error))?;
    deserializer
        .end()
        .map_err(|error| Diagnostic::error(row, Code::Malformed, error.to_string()))?;
    Ok(Draft {
        product,
        row,
        variant_rows: Vec::new(),
        stock: BTreeMap::new(),
        variants_rejected: 0,
    })
}

fn violation(
    row: u64,
    text: &[u8],
    error: &serde_path_to_error::Error<serde_json::Error>,
) -> Diagnostic {
    /// Enough of a product to name it.
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    let code = if error.inner().is_data() {
        Code::SchemaViolation
    } else {
        Code::Malformed
    };
    let id = serde_json::from_slice::<Named>(text)
        .map(|named| named.id)
        .unwrap_or_default();
    Diagnostic::error(row, code, error.inner().to_string())
        .of_product(&id)
        .in_field(error.path().to_string())
}
