//! The ticket: fetches the file once, whoever shows it.

use deskwarden_domain::{list::Selection, role_has};
use deskwarden_types::{
    ActorKind, ErrorCode, ExportId, ExportState, Permission, Role, TenantId, Timestamp, UserId, api::NewExport,
};
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::{
    Actor, Conn, Result, StoreError,
    identity::SecretHash,
    names::word,
    schema::{exports, tenants, users},
    sessions::Viewer,
};

/// An export whose ticket was taken: it is to be sent now.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The export.
    pub id: ExportId,
    /// The tenant.
    pub tenant: TenantId,
    /// For whom.
    pub viewer: Viewer,
    /// The same, as the audit names him.
    pub actor: Actor,
    /// What was asked for.
    pub asked: NewExport,
    /// The same, read.
    pub selection: Selection,
    /// The name of the file.
    pub file_name: String,
    /// The tenant's zone of time.
    pub time_zone: String,
    /// Whether AD usernames are shown (000).
    pub show_ad_username: bool,
}

type Row = (i64, i64, String, String, (i16, String, Option<i64>), (String, bool));

/// Takes a ticket: works once, until its time is over, while its user may read sessions. With all that sending needs to
/// begin: once the ticket is taken nothing can fail but the sending.
// no tenant: the ticket tells the tenant.
pub fn take(conn: &mut Conn, id: ExportId, ticket: &SecretHash, now: Timestamp) -> Result<Taken> {
    let gone = || {
        let detail = "The address of an export's file works once, within 60 seconds. Start the export again.";
        StoreError::refused(ErrorCode::CodeNotValid, detail)
    };
    // no tenant: the ticket tells the tenant.
    let waiting = exports::table
        .filter(exports::id.eq(id.0))
        .filter(exports::ticket_hash.eq(&ticket[..]))
        .filter(exports::state.eq(ExportState::Waiting.code()))
        .filter(exports::expires_at.gt(now.millis()));
    let row: Option<Row> = waiting
        .inner_join(users::table.on(users::id.eq(exports::user_id)))
        .inner_join(tenants::table.on(tenants::id.eq(exports::tenant_id)))
        .select((
            exports::tenant_id,
            exports::user_id,
            exports::file_name,
            exports::request,
            (users::role, users::username, users::disabled_at),
            (tenants::time_zone, tenants::show_ad_username),
        ))
        .first(conn)
        .optional()?;
    let (tenant, user, file_name, request, (role, username, disabled_at), (time_zone, show_ad_username)) =
        row.ok_or_else(gone)?;
    let role: Role = word(role)?;
    if disabled_at.is_some() || !role_has(role, Permission::ReadSessions) {
        return Err(gone());
    }
    // Two at once: the row is changed by one of them.
    // no tenant: the ticket tells the tenant.
    let mine = exports::table.filter(exports::id.eq(id.0)).filter(exports::state.eq(ExportState::Waiting.code()));
    // no tenant: `mine` is one row by its id.
    let taken = diesel::update(mine)
        .set((exports::state.eq(ExportState::Running.code()), exports::heard_at.eq(now.millis())))
        .execute(conn)?;
    if taken != 1 {
        return Err(gone());
    }
    let asked: NewExport = serde_json::from_str(&request).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let selection = Selection::read(&asked.selection).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let user = UserId(user);
    Ok(Taken {
        id,
        tenant: TenantId(tenant),
        viewer: Viewer { user, role },
        actor: Actor { kind: ActorKind::User, user: Some(user), name: username },
        asked,
        selection,
        file_name,
        time_zone,
        show_ad_username,
    })
}
