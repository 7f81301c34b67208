//! The names of events, in all the spellings found in the field.

/// What an order event tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventName {
    /// `order_create`: a new order.
    OrderCreate,
    /// `order_update`: an existing order changed.
    OrderUpdate,
    /// Any other name; the schema demands that it be accepted. The body still is a full order.
    Other(String),
}

impl EventName {
    /// Reads a name. The schema says `order_create`, other documents `order_created`,
    /// `order.created` and `ORDER_UPDATE`: case, separator and tense make no difference.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let folded: String = name
            .chars()
            .map(|c| {
                if matches!(c, '.' | '-') {
                    '_'
                } else {
                    c.to_ascii_lowercase()
                }
            })
            .collect();
        match folded.as_str() {
            "order_create" | "order_created" => Self::OrderCreate,
            "order_update" | "order_updated" => Self::OrderUpdate,
            _ => Self::Other(name.to_owned()),
        }
    }

    /// The schema's spelling; of an unknown name the one received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::OrderCreate => "order_create",
            Self::OrderUpdate => "order_update",
            Self::Other(name) => name,
        }
    }
}

impl std::fmt::Display for EventName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
