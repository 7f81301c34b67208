//! Sentences in both languages, and what is read from them.

use std::time::Instant;

use comptoir_rank::{Language, Order, PriceLimit};
use comptoir_search::{
    AttributeKind, Intent, ProductQuery, TERMS_MAX, TEXT_CHARS_MAX, classify, understand,
};

fn shown(limit: Option<PriceLimit>) -> String {
    match limit {
        None => "-".to_owned(),
        Some(limit) => match limit.money() {
            Some(money) => money.display(),
            None => format!("{}", limit.ten_thousandths / 10_000),
        },
    }
}

/// `terms | min | max` of a sentence.
fn gist(text: &str) -> String {
    let query = understand(text);
    let (min, max) = (shown(query.price_min), shown(query.price_max));
    format!("{} | {min} | {max}", query.terms.join(" "))
}

#[test]
fn the_two_model_sentences_are_understood() {
    let query = understand("chaussures de course à moins de 100 €");
    assert_eq!(query.terms, ["chaussures", "course"]);
    assert_eq!(query.language, Some(Language::French));
    assert_eq!(query.category.as_deref(), Some("shoe"));
    assert_eq!(shown(query.price_max), "100.00 EUR");
    assert_eq!(query.currency.unwrap().code(), "eur");

    let query = understand("best gifts for someone who loves ceramics");
    assert_eq!(query.terms, ["ceramics"]);
    assert_eq!(query.language, Some(Language::English));
    assert_eq!(query.category.as_deref(), Some("ceramics"));
    assert!(query.gift);
    assert_eq!(query.order, Order::Relevance);
}

#[test]
fn price_limits_are_read_in_both_languages() {
    for (text, expected) in [
        ("headphones under $50", "headphones | - | 50.00 USD"),
        ("headphones under 50", "headphones | - | 50"),
        (
            "headphones for less than 49.99 euros",
            "headphones | - | 49.99 EUR",
        ),
        ("a mug cheaper than £12", "mug | - | 12.00 GBP"),
        (
            "laptops between 500 and 800 dollars",
            "laptops | 500.00 USD | 800.00 USD",
        ),
        (
            "laptops between $500 and $800",
            "laptops | 500.00 USD | 800.00 USD",
        ),
        ("mugs 10-20€", "mugs | 10.00 EUR | 20.00 EUR"),
        ("a tent over 100 euros", "tent | 100.00 EUR | -"),
        ("a tent, budget 150€", "tent | - | 150.00 EUR"),
        ("a tent for 1,000 USD max", "tent | - | 1000.00 USD"),
        ("teapot around 40 EUR", "teapot | 32.00 EUR | 48.00 EUR"),
        ("casque à moins de 100€", "casque | - | 100.00 EUR"),
        (
            "casque audio entre 20 et 40 euros",
            "casque audio | 20.00 EUR | 40.00 EUR",
        ),
        (
            "un casque de 20 à 40 euros",
            "casque | 20.00 EUR | 40.00 EUR",
        ),
        ("tente à partir de 80 €", "tente | 80.00 EUR | -"),
        (
            "ordinateur portable jusqu'à 1 200 €",
            "ordinateur portable | - | 1200.00 EUR",
        ),
        (
            "pas plus de 30,50 € pour une théière",
            "theiere | - | 30.50 EUR",
        ),
        ("théière moins chère que 30 €", "theiere | - | 30.00 EUR"),
        ("mug 15 euros maximum", "mug | - | 15.00 EUR"),
        ("cadeau céramique 50€", "ceramique | - | 50.00 EUR"),
        ("un vase sous 5000 yens", "vase | - | 5000 JPY"),
    ] {
        assert_eq!(gist(text), expected, "{text}");
    }
}

#[test]
fn numbers_of_products_are_not_prices() {
    for (text, terms) in [
        ("iphone 8", "iphone 8"),
        ("rtx 2060", "rtx 2060"),
        ("iphone 12 pro max 256 gb", "iphone 12 pro max 256 gb"),
        ("usb cable 2 m", "usb cable 2 m"),
        ("laptop under 15 inch", "laptop under 15 inch"),
        ("aaa", "aaa"),
        ("nintendo switch", "nintendo switch"),
    ] {
        let query = understand(text);
        assert_eq!(query.terms.join(" "), terms, "{text}");
        assert_eq!((query.price_max, query.price_min), (None, None), "{text}");
    }
}

#[test]
fn wishes_are_read_and_leave_the_subject() {
    let query = understand("show me the cheapest blue ceramic mugs in stock");
    assert_eq!(query.terms, ["blue", "ceramic", "mugs"]);
    assert_eq!(query.order, Order::PriceLow);
    assert!(query.available_only);
    assert_eq!(query.category.as_deref(), Some("mug"));
    let attribute = &query.attributes[0];
    assert_eq!(
        (attribute.kind, attribute.value.as_str()),
        (AttributeKind::Colour, "blue")
    );

    let query = understand("je cherche la lampe la moins chère");
    assert_eq!(
        (query.terms.join(" ").as_str(), query.order),
        ("lampe", Order::PriceLow)
    );
    let query = understand("the latest novels");
    assert_eq!(
        (query.terms.join(" ").as_str(), query.order),
        ("novels", Order::Newest)
    );
    let query = understand("chaussures de course taille 42 en cuir noir");
    assert_eq!(query.terms, ["chaussures", "course", "cuir", "noir"]);
    let values: Vec<&str> = query.attributes.iter().map(|a| a.value.as_str()).collect();
    assert_eq!(values, ["42", "leather", "black"]);
    let query = understand("running shoes without leather");
    assert_eq!(
        (query.terms.join(" ").as_str(), query.excluded),
        ("running shoes", vec!["leather".to_owned()])
    );
    let query = understand("casque sans fil");
    assert_eq!(
        (query.terms.join(" ").as_str(), query.excluded.len()),
        ("casque sans fil", 0)
    );
    let query = understand("I need 4 bowls");
    assert_eq!(
        (query.terms.join(" ").as_str(), query.quantity),
        ("bowls", Some(4))
    );
    let query = understand("i need a 2 person tent");
    assert_eq!(
        (query.terms.join(" ").as_str(), query.quantity),
        ("2 person tent", None)
    );
    let query = understand("un sac de la marque Alta");
    assert_eq!(query.brand.as_deref(), Some("alta"));
}

#[test]
fn gifts_lead_to_what_the_person_likes() {
    for (text, terms) in [
        ("a gift for my mother who likes gardening", "gardening"),
        ("gift ideas for a coffee lover under 30 euros", "coffee"),
        ("birthday present for a runner", "birthday runner"),
        ("cadeau pour quelqu'un qui aime la céramique", "ceramique"),
        ("idée de cadeau pour un passionné de randonnée", "randonnee"),
        ("un cadeau pour ma mère", "cadeau"),
        ("I love ceramics", "ceramics"),
    ] {
        assert_eq!(understand(text).terms.join(" "), terms, "{text}");
    }
    let card = understand("gift card 50 euros");
    assert_eq!(
        (card.terms.join(" ").as_str(), card.gift),
        ("gift card", false)
    );
}

#[test]
fn categories_are_the_same_in_both_languages() {
    for (english, french, key) in [
        ("running shoes", "chaussures de course", "shoe"),
        ("ceramics", "céramiques", "ceramics"),
        ("wireless headphones", "casque sans fil", "headphones"),
        ("backpack", "sac à dos", "backpack"),
        ("usb stick", "clé usb", "usb_stick"),
        ("necklaces", "colliers", "necklace"),
    ] {
        assert_eq!(
            understand(english).category.as_deref(),
            Some(key),
            "{english}"
        );
        assert_eq!(
            understand(french).category.as_deref(),
            Some(key),
            "{french}"
        );
    }
}

#[test]
fn messages_that_ask_for_no_product_are_told_apart() {
    for (text, intent) in [
        ("hello", Intent::Greeting),
        ("Bonjour !", Intent::Greeting),
        ("merci beaucoup", Intent::Thanks),
        ("Where is my order?", Intent::OrderStatus),
        ("Où en est ma commande ?", Intent::OrderStatus),
        ("où est mon colis", Intent::OrderStatus),
        ("cancel my order please", Intent::CancelOrder),
        ("je veux annuler ma commande", Intent::CancelOrder),
        ("I want a refund", Intent::ReturnOrder),
        ("je voudrais un remboursement", Intent::ReturnOrder),
        ("show me more", Intent::ShowMore),
        ("voir plus", Intent::ShowMore),
        ("help", Intent::Help),
        ("comment ça marche ?", Intent::Help),
        (
            "I'll take the second one",
            Intent::Buy { position: Some(2) },
        ),
        ("je prends le premier", Intent::Buy { position: Some(1) }),
        ("buy it", Intent::Buy { position: None }),
        ("", Intent::Unclear),
        ("???", Intent::Unclear),
    ] {
        assert_eq!(classify(text).intent, intent, "{text}");
    }
    for text in [
        "buy running shoes",
        "hello kitty mug",
        "return address labels",
        "a red teapot",
    ] {
        assert!(
            matches!(classify(text).intent, Intent::Products(_)),
            "{text}"
        );
    }
    assert_eq!(classify("Où est ma commande ?").language, Language::French);
}

#[test]
fn a_condition_alone_refines_the_query_before() {
    let before = understand("blue running shoes");
    let Intent::Refine(later) = classify("under 80 euros").intent else {
        panic!()
    };
    let refined = before.refined_by(&later);
    assert_eq!(refined.terms, ["blue", "running", "shoes"]);
    assert_eq!(shown(refined.price_max), "80.00 EUR");
    let Intent::Refine(later) = classify("in red").intent else {
        panic!()
    };
    let refined = refined.refined_by(&later);
    assert_eq!(refined.terms, ["running", "shoes", "red"]);
    assert_eq!(shown(refined.price_max), "80.00 EUR");
    assert!(matches!(classify("cheaper").intent, Intent::Refine(_)));
    assert!(matches!(classify("moins cher").intent, Intent::Refine(_)));
}

#[test]
fn a_huge_message_is_cut_and_stays_quick() {
    let text = "running shoes under 100 € ".repeat(25_000);
    let start = Instant::now();
    let query = understand(&text);
    assert!(start.elapsed().as_millis() <= 100, "{:?}", start.elapsed());
    assert!(query.truncated);
    assert!(query.terms.len() <= TERMS_MAX && query.text.chars().count() == TEXT_CHARS_MAX);
}

proptest::proptest! {
    /// No message, however odd, makes understanding fail or grow without bound.
    #[test]
    fn any_text_is_understood_within_bounds(text in "\\PC{0,300}") {
        let query: ProductQuery = understand(&text);
        proptest::prop_assert!(query.terms.len() <= TERMS_MAX);
        let _ = classify(&text);
    }
}
