//! The bilingual table of `data/synonyms.tsv`: words that mean the same, and the kinds they name.

use std::{collections::HashMap, sync::LazyLock};

use comptoir_rank::Language;

use crate::words;

/// What a concept names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// A kind of product.
    Category,
    /// A colour.
    Colour,
    /// A material.
    Material,
    /// Anything else.
    Word,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Concept {
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    pub(crate) english: Vec<Vec<String>>,
    pub(crate) french: Vec<Vec<String>>,
}

impl Concept {
    /// Forms of both languages, each a list of tokens.
    pub(crate) fn forms(&self) -> impl Iterator<Item = &Vec<String>> {
        self.english.iter().chain(&self.french)
    }
}

/// A concept found at the start of a list of tokens.
pub(crate) struct Found {
    /// The concepts that the words may mean; French `tapis` is a rug and a mat.
    pub(crate) concepts: Vec<&'static Concept>,
    /// How many tokens it covers.
    pub(crate) length: usize,
}

/// The table with its look-up by first token.
struct Table {
    concepts: Vec<Concept>,
    by_first: HashMap<String, Vec<(usize, Language, Vec<String>)>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/synonyms.tsv")));

/// The longest form of `language`, or of any language when that is not known, that `tokens`
/// start with.
pub(crate) fn find(tokens: &[&str], language: Option<Language>) -> Option<Found> {
    let table = &*TABLE;
    let candidates = table.by_first.get(*tokens.first()?)?;
    let fitting = || {
        candidates.iter().filter(|(_, form_language, form)| {
            language.is_none_or(|language| language == *form_language)
                && tokens.len() >= form.len()
                && form.iter().zip(tokens).all(|(a, b)| a == b)
        })
    };
    let length = fitting().map(|(_, _, form)| form.len()).max()?;
    let mut indexes: Vec<usize> = fitting()
        .filter(|(_, _, form)| form.len() == length)
        .map(|&(index, _, _)| index)
        .collect();
    indexes.dedup();
    let concepts = indexes
        .iter()
        .filter_map(|&index| table.concepts.get(index))
        .collect();
    Some(Found { concepts, length })
}

/// The concept with this key.
pub(crate) fn concept(key: &str) -> Option<&'static Concept> {
    TABLE.concepts.iter().find(|concept| concept.key == key)
}

/// Whether `word` is a form of the concept with this key.
pub(crate) fn names(word: &str, key: &str) -> bool {
    let form = form_tokens(word);
    concept(key).is_some_and(|concept| concept.forms().any(|known| *known == form))
}

/// In which languages the table knows the token as a whole form.
pub(crate) fn languages_of(token: &str) -> (bool, bool) {
    let forms = TABLE
        .by_first
        .get(token)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let knows = |language: Language| {
        forms
            .iter()
            .any(|(_, form_language, form)| *form_language == language && form.len() == 1)
    };
    (knows(Language::English), knows(Language::French))
}

impl Table {
    fn read(text: &'static str) -> Self {
        let concepts: Vec<Concept> = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
            .filter_map(read_line)
            .collect();
        let mut by_first: HashMap<String, Vec<(usize, Language, Vec<String>)>> = HashMap::new();
        for (index, concept) in concepts.iter().enumerate() {
            let english = concept.english.iter().map(|form| (Language::English, form));
            let french = concept.french.iter().map(|form| (Language::French, form));
            for (language, form) in english.chain(french) {
                if let Some(first) = form.first() {
                    let entry = by_first.entry(first.clone()).or_default();
                    entry.push((index, language, form.clone()));
                }
            }
        }
        Self { concepts, by_first }
    }
}

fn read_line(line: &'static str) -> Option<Concept> {
    let mut cells = line.split('\t');
    let kind = match cells.next()? {
        "category" => Kind::Category,
        "colour" => Kind::Colour,
        "material" => Kind::Material,
        _ => Kind::Word,
    };
    let key = cells.next()?;
    let mut forms = || -> Option<Vec<Vec<String>>> {
        Some(
            cells
                .next()?
                .split('|')
                .map(form_tokens)
                .filter(|f| !f.is_empty())
                .collect(),
        )
    };
    Some(Concept {
        key,
        kind,
        english: forms()?,
        french: forms()?,
    })
}

/// The tokens of a form; connecting words (`de`, `à`) do not count, as in queries.
fn form_tokens(form: &str) -> Vec<String> {
    let pieces = words::pieces(&words::fold(form));
    pieces
        .iter()
        .filter(|piece| pieces.len() == 1 || !is_connector(&piece.text))
        .map(|piece| words::token(&piece.text))
        .collect()
}

/// Words inside a fixed expression that carry no meaning of their own.
pub(crate) fn is_connector(piece: &str) -> bool {
    matches!(
        piece,
        "de" | "du" | "des" | "a" | "la" | "le" | "en" | "of" | "the" | "for"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("../data/synonyms.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .count();
        assert_eq!(TABLE.concepts.len(), lines);
        for concept in &TABLE.concepts {
            assert!(
                !concept.english.is_empty() && !concept.french.is_empty(),
                "{}",
                concept.key
            );
        }
    }

    #[test]
    fn keys_are_unique() {
        let mut keys: Vec<&str> = TABLE.concepts.iter().map(|concept| concept.key).collect();
        keys.sort_unstable();
        let count = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn the_longest_form_wins() {
        let found = find(&["sac", "dos"], Some(Language::French)).unwrap();
        assert_eq!((found.concepts[0].key, found.length), ("backpack", 2));
        let found = find(&["sac", "noir"], Some(Language::French)).unwrap();
        assert_eq!((found.concepts[0].key, found.length), ("bag", 1));
    }
}
