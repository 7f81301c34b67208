//! File and function lengths.

use anyhow::{Context, Result};
use syn::{
    spanned::Spanned,
    visit::{self, Visit},
};

use super::Source;
use crate::command::say;

/// A file above this is named, so that it is split before it grows further.
const FILE_LINES_SOFT: usize = 400;
/// A file above this fails.
const FILE_LINES_HARD: usize = 800;
/// A function above this fails.
const FUNCTION_LINES_MAX: usize = 70;

/// Files and functions over their budget; prints the medians.
pub(super) fn check(sources: &[Source]) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let mut files = Vec::new();
    let mut functions = Functions::default();
    for source in sources {
        let lines = source.text.lines().count();
        files.push(lines);
        if lines > FILE_LINES_HARD {
            findings.push(format!(
                "{}: {lines} lines, at most {FILE_LINES_HARD}",
                source.path
            ));
        } else if lines > FILE_LINES_SOFT {
            say(&format!(
                "tidy: note: {} has {lines} lines, aim at {FILE_LINES_SOFT}",
                source.path
            ));
        }
        if source.text.contains('\t') {
            findings.push(format!("{}: contains a tab", source.path));
        }
        let tree = syn::parse_file(&source.text)
            .with_context(|| format!("cannot parse {}", source.path))?;
        functions.path.clone_from(&source.path);
        functions.visit_file(&tree);
    }
    findings.append(&mut functions.findings);
    say(&format!(
        "tidy: median file {} lines, median function {} lines, {} functions",
        median(&mut files),
        median(&mut functions.lengths),
        functions.lengths.len()
    ));
    Ok(findings)
}

fn median(values: &mut [usize]) -> usize {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

#[derive(Default)]
struct Functions {
    path: String,
    lengths: Vec<usize>,
    findings: Vec<String>,
}

impl Functions {
    fn measure(&mut self, name: &syn::Ident, block: &syn::Block) {
        let span = block.span();
        let lines = span.end().line.saturating_sub(span.start().line) + 1;
        self.lengths.push(lines);
        if lines > FUNCTION_LINES_MAX {
            self.findings.push(format!(
                "{}: function {name} has {lines} lines, at most {FUNCTION_LINES_MAX}",
                self.path
            ));
        }
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.measure(&function.sig.ident, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.measure(&function.sig.ident, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.measure(&function.sig.ident, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}
