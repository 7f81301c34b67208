//! The product index over feeds, query understanding, retrieval before ranking.
