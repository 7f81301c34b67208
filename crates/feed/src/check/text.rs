//! Cleaning of texts and addresses.

use crate::{
    diagnostic::{Code, Diagnostic},
    markup,
    model::Description,
    options::Limits,
    personal,
};

/// Title lengths above this are kept with a finding (the limit of other assistants).
const TITLE_CHARS_USUAL: usize = 150;

/// Cleans the texts of one product and collects findings.
pub(super) struct Cleaner {
    pub(super) row: u64,
    pub(super) product: String,
    pub(super) notes: Vec<Diagnostic>,
    limits: Limits,
}

impl Cleaner {
    pub(super) fn new(row: u64, product: &str, limits: Limits) -> Self {
        Self {
            row,
            product: product.to_owned(),
            notes: Vec::new(),
            limits,
        }
    }

    pub(super) fn warn(&mut self, code: Code, message: &str, field: &str) {
        self.notes.push(
            Diagnostic::warning(self.row, code, message)
                .of_product(&self.product)
                .in_field(field),
        );
    }

    /// A title: one line of plain text, or nothing.
    pub(super) fn title(
        &mut self,
        title: &mut Option<String>,
        field: &str,
    ) -> Result<(), Diagnostic> {
        if let Some(text) = title {
            self.short(text, field)?;
            if text.chars().count() > TITLE_CHARS_USUAL {
                self.warn(
                    Code::TextLong,
                    "the title has more than 150 characters",
                    field,
                );
            }
        }
        if title.as_ref().is_some_and(String::is_empty) {
            *title = None;
        }
        Ok(())
    }

    /// One line of plain text.
    pub(super) fn short(&mut self, text: &mut String, field: &str) -> Result<(), Diagnostic> {
        self.line(text, self.limits.title_bytes_max, field)
    }

    /// One line of plain text that may be as long as a description: values of options.
    pub(super) fn long(&mut self, text: &mut String, field: &str) -> Result<(), Diagnostic> {
        self.line(text, self.limits.description_bytes_max, field)
    }

    fn line(&mut self, text: &mut String, limit: usize, field: &str) -> Result<(), Diagnostic> {
        self.plain(text, limit, field)?;
        if text.contains('\n') {
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        Ok(())
    }

    /// Plain text stays plain, HTML becomes safe, and whoever has one kind gets the plain one too.
    pub(super) fn description(
        &mut self,
        description: &mut Option<Description>,
        field: &str,
    ) -> Result<(), Diagnostic> {
        let Some(parts) = description else {
            return Ok(());
        };
        let limit = self.limits.description_bytes_max;
        if let Some(html) = &mut parts.html {
            self.cut(html, limit, field);
            *html = markup::safe_html(html);
            if parts.plain.is_none() {
                parts.plain = Some(markup::plain_text(html));
            }
            self.refuse_personal(html, field)?;
        }
        for text in [&mut parts.plain, &mut parts.markdown]
            .into_iter()
            .flatten()
        {
            self.plain(text, limit, field)?;
        }
        for text in [&mut parts.plain, &mut parts.html, &mut parts.markdown] {
            if text.as_ref().is_some_and(String::is_empty) {
                *text = None;
            }
        }
        if *parts == Description::default() {
            *description = None;
        }
        Ok(())
    }

    /// Leaves out an address that is not http or https.
    pub(super) fn url(&mut self, url: &mut Option<String>, field: &str) {
        if url
            .as_deref()
            .is_some_and(|url| !self.keeps_url(url, field))
        {
            *url = None;
        }
    }

    /// Whether the address may stay; notes it when not.
    pub(super) fn keeps_url(&mut self, url: &str, field: &str) -> bool {
        const URL_BYTES_MAX: usize = 2_048;
        let host = ["https://", "http://"].iter().find_map(|scheme| {
            let start = url.get(..scheme.len())?;
            start
                .eq_ignore_ascii_case(scheme)
                .then(|| url.get(scheme.len()..))
                .flatten()
        });
        let usable =
            host.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', '@']));
        let clean = !url
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"'));
        let keep = usable && clean && url.len() <= URL_BYTES_MAX;
        if !keep {
            self.warn(
                Code::UrlInvalid,
                "the address is not a usable web address",
                field,
            );
        }
        keep
    }

    fn plain(&mut self, text: &mut String, limit: usize, field: &str) -> Result<(), Diagnostic> {
        if text.contains(is_unwanted) {
            text.retain(|c| !is_unwanted(c));
        }
        self.cut(text, limit, field);
        if markup::looks_like_html(text) {
            *text = markup::plain_text(text);
            self.warn(Code::HtmlRemoved, "markup was removed", field);
        }
        if text.trim().len() != text.len() {
            *text = text.trim().to_owned();
        }
        self.refuse_personal(text, field)
    }

    fn refuse_personal(&mut self, text: &str, field: &str) -> Result<(), Diagnostic> {
        match personal::find(text) {
            Some(found) if found.is_refused() => {
                Err(
                    Diagnostic::error(self.row, Code::PersonalData, found.describe())
                        .of_product(&self.product)
                        .in_field(field),
                )
            }
            Some(found) => {
                self.warn(Code::PhoneSuspected, found.describe(), field);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn cut(&mut self, text: &mut String, limit: usize, field: &str) {
        if text.len() > limit {
            let end = (0..=limit)
                .rev()
                .find(|&end| text.is_char_boundary(end))
                .unwrap_or(0);
            text.truncate(end);
            self.warn(Code::TextCut, "the text was cut", field);
        }
    }
}

/// Control characters, and the marks that make text read in another order than it is stored.
fn is_unwanted(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
