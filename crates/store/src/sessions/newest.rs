//! The newest sessions, or the oldest, of many values of an index: of 500 users who are called alike, say.
//!
//! First an id is found beyond which there are enough: the newest of each value, or where there are few values, of each
//! as many as are wanted. Then all sessions of the values beyond that id are put in order. Both cost what the values
//! are, not what sessions they have.

use diesel::sql_types::{BigInt, Nullable};

use super::{
    cursor::Key,
    gather::{Among, add_arm, add_beside, gather},
    order::Order,
    place::Place,
    question::{Arm, Question, Reach},
    source::of_session,
    sql::{Dialect, Sql},
    walk::add_sessions,
};
use crate::{Conn, Result};

/// Reads a page in the order of ids.
pub(super) fn newest(
    conn: &mut Conn,
    question: &Question,
    arms: &[Arm],
    order: &Order,
    after: Option<(&[Key], i64)>,
    limit: usize,
) -> Result<Vec<Place>> {
    let after_id = after.map(|(_, id)| id);
    let enough = enough(conn, question, arms, order, after_id, limit)?;
    // The place itself is left out by the order.
    let (first, last) = if order.id_descending { (enough, after_id) } else { (after_id, enough) };
    gather(conn, question, &Among::Between(arms, first, last), order, after, limit)
}

/// An id up to which, from the place on, at least as many fit as are wanted; none where that is not known.
fn enough(
    conn: &mut Conn,
    question: &Question,
    arms: &[Arm],
    order: &Order,
    after: Option<i64>,
    limit: usize,
) -> Result<Option<i64>> {
    // The nearest first.
    let near = |ids: &mut Vec<i64>| {
        ids.sort_unstable();
        if order.id_descending {
            ids.reverse();
        }
        ids.dedup();
    };
    let (mut firsts, mut bounds) = (Vec::new(), Vec::new());
    for arm in arms {
        let Some(values) = arm.reach.values() else { continue };
        let many = values >= limit;
        let sql = nth(question, &arm.reach, order, after, if many { 0 } else { limit.saturating_sub(1) });
        let ids: Vec<Option<i64>> = sql.load::<Nullable<BigInt>, _>(conn)?;
        if many { &mut firsts } else { &mut bounds }.extend(ids.into_iter().flatten());
    }
    near(&mut firsts);
    bounds.extend(firsts.get(limit.saturating_sub(1)));
    near(&mut bounds);
    Ok(bounds.first().copied())
}

/// For each value, the id of the session that comes after so many others.
pub(super) fn nth(question: &Question, reach: &Reach, order: &Order, after: Option<i64>, others: usize) -> Sql {
    let mut sql = Sql::new(question.dialect, "SELECT (SELECT s.id FROM ");
    let id = match reach {
        Reach::Values { column, index, .. } => {
            add_sessions(&mut sql, question.tenant, index);
            sql.push(&format!(" AND {} = v.id", of_session(column)));
            "s.id"
        }
        Reach::Beside { extra, .. } => {
            // One after the other in the order of the index, and the session of each.
            sql.push("(SELECT x.session_id FROM ");
            add_beside(&mut sql, question.tenant, extra);
            sql.push(&format!(" AND x.{} = v.id", extra.column));
            // no tenant: of the tenant's ids.
            sql.push(match question.dialect {
                Dialect::Sqlite => ") x CROSS JOIN sessions s ON s.id = x.session_id WHERE TRUE",
                Dialect::Postgres => {
                    ") x CROSS JOIN LATERAL (SELECT s.* FROM sessions s WHERE s.id = x.session_id OFFSET 0) s WHERE TRUE"
                }
            });
            "x.session_id"
        }
        Reach::Empty { .. } | Reach::Commanded => {
            add_arm(&mut sql, question, reach);
            "s.id"
        }
        _ => return Sql::new(question.dialect, "SELECT NULL"),
    };
    if let Some(after) = after {
        sql.push(&format!(" AND {id} {} ", if order.id_descending { "<" } else { ">" })).number(after);
    }
    question.add_conditions(&mut sql);
    sql.push(&format!(" ORDER BY {id} {} LIMIT 1 OFFSET {others})", order.id_direction()));
    match reach {
        Reach::Beside { texts, .. } => sql.push(" FROM ").text_table(texts).push(" v"),
        Reach::Values { values, .. } => sql.push(" FROM ").id_table(values).push(" v"),
        _ => &mut sql,
    };
    sql
}
