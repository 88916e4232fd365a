//! Saving, changing and removing views.

use deskwarden_domain::list::fold;
use deskwarden_types::{
    AuditAction, ErrorCode, ListPage, UserId, ViewId, ViewReach,
    api::{NewView, View},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::{
    MOST, count, find, reach_seen,
    rights::{check_reach, may_change, refused},
};
use crate::{Actor, AuditDraft, Conn, Result, StoreError, WriteScope, schema::views, sessions::Viewer};

/// Keeps a view of the viewer's. What it names must have been checked.
pub fn create(scope: &mut WriteScope<'_>, actor: &Actor, viewer: &Viewer, new: &NewView) -> Result<View> {
    check_reach(viewer.role, new.reach)?;
    lock_owner(scope, viewer.user)?;
    if count(scope, viewer.user)? >= MOST {
        let detail = format!("You have {MOST} views already. Remove one first.");
        return Err(StoreError::refused(ErrorCode::Conflict, detail));
    }
    check_name(scope, viewer, viewer.user, new, None)?;
    make_room(scope, new, None)?;
    diesel::insert_into(views::table)
        .values((
            views::tenant_id.eq(scope.tenant.0),
            views::user_id.eq(viewer.user.0),
            views::page.eq(new.page.code()),
            views::reach.eq(new.reach.code()),
            views::name_folded.eq(fold(new.name.as_str())),
            views::body.eq(body(new)?),
        ))
        .execute(scope.conn)?;
    let id = ViewId(scope.conn.last_id()?);
    if new.reach != ViewReach::Own {
        audit(scope, actor, id, new, shown(new.reach));
    }
    find(scope, viewer, id)
}

/// Changes all of a view. `conflict` where it is not of the version any more that was looked at.
pub fn change(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    viewer: &Viewer,
    id: ViewId,
    new: &NewView,
    version: Option<&str>,
) -> Result<View> {
    let owner = changeable(scope, viewer, id)?.owner.id;
    check_reach(viewer.role, new.reach)?;
    lock_owner(scope, owner)?;
    // As it is now that no other change of it can come between.
    let before = changeable(scope, viewer, id)?;
    if version.is_some_and(|version| version != before.version) {
        let detail = "Somebody has changed this view since you looked at it. Look at it again, then decide.";
        return Err(StoreError::refused(ErrorCode::Conflict, detail));
    }
    // A name that stays is no news: what others shared since under the same name is told apart by its owner.
    let stays = fold(new.name.as_str()) == fold(before.view.name.as_str()) && new.page == before.view.page;
    if !stays || new.reach > before.view.reach {
        check_name(scope, viewer, before.owner.id, new, Some(id))?;
    }
    make_room(scope, new, Some(id))?;
    diesel::update(views::table.filter(views::tenant_id.eq(scope.tenant.0)).filter(views::id.eq(id.0)))
        .set((
            views::page.eq(new.page.code()),
            views::reach.eq(new.reach.code()),
            views::name_folded.eq(fold(new.name.as_str())),
            views::body.eq(body(new)?),
        ))
        .execute(scope.conn)?;
    if (before.view.reach, new.reach) != (ViewReach::Own, ViewReach::Own) {
        audit(scope, actor, id, new, shown(new.reach));
    }
    // An admin who takes a view of another's from the others does not see it any more.
    let owner = Viewer { user: before.owner.id, role: viewer.role };
    let mut view = find(scope, &owner, id)?;
    view.may_change = may_change(viewer, before.owner.id, view.view.reach);
    Ok(view)
}

/// Removes a view.
pub fn remove(scope: &mut WriteScope<'_>, actor: &Actor, viewer: &Viewer, id: ViewId) -> Result<()> {
    let before = changeable(scope, viewer, id)?;
    let row = views::table.filter(views::tenant_id.eq(scope.tenant.0)).filter(views::id.eq(id.0));
    diesel::delete(row).execute(scope.conn)?;
    if before.view.reach != ViewReach::Own {
        audit(scope, actor, id, &before.view, "removed");
    }
    Ok(())
}

fn changeable(scope: &mut WriteScope<'_>, viewer: &Viewer, id: ViewId) -> Result<View> {
    let view = find(scope, viewer, id)?;
    if view.may_change {
        return Ok(view);
    }
    let detail = "Its owner may change it, and an admin; save it as a view of your own instead.";
    Err(StoreError::refused(ErrorCode::Forbidden, detail))
}

/// Keeps the owner's other writes out until the transaction ends, so that two at once cannot pass one limit.
fn lock_owner(scope: &mut WriteScope<'_>, owner: UserId) -> Result<()> {
    if matches!(scope.conn, Conn::Postgres(_)) {
        let tenant = scope.tenant.0;
        let sql = format!("SELECT 1 FROM users WHERE tenant_id = {tenant} AND id = {} FOR NO KEY UPDATE", owner.0);
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    Ok(())
}

/// A name is used once among the views that the owner sees on the page.
fn check_name(
    scope: &mut WriteScope<'_>,
    viewer: &Viewer,
    owner: UserId,
    new: &NewView,
    but: Option<ViewId>,
) -> Result<()> {
    let same: Option<(i64, i64)> = views::table
        .filter(views::tenant_id.eq(scope.tenant.0))
        .filter(views::page.eq(new.page.code()))
        .filter(views::name_folded.eq(fold(new.name.as_str())))
        .filter(views::id.ne(but.map_or(0, |id| id.0)))
        .filter(views::user_id.eq(owner.0).or(views::reach.ge(least_seen(viewer, new.reach))))
        .select((views::id, views::user_id))
        .first(scope.conn)
        .optional()?;
    let Some((_, user)) = same else { return Ok(()) };
    let whose = if user == owner.0 { "There is" } else { "Somebody shares" };
    Err(refused(ErrorCode::Conflict, "name", format!("{whose} a view of this name on this page; choose another.")))
}

/// A view to be shared must not have the name of any other that is; else what the viewer sees counts.
fn least_seen(viewer: &Viewer, reach: ViewReach) -> i16 {
    if reach == ViewReach::Own { reach_seen(viewer.role) } else { ViewReach::Shared.code() }
}

/// A page has one default: a new one takes it from the old, which stays shared.
fn make_room(scope: &mut WriteScope<'_>, new: &NewView, but: Option<ViewId>) -> Result<()> {
    if new.reach != ViewReach::Default {
        return Ok(());
    }
    let other = views::table
        .filter(views::tenant_id.eq(scope.tenant.0))
        .filter(views::page.eq(new.page.code()))
        .filter(views::reach.eq(ViewReach::Default.code()))
        .filter(views::id.ne(but.map_or(0, |id| id.0)));
    diesel::update(other).set(views::reach.eq(ViewReach::Shared.code())).execute(scope.conn)?;
    Ok(())
}

fn body(view: &NewView) -> Result<String> {
    serde_json::to_string(view).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn shown(reach: ViewReach) -> &'static str {
    match reach {
        ViewReach::Own => "for its owner alone",
        ViewReach::Shared => "shared",
        ViewReach::Default => "the page's default",
    }
}

fn audit(scope: &mut WriteScope<'_>, actor: &Actor, id: ViewId, view: &NewView, what: &str) {
    let page: ListPage = view.page;
    scope.audit(AuditDraft {
        actor: actor.clone(),
        action: AuditAction::ViewShared,
        session: None,
        object: Some(format!("view {id} \"{}\" on {page}: {what}", view.name)),
        reason: None,
    });
}
