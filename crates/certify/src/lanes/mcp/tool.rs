//! The five tools, and the calls of REST that they stand for.

/// A tool of the binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Create,
    Get,
    Update,
    Complete,
    Cancel,
}

impl Tool {
    /// All of them.
    pub(super) const ALL: [Self; 5] = [
        Self::Create,
        Self::Get,
        Self::Update,
        Self::Complete,
        Self::Cancel,
    ];

    /// Those that are about a session.
    pub(super) const WITH_ID: [Self; 4] = [Self::Get, Self::Update, Self::Complete, Self::Cancel];

    /// Those that change something.
    pub(super) const POSTS: [Self; 4] = [Self::Create, Self::Update, Self::Complete, Self::Cancel];

    /// Those that do not work without a payload.
    pub(super) const WITH_PAYLOAD: [Self; 3] = [Self::Create, Self::Update, Self::Complete];

    /// The name in `tools/list`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Create => "create_checkout_session",
            Self::Get => "get_checkout_session",
            Self::Update => "update_checkout_session",
            Self::Complete => "complete_checkout_session",
            Self::Cancel => "cancel_checkout_session",
        }
    }

    /// The word in ids and texts.
    pub(super) const fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
            Self::Update => "update",
            Self::Complete => "complete",
            Self::Cancel => "cancel",
        }
    }

    /// The shape of its arguments.
    pub(super) const fn arguments(self) -> &'static str {
        match self {
            Self::Create => "mcp#create_checkout_session_params",
            Self::Get => "mcp#get_checkout_session_params",
            Self::Update => "mcp#update_checkout_session_params",
            Self::Complete => "mcp#complete_checkout_session_params",
            Self::Cancel => "mcp#cancel_checkout_session_params",
        }
    }

    /// The shape of its result.
    pub(super) const fn result(self) -> &'static str {
        match self {
            Self::Create => "mcp#create_checkout_session_result",
            Self::Get => "mcp#get_checkout_session_result",
            Self::Update => "mcp#update_checkout_session_result",
            Self::Complete => "mcp#complete_checkout_session_result",
            Self::Cancel => "mcp#cancel_checkout_session_result",
        }
    }

    /// The members of its arguments: those that are required first, then those that may be there.
    pub(super) const fn members(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Create => (&["meta", "payload"], &[]),
            Self::Get => (&["meta", "id"], &[]),
            Self::Update | Self::Complete => (&["meta", "id", "payload"], &[]),
            Self::Cancel => (&["meta", "id"], &["payload"]),
        }
    }
}
