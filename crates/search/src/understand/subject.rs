//! What is left of the message: the product itself, and for whom it is.

use comptoir_rank::Language;

use super::mark::Marks;
use crate::{
    language::is_stop_word,
    query::{Attribute, AttributeKind, ProductQuery, TERMS_MAX},
    synonyms::{self, Kind},
    words::{self, unit},
};

const GIFT: &[&str] = &["gift", "gifts", "present", "presents", "cadeau", "cadeaux"];

/// Neighbours that make "gift" part of a product's name.
const GIFT_PRODUCT: &[&str] = &[
    "card", "cards", "voucher", "vouchers", "wrap", "wrapping", "box", "carte", "cartes", "cheque",
    "cheques", "bon", "papier",
];

/// Verbs and nouns behind which comes what a person likes.
const LIKING: &[&[&str]] = &[
    &["loves"],
    &["love"],
    &["likes"],
    &["enjoys"],
    &["adores"],
    &["collects"],
    &["is", "into"],
    &["are", "into"],
    &["crazy", "about"],
    &["passionate", "about"],
    &["interested", "in"],
    &["obsessed", "with"],
    &["fan", "of"],
    &["fans", "of"],
    &["lover", "of"],
    &["aime"],
    &["aiment"],
    &["adore"],
    &["adorent"],
    &["collectionne"],
    &["fan"],
    &["fans"],
    &["passionne"],
    &["passionnee"],
    &["passionnes"],
    &["amateur"],
    &["amateurs"],
    &["amatrice"],
    &["amoureux"],
    &["amoureuse"],
    &["fou"],
    &["folle"],
];

/// Nouns before which stands what a person likes: "a coffee lover".
const LOVERS: &[&str] = &[
    "lover",
    "lovers",
    "fan",
    "fans",
    "enthusiast",
    "enthusiasts",
    "addict",
    "addicts",
    "geek",
    "geeks",
    "collector",
    "collectors",
];

/// People a gift is for; they are not what is looked for.
const PEOPLE: &[&str] = &[
    "mother",
    "mum",
    "mom",
    "father",
    "dad",
    "sister",
    "brother",
    "wife",
    "husband",
    "girlfriend",
    "boyfriend",
    "friend",
    "friends",
    "colleague",
    "boss",
    "teacher",
    "neighbour",
    "grandmother",
    "grandfather",
    "grandma",
    "grandpa",
    "aunt",
    "uncle",
    "partner",
    "person",
    "people",
    "mere",
    "pere",
    "maman",
    "papa",
    "soeur",
    "frere",
    "mari",
    "copine",
    "copain",
    "ami",
    "amie",
    "amis",
    "amies",
    "collegue",
    "patron",
    "prof",
    "voisin",
    "voisine",
    "mamie",
    "papi",
    "tante",
    "oncle",
    "personne",
    "un",
    "loved",
];

/// Reads the terms, the category, colours and materials.
pub(super) fn read(marks: &mut Marks, query: &mut ProductQuery) {
    read_gift(marks, query);
    let language = query.language;
    let mut terms: Vec<String> = Vec::new();
    let mut joined = false;
    let mut after_number = false;
    for mark in marks.list.iter().filter(|mark| !mark.used) {
        let piece = &mark.piece;
        let hyphened = joined && piece.before == '-';
        joined = piece.after == '-';
        let measure = after_number && unit::is_unit(&piece.text);
        after_number = mark.number.is_some();
        if is_stop_word(&piece.text, language) && !hyphened && !joined && !measure {
            continue;
        }
        let inches = if piece.after == '"' && mark.number.is_some() {
            "\""
        } else {
            ""
        };
        match terms.last_mut() {
            Some(last) if hyphened => {
                last.push('-');
                last.push_str(&piece.text);
            }
            _ => terms.push(format!("{}{inches}", piece.text)),
        }
    }
    query.truncated |= terms.len() > TERMS_MAX;
    terms.truncate(TERMS_MAX);
    if terms.is_empty() && query.gift && query.attributes.is_empty() {
        terms.push(
            if language == Some(Language::French) {
                "cadeau"
            } else {
                "gift"
            }
            .to_owned(),
        );
    }
    query.terms = terms;
    read_concepts(query);
}

/// A gift names a person and what the person likes; only the latter is looked for.
fn read_gift(marks: &mut Marks, query: &mut ProductQuery) {
    let gift = (0..marks.list.len()).find(|&at| {
        let beside = [at.checked_sub(1), at.checked_add(1)];
        let product = beside
            .iter()
            .flatten()
            .any(|&at| GIFT_PRODUCT.contains(&marks.word(at)));
        GIFT.contains(&marks.word(at)) && !product
    });
    if let Some(at) = gift {
        query.gift = true;
        marks.take(at..at.saturating_add(1));
    }
    let language = query.language;
    let has_content = |marks: &Marks, range: std::ops::Range<usize>| {
        marks
            .list
            .get(range)
            .unwrap_or_default()
            .iter()
            .any(|mark| {
                !mark.used
                    && !is_stop_word(&mark.piece.text, language)
                    && !is_person(&mark.piece.text)
            })
    };
    let length = marks.list.len();
    let liking = (0..length).find_map(|at| {
        let phrase = LIKING.iter().find(|phrase| marks.starts(at, phrase))?;
        Some((at, at.saturating_add(phrase.len())))
    });
    if let Some((start, end)) = liking {
        let only_person_before = query.gift || !has_content(marks, 0..start);
        if only_person_before && has_content(marks, end..length) {
            marks.take(0..end);
            return;
        }
    }
    if query.gift {
        for at in 0..length {
            let word = marks.word(at);
            if LOVERS.contains(&word) || is_person(word) {
                marks.take(at..at.saturating_add(1));
            }
        }
    }
}

fn is_person(word: &str) -> bool {
    PEOPLE.contains(&word)
}

/// Names the category and the attributes that the terms contain.
fn read_concepts(query: &mut ProductQuery) {
    let tokens: Vec<String> = words::words(&query.terms.join(" "))
        .iter()
        .filter_map(|word| word.forms.first())
        .flatten()
        .cloned()
        .collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let mut rest = tokens.as_slice();
    let mut categories = Vec::new();
    while !rest.is_empty() {
        let found = synonyms::find(rest, query.language);
        let length = found.as_ref().map_or(1, |found| found.length);
        for concept in found.iter().flat_map(|found| &found.concepts) {
            match concept.kind {
                Kind::Category => categories.push(concept.key),
                Kind::Colour => push(query, AttributeKind::Colour, concept.key),
                Kind::Material => push(query, AttributeKind::Material, concept.key),
                Kind::Word => {}
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    // The head of a noun phrase comes first in French and last in English.
    let head = match query.language {
        Some(Language::French) => categories.first(),
        _ => categories.last(),
    };
    query.category = head.map(|&key| key.to_owned());
}

fn push(query: &mut ProductQuery, kind: AttributeKind, key: &str) {
    let attribute = Attribute {
        kind,
        value: key.to_owned(),
    };
    if !query.attributes.contains(&attribute) {
        query.attributes.push(attribute);
    }
}
