//! What kind of message it is: a request for products, or something else.

use comptoir_rank::Language;
use serde::{Deserialize, Serialize};

use crate::{
    language::{self, is_stop_word},
    query::ProductQuery,
    understand::{cut, understand},
    words,
};

/// A message with its language and meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The language to answer in; English when nothing in the message tells.
    pub language: Language,
    /// What the buyer wants.
    pub intent: Intent,
}

/// What a buyer wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "intent", rename_all = "snake_case")]
pub enum Intent {
    /// To see products.
    Products(ProductQuery),
    /// To see the same as before under a further condition; to be joined with
    /// [`ProductQuery::refined_by`].
    Refine(ProductQuery),
    /// To see more of the same.
    ShowMore,
    /// To buy one of the products shown.
    Buy {
        /// Which one, counted from 1; 0 stands for the last one; `None` when it is not said.
        position: Option<u32>,
    },
    /// To know where an order is.
    OrderStatus,
    /// To cancel an order.
    CancelOrder,
    /// To send something back or have money back.
    ReturnOrder,
    /// To know what can be done here.
    Help,
    /// To say hello.
    Greeting,
    /// To say thanks.
    Thanks,
    /// Nothing that could be understood.
    Unclear,
}

/// Phrases of each simple intent, folded; the first intent that has one in the message wins.
const PHRASES: &[(Simple, &[&str])] = &[
    (
        Simple::Cancel,
        &[
            "cancel my order",
            "cancel the order",
            "cancel order",
            "cancel it",
            "annuler ma commande",
            "annuler la commande",
            "annule ma commande",
            "annulez ma commande",
            "annulation de ma commande",
        ],
    ),
    (
        Simple::Return,
        &[
            "refund",
            "my money back",
            "return my order",
            "return it",
            "return this",
            "return an item",
            "send it back",
            "send back",
            "remboursement",
            "rembourser",
            "remboursez",
            "retourner ma commande",
            "renvoyer ma commande",
            "retourner un article",
            "retour de ma commande",
            "return my",
        ],
    ),
    (
        Simple::Status,
        &[
            "where is my",
            "wheres my",
            "where s my",
            "where are my",
            "track my",
            "order status",
            "status of my order",
            "when will my",
            "has my order",
            "my order",
            "my orders",
            "my package",
            "my parcel",
            "my delivery",
            "ou est ma",
            "ou est mon",
            "ou en est",
            "suivre ma commande",
            "suivi de commande",
            "suivi de ma commande",
            "ma commande",
            "mes commandes",
            "mon colis",
            "ma livraison",
            "quand arrive",
            "quand vais je recevoir",
        ],
    ),
    (
        Simple::More,
        &[
            "show me more",
            "show more",
            "more results",
            "more please",
            "see more",
            "next page",
            "any others",
            "other options",
            "anything else",
            "voir plus",
            "plus de resultats",
            "montre m en plus",
            "montre moi plus",
            "en voir d autres",
            "d autres",
            "montre moi d autres",
            "la suite",
            "page suivante",
            "autre chose",
            "encore plus",
        ],
    ),
    (
        Simple::Help,
        &[
            "what can you do",
            "how does this work",
            "how does it work",
            "how do you work",
            "who are you",
            "what are you",
            "que peux tu faire",
            "que pouvez vous faire",
            "comment ca marche",
            "comment ca fonctionne",
            "qui es tu",
            "qui etes vous",
            "a quoi sers tu",
        ],
    ),
];

/// Whole messages of one word or two.
const WHOLE: &[(Simple, &[&str])] = &[
    (
        Simple::Greeting,
        &[
            "hello",
            "hi",
            "hey",
            "hello there",
            "hi there",
            "good morning",
            "good evening",
            "good afternoon",
            "bonjour",
            "bonsoir",
            "salut",
            "coucou",
            "allo",
        ],
    ),
    (
        Simple::Thanks,
        &[
            "thanks",
            "thank you",
            "thx",
            "thanks a lot",
            "merci",
            "merci beaucoup",
            "great thanks",
        ],
    ),
    (
        Simple::Help,
        &[
            "help",
            "help me",
            "aide",
            "aidez moi",
            "aide moi",
            "a l aide",
        ],
    ),
    (
        Simple::More,
        &[
            "more", "next", "others", "plus", "encore", "suivant", "suite", "autres",
        ],
    ),
];

#[derive(Clone, Copy)]
enum Simple {
    Cancel,
    Return,
    Status,
    More,
    Help,
    Greeting,
    Thanks,
}

/// Words that a message of a simple intent may have; longer ones are about products.
const SIMPLE_WORDS_MAX: usize = 14;

/// Reads any message.
///
/// ```
/// use comptoir_search::{Intent, classify};
///
/// assert!(matches!(classify("hello").intent, Intent::Greeting));
/// assert!(matches!(classify("Où est ma commande ?").intent, Intent::OrderStatus));
/// assert!(matches!(classify("a red teapot").intent, Intent::Products(_)));
/// ```
#[must_use]
pub fn classify(text: &str) -> Message {
    let (text, _) = cut(text);
    // Apostrophes become spaces: "where's" is "where s".
    let folded = words::fold(&text).replace('\'', " ");
    let pieces = words::pieces(&folded);
    let list: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let language = language::detect(&text, &pieces);
    let intent = simple(&list)
        .or_else(|| buy(&list))
        .unwrap_or_else(|| products(understand(&text)));
    Message {
        language: language.unwrap_or_default(),
        intent,
    }
}

fn simple(list: &[&str]) -> Option<Intent> {
    if list.is_empty() || list.len() > SIMPLE_WORDS_MAX {
        return None;
    }
    let sentence = list.join(" ");
    let whole = WHOLE
        .iter()
        .find(|(_, phrases)| phrases.contains(&sentence.as_str()));
    let padded = format!(" {sentence} ");
    let part = || {
        PHRASES.iter().find(|(_, phrases)| {
            phrases
                .iter()
                .any(|phrase| padded.contains(&format!(" {phrase} ")))
        })
    };
    let (simple, _) = whole.or_else(part)?;
    Some(match simple {
        Simple::Cancel => Intent::CancelOrder,
        Simple::Return => Intent::ReturnOrder,
        Simple::Status => Intent::OrderStatus,
        Simple::More => Intent::ShowMore,
        Simple::Help => Intent::Help,
        Simple::Greeting => Intent::Greeting,
        Simple::Thanks => Intent::Thanks,
    })
}

/// "buy the second one", "je prends le premier": a verb and nothing but a position.
fn buy(list: &[&str]) -> Option<Intent> {
    const VERBS: &[&str] = &[
        "buy",
        "purchase",
        "order",
        "take",
        "acheter",
        "achete",
        "achetez",
        "prends",
        "prendre",
        "commander",
        "commande",
    ];
    const FILLERS: &[&str] = &[
        "i",
        "ll",
        "will",
        "want",
        "to",
        "would",
        "like",
        "d",
        "the",
        "one",
        "it",
        "this",
        "that",
        "please",
        "je",
        "j",
        "le",
        "la",
        "l",
        "un",
        "une",
        "veux",
        "voudrais",
        "vais",
        "ca",
        "celui",
        "celle",
        "ci",
        "svp",
        "number",
        "numero",
        "option",
        "let",
        "s",
        "me",
        "ok",
        "yes",
        "oui",
        "now",
        "maintenant",
    ];
    let verb = list.iter().any(|word| VERBS.contains(word));
    let mut position = None;
    for word in list {
        match ordinal(word) {
            Some(number) => position = Some(number),
            None if VERBS.contains(word) || FILLERS.contains(word) => {}
            None => return None,
        }
    }
    (verb && list.len() > 1).then_some(Intent::Buy { position })
}

fn ordinal(word: &str) -> Option<u32> {
    let number = match word {
        "first" | "premier" | "premiere" | "1st" | "1er" | "1ere" | "1" => 1,
        "second" | "deuxieme" | "seconde" | "2nd" | "2e" | "2eme" | "2" => 2,
        "third" | "troisieme" | "3rd" | "3e" | "3eme" | "3" => 3,
        "fourth" | "quatrieme" | "4th" | "4e" | "4" => 4,
        "fifth" | "cinquieme" | "5th" | "5e" | "5" => 5,
        "sixth" | "sixieme" | "6th" | "6e" | "6" => 6,
        "last" | "dernier" | "derniere" => 0,
        _ => return None,
    };
    Some(number)
}

/// A request that names no product but a condition refines the one before.
fn products(query: ProductQuery) -> Intent {
    let attribute_words: usize = query.attributes.len();
    let only_attributes = query.category.is_none()
        && !query.attributes.is_empty()
        && query.terms.len() <= attribute_words;
    let condition = query.price_max.is_some()
        || query.price_min.is_some()
        || query.currency.is_some()
        || query.available_only
        || query.order != comptoir_rank::Order::Relevance
        || !query.excluded.is_empty()
        || !query.attributes.is_empty();
    let empty = query
        .terms
        .iter()
        .all(|term| is_stop_word(term, query.language));
    match (empty || only_attributes, condition) {
        (true, true) => Intent::Refine(query),
        (true, false) if query.brand.is_none() => Intent::Unclear,
        _ => Intent::Products(query),
    }
}
