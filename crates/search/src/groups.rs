//! The words of a query with everything that counts as the same word.

use comptoir_rank::WORDS_MAX;

use crate::{
    query::ProductQuery,
    synonyms,
    words::{self, Word},
};

/// One word of the query: found when any of its forms is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// The word as the buyer wrote it.
    pub(crate) surface: String,
    /// The word's own tokens first, then synonyms. A form needs all its tokens.
    pub(crate) forms: Vec<Form>,
    /// It names the kind of product that is looked for.
    pub(crate) is_kind: bool,
}

impl Group {
    /// The group without synonyms.
    pub(crate) fn own(&self) -> Self {
        let mut own = self.clone();
        own.forms.retain(|form| form.own);
        own
    }
}

/// One way to say the word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) tokens: Vec<String>,
    /// The buyer's own word, rather than a synonym.
    pub(crate) own: bool,
}

/// Splits the query's terms into groups.
pub(crate) fn groups(query: &ProductQuery) -> Vec<Group> {
    let mut words = words::words(&query.terms.join(" "));
    words.truncate(WORDS_MAX);
    let mut groups = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, tail)) = rest.split_first() {
        let (group, used) = match named(rest, query) {
            Some((group, used)) => (group, used.saturating_sub(1)),
            None => (own_group(first), 0),
        };
        groups.push(group);
        rest = tail.get(used..).unwrap_or_default();
    }
    groups
}

/// The tokens of forms that must not occur.
pub(crate) fn excluded(query: &ProductQuery) -> Vec<Vec<String>> {
    let alone = ProductQuery {
        terms: query.excluded.clone(),
        language: query.language,
        ..ProductQuery::default()
    };
    groups(&alone)
        .into_iter()
        .flat_map(|group| group.forms)
        .map(|form| form.tokens)
        .collect()
}

fn own_group(word: &Word) -> Group {
    let forms = word.forms.iter().map(|tokens| Form {
        tokens: tokens.clone(),
        own: true,
    });
    Group {
        surface: word.surface.clone(),
        forms: forms.collect(),
        is_kind: false,
    }
}

/// The group of a word, or of several, that the synonym table knows.
fn named(words: &[Word], query: &ProductQuery) -> Option<(Group, usize)> {
    let tokens: Vec<&str> = words
        .iter()
        .take(4)
        .map_while(|word| match word.forms.first().map(Vec::as_slice) {
            Some([token]) => Some(token.as_str()),
            _ => None,
        })
        .collect();
    let found = synonyms::find(&tokens, query.language)?;
    let covered = words.get(..found.length)?;
    let mut forms = vec![Form {
        tokens: covered
            .iter()
            .filter_map(|word| word.forms.first()?.first().cloned())
            .collect(),
        own: true,
    }];
    for form in found.concepts.iter().flat_map(|concept| concept.forms()) {
        if !forms.iter().any(|known| known.tokens == *form) {
            forms.push(Form {
                tokens: form.clone(),
                own: false,
            });
        }
    }
    let surface: Vec<&str> = covered.iter().map(|word| word.surface.as_str()).collect();
    let is_kind = found
        .concepts
        .iter()
        .any(|c| query.category.as_deref() == Some(c.key));
    Some((
        Group {
            surface: surface.join(" "),
            forms,
            is_kind,
        },
        found.length,
    ))
}
