//! JSON that means one thing only: a strict subset of RFC 8259, checked in a single pass.
//!
//! `serde_json::Value` keeps the last of two equal names and rounds numbers; a signature or a
//! fingerprint over such a value says nothing about what another reader saw. This reader refuses,
//! wherever they appear: equal names (after unescaping), nesting past the limit, numbers that are
//! not whole or not exact, lone surrogates, invalid UTF-8, a byte order mark, U+0000, and anything
//! behind the value.

mod number;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::json_path::{self, Step};

/// The largest integer that every JSON reader holds exactly: 2^53 - 1.
pub const INTEGER_MAX: u64 = 9_007_199_254_740_991;

/// What the reader lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonLimits {
    /// Objects and arrays inside each other at most; 120 is the highest useful value.
    pub depth_max: usize,
    /// Whether fractions of up to 15 significant digits pass, as feeds need for weights and
    /// measures. Without it, `1.0` passes as `1` and `1.5` is refused.
    pub fractions: bool,
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self {
            depth_max: 32,
            fractions: false,
        }
    }
}

/// Why a body is no acceptable JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at {path}")]
pub struct JsonError {
    /// What is wrong.
    pub fault: JsonFault,
    /// RFC 9535 `JSONPath` of the place.
    pub path: String,
}

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// Nothing but white space.
    #[error("the body is empty")]
    Empty,
    /// It starts with U+FEFF.
    #[error("the body starts with a byte order mark")]
    ByteOrderMark,
    /// It is not UTF-8.
    #[error("the body is not valid UTF-8")]
    InvalidUtf8,
    /// It breaks the grammar, lone surrogates and bare control characters included.
    #[error("the body is not valid JSON (line {line}, column {column})")]
    Syntax {
        /// Line of the first wrong character, from 1.
        line: usize,
        /// Column of the first wrong character, from 1.
        column: usize,
    },
    /// Something follows the value.
    #[error("the body continues after its JSON value")]
    TrailingData,
    /// An object has the same name twice.
    #[error("a member name appears twice")]
    DuplicateName,
    /// Too many values inside each other.
    #[error("the body is nested too deeply")]
    TooDeep,
    /// A number has a fraction.
    #[error("numbers must be whole")]
    NotInteger,
    /// A number is outside of what every reader holds exactly.
    #[error("the number cannot be held exactly")]
    InexactNumber,
    /// The number is `-0`.
    #[error("negative zero is not a number here")]
    NegativeZero,
    /// A string or name contains U+0000.
    #[error("strings must not contain U+0000")]
    NulCharacter,
}

/// Reads one JSON value.
///
/// Numbers that are whole come out as integers, however they were written: `1.0`, `10e-1` and `1`
/// give equal values.
///
/// # Errors
/// The first fault, with its place.
pub fn parse(bytes: &[u8], limits: JsonLimits) -> Result<Value, JsonError> {
    let at_root = |fault| JsonError {
        fault,
        path: "$".to_owned(),
    };
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        return Err(at_root(JsonFault::ByteOrderMark));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| at_root(JsonFault::InvalidUtf8))?;
    let mut state = State {
        fault: None,
        path_reversed: Vec::new(),
        numbers: number::Literals::new(text),
        limits,
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let reader = Reader {
        state: &mut state,
        depth_left: limits.depth_max,
    };
    match reader.deserialize(&mut deserializer) {
        Ok(value) => match deserializer.end() {
            Ok(()) => Ok(value),
            Err(_) => Err(at_root(JsonFault::TrailingData)),
        },
        Err(error) => {
            let fault = state.fault.unwrap_or_else(|| syntax_fault(text, &error));
            Err(JsonError {
                fault,
                path: json_path::render(state.path_reversed.iter().rev()),
            })
        }
    }
}

fn syntax_fault(text: &str, error: &serde_json::Error) -> JsonFault {
    if text.trim_ascii().is_empty() {
        return JsonFault::Empty;
    }
    // Past the range of a double the parser gives up before the visitor sees the number.
    if error.to_string().starts_with("number out of range") {
        return JsonFault::InexactNumber;
    }
    JsonFault::Syntax {
        line: error.line(),
        column: error.column(),
    }
}

/// What all readers of one body share.
struct State<'t> {
    fault: Option<JsonFault>,
    /// Filled while an error travels outwards, so that a good body pays nothing for it.
    path_reversed: Vec<Step>,
    numbers: number::Literals<'t>,
    limits: JsonLimits,
}

impl State<'_> {
    fn refuse<E: serde::de::Error>(&mut self, fault: JsonFault) -> E {
        self.fault = Some(fault);
        E::custom("refused")
    }
}

/// Reads one value, at one depth.
struct Reader<'s, 't> {
    state: &'s mut State<'t>,
    depth_left: usize,
}

impl<'de> DeserializeSeed<'de> for Reader<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.state.numbers.count();
        if value > INTEGER_MAX {
            return Err(self.state.refuse(JsonFault::InexactNumber));
        }
        Ok(Value::from(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.state.numbers.count();
        if value.unsigned_abs() > INTEGER_MAX {
            return Err(self.state.refuse(JsonFault::InexactNumber));
        }
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, _rounded: f64) -> Result<Value, E> {
        let literal = self.state.numbers.current();
        match number::exact(literal, self.state.limits.fractions) {
            Ok(number) => Ok(Value::Number(number)),
            Err(fault) => Err(self.state.refuse(fault)),
        }
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        if value.contains('\0') {
            return Err(self.state.refuse(JsonFault::NulCharacter));
        }
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let state = self.state;
        let Some(depth_left) = self.depth_left.checked_sub(1) else {
            return Err(state.refuse(JsonFault::TooDeep));
        };
        let mut elements = Vec::new();
        loop {
            match access.next_element_seed(Reader {
                state: &mut *state,
                depth_left,
            }) {
                Ok(Some(element)) => elements.push(element),
                Ok(None) => return Ok(Value::Array(elements)),
                Err(error) => {
                    state.path_reversed.push(Step::Index(elements.len()));
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let state = self.state;
        let Some(depth_left) = self.depth_left.checked_sub(1) else {
            return Err(state.refuse(JsonFault::TooDeep));
        };
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            if name.contains('\0') {
                return Err(state.refuse(JsonFault::NulCharacter));
            }
            if members.contains_key(&name) {
                let error = state.refuse(JsonFault::DuplicateName);
                state.path_reversed.push(Step::Name(name));
                return Err(error);
            }
            match access.next_value_seed(Reader {
                state: &mut *state,
                depth_left,
            }) {
                Ok(value) => members.insert(name, value),
                Err(error) => {
                    state.path_reversed.push(Step::Name(name));
                    return Err(error);
                }
            };
        }
        Ok(Value::Object(members))
    }

    fn visit_i128<E: serde::de::Error>(self, _: i128) -> Result<Value, E> {
        Err(E::custom("refused"))
    }
}
