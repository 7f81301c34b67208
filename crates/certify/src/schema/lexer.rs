//! Cuts the shape notation into tokens.

use std::{iter::Peekable, str::Chars};

use serde_json::Number;

/// A token and the line on which it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spanned {
    pub(crate) token: Token,
    pub(crate) line: usize,
}

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Word(String),
    /// `"…"`
    Text(String),
    /// `/…/`
    Pattern(String),
    Number(Number),
    /// A sign, `..` being the only one of two characters.
    Sign(&'static str),
    End,
}

impl Token {
    /// The token as an error names it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Word(word) => format!("`{word}`"),
            Self::Text(text) => format!("`\"{text}\"`"),
            Self::Pattern(pattern) => format!("`/{pattern}/`"),
            Self::Number(number) => format!("`{number}`"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end of the file".to_owned(),
        }
    }
}

const SIGNS: [(char, &str); 17] = [
    ('{', "{"),
    ('}', "}"),
    ('[', "["),
    (']', "]"),
    ('(', "("),
    (')', ")"),
    (':', ":"),
    ('?', "?"),
    ('|', "|"),
    ('^', "^"),
    ('&', "&"),
    ('=', "="),
    ('+', "+"),
    ('*', "*"),
    (',', ","),
    ('<', "<"),
    ('>', ">"),
];

/// The tokens of `text`, the last one being [`Token::End`]; an error is a line and a problem.
pub(crate) fn tokens(text: &str) -> Result<Vec<Spanned>, (usize, String)> {
    let mut lexer = Lexer {
        rest: text.chars().peekable(),
        line: 1,
    };
    let mut found = Vec::new();
    while let Some(spanned) = lexer.next()? {
        found.push(spanned);
    }
    found.push(Spanned {
        token: Token::End,
        line: lexer.line,
    });
    Ok(found)
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Option<Spanned>, (usize, String)> {
        self.skip_blank();
        let line = self.line;
        let Some(first) = self.rest.next() else {
            return Ok(None);
        };
        let token = match first {
            '"' => Token::Text(self.delimited('"')?),
            '/' => Token::Pattern(self.delimited('/')?),
            '.' if self.rest.next_if_eq(&'.').is_some() => Token::Sign(".."),
            '.' => Token::Sign("."),
            '-' => Token::Number(self.number(first)?),
            _ if first.is_ascii_digit() => Token::Number(self.number(first)?),
            _ if is_word(first) => Token::Word(self.word(first)),
            _ => SIGNS
                .iter()
                .find(|(sign, _)| *sign == first)
                .map(|(_, text)| Token::Sign(text))
                .ok_or_else(|| (line, format!("`{first}` has no meaning")))?,
        };
        Ok(Some(Spanned { token, line }))
    }

    fn skip_blank(&mut self) {
        while let Some(next) = self.rest.peek().copied() {
            if next == '#' {
                while self.rest.next_if(|next| *next != '\n').is_some() {}
            } else if next.is_whitespace() {
                self.rest.next();
                if next == '\n' {
                    self.line += 1;
                }
            } else {
                return;
            }
        }
    }

    /// Up to the closing `end`, which a backslash escapes; any other backslash stays.
    fn delimited(&mut self, end: char) -> Result<String, (usize, String)> {
        let mut text = String::new();
        loop {
            match self.rest.next() {
                Some('\\') => {
                    let escaped = self.rest.next_if(|next| *next == end || *next == '\\');
                    if escaped != Some(end) {
                        text.push('\\');
                    }
                    text.extend(escaped);
                }
                Some(next) if next == end => return Ok(text),
                Some('\n') | None => return Err((self.line, format!("no closing `{end}`"))),
                Some(next) => text.push(next),
            }
        }
    }

    fn word(&mut self, first: char) -> String {
        let mut word = String::from(first);
        while let Some(next) = self.rest.next_if(|next| is_word(*next)) {
            word.push(next);
        }
        word
    }

    /// A number; a point belongs to it only when a digit follows, for `0..5` is a range.
    fn number(&mut self, first: char) -> Result<Number, (usize, String)> {
        let mut text = String::from(first);
        loop {
            if let Some(next) = self.rest.next_if(char::is_ascii_digit) {
                text.push(next);
                continue;
            }
            let mut ahead = self.rest.clone();
            let point =
                ahead.next() == Some('.') && ahead.next().is_some_and(|c| c.is_ascii_digit());
            if !point || text.contains('.') {
                break;
            }
            self.rest.next();
            text.push('.');
        }
        text.parse()
            .map_err(|_| (self.line, format!("`{text}` is no number")))
    }
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '$'
}
