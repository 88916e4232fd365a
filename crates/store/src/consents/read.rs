//! Reading consents.

use std::collections::HashMap;

use deskwarden_domain::role_has;
use deskwarden_types::{
    ConsentId, Permission, SessionId, Timestamp, UserId,
    api::{Consent, UserRef},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star};

use crate::{
    Result, Scope, StoreError,
    names::{optional_word, word},
    schema::{consents, users},
    sessions::Viewer,
};

/// Which consents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Those that the viewer may see.
    Seen(Viewer),
    /// Those that this user was asked for.
    Asked(UserId),
}

#[derive(diesel::Queryable)]
struct Row {
    id: i64,
    session_id: i64,
    user_id: i64,
    asked_by: i64,
    reason: String,
    asked_at: i64,
    answer_by: i64,
    state: i16,
    answer: Option<i16>,
    answered_at: Option<i64>,
    watched_from: Option<i64>,
    watched_until: Option<i64>,
    ended_by: Option<i64>,
}

macro_rules! rows {
    ($scope:expr, $whose:expr) => {{
        let mut rows = consents::table.filter(consents::tenant_id.eq($scope.tenant.0)).into_boxed();
        match $whose {
            Whose::Asked(user) => rows = rows.filter(consents::user_id.eq(user.0)),
            Whose::Seen(viewer) if role_has(viewer.role, Permission::ReadAudit) => {}
            Whose::Seen(viewer) => {
                let user = viewer.user.0;
                rows = rows.filter(consents::user_id.eq(user).or(consents::asked_by.eq(user)));
            }
        }
        rows
    }};
}

macro_rules! columns {
    () => {
        (
            consents::id,
            consents::session_id,
            consents::user_id,
            consents::asked_by,
            consents::reason,
            consents::asked_at,
            consents::answer_by,
            consents::state,
            consents::answer,
            consents::answered_at,
            consents::watched_from,
            consents::watched_until,
            consents::ended_by,
        )
    };
}

/// Consents with ids below `before`, newest first.
pub fn list(scope: &mut Scope<'_>, whose: Whose, before: Option<ConsentId>, limit: i64) -> Result<Vec<Consent>> {
    let rows: Vec<Row> = rows!(scope, whose)
        .filter(consents::id.lt(before.map_or(i64::MAX, |id| id.0)))
        .order(consents::id.desc())
        .limit(limit)
        .select(columns!())
        .load(scope.conn)?;
    named(scope, rows)
}

/// How many there are.
pub fn count(scope: &mut Scope<'_>, whose: Whose) -> Result<i64> {
    Ok(rows!(scope, whose).select(count_star()).first(scope.conn)?)
}

/// One consent; `not_found` for who may not see it.
pub fn find(scope: &mut Scope<'_>, viewer: &Viewer, id: ConsentId) -> Result<Consent> {
    let row: Option<Row> = rows!(scope, Whose::Seen(*viewer))
        .filter(consents::id.eq(id.0))
        .select(columns!())
        .first(scope.conn)
        .optional()?;
    let row = row.ok_or_else(|| StoreError::not_found("consent"))?;
    named(scope, vec![row])?.pop().ok_or_else(|| StoreError::not_found("consent"))
}

fn named(scope: &mut Scope<'_>, rows: Vec<Row>) -> Result<Vec<Consent>> {
    let ids = rows.iter().flat_map(|row| [Some(row.user_id), Some(row.asked_by), row.ended_by]).flatten();
    let people = user_refs(scope, ids)?;
    let person =
        |id: i64| people.get(&id).cloned().ok_or_else(|| StoreError::Corrupt(format!("user {id} of a consent")));
    let time = |millis: Option<i64>| millis.map(Timestamp::from_millis);
    rows.into_iter()
        .map(|row| {
            Ok(Consent {
                id: ConsentId(row.id),
                session_id: SessionId(row.session_id),
                user: person(row.user_id)?,
                asked_by: person(row.asked_by)?,
                reason: row.reason,
                asked_at: Timestamp::from_millis(row.asked_at),
                answer_by: Timestamp::from_millis(row.answer_by),
                state: word(row.state)?,
                answer: optional_word(row.answer)?,
                answered_at: time(row.answered_at),
                watched_from: time(row.watched_from),
                watched_until: time(row.watched_until),
                ended_by: row.ended_by.map(person).transpose()?,
            })
        })
        .collect()
}

/// Users by id, as other answers name them.
pub(crate) fn user_refs(scope: &mut Scope<'_>, ids: impl Iterator<Item = i64>) -> Result<HashMap<i64, UserRef>> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut known = HashMap::with_capacity(ids.len());
    // SQLite takes a bounded number of values.
    for chunk in ids.chunks(500) {
        let rows: Vec<(i64, String, String, String)> = users::table
            .filter(users::tenant_id.eq(scope.tenant.0))
            .filter(users::id.eq_any(chunk))
            .select((users::id, users::username, users::display_name, users::email))
            .load(scope.conn)?;
        for (id, username, display_name, email) in rows {
            known.insert(id, UserRef { id: UserId(id), username, display_name, email, ad_username: None });
        }
    }
    Ok(known)
}
