//! A scenario: what the judge's parties do wrong, and what the agent must not.

mod answers;
mod extensions;
mod feeds;
mod handlers;
mod marketing;
mod money;
mod outcomes;
mod provider;
mod seller_backed;
mod sessions;
mod strange;
mod texts;
mod threeds;
mod versions;

use std::sync::LazyLock;

use serde_json::Value;

use super::{
    authentication::Way,
    honest,
    play::{Bases, Moment},
    reply::Reply,
    rule::Rule,
    rules::{ends, token},
    shop::Terms,
};
use crate::{SpecVersion, Topic, VersionRange};

/// What the agent's buyer wants; the buy command reads it from `ACP_TASK`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// One piece of the item, by the first delivery that is offered. The buyer agrees to the first
    /// total that is shown, and to nothing after it.
    Buy,
    /// As `Buy`; after a declined payment the buyer presses the button once more.
    PayAgain,
    /// As `Buy`; the buyer says no to whatever the seller wants reviewed.
    SayNo,
    /// The buyer gives up once the total is shown.
    Cancel,
    /// As `Buy`, with the discount code.
    Code,
    /// The item goes through a cart first.
    Cart,
    /// As `Buy`, paid with the shop's gift card.
    GiftCard,
    /// As `Buy`, paid with the card that the shop has saved.
    SavedCard,
    /// The agent knows the shop's domain alone.
    Domain,
    /// As `Domain`, two purchases one after the other.
    DomainTwice,
    /// As `Buy`, over MCP, at the address in `ACP_MCP_URL`.
    Mcp,
    /// The item is to be chosen from the shop's feed, in the file that `ACP_FEED` names.
    Feed,
}

impl Task {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::PayAgain => "pay-again",
            Self::SayNo => "say-no",
            Self::Cancel => "cancel",
            Self::Code => "code",
            Self::Cart => "cart",
            Self::GiftCard => "gift-card",
            Self::SavedCard => "saved-card",
            Self::Domain => "domain",
            Self::DomainTwice => "domain-twice",
            Self::Mcp => "mcp",
            Self::Feed => "feed",
        }
    }

    /// What a person is asked to do.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Buy => "buy one piece; agree to the first total shown, and to nothing after it",
            Self::PayAgain => "buy one piece; when the card is declined, pay once more",
            Self::SayNo => "begin to buy one piece; say no when asked to review something",
            Self::Cancel => "begin to buy one piece; give up when the total is shown",
            Self::Code => "buy one piece with the discount code SAVE5",
            Self::Cart => "put one piece into a cart, then buy it",
            Self::GiftCard => "buy one piece with gift card 6000000000000001, PIN 1234",
            Self::SavedCard => "buy one piece with the card that the shop has saved",
            Self::Domain => "buy one piece, knowing the shop's domain alone",
            Self::DomainTwice => "buy one piece twice, knowing the shop's domain alone",
            Self::Mcp => "buy one piece over MCP, at the shop's address with /mcp",
            Self::Feed => "buy a mug out of the feed in the file that ACP_FEED names",
        }
    }
}

type Before = fn(&Moment<'_>) -> Option<Reply>;
type After = fn(&Moment<'_>, &Reply) -> Option<Reply>;
type ChangeTerms = fn(&Moment<'_>, &mut Terms) -> bool;
type ChangeDocument = fn(&Moment<'_>, &mut Value) -> bool;

/// One way to go wrong.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    /// Made of lower case words and hyphens; the buy command reads it from `ACP_SCENARIO`.
    pub(super) name: &'static str,
    /// What the judge's parties do, for titles.
    pub(super) story: &'static str,
    pub(super) topic: Topic,
    pub(super) task: Task,
    pub(super) versions: VersionRange,
    /// Version that the shop speaks, when it is not the one judged by.
    pub(super) speaks: Option<SpecVersion>,
    /// Answers in the place of the party; nothing happens there.
    pub(super) before: Option<Before>,
    /// Prices and words that differ; totals follow. Tells whether it differs at this moment.
    pub(super) terms: Option<ChangeTerms>,
    /// Changes a session document. Tells whether it did.
    pub(super) twist: Option<ChangeDocument>,
    /// Answers after the party did its work.
    pub(super) after: Option<After>,
    /// Changes the discovery document. Tells whether it did.
    pub(super) discovery: Option<ChangeDocument>,
    /// How a card's authentication goes.
    pub(super) way: Option<Way>,
    /// Products of the shop, for a feed file.
    pub(super) feed: Option<fn(&Bases) -> Value>,
    /// A completion takes its time.
    pub(super) completes_later: bool,
    /// The seller's address is given with `https`.
    pub(super) tls: bool,
    /// What is looked at.
    pub(super) rules: Vec<Rule>,
}

impl Scenario {
    pub(super) fn new(topic: Topic, name: &'static str, story: &'static str) -> Self {
        Self {
            name,
            story,
            topic,
            task: Task::Buy,
            versions: VersionRange::ALL,
            speaks: None,
            before: None,
            terms: None,
            twist: None,
            after: None,
            discovery: None,
            way: None,
            feed: None,
            completes_later: false,
            tls: false,
            rules: Vec::new(),
        }
    }

    pub(super) fn task(mut self, task: Task) -> Self {
        self.task = task;
        self
    }

    pub(super) fn since(mut self, version: SpecVersion) -> Self {
        self.versions = VersionRange::from(version);
        self
    }

    pub(super) fn speaks(mut self, version: SpecVersion) -> Self {
        self.speaks = Some(version);
        self
    }

    pub(super) fn before(mut self, before: Before) -> Self {
        self.before = Some(before);
        self
    }

    pub(super) fn terms(mut self, change: ChangeTerms) -> Self {
        self.terms = Some(change);
        self
    }

    pub(super) fn twist(mut self, change: ChangeDocument) -> Self {
        self.twist = Some(change);
        self
    }

    pub(super) fn after(mut self, after: After) -> Self {
        self.after = Some(after);
        self
    }

    pub(super) fn discovery(mut self, change: ChangeDocument) -> Self {
        self.discovery = Some(change);
        self
    }

    pub(super) fn way(mut self, way: Way) -> Self {
        self.way = Some(way);
        self
    }

    pub(super) fn feed(mut self, product: fn(&Bases) -> Value) -> Self {
        self.feed = Some(product);
        self
    }

    pub(super) fn completes_later(mut self) -> Self {
        self.completes_later = true;
        self
    }

    pub(super) fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    pub(super) fn rules(mut self, rules: impl IntoIterator<Item = Rule>) -> Self {
        self.rules.extend(rules);
        self
    }

    /// Its own rules, and those that hold in every scenario.
    pub(super) fn all_rules(&self) -> Vec<Rule> {
        let limit = token::limit();
        let ends = (self.name != HONEST).then(ends);
        let within = self.has_fault() && !self.rules.iter().any(|rule| rule.name == limit.name);
        let own = self.rules.iter().cloned();
        own.chain(ends).chain(within.then_some(limit)).collect()
    }

    /// Whether anything in it is wrong or unusual.
    pub(super) fn has_fault(&self) -> bool {
        self.before.is_some()
            || self.terms.is_some()
            || self.twist.is_some()
            || self.after.is_some()
            || self.discovery.is_some()
            || self.feed.is_some()
    }
}

/// The scenario without fault.
pub(super) const HONEST: &str = "honest";

/// Every scenario.
pub(super) fn all() -> &'static [Scenario] {
    static ALL: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
        let mut all = honest::scenarios();
        for group in [
            money::scenarios(),
            sessions::scenarios(),
            handlers::scenarios(),
            seller_backed::scenarios(),
            outcomes::scenarios(),
            provider::scenarios(),
            answers::scenarios(),
            strange::scenarios(),
            texts::scenarios(),
            versions::scenarios(),
            feeds::scenarios(),
            marketing::scenarios(),
            threeds::scenarios(),
            extensions::scenarios(),
        ] {
            all.extend(group);
        }
        all
    });
    &ALL
}

/// The scenario of this name.
pub(super) fn named(name: &str) -> Option<&'static Scenario> {
    all().iter().find(|scenario| scenario.name == name)
}
