//! Illustrative rates. Examples of the form, not advice: rates change, cities and counties add
//! their own, thresholds and exemptions differ. An operator must check every line they use.

use std::collections::BTreeMap;

use super::TaxRegion;
use crate::{address::Region, item::TaxCategory, rounding::Rate};

/// One line: region, name, standard rate in parts per million, other classes, delivery taxed,
/// prices contain the tax.
type Line = (
    &'static str,
    &'static str,
    u32,
    &'static [(&'static str, u32)],
    bool,
    bool,
);

#[rustfmt::skip]
const LINES: &[Line] = &[
    // United States, state level only: prices are net.
    ("US-CA", "Sales tax", 72_500, &[("food", 0), ("digital", 0)], false, false),
    ("US-CO", "Sales tax", 29_000, &[("food", 0)], false, false),
    ("US-DE", "Sales tax", 0, &[], false, false),
    ("US-FL", "Sales tax", 60_000, &[("food", 0), ("digital", 0)], true, false),
    ("US-IL", "Sales tax", 62_500, &[("food", 10_000)], true, false),
    ("US-MA", "Sales tax", 62_500, &[("food", 0), ("clothing", 0)], false, false),
    ("US-MT", "Sales tax", 0, &[], false, false),
    ("US-NH", "Sales tax", 0, &[], false, false),
    ("US-NJ", "Sales tax", 66_250, &[("food", 0), ("clothing", 0)], true, false),
    ("US-NY", "Sales tax", 40_000, &[("food", 0), ("digital", 0)], true, false),
    ("US-OR", "Sales tax", 0, &[], false, false),
    ("US-PA", "Sales tax", 60_000, &[("food", 0), ("clothing", 0)], true, false),
    ("US-TX", "Sales tax", 62_500, &[("food", 0)], true, false),
    ("US-WA", "Sales tax", 65_000, &[("food", 0)], true, false),
    // European Union: prices contain the tax.
    ("AT", "VAT", 200_000, &[("food", 100_000), ("books", 100_000)], true, true),
    ("BE", "VAT", 210_000, &[("food", 60_000), ("books", 60_000)], true, true),
    ("BG", "VAT", 200_000, &[("books", 90_000)], true, true),
    ("CY", "VAT", 190_000, &[("food", 50_000), ("books", 30_000)], true, true),
    ("CZ", "VAT", 210_000, &[("food", 120_000), ("books", 0)], true, true),
    ("DE", "VAT", 190_000, &[("food", 70_000), ("books", 70_000)], true, true),
    ("DK", "VAT", 250_000, &[], true, true),
    ("EE", "VAT", 240_000, &[("books", 90_000)], true, true),
    ("ES", "VAT", 210_000, &[("food", 100_000), ("books", 40_000)], true, true),
    ("FI", "VAT", 255_000, &[("food", 140_000), ("books", 140_000)], true, true),
    ("FR", "VAT", 200_000, &[("food", 55_000), ("books", 55_000)], true, true),
    ("GR", "VAT", 240_000, &[("food", 130_000), ("books", 60_000)], true, true),
    ("HR", "VAT", 250_000, &[("food", 50_000), ("books", 50_000)], true, true),
    ("HU", "VAT", 270_000, &[("food", 180_000), ("books", 50_000)], true, true),
    ("IE", "VAT", 230_000, &[("food", 0), ("books", 0)], true, true),
    ("IT", "VAT", 220_000, &[("food", 100_000), ("books", 40_000)], true, true),
    ("LT", "VAT", 210_000, &[("books", 50_000)], true, true),
    ("LU", "VAT", 170_000, &[("food", 30_000), ("books", 30_000)], true, true),
    ("LV", "VAT", 210_000, &[("books", 50_000)], true, true),
    ("MT", "VAT", 180_000, &[("food", 0), ("books", 50_000)], true, true),
    ("NL", "VAT", 210_000, &[("food", 90_000), ("books", 90_000)], true, true),
    ("PL", "VAT", 230_000, &[("food", 50_000), ("books", 50_000)], true, true),
    ("PT", "VAT", 230_000, &[("food", 60_000), ("books", 60_000)], true, true),
    ("RO", "VAT", 210_000, &[("food", 110_000), ("books", 110_000)], true, true),
    ("SE", "VAT", 250_000, &[("food", 120_000), ("books", 60_000)], true, true),
    ("SI", "VAT", 220_000, &[("food", 95_000), ("books", 50_000)], true, true),
    ("SK", "VAT", 230_000, &[("food", 50_000), ("books", 50_000)], true, true),
    // Elsewhere.
    ("AU", "GST", 100_000, &[("food", 0)], true, true),
    ("CA", "GST", 50_000, &[("food", 0)], true, false),
    ("CA-ON", "HST", 130_000, &[("food", 0), ("books", 50_000)], true, false),
    ("CH", "VAT", 81_000, &[("food", 26_000), ("books", 26_000)], true, true),
    ("GB", "VAT", 200_000, &[("food", 0), ("books", 0)], true, true),
    ("JP", "Consumption tax", 100_000, &[("food", 80_000)], true, true),
    ("NO", "VAT", 250_000, &[("food", 150_000), ("books", 0)], true, true),
    ("NZ", "GST", 150_000, &[], true, true),
    ("SG", "GST", 90_000, &[], true, true),
];

/// The lines above as regions.
pub(super) fn regions() -> Vec<TaxRegion> {
    // A test reads every line, so nothing is lost by skipping what cannot be read.
    LINES.iter().filter_map(|line| region(line).ok()).collect()
}

fn region(line: &Line) -> Result<TaxRegion, Box<dyn std::error::Error>> {
    let (region, name, standard, classes, shipping_taxed, prices_include_tax) = *line;
    let categories = classes
        .iter()
        .map(|&(class, parts)| Ok((TaxCategory::new(class), Rate::parts_per_million(parts)?)))
        .collect::<Result<BTreeMap<_, _>, crate::rounding::RoundingError>>()?;
    Ok(TaxRegion {
        region: Region::parse(region)?,
        name: name.to_owned(),
        standard: Rate::parts_per_million(standard)?,
        categories,
        shipping_taxed,
        prices_include_tax,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Every illustrative line can be read, and no region is listed twice.
    #[test]
    fn every_line_is_a_region() {
        let regions = regions();
        assert_eq!(regions.len(), LINES.len());
        let distinct: std::collections::BTreeSet<_> =
            regions.iter().map(|entry| entry.region.clone()).collect();
        assert_eq!(distinct.len(), regions.len());
    }
}
