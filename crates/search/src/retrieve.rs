//! From groups of words to candidates: all words first, then some.

use tantivy::{
    DocAddress, Score, Searcher, Term,
    collector::{Collector, FilterCollector, TopDocs},
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, Query,
        TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use crate::{
    document::PriceFilter,
    groups::{Form, Group},
    index::Fields,
};

/// A synonym counts less than the buyer's own word.
const SYNONYM_BOOST: Score = 0.5;
/// Documents with the buyer's own words that make a look at synonyms needless.
const OWN_ENOUGH: usize = 40;
/// Words that the second try looks for, the rarest ones.
const FALLBACK_WORDS_MAX: usize = 6;
/// How many times the wanted number is fetched before filtering.
const OVER_FETCH: usize = 4;

/// A document found, with its text score and whether all words are in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) address: DocAddress,
    pub(crate) score: Score,
    pub(crate) complete: bool,
}

/// What to look for.
pub(crate) struct Request<'a> {
    pub(crate) groups: &'a [Group],
    pub(crate) excluded: &'a [Vec<String>],
    pub(crate) seller: Option<&'a str>,
    pub(crate) price: Option<PriceFilter>,
    /// Candidates wanted.
    pub(crate) limit: usize,
}

/// Finds candidates in up to three steps, each only when those before found too few:
/// documents with every word as the buyer wrote it; documents with every word or a synonym of it;
/// documents with the rarest words, at least half of them and the product's kind among them.
pub(crate) fn candidates(
    searcher: &Searcher,
    fields: &Fields,
    request: &Request<'_>,
) -> tantivy::Result<Vec<Candidate>> {
    let mut found = Found {
        list: Vec::new(),
        limit: request.limit,
    };
    let own: Vec<Group> = request.groups.iter().map(Group::own).collect();
    let clauses = all_of(fields.text, &own);
    found.add(
        fetch(searcher, &*restricted(fields, request, clauses), request)?,
        true,
    );
    if found.list.len() < OWN_ENOUGH && own != request.groups {
        let clauses = all_of(fields.text, request.groups);
        found.add(
            fetch(searcher, &*restricted(fields, request, clauses), request)?,
            true,
        );
    }
    if !found.is_full() && request.groups.len() > 1 {
        let clauses = some_of(searcher, fields.text, request.groups)?;
        if !clauses.is_empty() {
            found.add(
                fetch(searcher, &*restricted(fields, request, clauses), request)?,
                false,
            );
        }
    }
    Ok(found.list)
}

/// Candidates without repetition, up to a limit.
struct Found {
    list: Vec<Candidate>,
    limit: usize,
}

impl Found {
    fn add(&mut self, documents: Vec<(Score, DocAddress)>, complete: bool) {
        for (score, address) in documents {
            let known = self.list.iter().any(|known| known.address == address);
            if !known && !self.is_full() {
                self.list.push(Candidate {
                    address,
                    score,
                    complete,
                });
            }
        }
    }

    fn is_full(&self) -> bool {
        self.list.len() >= self.limit
    }
}

type Clauses = Vec<(Occur, Box<dyn Query>)>;

fn all_of(text: Field, groups: &[Group]) -> Clauses {
    if groups.is_empty() {
        return vec![(Occur::Must, Box::new(AllQuery))];
    }
    groups
        .iter()
        .map(|group| (Occur::Must, group_query(text, group)))
        .collect()
}

/// The rarest words, at least half of them; a word that names the kind of product must occur, so
/// that running shoes never turn into running belts. Empty when no word occurs at all.
fn some_of(searcher: &Searcher, text: Field, groups: &[Group]) -> tantivy::Result<Clauses> {
    let rarest = rarest(searcher, text, groups)?;
    let (kind, others): (Vec<&Group>, Vec<&Group>) = rarest.iter().partition(|group| group.is_kind);
    let mut clauses: Clauses = kind
        .iter()
        .map(|group| (Occur::Must, group_query(text, group)))
        .collect();
    let at_least = rarest.len().div_ceil(2).saturating_sub(kind.len());
    let others: Clauses = others
        .iter()
        .map(|group| (Occur::Should, group_query(text, group)))
        .collect();
    if at_least > 0 {
        let some = BooleanQuery::with_minimum_required_clauses(others, at_least);
        clauses.push((Occur::Must, Box::new(some)));
    } else {
        clauses.extend(others);
    }
    Ok(clauses)
}

/// The best documents that pass the price filter.
///
/// A filter inside the query costs several times the query itself. So more are fetched than
/// wanted and filtered afterwards; only when too few pass does the filter go into the collector.
fn fetch(
    searcher: &Searcher,
    query: &dyn Query,
    request: &Request<'_>,
) -> tantivy::Result<Vec<(Score, DocAddress)>> {
    let Some(filter) = request.price else {
        return searcher.search(query, &TopDocs::with_limit(request.limit).order_by_score());
    };
    let wide = request.limit.saturating_mul(OVER_FETCH);
    let fetched = searcher.search(query, &TopDocs::with_limit(wide).order_by_score())?;
    let exhausted = fetched.len() < wide;
    let mut passed = Vec::with_capacity(request.limit);
    for (score, address) in fetched {
        let segment = searcher.segment_reader(address.segment_ord);
        let prices = segment.fast_fields().u64(crate::index::PRICE)?;
        if prices
            .values_for_doc(address.doc_id)
            .any(|code| filter.admits(code))
        {
            passed.push((score, address));
        }
    }
    if !exhausted && passed.len() < request.limit {
        let inner = TopDocs::with_limit(request.limit).order_by_score();
        return filtered(searcher, query, filter, inner);
    }
    passed.truncate(request.limit);
    Ok(passed)
}

fn filtered<C>(
    searcher: &Searcher,
    query: &dyn Query,
    filter: PriceFilter,
    inner: C,
) -> tantivy::Result<C::Fruit>
where
    C: Collector + Send + Sync,
{
    let admits = move |code: u64| filter.admits(code);
    searcher.search(
        query,
        &FilterCollector::new(crate::index::PRICE.to_owned(), admits, inner),
    )
}

/// The word clauses with seller and exclusions around them.
fn restricted(fields: &Fields, request: &Request<'_>, mut clauses: Clauses) -> Box<dyn Query> {
    if let Some(seller) = request.seller {
        let term = Term::from_field_text(fields.seller, seller);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        clauses.push((
            Occur::Must,
            Box::new(ConstScoreQuery::new(Box::new(query), 0.0)),
        ));
    }
    for tokens in request.excluded {
        clauses.push((Occur::MustNot, form_query(fields.text, tokens)));
    }
    Box::new(BooleanQuery::new(clauses))
}

/// The best of the word's forms counts.
fn group_query(text: Field, group: &Group) -> Box<dyn Query> {
    let forms: Vec<Box<dyn Query>> = group
        .forms
        .iter()
        .map(|form: &Form| -> Box<dyn Query> {
            let query = form_query(text, &form.tokens);
            if form.own {
                query
            } else {
                Box::new(BoostQuery::new(query, SYNONYM_BOOST))
            }
        })
        .collect();
    match <[Box<dyn Query>; 1]>::try_from(forms) {
        Ok([only]) => only,
        Err(forms) => Box::new(DisjunctionMaxQuery::new(forms)),
    }
}

fn form_query(text: Field, tokens: &[String]) -> Box<dyn Query> {
    let mut terms: Vec<Box<dyn Query>> = tokens
        .iter()
        .map(|token| -> Box<dyn Query> {
            let term = Term::from_field_text(text, token);
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        })
        .collect();
    if terms.len() == 1
        && let Some(only) = terms.pop()
    {
        return only;
    }
    Box::new(BooleanQuery::intersection(terms))
}

/// The groups that occur at all, rarest first, at most a handful.
fn rarest(searcher: &Searcher, text: Field, groups: &[Group]) -> tantivy::Result<Vec<Group>> {
    let mut counted = Vec::with_capacity(groups.len());
    for group in groups {
        let mut documents = 0_u64;
        for form in &group.forms {
            let mut least = u64::MAX;
            for token in &form.tokens {
                least = least.min(searcher.doc_freq(&Term::from_field_text(text, token))?);
            }
            documents = documents.max(least);
        }
        if documents > 0 {
            counted.push((documents, group.clone()));
        }
    }
    counted.sort_by_key(|(documents, _)| *documents);
    counted.truncate(FALLBACK_WORDS_MAX);
    Ok(counted.into_iter().map(|(_, group)| group).collect())
}
