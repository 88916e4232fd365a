//! Which sessions are asked for, as conditions for the database.
//!
//! Every term becomes one condition, which is true or false and never unknown: `CASE WHEN … THEN TRUE ELSE FALSE END`,
//! for a negated one the other way round. No index serves such a condition, which is meant: what leads to the rows is
//! chosen by [`super::plan`], from the [`Lead`]s that terms give beside their condition.

mod anywhere;
mod beside;
mod pairs;
mod term;
mod text;
mod trust;
mod value;
mod words;

pub(super) use {beside::all_texts, value::IDLE};

use std::sync::{Arc, Mutex, PoisonError};

use deskwarden_domain::list::{Context, Dictionary, Selection};
use deskwarden_types::{DeliveryKind, ListState, Phase, SessionField, UserId};

use super::{
    Viewer,
    ground::Ground,
    many::Many,
    names::{Found, TenantNames, Wanted},
    source::{Extra, Shelf, shelf},
    sql::{Dialect, Sql},
};
use crate::{Result, Scope, StoreError};

/// Ids of a dictionary that a statement is given; beyond it their texts are looked at row by row, which finds a page's
/// rows soon, because so many fit. PostgreSQL hashes them quickly.
const fn most_ids(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Sqlite => 1_000,
        Dialect::Postgres => 10_000,
    }
}

/// What an index finds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// Sessions with one of these values, by the index that begins with the tenant and this column, or the words
    /// together, and ends with the id.
    Values { column: &'static str, index: &'static str, values: Vec<i64> },
    /// Sessions that have one of these texts beside them.
    Beside { extra: Extra, texts: Vec<String> },
    /// Sessions that are not over.
    Open,
    /// Sessions to which somebody is connected.
    Connected,
    /// Sessions on the current list.
    Listed,
    /// Sessions that were valid until before their start.
    ValidBefore,
    /// Sessions that took at least so many hours, and some that took less; at least one.
    Long(i64),
    /// Sessions that have nothing in a column, by the index that begins with the tenant and this column and goes on with the
    /// id.
    Empty { column: &'static str, index: &'static str },
    /// Sessions beside which a command stands.
    Commanded,
    /// Sessions whose time in a column is this instant or later, by the index that begins with the tenant and this column.
    Since { column: &'static str, index: &'static str, at: i64 },
}

impl Reach {
    /// How many values it asks an index for one by one, if it does.
    pub(super) fn values(&self) -> Option<usize> {
        match self {
            Self::Values { values, .. } => Some(values.len()),
            Self::Beside { texts, .. } => Some(texts.len()),
            Self::Empty { .. } | Self::Commanded => Some(1),
            Self::Open | Self::Connected | Self::Listed | Self::ValidBefore | Self::Long(_) | Self::Since { .. } => {
                None
            }
        }
    }
}

/// Sessions that have no end.
pub(super) const ENDLESS: Reach = Reach::Empty { column: "ended_at", index: "sessions_ended" };

/// Sessions among which some must be that fit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arm {
    /// Which.
    pub(super) reach: Reach,
    /// Which share of all sessions that may be, from 0 to 1; a guess.
    pub(super) share: f64,
    /// Whether all of them fit the term, not only some.
    pub(super) whole: bool,
}

/// A way to all sessions that fit one term: those of its arms.
pub(super) type Lead = Vec<Arm>;

/// A question, ready to be asked.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) dialect: Dialect,
    pub(super) tenant: i64,
    pub(super) now: i64,
    /// Nothing can fit.
    pub(super) nothing: bool,
    /// All must hold, of the session `s`.
    pub(super) conditions: Vec<Sql>,
    /// Ways to all that can fit.
    pub(super) leads: Vec<Lead>,
    /// Only what overlaps the time from here on.
    pub(super) from: Option<i64>,
    /// Only what began before this.
    pub(super) to: Option<i64>,
    /// Only what began at or after this.
    pub(super) begun: Option<i64>,
    /// What is known to lead to many.
    pub(super) many: Arc<Many>,
}

/// A condition that one term asks, with the way to what fits it.
pub(super) struct Asked {
    sql: Sql,
    lead: Option<Lead>,
    /// Nothing fits it.
    nothing: bool,
}

/// What terms are made into conditions with.
pub(super) struct Maker<'m, 'c> {
    conn: &'m mut crate::Conn,
    dialect: Dialect,
    tenant: deskwarden_types::TenantId,
    ground: &'m Ground,
    context: Context<'c>,
    names: Arc<Mutex<TenantNames>>,
    fresh: Vec<Dictionary>,
}

impl Maker<'_, '_> {
    fn sql(&self, text: &str) -> Sql {
        Sql::new(self.dialect, text)
    }

    /// Whether the row of a dictionary that the session points to fits: looked up for each session, by its id.
    fn points_to(&self, dictionary: Dictionary, fits: &Sql) -> Sql {
        let Shelf { table, alias, key, .. } = shelf(dictionary);
        // PostgreSQL would go through the whole dictionary for an EXISTS, to hash what fits.
        let (before, between, after) = match self.dialect {
            Dialect::Sqlite => ("EXISTS (SELECT 1", " AND ", ")"),
            Dialect::Postgres => ("COALESCE((SELECT ", "", "), FALSE)"),
        };
        let mut sql = self.sql(before);
        if self.dialect == Dialect::Postgres {
            sql.push("(").add(fits).push(")");
        }
        // no tenant: by the id that a session of the tenant's has.
        sql.push(&format!(" FROM {table} {alias} WHERE {alias}.id = s.{key}{between}"));
        if self.dialect == Dialect::Sqlite {
            sql.push("(").add(fits).push(")");
        }
        sql.push(after);
        sql
    }

    /// The rows of a dictionary with a text that is wanted.
    fn find(&mut self, dictionary: Dictionary, columns: &[usize], wanted: &[Wanted]) -> Result<Found> {
        // Locked for this alone: a list that asks for no names waits for nobody who reads them.
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let revision = self.ground.names_revision;
        if !self.fresh.contains(&dictionary) || !names.holds(revision, dictionary) {
            names.refresh(self.conn, self.tenant, revision, dictionary)?;
            self.fresh.push(dictionary);
        }
        Ok(names.find(dictionary, columns, wanted))
    }
}

/// Makes a selection into a question of the viewer's.
pub(super) fn question(
    scope: &mut Scope<'_>,
    ground: &Ground,
    viewer: &Viewer,
    selection: &Selection,
) -> Result<Question> {
    if !ground.rules.show_ad_username && selection.filter.fields().any(|field| field == SessionField::AdUsername) {
        let detail = "This institution does not show AD usernames, so no list is filtered by them.";
        return Err(StoreError::bad_parameter("q", detail));
    }
    let dialect = Dialect::of(scope.conn);
    let context = ground.context(viewer.user);
    let instant = |value| context.span(value).from.millis();
    let (from, to) = (selection.from.map(instant), selection.to.map(instant));
    let mut question = Question {
        dialect,
        tenant: scope.tenant.0,
        now: ground.now.millis(),
        nothing: false,
        conditions: Vec::new(),
        leads: Vec::new(),
        from,
        to,
        begun: None,
        many: scope.names.many.clone(),
    };
    question.state(selection.state);
    question.overlap();
    if let Some(user) = viewer.only() {
        question.only(user);
    }
    let names = scope.names.of(scope.tenant);
    let mut maker =
        Maker { conn: scope.conn, dialect, tenant: scope.tenant, ground, context, names, fresh: Vec::new() };
    for asked in &selection.filter.terms {
        let made = maker.test(&asked.test)?;
        if asked.negated {
            question.condition(&made.sql, true);
            question.leads.extend(maker.there(&asked.test)?);
            if let Some(lead) = maker.other_words(&asked.test)? {
                question.nothing |= lead.is_empty();
                question.leads.push(lead);
            }
        } else {
            question.nothing |= made.nothing;
            question.condition(&made.sql, false);
            question.leads.extend(made.lead);
            question.begun = question.begun.max(maker.begun_after(&asked.test));
            question.to = earlier(question.to, maker.begun_before(&asked.test));
        }
    }
    question.join_kinds_and_statuses();
    Ok(question)
}

fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Question {
    fn condition(&mut self, sql: &Sql, negated: bool) {
        let (yes, no) = if negated { ("FALSE", "TRUE") } else { ("TRUE", "FALSE") };
        let mut condition = Sql::new(self.dialect, "CASE WHEN ");
        condition.add(sql).push(" THEN ").push(yes).push(" ELSE ").push(no).push(" END");
        self.conditions.push(condition);
    }

    fn state(&mut self, state: ListState) {
        let mut sql = Sql::new(self.dialect, "");
        match state {
            ListState::Current => {
                self.leads.push(vec![Arm { reach: Reach::Listed, share: 0.001, whole: true }]);
                sql.push("s.listed_until > ").number(self.now)
            }
            ListState::Historical => sql.push("s.phase = ").number(Phase::Over.code().into()),
            ListState::All => return,
        };
        self.condition(&sql, false);
    }

    /// Half-open: it began before the end, and was not over at the start, or began there.
    fn overlap(&mut self) {
        if let Some(to) = self.to {
            let mut sql = Sql::new(self.dialect, "s.started_at < ");
            sql.number(to);
            self.condition(&sql, false);
        }
        if let Some(from) = self.from {
            let mut sql = Sql::new(self.dialect, "s.ended_at IS NULL OR s.ended_at > ");
            sql.number(from).push(" OR s.started_at >= ").number(from);
            self.condition(&sql, false);
        }
    }

    fn only(&mut self, user: UserId) {
        let mut sql = Sql::new(self.dialect, "s.user_id = ");
        sql.number(user.0);
        self.condition(&sql, false);
        self.leads.push(vec![arm(Dictionary::User, vec![user.0], 1_000)].into_iter().flatten().collect());
    }

    /// The same for what began at or after an instant.
    pub(super) fn begun_since(&self, begun: Option<i64>) -> Self {
        let mut question = self.clone();
        if let Some(begun) = begun {
            let mut sql = Sql::new(self.dialect, "s.started_at >= ");
            sql.number(begun);
            question.condition(&sql, false);
        }
        question
    }

    /// The same for what was valid until before an instant.
    pub(super) fn valid_before(&self, at: i64) -> Self {
        let mut question = self.clone();
        let mut sql = Sql::new(self.dialect, "s.valid_until < ");
        sql.number(at);
        question.condition(&sql, false);
        question
    }

    /// The one value of a column that all sessions that fit have.
    fn only_value(&self, wanted: &str) -> Option<i64> {
        self.leads.iter().find_map(|lead| match lead.as_slice() {
            [Arm { reach: Reach::Values { column, values, .. }, .. }] if *column == wanted => match values.as_slice() {
                [value] => Some(*value),
                _ => None,
            },
            _ => None,
        })
    }

    /// The one status that fits.
    pub(super) fn status(&self) -> Option<i64> {
        self.only_value("status")
    }

    /// The one kind that fits.
    pub(super) fn kind(&self) -> Option<DeliveryKind> {
        DeliveryKind::from_code(i16::try_from(self.only_value("kind")?).ok()?)
    }

    /// Adds all conditions, each behind ` AND `.
    pub(super) fn add_conditions(&self, sql: &mut Sql) {
        for condition in &self.conditions {
            sql.push(" AND ").add(condition);
        }
    }
}

/// Of so few rows of a dictionary nobody knows how many sessions they have: one environment of three may have next to
/// none. They are counted, up to what is few, before all sessions are walked through.
const COUNTED: (usize, f64) = (20, 0.05);

/// The sessions of these rows of a dictionary, of so many.
fn arm(dictionary: Dictionary, values: Vec<i64>, of: usize) -> Option<Arm> {
    let shelf = shelf(dictionary);
    let share = values.len() as f64 / of.max(1) as f64;
    let most = if values.len() <= COUNTED.0 { COUNTED.1 } else { 1.0 };
    Some(Arm {
        reach: Reach::Values { column: shelf.key, index: shelf.index?, values },
        share: share.min(most),
        whole: true,
    })
}
