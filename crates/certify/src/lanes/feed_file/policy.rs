//! Goods that may not be offered, as far as categories and titles tell.

use super::{
    super::documents::{list, text},
    check, report,
    source::{Feed, feed},
};
use crate::{Check, Outcome, Stop, Topic};

struct Policy {
    name: &'static str,
    title: &'static str,
    proves: &'static str,
    /// Levels of categories, in small letters, that are about nothing else.
    levels: &'static [&'static str],
    /// Words of titles, in small letters, that are about nothing else.
    words: &'static [&'static str],
}

const POLICIES: &[Policy] = &[
    Policy {
        name: "adult",
        title: "no adult content is offered",
        proves: "feeds.openai.policy.adult",
        levels: &[
            "mature",
            "erotic",
            "sex toys",
            "adult toys",
            "pornography",
            "erotic dvds & videos",
        ],
        words: &["sex toy", "porn", "erotic video", "dildo", "xxx-rated"],
    },
    Policy {
        name: "age-restricted",
        title: "no alcohol, nicotine or gambling is offered",
        proves: "feeds.openai.policy.age-restricted",
        levels: &[
            "alcoholic beverages",
            "tobacco products",
            "cigarettes",
            "cigars",
            "vaporizers & electronic cigarettes",
            "beer",
            "wine",
            "liquor & spirits",
            "gambling",
            "lottery tickets",
        ],
        words: &[
            "cigarettes",
            "vape liquid",
            "e-liquid with nicotine",
            "nicotine pouch",
            "bottle of whisky",
            "bottle of vodka",
            "lottery ticket",
        ],
    },
    Policy {
        name: "dangerous",
        title: "no dangerous items and no weapons are offered",
        proves: "feeds.openai.policy.dangerous",
        levels: &[
            "weapons",
            "firearms",
            "guns",
            "ammunition",
            "explosives",
            "gun parts & accessories",
        ],
        words: &[
            "handgun",
            "assault rifle",
            "ammunition rounds",
            "pepper spray",
            "brass knuckles",
            "switchblade",
            "stun gun",
            "hand grenade",
        ],
    },
    Policy {
        name: "medicine",
        title: "no prescription-only medicine is offered",
        proves: "feeds.openai.policy.medicine",
        levels: &[
            "prescription drugs",
            "prescription medicine",
            "prescription medication",
        ],
        words: &[
            "prescription only",
            "prescription-only",
            "oxycodone",
            "fentanyl",
            "alprazolam",
            "xanax",
            "viagra",
            "sildenafil",
            "semaglutide injection",
        ],
    },
    Policy {
        name: "finance",
        title: "no unlicensed financial products are offered",
        proves: "feeds.openai.policy.finance",
        levels: &["payday loans", "loans", "investment schemes", "securities"],
        words: &[
            "payday loan",
            "guaranteed returns",
            "binary options",
            "unsecured loan offer",
        ],
    },
    Policy {
        name: "illegal",
        title: "no illegal or deceptive goods are offered",
        proves: "feeds.openai.policy.illegal",
        levels: &["counterfeit goods", "illegal drugs", "recreational drugs"],
        words: &[
            "counterfeit",
            "fake passport",
            "fake id",
            "stolen",
            "cocaine",
            "heroin",
            "methamphetamine",
            "cloned card",
        ],
    },
];

pub(super) fn checks() -> Vec<Check> {
    let policies = POLICIES.iter().map(|policy| {
        check(
            Topic::Lifecycle,
            &format!("policy-{}", policy.name),
            policy.title,
            move |case| async move {
                let feed = feed(&case).await?;
                let faults = goods(&feed)?
                    .into_iter()
                    .filter_map(|goods| fault(policy, &goods));
                report(&case, true, policy.title, faults.collect())
            },
        )
        .proves(&[policy.proves])
        .advice("take these items out of the feed, or set is_eligible_search to false")
    });
    policies.collect()
}

/// What an item calls itself.
struct Goods {
    place: String,
    title: String,
    categories: Vec<String>,
}

fn goods(feed: &Feed) -> Outcome<Vec<Goods>> {
    match feed {
        Feed::Flat(flat) => Ok(flat
            .rows
            .iter()
            .map(|row| {
                let of = |column: &str| {
                    let value = row.values.get(column);
                    value
                        .and_then(|value| value.as_str())
                        .unwrap_or_default()
                        .to_owned()
                };
                Goods {
                    place: row.place.clone(),
                    title: of("title"),
                    categories: vec![of("product_category")],
                }
            })
            .collect()),
        Feed::Acp(acp) => Ok(acp
            .products()
            .iter()
            .map(|(number, product)| {
                let variants = list(product, "variants").iter();
                let categories = variants.flat_map(|one| list(one, "categories"));
                Goods {
                    place: format!("line {number} ({})", text(product, "id")),
                    title: text(product, "title").to_owned(),
                    categories: categories
                        .map(|one| text(one, "value").to_owned())
                        .collect(),
                }
            })
            .collect()),
        Feed::Parquet => Err(Stop::NotTested(
            "the judge reads no parquet: give the same rows as csv, tsv or jsonl".to_owned(),
        )),
    }
}

fn fault(policy: &Policy, goods: &Goods) -> Option<String> {
    let category = goods.categories.iter().find(|category| {
        let mut levels = category.split('>').map(|level| level.trim().to_lowercase());
        levels.any(|level| policy.levels.contains(&level.as_str()))
    });
    if let Some(category) = category {
        return Some(format!("{}: category `{category}`", goods.place));
    }
    let title = goods.title.to_lowercase();
    let word = policy
        .words
        .iter()
        .find(|word| contains_word(&title, word))?;
    Some(format!("{}: title with `{word}`", goods.place))
}

/// Whether a text has these words, not as parts of others.
fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at.saturating_add(word.len())..);
        let after = after.and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
