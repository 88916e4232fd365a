//! Few sessions fit: all that an index leads to are looked at and put in order.

use deskwarden_types::Phase;

use super::{
    cursor::Key,
    order::Order,
    place::{Place, add_four, load_four},
    question::{Arm, Question, Reach},
    range,
    source::{Extra, KIND_STATUS, of_session},
    sql::{Dialect, Sql},
    walk::add_sessions,
};
use crate::{Conn, Result};

/// Where a statement finds the sessions that it looks at.
#[derive(Debug, Clone)]
pub(super) enum Among<'a> {
    /// All of the tenant's.
    All,
    /// Those of these arms.
    Arms(&'a [Arm]),
    /// These.
    Ids(&'a [i64]),
    /// Those of these arms, from one id to another.
    Between(&'a [Arm], Option<i64>, Option<i64>),
    /// The tenant's from one id to another.
    Slice(i64, i64),
}

/// Adds the sessions of one arm to a statement that has said `SELECT … FROM`.
pub(super) fn add_arm(sql: &mut Sql, question: &Question, reach: &Reach) {
    match reach {
        Reach::Values { column, index, values } => {
            add_sessions(sql, question.tenant, index);
            match values.as_slice() {
                // A word of ours in the text: PostgreSQL then knows how rare it is.
                [word] if matches!(*column, "status" | "kind" | KIND_STATUS) => {
                    sql.push(&format!(" AND {} = {word}", of_session(column)));
                }
                values => {
                    sql.push(" AND ").one_of(&of_session(column), values);
                }
            }
        }
        Reach::Beside { extra, texts } => {
            sql.push("(SELECT x.session_id AS id FROM ");
            add_beside(sql, question.tenant, extra);
            sql.push(" AND ").one_of_texts(&format!("x.{}", extra.column), texts).push(") s WHERE TRUE");
        }
        Reach::Open => {
            add_sessions(sql, question.tenant, "sessions_open");
            sql.push(&format!(" AND s.phase < {}", Phase::Over.code()));
        }
        Reach::Connected => {
            add_sessions(sql, question.tenant, "sessions_connected");
            sql.push(" AND s.connected");
        }
        Reach::Listed => {
            add_sessions(sql, question.tenant, "sessions_listed");
            sql.push(" AND s.listed_until > ").number(question.now);
        }
        Reach::ValidBefore => {
            add_sessions(sql, question.tenant, "sessions_valid_before");
            sql.push(" AND s.valid_until < s.started_at");
        }
        Reach::Long(hours) => {
            add_sessions(sql, question.tenant, "sessions_long");
            sql.push(&range::took(*hours));
        }
        Reach::Empty { column, index } => {
            add_sessions(sql, question.tenant, index);
            sql.push(&format!(" AND s.{column} IS NULL"));
        }
        Reach::Commanded => {
            add_sessions(sql, question.tenant, "sessions_commanded");
            sql.push(" AND s.command_id IS NOT NULL");
        }
        Reach::Since { column, index, at } => {
            add_sessions(sql, question.tenant, index);
            sql.push(&format!(" AND s.{column} >= ")).number(*at);
        }
    }
}

/// Adds what stands beside sessions of the tenant, as `x`, by the index of a text.
pub(super) fn add_beside(sql: &mut Sql, tenant: i64, extra: &Extra) {
    sql.push("session_extras x");
    if sql.dialect == Dialect::Sqlite {
        sql.push(" INDEXED BY ").push(extra.index);
    }
    sql.push(" WHERE x.tenant_id = ").number(tenant);
}

/// Adds a table `m (id)` of the arms' sessions, each once, in front of a statement.
fn add_met(sql: &mut Sql, question: &Question, arms: &[Arm], (first, last): (Option<i64>, Option<i64>)) {
    // Those of several arms have to be told apart first. Those of one are taken as they come: whoever wants few of them,
    // or only their number, does not wait for all, nor keep them.
    let kept = if arms.len() > 1 || sql.dialect == Dialect::Postgres { "MATERIALIZED" } else { "NOT MATERIALIZED" };
    sql.push(&format!("WITH m (id) AS {kept} ("));
    for (place, arm) in arms.iter().enumerate() {
        sql.push(if place == 0 { "SELECT s.id FROM " } else { " UNION SELECT s.id FROM " });
        add_arm(sql, question, &arm.reach);
        if let Some(first) = first {
            sql.push(" AND s.id >= ").number(first);
        }
        if let Some(last) = last {
            sql.push(" AND s.id <= ").number(last);
        }
    }
    sql.push(") ");
}

/// `SELECT columns FROM` the sessions `s` that fit and what is joined to them, so that ` AND …` can follow.
pub(super) fn select(question: &Question, among: &Among<'_>, columns: &Sql, joins: &str) -> Sql {
    let dialect = question.dialect;
    let mut sql = Sql::new(dialect, "");
    match among {
        Among::Arms(arms) => add_met(&mut sql, question, arms, (None, None)),
        Among::Between(arms, first, last) => add_met(&mut sql, question, arms, (*first, *last)),
        Among::Ids(ids) => {
            sql.push("WITH m (id) AS MATERIALIZED (SELECT id FROM ").id_table(ids).push(" v) ");
        }
        Among::All | Among::Slice(..) => {}
    }
    sql.push("SELECT ").add(columns).push(" FROM ");
    match (among, dialect) {
        (Among::All, _) => {
            sql.push("sessions s").push(joins).push(" WHERE s.tenant_id = ").number(question.tenant);
        }
        (Among::Slice(first, last), _) => {
            sql.push("sessions s").push(joins).push(" WHERE s.tenant_id = ").number(question.tenant);
            sql.push(" AND s.id >= ").number(*first).push(" AND s.id <= ").number(*last);
        }
        (_, Dialect::Sqlite) => {
            // no tenant: a part of a statement; whoever puts it together names the tenant.
            sql.push("m CROSS JOIN sessions s ON s.id = m.id").push(joins);
            sql.push(" WHERE s.tenant_id = ").number(question.tenant);
        }
        (_, Dialect::Postgres) => {
            // Row by row, through the key: never the whole table for a hash.
            // no tenant: a part of a statement; whoever puts it together names the tenant.
            sql.push("m CROSS JOIN LATERAL (SELECT s.* FROM sessions s WHERE s.id = m.id OFFSET 0) s").push(joins);
            sql.push(" WHERE s.tenant_id = ").number(question.tenant);
        }
    }
    question.add_conditions(&mut sql);
    sql
}

/// Reads a page of what fits, in any order.
pub(super) fn gather(
    conn: &mut Conn,
    question: &Question,
    among: &Among<'_>,
    order: &Order,
    after: Option<(&[Key], i64)>,
    limit: usize,
) -> Result<Vec<Place>> {
    let mut columns = Sql::new(question.dialect, "");
    add_four(&mut columns, order);
    let mut sql = select(question, among, &columns, &order.joins());
    if let Some((keys, id)) = after {
        order.add_after(&mut sql, keys, id);
    }
    order.add_order(&mut sql);
    sql.push(&format!(" LIMIT {limit}"));
    load_four(sql, conn, order)
}

/// How many fit, up to `most`.
pub(super) fn count(conn: &mut Conn, question: &Question, among: &Among<'_>, most: Option<i64>) -> Result<i64> {
    let inner = select(question, among, &Sql::new(question.dialect, "1"), "");
    let mut sql = Sql::new(question.dialect, "SELECT COUNT(*) FROM (");
    sql.add(&inner);
    if let Some(most) = most {
        sql.push(&format!(" LIMIT {most}"));
    }
    sql.push(") counted");
    Ok(sql.numbers(conn)?.first().copied().unwrap_or(0))
}

/// How many sessions arms lead to, up to `most`. Those to which several lead are counted several times, unless `once`.
pub(super) fn reached(conn: &mut Conn, question: &Question, arms: &[Arm], once: bool, most: i64) -> Result<i64> {
    let mut sql = Sql::new(question.dialect, "SELECT COUNT(*) FROM (");
    let union = if once { " UNION SELECT s.id FROM " } else { " UNION ALL SELECT s.id FROM " };
    for (place, arm) in arms.iter().enumerate() {
        sql.push(if place == 0 { "SELECT s.id FROM " } else { union });
        add_arm(&mut sql, question, &arm.reach);
    }
    sql.push(&format!(" LIMIT {most}) counted"));
    Ok(sql.numbers(conn)?.first().copied().unwrap_or(0))
}
