//! From fields to what a page's query reads: each number and text once, whatever columns are made of it.

use std::borrow::Cow;

use deskwarden_domain::list::{Dictionary, Stored, definition};
use deskwarden_types::SessionField;

use crate::{
    seats::TAKES_A_SEAT,
    sessions::{Shelf, shelf, text_place},
};

/// What a column is made of, by places in the row that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A number as it is.
    Number(usize),
    /// A status, whose label depends on the kind.
    Status { kind: usize, status: usize },
    /// A name in a dictionary, by its id.
    Name { field: SessionField, id: usize },
    /// How far the row may be believed.
    Trust { kind: usize, observed: usize, phase: usize, seen: usize, started: usize, offline: usize },
    /// Seconds from the start to the end, or to now.
    Span { started: usize, ended: Option<usize> },
    /// Seconds since then, until the end.
    Idle { since: usize, ended: usize },
    /// A text of the session's own.
    Text(usize),
    /// A product and its version.
    Product { name: usize, version: usize },
}

/// What a page's query reads.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Expressions that are numbers.
    pub(super) numbers: Vec<Cow<'static, str>>,
    /// Expressions that are texts; they follow the numbers.
    pub(super) texts: Vec<Cow<'static, str>>,
    /// One for each column.
    pub(super) columns: Vec<Source>,
    /// Dictionaries of which more than a name is read.
    joined: Vec<Dictionary>,
}

impl Plan {
    /// The plan of these columns. The first number is always the id.
    pub(super) fn new(fields: &[SessionField]) -> Self {
        let mut plan = Self { numbers: vec!["s.id".into()], ..Self::default() };
        for field in fields {
            let source = plan.source(*field);
            plan.columns.push(source);
        }
        plan
    }

    fn number(&mut self, expression: impl Into<Cow<'static, str>>) -> usize {
        place(&mut self.numbers, expression.into())
    }

    fn text(&mut self, expression: impl Into<Cow<'static, str>>) -> usize {
        place(&mut self.texts, expression.into())
    }

    /// As the table of definitions says, but for what is made of several columns.
    fn source(&mut self, field: SessionField) -> Source {
        use SessionField as F;
        match field {
            F::User => self.name(field, Dictionary::User),
            F::Status => Source::Status { kind: self.number("s.kind"), status: self.number("s.status") },
            F::Trust => Source::Trust {
                kind: self.number("s.kind"),
                observed: self.number("s.observed_status"),
                phase: self.number("s.phase"),
                seen: self.number("b.seen_at"),
                started: self.number("s.started_at"),
                offline: self.number("s.offline_until"),
            },
            F::Duration => {
                Source::Span { started: self.number("s.started_at"), ended: Some(self.number("s.ended_at")) }
            }
            F::StartedAgo => Source::Span { started: self.number("s.started_at"), ended: None },
            F::Idle => Source::Idle { since: self.number("s.last_activity_at"), ended: self.number("s.ended_at") },
            F::Server => {
                Source::Product { name: self.text("x.server_product"), version: self.text("x.server_version") }
            }
            F::Seat => self.own(TAKES_A_SEAT),
            F::Command => self.own("c.verb"),
            _ => match definition(field).stored {
                Stored::Session(column) => self.own(format!("s.{column}")),
                Stored::Beat(column) => self.own(format!("b.{column}")),
                Stored::Extra(column) => Source::Text(self.text(format!("x.{column}"))),
                Stored::Dictionary(dictionary, column) if text_place(dictionary, column).is_none() => {
                    if !self.joined.contains(&dictionary) {
                        self.joined.push(dictionary);
                    }
                    self.own(format!("{}.{column}", shelf(dictionary).alias))
                }
                Stored::Dictionary(dictionary, _) => self.name(field, dictionary),
                // No column: refused before it comes here.
                Stored::Expression => self.own("NULL"),
            },
        }
    }

    fn name(&mut self, field: SessionField, dictionary: Dictionary) -> Source {
        Source::Name { field, id: self.number(format!("s.{}", shelf(dictionary).key)) }
    }

    fn own(&mut self, expression: impl Into<Cow<'static, str>>) -> Source {
        Source::Number(self.number(expression))
    }

    /// The columns of the statement.
    pub(super) fn select(&self) -> String {
        self.numbers.iter().chain(&self.texts).map(|e| &**e).collect::<Vec<_>>().join(", ")
    }

    // no tenant: joined by the ids of a session of the tenant.
    /// The tables beside the sessions' own.
    pub(super) fn joins(&self) -> String {
        let speaks_of = |table: &str| self.numbers.iter().chain(&self.texts).any(|e| e.starts_with(table));
        let mut text = String::new();
        // no tenant: by the id of a session that is the tenant's.
        for (table, join) in [
            ("b.", " LEFT JOIN session_beats b ON b.session_id = s.id"),
            ("x.", " LEFT JOIN session_extras x ON x.session_id = s.id"),
            ("c.", " LEFT JOIN commands c ON c.id = s.command_id"),
        ] {
            if speaks_of(table) {
                text.push_str(join);
            }
        }
        for Shelf { table, alias, key, .. } in self.joined.iter().copied().map(shelf) {
            // no tenant: by the id that a session of the tenant's has.
            text.push_str(&format!(" LEFT JOIN {table} {alias} ON {alias}.id = s.{key}"));
        }
        text
    }
}

fn place(list: &mut Vec<Cow<'static, str>>, expression: Cow<'static, str>) -> usize {
    list.iter().position(|known| *known == expression).unwrap_or_else(|| {
        list.push(expression);
        list.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_columns_share_is_read_once() {
        let plan = Plan::new(&[SessionField::Username, SessionField::Email, SessionField::Status, SessionField::Kind]);
        assert_eq!(plan.select(), "s.id, s.user_id, s.kind, s.status");
        assert_eq!(plan.joins(), "");
        assert_eq!(plan.columns.last(), Some(&Source::Number(2)));
        let plan = Plan::new(&[SessionField::Server, SessionField::Trust]);
        assert!(plan.joins().contains("session_beats") && plan.joins().contains("session_extras"));
        assert!(!plan.joins().contains("commands"));
        let plan = Plan::new(&[SessionField::Licence, SessionField::DeliveryMethod]);
        assert_eq!(plan.select(), "s.id, dm.licence_kind, s.delivery_method_id");
        assert!(plan.joins().ends_with(" dm ON dm.id = s.delivery_method_id"));
    }

    #[test]
    fn every_column_is_read() {
        for definition in deskwarden_domain::list::DEFINITIONS.iter().filter(|definition| definition.column) {
            let plan = Plan::new(&[definition.field]);
            assert!(!plan.select().contains("NULL"), "{}", definition.field);
        }
    }
}
