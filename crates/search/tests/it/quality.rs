//! Search quality on judged queries.

use std::collections::BTreeMap;

use comptoir_search::{Index, understand};

use crate::support::{electronics, shared};

/// The floors that a change must not break; the targets are 0.80 and 0.84.
const STRICT_MIN: f64 = 0.80;
const CONDENSED_MIN: f64 = 0.84;

/// Ratings by query and product.
type Judgements = BTreeMap<String, BTreeMap<String, f64>>;

fn judgements(text: &str) -> Judgements {
    let mut judgements = Judgements::new();
    for line in text.lines().skip(1) {
        let (rest, rating) = line.rsplit_once(',').unwrap();
        let (query, product) = rest.rsplit_once(',').unwrap();
        let gain = rating.parse::<f64>().unwrap() / 3.0;
        judgements
            .entry(query.to_owned())
            .or_default()
            .insert(product.to_owned(), gain);
    }
    judgements
}

fn dcg(gains: impl Iterator<Item = f64>) -> f64 {
    gains
        .take(10)
        .zip(2_u32..)
        .map(|(gain, rank)| gain / f64::from(rank).log2())
        .sum()
}

/// Strict and condensed nDCG@10 of one query, and the judged share of the first ten.
fn ndcg(index: &Index, query: &str, judged: &BTreeMap<String, f64>) -> (f64, f64, f64) {
    let hits = index.search(&understand(query), 100).unwrap();
    let gains: Vec<Option<f64>> = hits
        .iter()
        .map(|hit| judged.get(&hit.product_id).copied())
        .collect();
    let mut best: Vec<f64> = judged.values().copied().collect();
    best.sort_by(|a, b| b.total_cmp(a));
    let ideal = dcg(best.into_iter());
    let strict = dcg(gains.iter().map(|gain| gain.unwrap_or(0.0))) / ideal;
    let condensed = dcg(gains.iter().flatten().copied()) / ideal;
    let known = u32::try_from(gains.iter().take(10).flatten().count()).unwrap();
    (strict, condensed, f64::from(known) / 10.0)
}

#[test]
fn judged_queries_are_answered_as_well_as_the_floor_demands() {
    let (Some(index), Some(file)) = (electronics(), shared("data/electronics/judgements.csv"))
    else {
        return;
    };
    let judgements = judgements(&std::fs::read_to_string(file).unwrap());
    let mut sums = (0.0, 0.0, 0.0);
    let mut count = 0_u32;
    for (query, judged) in &judgements {
        if judged.values().all(|gain| *gain == 0.0) {
            continue;
        }
        let (strict, condensed, known) = ndcg(&index, query, judged);
        eprintln!("{query:20} strict {strict:.3} condensed {condensed:.3} judged {known:.1}");
        sums = (sums.0 + strict, sums.1 + condensed, sums.2 + known);
        count += 1;
    }
    let n = f64::from(count);
    let (strict, condensed, known) = (sums.0 / n, sums.1 / n, sums.2 / n);
    eprintln!(
        "nDCG@10 over {count} queries: strict {strict:.3}, condensed {condensed:.3}, judged share {known:.2}"
    );
    assert_eq!(count, 56);
    assert!(strict >= STRICT_MIN && condensed >= CONDENSED_MIN);
}
