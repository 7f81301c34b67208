//! The unit of work: transactions as synchronous closures with group commit, on SQLite.
