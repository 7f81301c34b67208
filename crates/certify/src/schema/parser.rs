//! Reads a file of the shape notation on top of the bundle it builds on.

mod members;
mod types;

use super::{
    lexer::{Spanned, Token, tokens},
    notation::{Bundle, NotationError, Object, Shape, Type},
};

/// Line and problem, before the file is known.
type Problem = (usize, String);

/// Reads `text`. `older` finds the bundle of a version that an `as` line names.
pub(crate) fn parse(
    file: &str,
    text: &str,
    older: &dyn Fn(&str) -> Option<Bundle>,
) -> Result<Bundle, NotationError> {
    let read = || -> Result<Bundle, Problem> {
        let mut parser = Parser {
            file: file.to_owned(),
            tokens: tokens(text)?,
            at: 0,
            bundle: Bundle::default(),
            inherited: Bundle::default(),
        };
        parser.inherit(older)?;
        while parser.peek() != &Token::End {
            parser.declaration()?;
        }
        let mut bundle = parser.inherited;
        bundle.shapes.append(&mut parser.bundle.shapes);
        bundle.lets.append(&mut parser.bundle.lets);
        bundle.unused.append(&mut parser.bundle.unused);
        Ok(bundle)
    };
    read().map_err(|(line, problem)| NotationError {
        file: file.to_owned(),
        line,
        problem,
    })
}

struct Parser {
    file: String,
    tokens: Vec<Spanned>,
    at: usize,
    /// What this file declares.
    bundle: Bundle,
    /// What it takes over from the version it builds on.
    inherited: Bundle,
}

impl Parser {
    /// `as "2026-01-30"` and `drop Name`, which stand first.
    fn inherit(&mut self, older: &dyn Fn(&str) -> Option<Bundle>) -> Result<(), Problem> {
        if self.take_word("as") {
            let line = self.line();
            let version = self.text("the version after `as`")?;
            self.inherited =
                older(&version).ok_or_else(|| (line, format!("no older bundle `{version}`")))?;
        }
        while self.take_word("drop") {
            loop {
                let line = self.line();
                let name = self.word("a name after `drop`")?;
                if self.inherited.shapes.remove(&name).is_none() {
                    return Err((line, format!("`{name}` is not inherited")));
                }
                self.inherited.unused.remove(&name);
                if !self.take(",") {
                    break;
                }
            }
        }
        Ok(())
    }

    /// `unused Name, Name "reason"`: shapes that are declared above and that no message holds.
    fn unused(&mut self) -> Result<(), Problem> {
        let mut names = Vec::new();
        loop {
            let line = self.line();
            let name = self.word("a name after `unused`")?;
            let shapes = [&self.bundle.shapes, &self.inherited.shapes];
            if !shapes.iter().any(|shapes| shapes.contains_key(&name)) {
                return Err((line, format!("`{name}` is no shape declared above")));
            }
            names.push(name);
            if !self.take(",") {
                break;
            }
        }
        let reason = self.text("the reason after the unused shapes")?;
        let all = names.into_iter().map(|name| (name, reason.clone()));
        self.bundle.unused.extend(all);
        Ok(())
    }

    /// `let name = type`, `Name { … }`, `open Name { … }`, `Name = type`, `Name += { … }`,
    /// `unused Name "reason"`.
    fn declaration(&mut self) -> Result<(), Problem> {
        if self.take_word("unused") {
            return self.unused();
        }
        let line = self.line();
        let abbreviates = self.take_word("let");
        let open = !abbreviates && self.take_word("open");
        let name = self.word("a name")?;
        let body = if self.take("+") {
            self.expect("=")?;
            self.change(&name, line)?
        } else if !open && self.take("=") {
            self.alternatives()?
        } else {
            Type::Object(Box::new(self.object(open)?))
        };
        if abbreviates {
            if self.bundle.lets.insert(name.clone(), body).is_some() {
                return Err((line, format!("`{name}` is abbreviated twice")));
            }
            return Ok(());
        }
        if self
            .inherited
            .shapes
            .get(&name)
            .is_some_and(|old| old.body == body)
        {
            return Err((line, format!("`{name}` is inherited and does not change")));
        }
        let shape = Shape {
            file: self.file.clone(),
            body,
        };
        match self.bundle.shapes.insert(name.clone(), shape) {
            None => Ok(()),
            Some(_) => Err((line, format!("`{name}` is declared twice"))),
        }
    }

    /// `Name += { … }`: the inherited object with other or further fields.
    fn change(&mut self, name: &str, line: usize) -> Result<Type, Problem> {
        let Some(Type::Object(old)) = self.inherited.shapes.get(name).map(|shape| &shape.body)
        else {
            return Err((line, format!("`{name}` is no inherited object")));
        };
        let mut changed = old.clone();
        let (more, gone) = self.changes()?;
        for name in gone {
            let before = changed.fields.len();
            changed.fields.retain(|field| field.name != name);
            if changed.fields.len() == before {
                return Err((line, format!("no field `{name}` to be gone")));
            }
        }
        *changed += more;
        Ok(Type::Object(changed))
    }

    /// The object behind a name, for `Base + { … }`.
    fn named_object(&self, name: &str, line: usize) -> Result<Object, Problem> {
        let shapes = [&self.bundle.shapes, &self.inherited.shapes];
        match shapes.iter().find_map(|shapes| shapes.get(name)) {
            Some(Shape {
                body: Type::Object(object),
                ..
            }) => Ok(Object::clone(object)),
            _ => Err((line, format!("`{name}` is no object declared above"))),
        }
    }

    fn peek(&self) -> &Token {
        self.tokens
            .get(self.at)
            .map_or(&Token::End, |spanned| &spanned.token)
    }

    /// The line of the next token.
    fn line(&self) -> usize {
        self.tokens
            .get(self.at)
            .or_else(|| self.tokens.last())
            .map_or(1, |spanned| spanned.line)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(next) if *next == sign);
        if found {
            self.at += 1;
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(next) if next == word);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), Problem> {
        if self.take(sign) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{sign}`")))
        }
    }

    fn word(&mut self, wanted: &str) -> Result<String, Problem> {
        let Token::Word(word) = self.peek() else {
            return Err(self.unexpected(wanted));
        };
        let word = word.clone();
        self.at += 1;
        Ok(word)
    }

    fn text(&mut self, wanted: &str) -> Result<String, Problem> {
        let Token::Text(text) = self.peek() else {
            return Err(self.unexpected(wanted));
        };
        let text = text.clone();
        self.at += 1;
        Ok(text)
    }

    /// Whether the next token names a field.
    fn at_field(&self) -> bool {
        let after = self.tokens.get(self.at + 1).map(|spanned| &spanned.token);
        matches!(after, Some(Token::Sign(":" | "?")))
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        let found = self.peek().describe();
        (self.line(), format!("expected {wanted}, found {found}"))
    }
}
