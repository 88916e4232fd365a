//! Reading a list in the order of an index: a page costs the same at any size and depth.
//!
//! The index is named where the database lets us (SQLite); on PostgreSQL the order and the limit lead to it, and tests
//! look at the plans of both.

use deskwarden_domain::rules;
use deskwarden_types::{DeliveryKind, SessionField, Status};

use super::{
    cursor::Key,
    order::{Order, OrderKey, own_column, ranked},
    place::{Place, load_ids, load_one},
    question::Question,
    source::{KIND_STATUS, Shelf, dictionary_text, kind_status, shelf},
    sql::{Dialect, Sql},
};
use crate::{Conn, Result};

/// The kind whose sessions are valid until a time as a rule, which those of others are not. The migrations say the same.
const LIMITED: DeliveryKind = DeliveryKind::CloudDelivery;

/// What a walk reads.
#[derive(Debug, Clone)]
pub(super) struct Walk<'q> {
    pub(super) question: &'q Question,
    pub(super) order: &'q Order,
    /// The place after which it begins.
    pub(super) after: Option<(&'q [Key], i64)>,
    pub(super) limit: usize,
    /// The first and the last id that can fit.
    pub(super) ids: (Option<i64>, Option<i64>),
    /// Only what began at or after this.
    pub(super) begun: Option<i64>,
    /// Only what ended from the first instant on, and not after the second; only in the order of ends. With a second,
    /// what has not ended is left out.
    pub(super) ended: (Option<i64>, Option<i64>),
    /// Only what is valid until this instant or longer, or for ever; only in the order of that.
    pub(super) valid: Option<i64>,
    /// Rows that are looked at, at most; only in the order of ids.
    pub(super) most: Option<usize>,
}

/// Reads it. The order has one key with an index.
pub(super) fn walk(conn: &mut Conn, walk: &Walk<'_>) -> Result<Vec<Place>> {
    let Some(key) = walk.order.keys.first() else { return Ok(Vec::new()) };
    match (key.field, own_column(key.field)) {
        (SessionField::Id, _) => load_ids(walk.by_id(), conn, None),
        (SessionField::Status, _) => walk.by_status(conn, key),
        (_, Some(column)) => walk.by_column(conn, key, column),
        (field, None) => walk.by_name(conn, key, field),
    }
}

/// The index of sessions by a column of their own and the id.
fn index(column: &str) -> &'static str {
    match column {
        "started_at" => "sessions_started",
        "ended_at" => "sessions_ended",
        "valid_until" => "sessions_valid",
        _ => "sessions_tenant_id",
    }
}

/// Adds the sessions `s` of the tenant, by an index.
pub(crate) fn add_sessions(sql: &mut Sql, tenant: i64, index: &str) {
    sql.push("sessions s");
    if sql.dialect == Dialect::Sqlite {
        sql.push(" INDEXED BY ").push(index);
    }
    sql.push(" WHERE s.tenant_id = ").number(tenant);
}

impl Walk<'_> {
    fn sql(&self, text: &str) -> Sql {
        Sql::new(self.question.dialect, text)
    }

    fn limit(&self) -> String {
        format!(" LIMIT {}", self.limit)
    }

    /// Adds what bounds ids and times, and the conditions.
    fn add_bounds(&self, sql: &mut Sql) {
        if let Some(first) = self.ids.0 {
            sql.push(" AND s.id >= ").number(first);
        }
        if let Some(last) = self.ids.1 {
            sql.push(" AND s.id <= ").number(last);
        }
        self.add_conditions(sql);
    }

    fn add_conditions(&self, sql: &mut Sql) {
        if let Some(begun) = self.begun {
            sql.push(" AND CASE WHEN s.started_at >= ").number(begun).push(" THEN TRUE ELSE FALSE END");
        }
        self.question.add_conditions(sql);
    }

    fn add_id_order(&self, sql: &mut Sql) {
        sql.push(" ORDER BY s.id ").push(self.order.id_direction());
    }

    fn add_after_id(&self, sql: &mut Sql, id: i64) {
        sql.push(if self.order.id_descending { " AND s.id < " } else { " AND s.id > " }).number(id);
    }

    fn by_id(&self) -> Sql {
        let mut sql = self.sql("SELECT s.id FROM ");
        if let Some(most) = self.most {
            // Only so many rows are looked at.
            sql.push("(SELECT s.* FROM ");
            add_sessions(&mut sql, self.question.tenant, "sessions_tenant_id");
            if let Some((_, id)) = self.after {
                self.add_after_id(&mut sql, id);
            }
            self.add_id_order(&mut sql);
            sql.push(&format!(" LIMIT {most}) s WHERE TRUE"));
        } else {
            add_sessions(&mut sql, self.question.tenant, "sessions_tenant_id");
            if let Some((_, id)) = self.after {
                self.add_after_id(&mut sql, id);
            }
        }
        self.add_bounds(&mut sql);
        self.add_id_order(&mut sql);
        sql.push(&self.limit());
        sql
    }

    /// One status after the other, in the order of their words.
    fn by_status(&self, conn: &mut Conn, key: &OrderKey) -> Result<Vec<Place>> {
        let mut ranks: Vec<(i64, i16)> = (0..).zip(ranked(SessionField::Status, self.question.kind())).collect();
        if key.descending {
            ranks.reverse();
        }
        let from = match self.after {
            Some(([Key::Number(rank), ..], id)) => Some((*rank, id)),
            _ => None,
        };
        let mut found: Vec<Place> = Vec::new();
        for (rank, code) in ranks {
            let passed = from.is_some_and(|(at, _)| if key.descending { rank > at } else { rank < at });
            if passed || self.question.never_status(code.into()) {
                continue;
            }
            let mut sql = self.sql("SELECT s.id FROM ");
            // Words of ours in the text: PostgreSQL then knows how rare they are.
            match (self.question.kind(), Status::from_code(code)) {
                (Some(kind), Some(status)) => self.add_kind_status(&mut sql, kind, status),
                _ => {
                    add_sessions(&mut sql, self.question.tenant, "sessions_status");
                    sql.push(&format!(" AND s.status = {code}"));
                }
            }
            if let Some((_, id)) = from.filter(|(at, _)| *at == rank) {
                self.add_after_id(&mut sql, id);
            }
            self.add_bounds(&mut sql);
            self.add_id_order(&mut sql);
            sql.push(&self.limit());
            found.extend(load_ids(sql, conn, Some(&Key::Number(rank)))?);
            if found.len() >= self.limit {
                break;
            }
        }
        found.truncate(self.limit);
        Ok(found)
    }

    /// A column of the session itself: those that have it, and those that have none, which count as greatest.
    fn by_column(&self, conn: &mut Conn, key: &OrderKey, column: &str) -> Result<Vec<Place>> {
        let mut found: Vec<Place> = Vec::new();
        let mut parts = vec![false];
        if key.optional && self.ended.1.is_none() {
            parts = if key.descending { vec![true, false] } else { vec![false, true] };
        }
        for empty in parts {
            let after = match (self.after, empty) {
                (Some(([Key::Empty, ..], id)), true) => Some((None, id)),
                (Some(([Key::Number(at), ..], id)), false) => Some((Some(*at), id)),
                // The part that comes before the one with the place is over.
                (Some(([Key::Empty, ..], _)), false) if !key.descending => continue,
                (Some(([Key::Number(_), ..], _)), true) if key.descending => continue,
                _ => None,
            };
            if empty && column == "valid_until" && (self.question.status().is_some() || self.question.kind().is_some())
            {
                found.extend(self.unlimited(conn, after.map(|(_, id)| id))?);
            } else {
                found.extend(load_one(self.column_part(key, column, empty, after), conn)?);
            }
            if found.len() >= self.limit {
                break;
            }
        }
        found.truncate(self.limit);
        Ok(found)
    }

    /// Those of a kind or a status that are valid for ever: nearly all of most kinds, and hardly any of one.
    fn unlimited(&self, conn: &mut Conn, after: Option<i64>) -> Result<Vec<Place>> {
        let status = self.question.status().and_then(|code| Status::from_code(i16::try_from(code).ok()?));
        let of = self.question.kind();
        let has = |kind: &DeliveryKind| {
            of.is_none_or(|of| of == *kind) && status.is_none_or(|status| rules(*kind).phase(status).is_some())
        };
        let mut found = Vec::new();
        for kind in DeliveryKind::ALL.iter().copied().filter(has) {
            let mut sql = self.sql("SELECT s.id, s.valid_until, CAST(NULL AS TEXT) FROM ");
            match status {
                _ if kind == LIMITED => {
                    add_sessions(&mut sql, self.question.tenant, "sessions_unlimited");
                    sql.push(&format!(" AND s.kind = {}", kind.code()));
                }
                Some(status) => self.add_kind_status(&mut sql, kind, status),
                None => {
                    add_sessions(&mut sql, self.question.tenant, "sessions_kind");
                    sql.push(&format!(" AND s.kind = {}", kind.code()));
                }
            }
            sql.push(" AND s.valid_until IS NULL");
            if let Some(id) = after {
                self.add_after_id(&mut sql, id);
            }
            self.add_bounds(&mut sql);
            self.add_id_order(&mut sql);
            sql.push(&self.limit());
            found.extend(load_one(sql, conn)?);
        }
        found.sort_by_key(|place| if self.order.id_descending { -place.id } else { place.id });
        found.truncate(self.limit);
        Ok(found)
    }

    /// Adds the sessions `s` of a kind with a status, by their index.
    fn add_kind_status(&self, sql: &mut Sql, kind: DeliveryKind, status: Status) {
        add_sessions(sql, self.question.tenant, "sessions_kind_status");
        sql.push(&format!(" AND {KIND_STATUS} = {}", kind_status(kind, status)));
    }

    fn column_part(&self, key: &OrderKey, column: &str, empty: bool, after: Option<(Option<i64>, i64)>) -> Sql {
        let mut sql = self.sql(&format!("SELECT s.id, s.{column}, CAST(NULL AS TEXT) FROM "));
        // One status has an index of its own here: it may go with few of those that have a value.
        // So have the kinds whose sessions have none as a rule.
        let status = self.question.status().filter(|_| column == "valid_until" && !empty);
        let kind = self.question.kind().filter(|kind| column == "valid_until" && !empty && *kind != LIMITED);
        let index = match (status, kind) {
            (_, Some(_)) => "sessions_limited",
            (Some(_), None) => "sessions_status_valid",
            (None, None) => index(column),
        };
        add_sessions(&mut sql, self.question.tenant, index);
        if let Some(kind) = kind {
            sql.push(&format!(" AND s.kind = {} AND s.kind <> {}", kind.code(), LIMITED.code()));
        } else if let Some(status) = status {
            sql.push(&format!(" AND s.status = {status}"));
        }
        if status.is_some() || kind.is_some() {
            sql.push(" AND s.valid_until IS NOT NULL");
        }
        if empty {
            sql.push(&format!(" AND s.{column} IS NULL"));
            if let Some((_, id)) = after {
                self.add_after_id(&mut sql, id);
            }
            self.add_bounds(&mut sql);
            // All of them are empty, but only so PostgreSQL sees that the index has this order.
            sql.push(&format!(" ORDER BY s.{column} {}, s.id ", key.direction())).push(self.order.id_direction());
        } else {
            let least = match column {
                "ended_at" => self.ended.0,
                "valid_until" => self.valid,
                _ => None,
            };
            match after {
                // One bound in each direction: SQLite uses no second one.
                Some((Some(at), _)) if !key.descending && least.is_some_and(|least| at < least) => {
                    sql.push(&format!(" AND s.{column} >= ")).number(least.unwrap_or(at));
                }
                Some((Some(at), id)) => {
                    let sign = if key.descending { "<" } else { ">" };
                    sql.push(&format!(" AND (s.{column}, s.id) {sign} (")).number(at).push(", ").number(id).push(")");
                    if let Some(least) = least.filter(|_| key.descending) {
                        sql.push(&format!(" AND s.{column} >= ")).number(least);
                    }
                }
                // What has none is no part of this range.
                _ if key.optional => {
                    sql.push(&format!(" AND s.{column} >= ")).number(least.unwrap_or(0));
                }
                _ => {}
            }
            if let Some(to) = self.ended.1.filter(|_| column == "ended_at") {
                sql.push(" AND s.ended_at <= ").number(to);
            }
            if column == "started_at" {
                self.add_started(&mut sql);
                self.add_conditions(&mut sql);
            } else {
                self.add_bounds(&mut sql);
            }
            let direction = key.direction();
            sql.push(&format!(" ORDER BY s.{column} {direction}, s.id {direction}"));
        }
        sql.push(&self.limit());
        sql
    }

    /// The times between which sessions that fit have begun lead to them.
    fn add_started(&self, sql: &mut Sql) {
        if let Some(begun) = self.begun.max(self.question.begun) {
            sql.push(" AND s.started_at >= ").number(begun);
        }
        if let Some(to) = self.question.to {
            sql.push(" AND s.started_at < ").number(to);
        }
    }

    /// One name after the other, and the sessions under each: first the rest of the name at which the place is.
    fn by_name(&self, conn: &mut Conn, key: &OrderKey, field: SessionField) -> Result<Vec<Place>> {
        let Some((dictionary, place)) = dictionary_text(field) else { return Ok(Vec::new()) };
        let shelf = shelf(dictionary);
        let Some(column) = shelf.texts.get(place) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        if let Some(([Key::Text(name), ..], id)) = self.after {
            found = load_one(self.names_part(key, &shelf, column, Some((name, Some(id)))), conn)?;
            if found.len() >= self.limit {
                return Ok(found);
            }
            found.extend(load_one(self.names_part(key, &shelf, column, Some((name, None))), conn)?);
        } else {
            found.extend(load_one(self.names_part(key, &shelf, column, None), conn)?);
        }
        found.truncate(self.limit);
        Ok(found)
    }

    /// `after`: a name, and an id for what comes after it under this name; without, what comes after the name.
    pub(super) fn names_part(
        &self,
        key: &OrderKey,
        shelf: &Shelf,
        column: &str,
        after: Option<(&str, Option<i64>)>,
    ) -> Sql {
        let Shelf { table, alias, key: points, .. } = *shelf;
        let sqlite = self.question.dialect == Dialect::Sqlite;
        let id = if sqlite { "s.value" } else { "s.id" };
        let mut sql = self.sql(&format!("SELECT {id}, CAST(NULL AS BIGINT), {alias}.{column} FROM {table} {alias}"));
        if sqlite {
            sql.push(&format!(" INDEXED BY {table}_{column}"));
        }
        let mut under = self.sql("SELECT s.id FROM ");
        // Apps go with kinds and statuses: without an index of both, those with none would be read to their ends.
        let apps = table == "resources";
        let (status, kind) = (self.question.status().filter(|_| apps), self.question.kind().filter(|_| apps));
        let index = match (status, kind) {
            (Some(_), _) => "sessions_resource_status",
            (None, Some(_)) => "sessions_kind_resource",
            (None, None) => shelf.index.unwrap_or("sessions_tenant_id"),
        };
        add_sessions(&mut under, self.question.tenant, index);
        under.push(&format!(" AND s.{points} = {alias}.id"));
        match (status, kind) {
            (Some(status), _) => {
                under.push(&format!(" AND s.status = {status}"));
            }
            (None, Some(kind)) => {
                under.push(&format!(" AND s.kind = {}", kind.code()));
            }
            (None, None) => {}
        }
        if let Some((_, Some(id))) = after {
            self.add_after_id(&mut under, id);
        }
        self.add_bounds(&mut under);
        self.add_id_order(&mut under);
        under.push(&self.limit());
        if sqlite {
            // It has no LATERAL but for functions. Joined by `s.id IN (…)`, each would be looked up in the table, too.
            sql.push(" CROSS JOIN json_each((SELECT json_group_array(id) FROM (").add(&under).push("))) s");
        } else {
            sql.push(" CROSS JOIN LATERAL (").add(&under).push(") s");
        }
        sql.push(&format!(" WHERE {alias}.tenant_id = ")).number(self.question.tenant);
        match after {
            Some((name, Some(_))) => {
                sql.push(&format!(" AND {alias}.{column} = ")).string(name);
            }
            Some((name, None)) => {
                let sign = if key.descending { "<" } else { ">" };
                sql.push(&format!(" AND {alias}.{column} {sign} ")).string(name);
            }
            None => {}
        }
        let direction = key.direction();
        sql.push(&format!(" ORDER BY {alias}.{column} {direction}, {id} {direction}")).push(&self.limit());
        sql
    }
}
