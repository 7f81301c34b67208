//! Finding in a small catalogue of two languages.

use std::time::{Duration, Instant};

use comptoir_feed::Product;
use comptoir_rank::{Freshness, Language};
use comptoir_search::{Hit, Index, Intent, Order, classify, understand};

use crate::support::products;

const OUTDOOR: &str = "\
item_id,group_id,title,description,brand,product_category,price,availability,color,size
run-42,run,Swift running shoes,Light shoes for road running,Alta,Shoes > Running,89.00 EUR,in_stock,blue,42
run-43,run,Swift running shoes,Light shoes for road running,Alta,Shoes > Running,89.00 EUR,in_stock,red,43
trail-42,trail,Ridge trail running shoes,Grip for mountain trails,Alta,Shoes > Trail,129.00 EUR,in_stock,black,42
city-42,city,City leather shoes,Leather shoes for the office,Borgo,Shoes > City,95.00 EUR,in_stock,brown,42
belt-1,,Running belt,Holds a phone while running,Alta,Accessories,19.00 EUR,in_stock,black,
usd-42,,Track running shoes,Spikes for the track,Alta,Shoes > Running,79.00 USD,in_stock,white,42
old-42,,Classic running shoes,Last pairs,Alta,Shoes > Running,59.00 EUR,out_of_stock,white,42
";

const CERAMICS: &str = "\
id,title,description,product_category,price,availability
mug-1,Blue ceramic mug,Hand thrown stoneware,Ceramics > Mugs,18.00 EUR,in_stock
bowl-1,Salad bowl,\"Glazed pottery, fired twice\",Ceramics > Bowls,34.00 EUR,in_stock
vase-1,Vase en céramique,Tourné à la main,Céramique > Vases,48.00 EUR,in_stock
lamp-1,Paper lamp,Folded by hand,Lighting,25.00 EUR,in_stock
casque-1,Casque audio sans fil,Réduction de bruit,Audio,79.00 EUR,in_stock
phones-1,Wireless headphones,Over-ear headphones with noise cancelling,Audio,99.00 EUR,in_stock
";

fn index() -> Index {
    let index = Index::in_memory().unwrap();
    index.upsert("outdoor", &products(OUTDOOR)).unwrap();
    index.upsert("studio", &products(CERAMICS)).unwrap();
    index.commit().unwrap();
    index
}

fn found(index: &Index, text: &str) -> Vec<String> {
    ids(&index.search(&understand(text), 10).unwrap())
}

fn ids(hits: &[Hit]) -> Vec<String> {
    hits.iter().map(|hit| hit.product_id.clone()).collect()
}

#[test]
fn a_french_sentence_finds_english_products_within_its_limit() {
    let index = index();
    let hits = index
        .search(&understand("chaussures de course à moins de 100 €"), 10)
        .unwrap();
    let complete: Vec<&str> = hits
        .iter()
        .filter(|hit| hit.complete)
        .map(|hit| hit.product_id.as_str())
        .collect();
    // The trail shoes are too dear, the track shoes priced in dollars, the old ones sold out.
    assert_eq!(complete, ["run", "old-42"]);
    assert!(
        hits.iter()
            .all(|hit| hit.rank_view.price.unwrap().amount.get() <= 10_000)
    );
    assert!(
        !ids(&hits).contains(&"belt-1".to_owned()),
        "a belt is no shoe"
    );
    let reasons: Vec<String> = hits[0]
        .reasons
        .iter()
        .map(|reason| reason.text(Language::French))
        .collect();
    assert!(
        reasons.contains(&"correspond à “chaussures” et “course”".to_owned()),
        "{reasons:?}"
    );
    assert!(
        reasons.contains(&"11.00 EUR sous votre limite".to_owned()),
        "{reasons:?}"
    );
    assert!(reasons.contains(&"en stock".to_owned()), "{reasons:?}");
}

#[test]
fn a_gift_sentence_finds_what_the_person_loves() {
    let index = index();
    let mut ids = found(&index, "best gifts for someone who loves ceramics");
    ids.sort();
    assert_eq!(ids, ["bowl-1", "mug-1", "vase-1"]);
    let mut french = found(&index, "un cadeau pour quelqu'un qui aime la céramique");
    french.sort();
    assert_eq!(french, ids);
}

#[test]
fn both_languages_find_both_languages() {
    let index = index();
    for text in ["wireless headphones", "casque sans fil"] {
        let mut ids = found(&index, text);
        ids.sort();
        assert_eq!(ids, ["casque-1", "phones-1"], "{text}");
    }
}

#[test]
fn the_variant_shown_is_the_one_asked_for() {
    let index = index();
    let hits = index
        .search(&understand("running shoes size 43"), 10)
        .unwrap();
    assert_eq!(hits[0].variant_id, "run-43");
    let hits = index.search(&understand("blue running shoes"), 10).unwrap();
    assert_eq!(hits[0].variant_id, "run-42");
    assert_eq!(hits[0].variant().unwrap().id, "run-42");
    let hits = index.search(&understand("chaussures rouges"), 10).unwrap();
    assert_eq!(hits[0].variant_id, "run-43");
}

#[test]
fn orders_and_filters_are_kept() {
    let index = index();
    let hits = index
        .search(&understand("cheapest shoes in euros in stock"), 10)
        .unwrap();
    assert_eq!(ids(&hits)[..3], ["run", "city", "trail"]);
    assert!(!ids(&hits).contains(&"old-42".to_owned()));
    let mut query = understand("mug");
    query.seller = Some("outdoor".to_owned());
    assert!(index.search(&query, 10).unwrap().is_empty());
    assert!(!found(&index, "shoes without leather").contains(&"city".to_owned()));
    let mut query = understand("shoes");
    query.order = Order::PriceHigh;
    assert_eq!(index.search(&query, 1).unwrap()[0].product_id, "trail");
}

#[test]
fn a_refinement_narrows_the_search_before() {
    let index = index();
    let before = understand("running shoes");
    let Intent::Refine(later) = classify("plus de 100 euros").intent else {
        panic!()
    };
    let hits = index.search(&before.refined_by(&later), 10).unwrap();
    assert_eq!(ids(&hits), ["trail"]);
}

#[test]
fn changes_are_visible_after_a_commit_in_well_under_a_second() {
    let index = index();
    let mut changed: Vec<Product> = products(CERAMICS);
    changed.truncate(1);
    changed[0].variants[0].price.as_mut().unwrap().amount =
        comptoir_acp::money::MinorUnits::new(1_500);
    let start = Instant::now();
    index.upsert("studio", &changed).unwrap();
    index.remove("studio", &["bowl-1"]).unwrap();
    index.commit().unwrap();
    let hits = index.search(&understand("ceramics"), 10).unwrap();
    assert!(
        start.elapsed() < Duration::from_millis(500),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(hits.len(), 2);
    let mug = hits.iter().find(|hit| hit.product_id == "mug-1").unwrap();
    assert_eq!(mug.rank_view.price.unwrap().amount.get(), 1_500);
    assert!(index.product("studio", "bowl-1").unwrap().is_none());
}

#[test]
fn the_same_id_of_two_sellers_is_two_products() {
    let index = index();
    index
        .upsert(
            "other",
            &products("id,title,price\nmug-1,Foreign mug,9 EUR\n"),
        )
        .unwrap();
    index.commit().unwrap();
    let own = index.product("studio", "mug-1").unwrap().unwrap();
    assert_eq!(own.product.title.as_deref(), Some("Blue ceramic mug"));
    index.remove("other", &["mug-1"]).unwrap();
    index.commit().unwrap();
    assert!(index.product("studio", "mug-1").unwrap().is_some());
    let run = index
        .product_with_variant("outdoor", "run-43")
        .unwrap()
        .unwrap();
    assert_eq!(
        (run.product.id.as_str(), run.product.variants.len()),
        ("run", 2)
    );
    assert!(
        index
            .product_with_variant("studio", "run-43")
            .unwrap()
            .is_none()
    );
}

#[test]
fn an_index_on_disk_survives_and_a_feed_is_replaced_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    index.upsert("studio", &products(CERAMICS)).unwrap();
    index.commit().unwrap();
    drop(index);
    let index = Index::open(folder.path()).unwrap();
    assert_eq!(index.product_count(), 6);
    index.remove_seller("studio").unwrap();
    index
        .upsert("studio", &products("id,title\nnew-1,Ceramic plate\n"))
        .unwrap();
    assert_eq!(
        index.product_count(),
        6,
        "nothing changes before the commit"
    );
    index.commit().unwrap();
    assert_eq!(found(&index, "ceramics"), ["new-1"]);
}

#[test]
fn freshness_is_the_age_of_the_last_confirmation() {
    let index = Index::in_memory().unwrap();
    let observed = "2026-11-01T00:00:00Z".parse().unwrap();
    index
        .upsert_observed("studio", &products(CERAMICS), Some(observed))
        .unwrap();
    index.commit().unwrap();
    for (now, bucket) in [
        ("2026-11-01T12:00:00Z", Freshness::Day),
        ("2026-11-05T00:00:00Z", Freshness::Week),
        ("2026-11-20T00:00:00Z", Freshness::Month),
        ("2027-11-20T00:00:00Z", Freshness::Older),
    ] {
        let mut query = understand("paper lamp");
        query.now = Some(now.parse().unwrap());
        assert_eq!(
            index.search(&query, 1).unwrap()[0].rank_view.freshness,
            bucket
        );
    }
}

#[test]
fn a_repeated_word_gains_no_more_than_a_few_mentions() {
    let stuffed = format!(
        "id,title,description\nstuffed,Mug,{}\n",
        "ceramic ".repeat(500)
    );
    let honest = "id,title,description\nhonest,Ceramic mug,A ceramic mug\n";
    let index = Index::in_memory().unwrap();
    index.upsert("a", &products(&stuffed)).unwrap();
    index.upsert("b", &products(honest)).unwrap();
    index.commit().unwrap();
    assert_eq!(found(&index, "ceramic mug"), ["honest", "stuffed"]);
}

#[test]
fn equals_are_ordered_by_the_key_and_not_by_arrival() {
    let one = products("id,title,price\nx,Plain mug,9 EUR\n");
    let order = |sellers: [&str; 2], key: u8| {
        let key = comptoir_signing::secret::SecretKey::from_bytes(vec![key; 32]);
        let index = Index::in_memory().unwrap().with_tie_break_key(key);
        for seller in sellers {
            index.upsert(seller, &one).unwrap();
        }
        index.commit().unwrap();
        let hits = index.search(&understand("mug"), 10).unwrap();
        hits.into_iter().map(|hit| hit.seller).collect::<Vec<_>>()
    };
    let mut firsts = std::collections::BTreeSet::new();
    for key in 0..32 {
        assert_eq!(order(["a", "b"], key), order(["b", "a"], key));
        firsts.insert(order(["a", "b"], key)[0].clone());
    }
    assert_eq!(firsts.len(), 2, "neither seller always wins");
}

#[test]
fn a_query_of_death_is_answered_quickly() {
    let index = index();
    let text = "running shoes ceramic mug lamp ".repeat(20_000);
    let start = Instant::now();
    let query = understand(&text);
    let _ = index.search(&query, 10).unwrap();
    assert!(
        start.elapsed() <= Duration::from_millis(100),
        "{:?}",
        start.elapsed()
    );
    assert!(
        index
            .search(&understand("\" AND ( [ * ~ : ^ \\ +-"), 10)
            .is_ok()
    );
    assert!(index.search(&understand(""), 10).is_ok());
}
