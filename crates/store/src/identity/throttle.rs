//! Tries that are counted, over all servers: sign-ins by email and by address, one-time codes by address.

use deskwarden_types::Timestamp;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    sql_types::{BigInt, Binary, Integer},
};

use super::SecretHash;
use crate::{Conn, Result, schema::throttles};

/// How many tries there are.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Tries within the window that cost nothing.
    pub free: i32,
    /// The window, in seconds from its first try.
    pub window_seconds: i64,
    /// The wait after the first try too many, in seconds; doubled by each further one.
    pub first_wait_seconds: i64,
    /// The longest wait, in seconds.
    pub longest_wait_seconds: i64,
}

/// Whether a try may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes; it was counted.
    Go,
    /// Not for so many seconds.
    Wait(u64),
}

/// Counts a try before it is made, so that many at once gain nothing. [`forgive`] it when it succeeds.
pub fn take_try(conn: &mut Conn, subject: &SecretHash, limit: Limit, now: Timestamp) -> Result<Verdict> {
    // Makes the row, or locks the one that is there, until the transaction ends.
    diesel::sql_query(
        "INSERT INTO throttles (subject, failures, window_started_at, blocked_until) VALUES ($1, 0, $2, 0) \
         ON CONFLICT (subject) DO UPDATE SET failures = throttles.failures",
    )
    .bind::<Binary, _>(subject.to_vec())
    .bind::<BigInt, _>(now.millis())
    .execute(conn)?;
    let (failures, started, blocked): (i32, i64, i64) = throttles::table
        .filter(throttles::subject.eq(&subject[..]))
        .select((throttles::failures, throttles::window_started_at, throttles::blocked_until))
        .first(conn)?;
    if blocked > now.millis() {
        return Ok(Verdict::Wait(seconds_until(blocked, now)));
    }
    let is_old = now.millis().saturating_sub(started) > limit.window_seconds.saturating_mul(1000);
    let (failures, started) = if is_old { (1, now.millis()) } else { (failures.saturating_add(1), started) };
    let over = failures.saturating_sub(limit.free);
    let wait = if over <= 0 {
        0
    } else {
        let doubled = limit.first_wait_seconds.saturating_mul(1 << (over - 1).min(20));
        doubled.min(limit.longest_wait_seconds)
    };
    diesel::update(throttles::table.filter(throttles::subject.eq(&subject[..])))
        .set((
            throttles::failures.eq(failures),
            throttles::window_started_at.eq(started),
            throttles::blocked_until.eq(if wait == 0 { 0 } else { now.plus_seconds(wait).millis() }),
        ))
        .execute(conn)?;
    Ok(Verdict::Go)
}

fn seconds_until(blocked: i64, now: Timestamp) -> u64 {
    u64::try_from((blocked - now.millis()).div_euclid(1000) + 1).unwrap_or(1)
}

/// Takes back tries that succeeded: all of a subject, or one.
pub fn forgive(conn: &mut Conn, subject: &SecretHash, all: bool) -> Result<()> {
    let failures: Option<i32> = throttles::table
        .filter(throttles::subject.eq(&subject[..]))
        .select(throttles::failures)
        .first(conn)
        .optional()?;
    let left = if all { 0 } else { failures.unwrap_or(0).saturating_sub(1).max(0) };
    diesel::sql_query("UPDATE throttles SET failures = $1, blocked_until = 0 WHERE subject = $2")
        .bind::<Integer, _>(left)
        .bind::<Binary, _>(subject.to_vec())
        .execute(conn)?;
    Ok(())
}

/// Forgets what no window can hold any more.
pub fn purge_throttles(conn: &mut Conn, before: Timestamp) -> Result<usize> {
    let old = throttles::table
        .filter(throttles::window_started_at.lt(before.millis()))
        .filter(throttles::blocked_until.lt(before.millis()));
    // no tenant: signing in asks for none, nor do throttles.
    Ok(diesel::delete(old).execute(conn)?)
}
