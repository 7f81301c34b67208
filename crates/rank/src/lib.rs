//! Pure, explainable ranking over an allow-listed record.
