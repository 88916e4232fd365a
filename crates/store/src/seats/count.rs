//! How many seats there are, and how many are taken.

use deskwarden_domain::seat_count;
use deskwarden_types::{
    AuditAction, SessionId, Timestamp, UserId,
    api::{MySeats, SeatCapacity, SeatCount, SeatRefusal, Seats},
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, sql_types::BigInt};

use super::holders::holders;
use crate::{
    Actor, AuditDraft, Conn, Result, Scope, StoreError, WriteScope,
    consents::user_refs,
    schema::{seat_refusals, tenants, users},
    sets::id_list,
};

/// The most seats there can be.
const MOST: u32 = 1_000_000;
/// Holders that are shown.
const HOLDERS: usize = 1_000;
/// Refusals that are shown, and for how many days.
const REFUSALS: i64 = 100;
const REFUSAL_DAYS: i64 = 30;

/// Whether a session `s` takes a seat: a connection through the gate that lives. The kind is no way to find it: of the
/// sessions that are not over there are few.
pub(crate) const TAKES_A_SEAT: &str = "(s.phase < 5 AND +s.kind = 5 AND s.source = 2 AND NOT s.stale)";

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many seats.
pub fn count(scope: &mut Scope<'_>) -> Result<SeatCount> {
    let (capacity, percent): (i32, i32) = tenants::table
        .filter(tenants::id.eq(scope.tenant.0))
        .select((tenants::seats_capacity, tenants::seats_warn_percent))
        .first(scope.conn)?;
    let tenant = scope.tenant.0;
    let sql = format!("SELECT COUNT(*) AS n FROM sessions s WHERE s.tenant_id = {tenant} AND {TAKES_A_SEAT}");
    let in_use = diesel::sql_query(sql).get_result::<Number>(scope.conn)?.n;
    let number = |value: i64| u32::try_from(value).unwrap_or(0);
    Ok(seat_count(number(capacity.into()), number(in_use), number(percent.into())))
}

/// How many of these sessions have a seat.
pub(crate) fn held_by(scope: &mut Scope<'_>, sessions: impl IntoIterator<Item = SessionId>) -> Result<u32> {
    let (tenant, ids) = (scope.tenant.0, id_list(sessions.into_iter().map(|SessionId(id)| id)));
    let sql = format!(
        "SELECT COUNT(*) AS n FROM sessions s WHERE s.tenant_id = {tenant} AND s.id IN ({ids}) AND {TAKES_A_SEAT}",
    );
    Ok(u32::try_from(diesel::sql_query(sql).get_result::<Number>(scope.conn)?.n).unwrap_or(0))
}

/// Keeps other connections waiting until the transaction ends: who counts then counts what is.
pub(super) fn lock(scope: &mut WriteScope<'_>) -> Result<()> {
    // SQLite has one writer.
    if matches!(scope.conn, Conn::Postgres(_)) {
        let sql = format!("SELECT 1 FROM tenants WHERE id = {} FOR NO KEY UPDATE", scope.tenant.0);
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    Ok(())
}

/// All that there is to know of the seats.
pub fn show(scope: &mut Scope<'_>) -> Result<Seats> {
    let count = count(scope)?;
    Ok(Seats { count, holders: holders(scope, None, HOLDERS)?, refusals: refusals(scope)? })
}

/// What everybody sees: the count, and the own ones.
pub fn mine(scope: &mut Scope<'_>, user: UserId) -> Result<MySeats> {
    let count = count(scope)?;
    Ok(MySeats { count, own: holders(scope, Some(user), HOLDERS)? })
}

/// The same of who has this account; nobody's account has none.
pub fn of_account(scope: &mut Scope<'_>, account: &str) -> Result<MySeats> {
    let user: Option<i64> = users::table
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(users::username.eq(account))
        .select(users::id)
        .first(scope.conn)
        .optional()?;
    match user {
        Some(user) => mine(scope, UserId(user)),
        None => Ok(MySeats { count: count(scope)?, own: Vec::new() }),
    }
}

fn refusals(scope: &mut Scope<'_>) -> Result<Vec<SeatRefusal>> {
    let rows: Vec<(i64, Option<String>, i64, i32)> = seat_refusals::table
        .filter(seat_refusals::tenant_id.eq(scope.tenant.0))
        .filter(seat_refusals::at.gt(scope.now.plus_seconds(-REFUSAL_DAYS * 86_400).millis()))
        .order(seat_refusals::id.desc())
        .limit(REFUSALS)
        .select((seat_refusals::user_id, seat_refusals::ip, seat_refusals::at, seat_refusals::capacity))
        .load(scope.conn)?;
    let people = user_refs(scope, rows.iter().map(|row| row.0))?;
    rows.into_iter()
        .map(|(user, ip, at, capacity)| {
            let user = people.get(&user).cloned().ok_or_else(|| StoreError::Corrupt(format!("refused user {user}")))?;
            Ok(SeatRefusal { user, ip, at: Timestamp::from_millis(at), capacity: u32::try_from(capacity).unwrap_or(0) })
        })
        .collect()
}

/// Changes the number of seats. Nobody is cut off by it.
pub fn change(scope: &mut WriteScope<'_>, actor: &Actor, new: &SeatCapacity) -> Result<SeatCount> {
    if new.capacity > MOST {
        return Err(StoreError::bad_field("capacity", format!("0 to {MOST}.")));
    }
    lock(scope)?;
    let before = count(scope)?;
    diesel::update(tenants::table.filter(tenants::id.eq(scope.tenant.0)))
        .set(tenants::seats_capacity.eq(i32::try_from(new.capacity).unwrap_or(i32::MAX)))
        .execute(scope.conn)?;
    scope.audit(AuditDraft {
        actor: actor.clone(),
        action: AuditAction::SeatsChanged,
        session: None,
        object: Some(format!("{} seats instead of {}", new.capacity, before.capacity)),
        reason: Some(new.reason.as_str().to_owned()),
    });
    count(scope)
}

#[cfg(test)]
mod tests {
    use deskwarden_types::{DeliveryKind, Phase, Source};

    use super::*;

    #[test]
    fn a_seat_is_told_by_the_codes_of_the_words() {
        let text = format!(
            "(s.phase < {} AND +s.kind = {} AND s.source = {} AND NOT s.stale)",
            Phase::Over.code(),
            DeliveryKind::RemoteAccess.code(),
            Source::Gate.code()
        );
        assert_eq!(TAKES_A_SEAT, text);
    }
}
