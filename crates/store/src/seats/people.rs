//! People with remote access sessions that are not over, and their devices.

use std::collections::HashMap;

use deskwarden_types::{
    DeliveryKind, Phase, UserId,
    api::{ActivePerson, UserRef},
};
use diesel::{
    RunQueryDsl,
    sql_types::{BigInt, Text},
};

use super::holders::rows;
use crate::{Result, Scope, sets::id_list};

/// Sessions of one person that are shown.
const SHOWN: usize = 100;

fn is_active() -> String {
    format!("s.phase < {} AND +s.kind = {}", Phase::Over.code(), DeliveryKind::RemoteAccess.code())
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    display_name: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = BigInt)]
    sessions: i64,
    #[diesel(sql_type = BigInt)]
    devices: i64,
}

/// A page of them by username: those after `after` (username and id).
pub fn active(scope: &mut Scope<'_>, after: Option<(&str, UserId)>, limit: i64) -> Result<Vec<ActivePerson>> {
    let (name, id) = after.map_or(("", 0), |(name, id)| (name, id.0));
    // no tenant: joined by the user's id to sessions that are the tenant's.
    let sql = format!(
        "SELECT u.id, u.username, u.display_name, u.email, g.sessions, g.devices FROM users u JOIN \
         (SELECT s.user_id, COUNT(*) AS sessions, \
         COUNT(DISTINCT COALESCE(s.device_id, -s.id)) AS devices FROM sessions s \
         WHERE s.tenant_id = {tenant} AND {condition} GROUP BY s.user_id) g ON g.user_id = u.id \
         WHERE u.tenant_id = {tenant} AND (u.username > $1 OR (u.username = $2 AND u.id > {id})) \
         ORDER BY u.username, u.id LIMIT {limit}",
        tenant = scope.tenant.0,
        condition = is_active(),
    );
    let people: Vec<Row> =
        diesel::sql_query(sql).bind::<Text, _>(name.to_owned()).bind::<Text, _>(name.to_owned()).load(scope.conn)?;
    let mut newest = HashMap::new();
    for person in &people {
        let condition = format!("{} AND s.user_id IN ({})", is_active(), id_list([person.id]));
        let sessions = rows(scope, &condition, "s.id DESC", SHOWN)?;
        let sessions = sessions.into_iter().map(|row| row.device_session()).collect::<Result<Vec<_>>>()?;
        newest.insert(person.id, sessions);
    }
    Ok(people
        .into_iter()
        .map(|row| ActivePerson {
            newest: newest.remove(&row.id).unwrap_or_default(),
            user: UserRef {
                id: UserId(row.id),
                username: row.username,
                display_name: row.display_name,
                email: row.email,
                ad_username: None,
            },
            sessions: row.sessions,
            devices: row.devices,
        })
        .collect())
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many there are.
pub fn count_active(scope: &mut Scope<'_>) -> Result<i64> {
    let sql = format!(
        "SELECT COUNT(DISTINCT s.user_id) AS n FROM sessions s WHERE s.tenant_id = {} AND {}",
        scope.tenant.0,
        is_active()
    );
    Ok(diesel::sql_query(sql).get_result::<Number>(scope.conn)?.n)
}
