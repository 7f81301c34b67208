//! What stands between the braces of an object.

use super::{
    super::{
        lexer::Token,
        notation::{Condition, Field, Object, Rest},
    },
    Parser, Problem,
};

impl Parser {
    /// `{ … }` of a type or a declaration.
    pub(super) fn object(&mut self, open: bool) -> Result<Object, Problem> {
        let mut object = Object::default();
        if open {
            object.rest = Rest::Open;
        }
        let mut gone = Vec::new();
        self.members(&mut object, &mut gone)?;
        match gone.into_iter().next() {
            None => Ok(object),
            Some((line, name)) => Err((line, format!("`{name}` can be gone only after `+=`"))),
        }
    }

    /// `{ … }` after `+=`: the fields, and the names of those that are gone.
    pub(super) fn changes(&mut self) -> Result<(Object, Vec<String>), Problem> {
        let line = self.line();
        let mut object = Object::default();
        let mut gone = Vec::new();
        self.members(&mut object, &mut gone)?;
        let whole = object.rest == Rest::Closed
            && object.keys.is_none()
            && object.size.least.is_none()
            && object.size.most.is_none();
        if !whole {
            return Err((
                line,
                "after `+=` stand only fields and conditions".to_owned(),
            ));
        }
        Ok((object, gone.into_iter().map(|(_, name)| name).collect()))
    }

    fn members(
        &mut self,
        object: &mut Object,
        gone: &mut Vec<(usize, String)>,
    ) -> Result<(), Problem> {
        self.expect("{")?;
        let mut last = 0;
        while !self.take("}") {
            let line = self.line();
            if line == last {
                return Err(self.unexpected("a comma or a new line between members"));
            }
            self.member(object, gone)?;
            last = self
                .tokens
                .get(self.at.saturating_sub(1))
                .map_or(line, |spanned| spanned.line);
            if self.take(",") {
                last = 0;
            }
        }
        Ok(())
    }

    fn member(
        &mut self,
        object: &mut Object,
        gone: &mut Vec<(usize, String)>,
    ) -> Result<(), Problem> {
        let line = self.line();
        if self.take("*") {
            self.expect(":")?;
            object.rest = Rest::Of(self.alternatives()?);
            return Ok(());
        }
        if !self.at_field() {
            return self.rule(object, gone);
        }
        let name = if matches!(self.peek(), Token::Text(_)) {
            self.text("a field")?
        } else {
            self.word("a field")?
        };
        let required = !self.take("?");
        self.expect(":")?;
        let value = self.alternatives()?;
        if object.fields.iter().any(|field| field.name == name) {
            return Err((line, format!("the field `{name}` stands twice")));
        }
        object.fields.push(Field {
            name,
            required,
            value,
        });
        Ok(())
    }

    /// `need …`, `when … need …`, `keys …`, `size …`, `gone …`.
    fn rule(
        &mut self,
        object: &mut Object,
        gone: &mut Vec<(usize, String)>,
    ) -> Result<(), Problem> {
        let line = self.line();
        let when = if self.take_word("when") {
            let field = self.word("a field after `when`")?;
            self.expect("=")?;
            let mut values = vec![self.literal()?];
            while self.take("|") {
                values.push(self.literal()?);
            }
            Some((field, values))
        } else {
            None
        };
        if self.take_word("need") {
            let needs = self.needs()?;
            object.conditions.push(Condition { when, needs });
        } else if when.is_some() {
            return Err(self.unexpected("`need`"));
        } else if self.take_word("keys") {
            object.keys = Some(self.alternatives()?);
        } else if self.take_word("size") {
            object.size = self
                .range()?
                .ok_or_else(|| self.unexpected("a range after `size`"))?;
        } else if self.take_word("gone") {
            gone.push((line, self.word("a field after `gone`")?));
        } else {
            return Err(self.unexpected("a field or a rule"));
        }
        Ok(())
    }

    /// `a and b or c`, `and` binding closer.
    fn needs(&mut self) -> Result<Vec<Vec<String>>, Problem> {
        let mut needs = Vec::new();
        loop {
            let mut together = vec![self.word("a field after `need`")?];
            while self.take_word("and") {
                together.push(self.word("a field after `and`")?);
            }
            needs.push(together);
            if !self.take_word("or") {
                return Ok(needs);
            }
        }
    }
}
