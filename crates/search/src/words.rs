//! Text to index tokens: folding, splitting, light stemming, units.
//!
//! Products and queries pass through the same steps, and none depends on the language, because
//! one field holds texts of both.

pub(crate) mod stem;
pub(crate) mod unit;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use self::{stem::stem, unit::Measure};

/// Letters of one token that count; longer ones are cut.
const TOKEN_CHARS_MAX: usize = 40;

/// Lower case without accents: `Théière` becomes `theiere`.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|&c| !is_combining_mark(c)) {
        match c {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            '’' | 'ʼ' => folded.push('\''),
            '″' | '“' | '”' => folded.push('"'),
            '−' | '–' | '—' | '‐' | '‑' => folded.push('-'),
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// A piece of folded text: letters and digits, not stemmed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// The character right before it.
    pub(crate) before: char,
    /// The character right behind it.
    pub(crate) after: char,
}

/// Splits folded text. Elided articles (`d'eau`) and possessives (`men's`) are dropped.
pub(crate) fn pieces(folded: &str) -> Vec<Piece> {
    let characters: Vec<char> = folded.chars().collect();
    let mut pieces = Vec::new();
    let mut current = String::new();
    let mut before = ' ';
    for (position, &c) in characters.iter().enumerate() {
        let previous = position
            .checked_sub(1)
            .and_then(|i| characters.get(i))
            .copied();
        let next = characters
            .get(position.saturating_add(1))
            .copied()
            .unwrap_or(' ');
        if c.is_alphanumeric() || is_decimal_point(c, &current, next) {
            if current.is_empty() {
                before = previous.unwrap_or(' ');
            }
            current.push(c);
        } else if !current.is_empty() {
            close(&mut current, before, c, &mut pieces);
        }
    }
    if !current.is_empty() {
        close(&mut current, before, ' ', &mut pieces);
    }
    pieces
}

/// A point or comma between digits belongs to the number.
fn is_decimal_point(c: char, current: &str, next: char) -> bool {
    matches!(c, '.' | ',')
        && next.is_ascii_digit()
        && !current.is_empty()
        && current.bytes().all(|b| b.is_ascii_digit())
}

fn close(current: &mut String, before: char, after: char, pieces: &mut Vec<Piece>) {
    const ELIDED: [&str; 9] = ["d", "l", "j", "c", "s", "n", "m", "t", "qu"];
    let text = std::mem::take(current);
    let elided = after == '\'' && ELIDED.contains(&text.as_str());
    let possessive = before == '\'' && text == "s";
    if !elided && !possessive {
        pieces.push(Piece {
            text,
            before,
            after,
        });
    }
}

/// What one place of a text offers to the index or asks of it: the first form is the token itself,
/// the others are spellings that mean the same. A form of several tokens needs them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// As written, folded.
    pub(crate) surface: String,
    pub(crate) forms: Vec<Vec<String>>,
}

impl Word {
    fn single(surface: String, token: String) -> Self {
        Self {
            surface,
            forms: vec![vec![token]],
        }
    }
}

/// The words of a text, measures and hyphenated words joined.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let folded = fold(text);
    let pieces = pieces(&folded);
    let mut words = Vec::with_capacity(pieces.len());
    let mut rest = pieces.as_slice();
    while let Some((first, tail)) = rest.split_first() {
        let (word, used) = joined(first, tail).unwrap_or_else(|| (plain(first), 0));
        words.push(word);
        rest = tail.get(used..).unwrap_or_default();
    }
    words
}

/// The tokens of a text for the index: every form of every word, flattened.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    words(text)
        .into_iter()
        .flat_map(|word| word.forms.into_iter().flatten())
        .collect()
}

/// Two pieces that also mean one token: `16 gb`, `wi-fi`.
fn joined(first: &Piece, tail: &[Piece]) -> Option<(Word, usize)> {
    let second = tail.first()?;
    if let Some(measure) = Measure::of(&first.text, &second.text) {
        let surface = format!("{} {}", first.text, second.text);
        let parts = vec![token(&first.text), token(&second.text)];
        return Some((
            Word {
                surface,
                forms: vec![vec![measure.token()], parts],
            },
            1,
        ));
    }
    let hyphen = first.after == '-' && second.before == '-';
    let short = |piece: &Piece| piece.text.chars().all(char::is_alphabetic);
    if hyphen && short(first) && short(second) {
        let surface = format!("{}-{}", first.text, second.text);
        let together = token(&format!("{}{}", first.text, second.text));
        let parts = vec![token(&first.text), token(&second.text)];
        return Some((
            Word {
                surface,
                forms: vec![parts, vec![together]],
            },
            1,
        ));
    }
    None
}

fn plain(piece: &Piece) -> Word {
    let own = token(&piece.text);
    let inches = (piece.after == '"')
        .then(|| Measure::of(&piece.text, "inch"))
        .flatten();
    let measure = inches.or_else(|| Measure::attached(&piece.text));
    let mut word = Word::single(piece.text.clone(), own.clone());
    if let Some(measure) = measure.map(|measure| measure.token()).filter(|t| *t != own) {
        word.forms.push(vec![measure]);
    }
    word
}

/// The index form of one piece.
pub(crate) fn token(piece: &str) -> String {
    let cut: String = piece.chars().take(TOKEN_CHARS_MAX).collect();
    if cut.starts_with(|c: char| c.is_ascii_digit()) {
        unit::plain_number(&cut)
    } else {
        stem(&cut)
    }
}
