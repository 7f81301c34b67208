//! Product and variant model, readers of every feed format, row-level diagnostics.
