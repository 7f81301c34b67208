//! Wire types of the Agentic Commerce Protocol: versions, money, currency, ids, errors.
