//! Saved views of lists: own ones, shared ones, and one default for each page.

mod keep;
mod rights;

pub use keep::{change, create, remove};

use std::hash::{DefaultHasher, Hash, Hasher};

use deskwarden_types::{
    ListPage, Role, UserId, ViewId, ViewReach,
    api::{NewView, UserRef, View},
};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star,
};

use crate::{
    Result, Scope, StoreError,
    names::word,
    schema::{users, views},
    sessions::Viewer,
    tenants,
};

/// The most views of one person.
pub const MOST: i64 = 200;

#[derive(diesel::Queryable)]
struct Row {
    id: i64,
    page: i16,
    reach: i16,
    body: String,
    user_id: i64,
    username: String,
    display_name: String,
    email: String,
    ad_username: Option<String>,
}

type Columns = (
    views::id,
    views::page,
    views::reach,
    views::body,
    users::id,
    users::username,
    users::display_name,
    users::email,
    users::ad_username,
);

const COLUMNS: Columns = (
    views::id,
    views::page,
    views::reach,
    views::body,
    users::id,
    users::username,
    users::display_name,
    users::email,
    users::ad_username,
);

/// From which reach on a role sees the views of others: who sees no lists of others sees no filters of others either,
/// but opens pages with their defaults like everybody.
fn reach_seen(role: Role) -> i16 {
    if role == Role::Member { ViewReach::Default.code() } else { ViewReach::Shared.code() }
}

/// Stands for all that a change can change.
fn version(row: &Row) -> String {
    let mut hasher = DefaultHasher::new();
    (row.page, row.reach, &row.body).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn to_view(row: Row, viewer: &Viewer, show_ad_username: bool) -> Result<View> {
    let mut view: NewView = serde_json::from_str(&row.body).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    view.page = word::<ListPage>(row.page)?;
    // The column counts: a default may have been taken from it.
    view.reach = word(row.reach)?;
    let (owner, version) = (UserId(row.user_id), version(&row));
    Ok(View {
        id: ViewId(row.id),
        may_change: rights::may_change(viewer, owner, view.reach),
        owner: UserRef {
            id: owner,
            username: row.username,
            display_name: row.display_name,
            email: row.email,
            ad_username: row.ad_username.filter(|_| show_ad_username),
        },
        view,
        version,
    })
}

/// The viewer's own views and those that others share, by page, then by name. One that cannot be read, such as one of a newer
/// version, is left out.
pub fn list(scope: &mut Scope<'_>, viewer: &Viewer) -> Result<Vec<View>> {
    let show_ad_username = tenants::rules(scope)?.show_ad_username;
    let rows: Vec<Row> = views::table
        .inner_join(users::table.on(users::id.eq(views::user_id)))
        .filter(views::tenant_id.eq(scope.tenant.0))
        .filter(views::user_id.eq(viewer.user.0).or(views::reach.ge(reach_seen(viewer.role))))
        .order((views::page, views::name_folded, views::id))
        .select(COLUMNS)
        .load(scope.conn)?;
    let readable = |row: Row| {
        let id = row.id;
        let view = to_view(row, viewer, show_ad_username);
        view.inspect_err(|error| tracing::warn!(view = id, %error, "a saved view cannot be read")).ok()
    };
    Ok(rows.into_iter().filter_map(readable).collect())
}

/// One view that the viewer sees.
fn find(scope: &mut Scope<'_>, viewer: &Viewer, id: ViewId) -> Result<View> {
    let show_ad_username = tenants::rules(scope)?.show_ad_username;
    let row: Option<Row> = views::table
        .inner_join(users::table.on(users::id.eq(views::user_id)))
        .filter(views::tenant_id.eq(scope.tenant.0))
        .filter(views::id.eq(id.0))
        .filter(views::user_id.eq(viewer.user.0).or(views::reach.ge(reach_seen(viewer.role))))
        .select(COLUMNS)
        .first(scope.conn)
        .optional()?;
    to_view(row.ok_or_else(|| StoreError::not_found("view"))?, viewer, show_ad_username)
}

/// How many views a person has.
fn count(scope: &mut Scope<'_>, user: UserId) -> Result<i64> {
    let own = views::table.filter(views::tenant_id.eq(scope.tenant.0)).filter(views::user_id.eq(user.0));
    Ok(own.select(count_star()).first(scope.conn)?)
}
