//! token_properties
