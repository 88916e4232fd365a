//! Looks for database statements that forget the tenant.
//!
//! A statement that names a table with a `tenant_id` column, in diesel or in SQL text, must also name a
//! tenant or a scope. What may rightly see all tenants says so in a comment above it:
//! `// no tenant: reason`. This reads source text, so it proves that the author thought of the tenant, not
//! that the condition is right; the tests prove that.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use crate::files;
use crate::rust_text::{self, Piece, Token};

/// The comment that takes a statement out, before its reason.
const EXEMPT: &str = "no tenant:";

/// Words that lead to a table's name in SQL.
const SQL_LEADS: &[&str] = &["from", "join", "into", "update"];

/// diesel's functions that write, whatever their argument is called.
const WRITES: &[&str] = &["insert_into", "update", "delete"];

/// Fails on a statement over a tenant's table that names no tenant.
pub fn run(root: &Path) -> Result<()> {
    let mut sources = Vec::new();
    let mut tables = Tables::default();
    for path in files::with_extension(&root.join("crates/store/src"), "rs")? {
        let text = files::read(&path)?;
        match is_schema(&text) {
            true => tables.read(&text),
            false => sources.push((path, text)),
        }
    }
    println!("  tables without tenant_id: {}", listed(&tables.shared));
    let mut looked_at = 0;
    let mut exempted = 0;
    let mut violations = Vec::new();
    for (path, text) in &sources {
        let found = tables.check(text);
        looked_at += found.looked_at;
        exempted += found.exempted;
        let place = files::shown(root, path);
        violations.extend(found.violations.iter().map(|v| format!("{place}:{v}")));
    }
    println!("  exempted with a reason: {exempted}");
    files::verdict("check-tenants", looked_at, "statements over tenants' tables", &violations)
}

fn is_schema(text: &str) -> bool {
    text.contains("table! {")
}

fn listed(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The tables of diesel's schema, parted by whether they have a `tenant_id`.
#[derive(Default)]
struct Tables {
    owned: BTreeSet<String>,
    shared: BTreeSet<String>,
}

#[derive(Default)]
struct Found {
    looked_at: usize,
    exempted: usize,
    violations: Vec<String>,
}

impl Tables {
    fn read(&mut self, schema: &str) {
        for table in schema.split("table! {").skip(1) {
            // The name stands before the key's parenthesis, after `use` lines, attributes and docs.
            let lines = table.lines().map(str::trim_start);
            let is_head = |line: &&str| line.ends_with('{') && line.contains('(') && !line.starts_with(['/', '#']);
            let Some(name) = lines.clone().find(is_head).and_then(|line| rust_text::words(line).next()) else {
                continue;
            };
            let owned = lines.clone().any(|line| line.starts_with("tenant_id ->"));
            let set = if owned { &mut self.owned } else { &mut self.shared };
            set.insert(name.to_owned());
        }
    }

    fn check(&self, text: &str) -> Found {
        let lines: Vec<&str> = text.lines().collect();
        let mut found = Found::default();
        for statement in rust_text::statements(&rust_text::tokens(text)) {
            let Some(table) = self.owned_table(&statement) else {
                continue;
            };
            found.looked_at += 1;
            if names_tenant(&statement) {
                continue;
            }
            let line = statement.first().map_or(0, |token| token.line);
            if is_exempt(&lines, line) {
                found.exempted += 1;
            } else {
                found.violations.push(format!("{line}: {table} without tenant_id or a scope"));
            }
        }
        found
    }

    /// The tenant's table that a statement names, or what it writes to under another name.
    fn owned_table(&self, statement: &[Token]) -> Option<String> {
        let word = |offset: usize| statement.get(offset).and_then(Token::word);
        let mut writes = None;
        let mut names_shared = false;
        for (index, token) in statement.iter().enumerate() {
            match &token.piece {
                Piece::Word(name) if matches!(word(index + 3), Some("table" | "dsl")) => {
                    let path = statement.get(index + 1).zip(statement.get(index + 2));
                    let is_path = path.is_some_and(|(a, b)| a.is(':') && b.is(':'));
                    if is_path && self.owned.contains(name) {
                        return Some(name.clone());
                    }
                    names_shared |= is_path && self.shared.contains(name);
                }
                Piece::Word(name) if WRITES.contains(&name.as_str()) => {
                    let is_call = statement.get(index + 1).is_some_and(|t| t.is('('));
                    // A method `.update(` or a function of ours is not diesel's.
                    let is_diesel = index >= 3 && word(index - 3) == Some("diesel");
                    if is_call && is_diesel {
                        writes = Some(format!("diesel::{name}"));
                    }
                }
                Piece::Text(sql) => {
                    if let Some(name) = self.owned_in_sql(sql) {
                        return Some(name);
                    }
                }
                Piece::Word(_) | Piece::Sign(_) => {}
            }
        }
        writes.filter(|_| !names_shared)
    }

    fn owned_in_sql(&self, sql: &str) -> Option<String> {
        let words: Vec<&str> = rust_text::words(sql).collect();
        let pairs = words.iter().zip(words.iter().skip(1));
        let is_lead = |word: &str| SQL_LEADS.iter().any(|lead| word.eq_ignore_ascii_case(lead));
        let mut hits = pairs.filter(|(lead, name)| is_lead(lead) && self.owned.contains(**name));
        hits.next().map(|(_, name)| (*name).to_owned())
    }
}

/// Whether any word of the statement, but for the path of a table, speaks of a tenant or a scope.
fn names_tenant(statement: &[Token]) -> bool {
    let speaks = |word: &str| {
        let word = word.to_ascii_lowercase();
        word.contains("tenant_id") || word == "tenant" || word == "scope" || word.ends_with("_scope")
    };
    statement.iter().enumerate().any(|(index, token)| match &token.piece {
        Piece::Word(word) => {
            let is_path = statement.get(index + 3).and_then(Token::word) == Some("table");
            !is_path && speaks(word)
        }
        Piece::Text(sql) => rust_text::words(sql).any(|word| word == "tenant_id"),
        Piece::Sign(_) => false,
    })
}

/// Whether the comment directly above `line` gives a reason.
fn is_exempt(lines: &[&str], line: usize) -> bool {
    let above = lines.iter().take(line.saturating_sub(1)).rev().map(|l| l.trim_start());
    let mut comment = above.take_while(|l| l.starts_with("//") || l.starts_with("#["));
    comment.any(|l| l.split_once(EXEMPT).is_some_and(|(_, reason)| !reason.trim().is_empty()))
}

#[cfg(test)]
#[path = "check_tenants_tests.rs"]
mod tests;
