//! Answers one message. Rules only: numbers and names come from the index, never from a text.

use comptoir_search::{Index, Intent, Order, PriceLimit, ProductQuery, classify};
use jiff::Timestamp;

use super::{ShownProduct, Turn};
use crate::{Language, text};

/// Most products in one answer.
const PRODUCTS_MAX: usize = 8;
/// How many "show me more" can go on for.
const RETRIEVED_MAX: usize = 48;

/// An answered message.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(crate) turn: Turn,
    /// The request for products that is current now.
    pub(crate) query: Option<ProductQuery>,
}

/// Answers a message, given the request before it and what the last answer showed.
pub(crate) fn answer(
    index: &Index,
    raw: &str,
    before: Option<&ProductQuery>,
    shown: &[ShownProduct],
    now: Timestamp,
) -> Answered {
    let (said, masked) = text::mask_cards(&text::paragraphs(raw, super::MESSAGE_CHARS_MAX));
    let message = classify(&said);
    let language = match message.language {
        comptoir_search::Language::French => Language::Fr,
        comptoir_search::Language::English => Language::En,
    };
    let (query, skip) = match (message.intent, before) {
        (Intent::Products(query), _) | (Intent::Refine(query), None) => (Some(query), 0),
        (Intent::Refine(query), Some(before)) => (Some(before.refined_by(&query)), 0),
        (Intent::ShowMore, Some(before)) => (Some(before.clone()), shown.len()),
        (other, _) => {
            let turn = Turn {
                said,
                text: reply(&other, language).to_owned(),
                masked,
                products: Vec::new(),
                at: now,
            };
            return Answered {
                turn,
                query: before.cloned(),
            };
        }
    };
    let query = query.map(|mut query| {
        query.now = Some(now);
        query
    });
    let products = query
        .as_ref()
        .map_or_else(Vec::new, |query| found(index, query, skip));
    let words = query.as_ref().map_or_else(String::new, |query| {
        sentence(query, products.len(), language)
    });
    let turn = Turn {
        said,
        text: words,
        masked,
        products,
        at: now,
    };
    Answered { turn, query }
}

fn found(index: &Index, query: &ProductQuery, skip: usize) -> Vec<ShownProduct> {
    let hits = match index.search(query, RETRIEVED_MAX) {
        Ok(hits) => hits,
        Err(error) => {
            tracing::error!(error = %error, "search failed");
            return Vec::new();
        }
    };
    hits.into_iter()
        .skip(skip)
        .take(PRODUCTS_MAX)
        .map(|hit| ShownProduct {
            seller: hit.seller,
            product_id: hit.product_id,
            variant_id: hit.variant_id,
            reasons: hit.reasons,
            freshness: hit.rank_view.freshness,
        })
        .collect()
}

/// Says how many products there are and what was understood.
fn sentence(query: &ProductQuery, count: usize, language: Language) -> String {
    let words = language.words();
    if count == 0 {
        return words.answer_none.to_owned();
    }
    let lead = match (language, count) {
        (_, 1) => words.answer_one.trim_end_matches('.').to_owned(),
        (Language::En, count) => format!("I found {count} products that fit"),
        (Language::Fr, count) => format!("J’ai trouvé {count} produits qui conviennent"),
    };
    let understood = understood(query, language);
    match (understood.is_empty(), language) {
        (true, _) => format!("{lead}."),
        (false, Language::En) => format!("{lead}: {}.", understood.join(", ")),
        (false, Language::Fr) => format!("{lead} : {}.", understood.join(", ")),
    }
}

fn understood(query: &ProductQuery, language: Language) -> Vec<String> {
    let mut parts = Vec::new();
    if !query.terms.is_empty() {
        parts.push(text::line(&query.terms.join(" "), 80));
    }
    let say = |limit: &PriceLimit, en: &str, fr: &str| {
        let amount = limit_text(limit, language);
        match language {
            Language::En => format!("{en} {amount}"),
            Language::Fr => format!("{fr} {amount}"),
        }
    };
    if let Some(limit) = &query.price_min {
        parts.push(say(limit, "at least", "au moins"));
    }
    if let Some(limit) = &query.price_max {
        parts.push(say(limit, "up to", "jusqu’à"));
    }
    parts.extend(query.excluded.iter().map(|word| match language {
        Language::En => format!("without {}", text::line(word, 30)),
        Language::Fr => format!("sans {}", text::line(word, 30)),
    }));
    match (query.order, language) {
        (Order::PriceLow, Language::En) => parts.push("cheapest first".to_owned()),
        (Order::PriceLow, Language::Fr) => parts.push("les moins chers d’abord".to_owned()),
        (Order::PriceHigh, Language::En) => parts.push("dearest first".to_owned()),
        (Order::PriceHigh, Language::Fr) => parts.push("les plus chers d’abord".to_owned()),
        (Order::Newest, Language::En) => parts.push("most recently confirmed first".to_owned()),
        (Order::Newest, Language::Fr) => {
            parts.push("confirmés le plus récemment d’abord".to_owned());
        }
        (Order::Relevance, _) => {}
    }
    parts
}

fn limit_text(limit: &PriceLimit, language: Language) -> String {
    if let Some(money) = limit.money() {
        return language.amount(
            money.amount.get(),
            money.currency.exponent(),
            money.currency.code_upper(),
        );
    }
    // Without a currency: whole units are shown bare.
    language
        .amount(limit.ten_thousandths / 100, 2, "")
        .trim_end()
        .trim_end_matches(['0'])
        .trim_end_matches(['.', ','])
        .to_owned()
}

/// Replies that need no products.
fn reply(intent: &Intent, language: Language) -> &'static str {
    match (intent, language) {
        (Intent::Buy { .. }, _) => language.words().answer_yes,
        (Intent::OrderStatus, Language::En) => {
            "Your orders and where they are: open “Orders” at the top."
        }
        (Intent::OrderStatus, Language::Fr) => {
            "Vos commandes et leur suivi : ouvrez « Commandes » en haut."
        }
        (Intent::CancelOrder, Language::En) => {
            "I cannot cancel an order from here yet. Open it under “Orders”: the link to the shop is there."
        }
        (Intent::CancelOrder, Language::Fr) => {
            "Je ne peux pas encore annuler une commande ici. Ouvrez-la sous « Commandes » : le lien vers la boutique s’y trouve."
        }
        (Intent::ReturnOrder, Language::En) => {
            "I cannot send an order back from here yet. Open it under “Orders”: the link to the shop is there, and refunds show up by themselves."
        }
        (Intent::ReturnOrder, Language::Fr) => {
            "Je ne peux pas encore gérer un retour ici. Ouvrez la commande sous « Commandes » : le lien vers la boutique s’y trouve, et les remboursements s’affichent d’eux-mêmes."
        }
        (Intent::Help, Language::En) => {
            "Tell me what you look for: a thing, what it is for, a colour, a budget. I show products of several shops; you buy with the order button only."
        }
        (Intent::Help, Language::Fr) => {
            "Dites-moi ce que vous cherchez : un objet, son usage, une couleur, un budget. Je montre des produits de plusieurs boutiques ; seul le bouton de commande achète."
        }
        (Intent::Greeting, Language::En) => "Hello. What are you looking for?",
        (Intent::Greeting, Language::Fr) => "Bonjour. Que cherchez-vous ?",
        (Intent::Thanks, Language::En) => "You are welcome.",
        (Intent::Thanks, Language::Fr) => "Avec plaisir.",
        (
            Intent::ShowMore | Intent::Unclear | Intent::Products(_) | Intent::Refine(_),
            Language::En,
        ) => "I did not understand. Name a thing, for example “running shoes under 100 EUR”.",
        (
            Intent::ShowMore | Intent::Unclear | Intent::Products(_) | Intent::Refine(_),
            Language::Fr,
        ) => {
            "Je n’ai pas compris. Nommez un objet, par exemple « chaussures de course à moins de 100 € »."
        }
    }
}
