//! The orders that a list can have, as SQL.

use deskwarden_domain::{
    labels::status_label,
    list::{Sort, Stored, ValueKind, definition},
};
use deskwarden_types::{DeliveryKind, SessionField, Status};

use super::{
    cursor::Key,
    question::IDLE,
    source::{Shelf, dictionary_text, extra, plain, shelf},
    sql::{Dialect, Sql},
};

/// One key of an order.
#[derive(Debug, Clone)]
pub(super) struct OrderKey {
    pub(super) field: SessionField,
    pub(super) descending: bool,
    /// Compared as text, not as a number.
    pub(super) text: bool,
    /// A session may have none.
    pub(super) optional: bool,
    /// What is compared, over the session `s` and what is joined to it.
    pub(super) value: Sql,
    /// What has to be joined for it; empty for nothing.
    join: String,
}

/// An order, in the direction in which it is read.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) keys: Vec<OrderKey>,
    /// Equal values: whether the greatest id comes first.
    pub(super) id_descending: bool,
}

/// The order in which a page is read: backwards is the other way round. No key comes after `id`. `at`: when lengths of
/// time are taken. `kind`: the one that fits, whose words count.
pub(super) fn order(dialect: Dialect, sort: &Sort, backwards: bool, at: i64, kind: Option<DeliveryKind>) -> Order {
    let keys: Vec<OrderKey> = sort
        .keys()
        .iter()
        .map(|key| {
            let definition = definition(key.field);
            let text = matches!(definition.kind, ValueKind::Text | ValueKind::Address);
            let (value, join) = value(dialect, key.field, at, kind);
            OrderKey {
                field: key.field,
                descending: key.descending != backwards,
                text,
                optional: definition.optional,
                value,
                join,
            }
        })
        .collect();
    let id_descending = keys.last().is_some_and(|key| key.descending);
    Order { keys, id_descending }
}

/// What is compared, and what has to be joined for it.
fn value(dialect: Dialect, field: SessionField, at: i64, kind: Option<DeliveryKind>) -> (Sql, String) {
    let definition = definition(field);
    if field == SessionField::Duration {
        let mut sql = Sql::new(dialect, "(COALESCE(s.ended_at, ");
        sql.number(at).push(") - s.started_at)");
        return (sql, String::new());
    }
    if field == SessionField::Idle {
        let mut sql = Sql::new(dialect, format!("(CASE WHEN {IDLE} THEN "));
        sql.number(at).push(" - s.last_activity_at END)");
        return (sql, String::new());
    }
    let (text, join) = match (dictionary_text(field), plain(field)) {
        (Some((dictionary, place)), _) => named(dialect, definition.kind, &shelf(dictionary), place),
        (None, Some(value)) => (value, String::new()),
        (None, None) if field == SessionField::Command => {
            // no tenant: by the id of a command that stands beside the tenant's session.
            ("(SELECT c.verb FROM commands c WHERE c.id = s.command_id)".to_owned(), String::new())
        }
        (None, None) => (extra(field).map_or("NULL", |extra| extra.value).to_owned(), String::new()),
    };
    let value = match definition.kind {
        ValueKind::Word => by_word(field, kind, &text),
        ValueKind::YesNo => format!("(CASE WHEN {text} THEN 1 ELSE 0 END)"),
        _ => text,
    };
    (Sql::new(dialect, value), join)
}

/// A text of a dictionary: its row is joined, for the value is named several times and each subquery would look it up
/// again.
fn named(dialect: Dialect, kind: ValueKind, shelf: &Shelf, place: usize) -> (String, String) {
    let Shelf { table, key, texts, .. } = *shelf;
    let alias = format!("by_{}", shelf.alias);
    let column = texts.get(place).copied().unwrap_or("id");
    let value = match (kind, dialect) {
        // Addresses by their bytes, which letters for bytes keep in order; of none there are no letters.
        (ValueKind::Address, Dialect::Sqlite) => format!("NULLIF(hex({alias}.address), '')"),
        (ValueKind::Address, Dialect::Postgres) => format!("encode({alias}.address, 'hex') COLLATE \"C\""),
        _ => format!("{alias}.{column}"),
    };
    let join = match dialect {
        // no tenant: joined by the id that a session of the tenant's has.
        Dialect::Sqlite => format!(" LEFT JOIN {table} {alias} ON {alias}.id = s.{key}"),
        // Row by row, through the key: never the whole table for a hash.
        Dialect::Postgres => {
            format!(" LEFT JOIN LATERAL (SELECT d.* FROM {table} d WHERE d.id = s.{key} OFFSET 0) {alias} ON TRUE")
        }
    };
    (value, join)
}

/// Words by their order in the alphabet.
fn by_word(field: SessionField, kind: Option<DeliveryKind>, value: &str) -> String {
    let cases: String =
        ranked(field, kind).iter().enumerate().map(|(rank, code)| format!(" WHEN {code} THEN {rank}")).collect();
    format!("(CASE {value}{cases} END)")
}

/// A field's words, by their numbers in the database, in the order of the alphabet as they are shown (000): statuses in
/// the words of their kind, where only one fits.
pub(super) fn ranked(field: SessionField, kind: Option<DeliveryKind>) -> Vec<i16> {
    let shown = |code: i16, label: &'static str| match (field, kind, Status::from_code(code)) {
        (SessionField::Status, Some(kind), Some(status)) => status_label(kind, status),
        _ => label,
    };
    let mut words: Vec<(String, &str, i16)> = definition(field)
        .coded_words()
        .into_iter()
        .map(|(code, word, label)| (shown(code, label).to_lowercase(), word, code))
        .collect();
    words.sort_unstable();
    words.into_iter().map(|(.., code)| code).collect()
}

impl OrderKey {
    /// The column of numbers and the column of texts that a statement gives for it.
    pub(super) fn columns(&self) -> (Sql, Sql) {
        let dialect = self.value.dialect;
        let (mut number, mut text) = (Sql::new(dialect, "CAST("), Sql::new(dialect, "CAST("));
        if self.text {
            number.push("NULL");
            text.add(&self.value);
        } else {
            number.add(&self.value);
            text.push("NULL");
        }
        number.push(" AS BIGINT)");
        text.push(" AS TEXT)");
        (number, text)
    }

    pub(super) fn direction(&self) -> &'static str {
        if self.descending { "DESC" } else { "ASC" }
    }
}

impl Order {
    pub(super) fn id_direction(&self) -> &'static str {
        if self.id_descending { "DESC" } else { "ASC" }
    }

    /// What the values of its keys have to be joined for, each table once.
    pub(super) fn joins(&self) -> String {
        let mut joins: Vec<&str> = Vec::new();
        for key in &self.keys {
            if !joins.contains(&key.join.as_str()) {
                joins.push(&key.join);
            }
        }
        joins.concat()
    }

    /// Adds `ORDER BY`, for a statement over `s` and what is joined.
    pub(super) fn add_order(&self, sql: &mut Sql) {
        sql.push(" ORDER BY ");
        for key in &self.keys {
            if key.optional {
                sql.push("CASE WHEN ").add(&key.value).push(" IS NULL THEN 1 ELSE 0 END ").push(key.direction());
                sql.push(", ");
            }
            if key.field != SessionField::Id {
                sql.add(&key.value);
                if key.text && sql.dialect == Dialect::Postgres {
                    sql.push(" COLLATE \"C\"");
                }
                sql.push(" ").push(key.direction()).push(", ");
            }
        }
        sql.push("s.id ").push(self.id_direction());
    }

    /// Adds ` AND (…)`: what comes after a place.
    pub(super) fn add_after(&self, sql: &mut Sql, keys: &[Key], id: i64) {
        sql.push(" AND (");
        // For each key: equal in all before it, and beyond in this one.
        for (place, (key, at)) in self.keys.iter().zip(keys).enumerate() {
            if key.field == SessionField::Id {
                break;
            }
            self.add_equal(sql, keys, place);
            sql.push("(");
            match (at, key.descending) {
                (Key::Empty, true) => {
                    sql.add(&key.value).push(" IS NOT NULL");
                }
                (Key::Empty, false) => {
                    sql.push("FALSE");
                }
                (at, descending) => {
                    sql.add(&key.value).push(if descending { " < " } else { " > " });
                    add_key(sql, at);
                    if key.optional && !descending {
                        sql.push(" OR ").add(&key.value).push(" IS NULL");
                    }
                }
            }
            sql.push(") OR ");
        }
        self.add_equal(sql, keys, self.keys.len());
        sql.push(if self.id_descending { "s.id < " } else { "s.id > " }).number(id).push(")");
    }

    fn add_equal(&self, sql: &mut Sql, keys: &[Key], before: usize) {
        for (key, at) in self.keys.iter().zip(keys).take(before).filter(|(key, _)| key.field != SessionField::Id) {
            sql.add(&key.value);
            match at {
                Key::Empty => {
                    sql.push(" IS NULL");
                }
                at => {
                    sql.push(" = ");
                    add_key(sql, at);
                }
            }
            sql.push(" AND ");
        }
    }
}

/// Adds a key's value; of a key that is empty there is none.
pub(super) fn add_key(sql: &mut Sql, key: &Key) {
    match key {
        Key::Number(number) => {
            sql.number(*number);
        }
        Key::Text(text) => {
            sql.string(text.clone());
        }
        Key::Empty => {
            sql.push("NULL");
        }
    }
}

/// Whether a field's value is a column of the session itself.
pub(super) fn own_column(field: SessionField) -> Option<&'static str> {
    match definition(field).stored {
        Stored::Session(column) => Some(column),
        _ => None,
    }
}
