//! Pictures of the demo products, drawn by this project as SVG.

use std::{collections::BTreeMap, sync::LazyLock};

/// Shapes by kind of product; see the file's own first line.
const SHAPES: &str = include_str!("../../demo/pictures.toml");

/// Main colour, shade, tint and the two ends of the background, by palette.
const PALETTES: [[&str; 5]; 8] = [
    ["#3b6ea5", "#274b73", "#cfe0f2", "#eef4fa", "#dbe7f3"],
    ["#c8553d", "#8f3626", "#f6d5c9", "#fbf1ec", "#f4ddd3"],
    ["#5b8e7d", "#3c6356", "#d3e8de", "#f0f7f3", "#dcebe3"],
    ["#e0a030", "#a86f14", "#fae6bd", "#fdf6e6", "#f7e8c6"],
    ["#6d597a", "#493b54", "#e0d3ea", "#f5f1f8", "#e5dcec"],
    ["#2f3e46", "#1b262b", "#c8d5d9", "#eff3f4", "#dbe3e5"],
    ["#d17a86", "#9c4d58", "#f8dadf", "#fcf2f3", "#f5dfe2"],
    ["#4a7c3a", "#305524", "#d5e8cc", "#f2f8ef", "#deecd6"],
];

/// Colour words of the catalogues and the palette that shows them.
const COLOURS: [(&str, usize); 30] = [
    ("bleu", 0),
    ("blue", 0),
    ("navy", 0),
    ("cobalt", 0),
    ("turquoise", 2),
    ("corail", 1),
    ("orange", 1),
    ("rust", 1),
    ("terracotta", 1),
    ("rouge", 1),
    ("red", 1),
    ("vert", 7),
    ("green", 7),
    ("olive", 7),
    ("sage", 2),
    ("celadon", 2),
    ("jaune", 3),
    ("ochre", 3),
    ("sand", 3),
    ("sable", 3),
    ("oat", 3),
    ("gold rim", 3),
    ("noir", 5),
    ("black", 5),
    ("anthracite", 5),
    ("charcoal", 5),
    ("slate", 5),
    ("tenmoku", 5),
    ("iron", 5),
    ("gris", 5),
];

static BY_KIND: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(SHAPES).unwrap_or_default());

/// Draws a product of `kind` as SVG; `colour` picks the palette when it is known, otherwise `seed`.
///
/// An unknown kind is drawn as a parcel, so that every product has a picture.
pub(crate) fn draw(kind: &str, colour: Option<&str>, seed: usize) -> String {
    let named = colour.and_then(|word| {
        COLOURS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(word))
            .map(|(_, palette)| *palette)
    });
    let [main, shade, tint, top, bottom] = PALETTES
        .get(named.unwrap_or(seed % PALETTES.len()))
        .copied()
        .unwrap_or(["#555", "#333", "#ddd", "#fff", "#eee"]);
    let drawing = BY_KIND.get(kind).or_else(|| BY_KIND.get("box"));
    let drawing = drawing.map_or("", String::as_str);
    let drawing = [("\"A\"", main), ("\"B\"", shade), ("\"C\"", tint)]
        .into_iter()
        .fold(drawing.to_owned(), |text, (mark, colour)| {
            text.replace(mark, &format!("\"{colour}\""))
        });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-33 0 266 200\" width=\"800\" height=\"600\">\
         <defs><linearGradient id=\"g\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">\
         <stop offset=\"0\" stop-color=\"{top}\"/><stop offset=\"1\" stop-color=\"{bottom}\"/>\
         </linearGradient></defs><rect x=\"-34\" width=\"268\" height=\"200\" fill=\"url(#g)\"/>\
         <ellipse cx=\"100\" cy=\"172\" rx=\"62\" ry=\"7\" fill=\"#000\" opacity=\".07\"/>{drawing}</svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::{BY_KIND, draw};

    // Every kind is drawn with real colours: no placeholder is left in the markup.
    #[test]
    fn placeholders_are_replaced() {
        assert!(BY_KIND.len() > 30);
        for kind in BY_KIND.keys() {
            let picture = draw(kind, Some("bleu"), 3);
            assert!(picture.starts_with("<svg"));
            for mark in ["\"A\"", "\"B\"", "\"C\""] {
                assert!(!picture.contains(mark), "{kind} keeps {mark}");
            }
        }
    }
}
