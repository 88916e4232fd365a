//! The newest sessions, or the oldest, of many values of an index: of 500 users who are called alike, say.
//!
//! First an id is found beyond which there are enough: the newest of each value, or where there are few values, of each
//! as many as are wanted. Then all sessions beyond that id are put in order, of those values that have one there. Both cost
//! what the values are, not what sessions they have.

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
    let Part { arms, until } = part(conn, question, arms, order, after_id, limit)?;
    // The place itself is left out by the order.
    let (first, last) = if order.id_descending { (until, after_id) } else { (after_id, until) };
    gather(conn, question, &Among::Between(&arms, first, last), order, after, limit)
}

/// Where a page's sessions are, from its place on.
struct Part {
    /// The arms, without values of which none is there.
    arms: Vec<Arm>,
    /// An id up to which at least as many fit as are wanted; none where that is not known.
    until: Option<i64>,
}

fn part(
    conn: &mut Conn,
    question: &Question,
    arms: &[Arm],
    order: &Order,
    after: Option<i64>,
    limit: usize,
) -> Result<Part> {
    let nearest = |ids: &mut Vec<i64>| {
        ids.sort_unstable();
        if order.id_descending {
            ids.reverse();
        }
        ids.dedup();
    };
    let (mut firsts, mut bounds, mut first_of) = (Vec::new(), Vec::new(), Vec::new());
    for arm in arms {
        let is_many = arm.reach.values().is_some_and(|values| values >= limit);
        let found = nth(conn, question, &arm.reach, order, after, if is_many { 0 } else { limit.saturating_sub(1) })?;
        if is_many { &mut firsts } else { &mut bounds }.extend(found.iter().filter_map(|(_, id)| *id));
        first_of.push(if is_many { found } else { Vec::new() });
    }
    nearest(&mut firsts);
    bounds.extend(firsts.get(limit.saturating_sub(1)));
    nearest(&mut bounds);
    let until = bounds.first().copied();
    let is_within = |id: i64| until.is_none_or(|until| if order.id_descending { id >= until } else { id <= until });
    let mut arms = arms.to_vec();
    for (arm, found) in arms.iter_mut().zip(first_of) {
        if let Reach::Values { values, .. } = &mut arm.reach
            && !found.is_empty()
        {
            *values = found.into_iter().filter(|(_, id)| id.is_some_and(is_within)).map(|(value, _)| value).collect();
        }
    }
    Ok(Part { arms, until })
}

/// For each value the id of the session that comes after so many others, beside the value where that is a number; nothing
/// where an arm has no such order.
fn nth(
    conn: &mut Conn,
    question: &Question,
    reach: &Reach,
    order: &Order,
    after: Option<i64>,
    others: usize,
) -> Result<Vec<(i64, Option<i64>)>> {
    let value = if matches!(reach, Reach::Values { .. }) { "v.id" } else { "CAST(0 AS BIGINT)" };
    let mut sql = Sql::new(question.dialect, "SELECT ");
    sql.push(value).push(", (SELECT s.id FROM ");
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
        _ => return Ok(Vec::new()),
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
    sql.load::<(BigInt, Nullable<BigInt>), _>(conn)
}
