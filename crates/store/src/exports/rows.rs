//! Exports as their users see them.

use deskwarden_domain::role_has;
use deskwarden_types::{
    AuditAction, ErrorCode, ExportId, ExportState, Permission, Timestamp, UserId,
    api::{Export, NewExport},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star};

use crate::{
    Actor, AuditDraft, Conn, Result, Scope, StoreError, WriteScope, identity::SecretHash, names::word, schema::exports,
    sessions::Viewer,
};

/// For how long the address of the file is good, in seconds.
pub const TICKET_SECONDS: i64 = 60;
/// Files that one person may have asked for or on their way at once: each takes memory for as long as somebody reads it.
const AT_ONCE: i64 = 10;

#[derive(diesel::Queryable)]
struct Row {
    id: i64,
    user_id: i64,
    format: i16,
    state: i16,
    file_name: String,
    created_at: i64,
    expires_at: i64,
    finished_at: Option<i64>,
    row_count: i64,
    byte_count: i64,
    sha256: Option<Vec<u8>>,
    failure: Option<String>,
}

type Columns = (
    exports::id,
    exports::user_id,
    exports::format,
    exports::state,
    exports::file_name,
    exports::created_at,
    exports::expires_at,
    exports::finished_at,
    exports::row_count,
    exports::byte_count,
    exports::sha256,
    exports::failure,
);

const COLUMNS: Columns = (
    exports::id,
    exports::user_id,
    exports::format,
    exports::state,
    exports::file_name,
    exports::created_at,
    exports::expires_at,
    exports::finished_at,
    exports::row_count,
    exports::byte_count,
    exports::sha256,
    exports::failure,
);

fn to_export(row: Row, now: Timestamp) -> Result<Export> {
    let state: ExportState = word(row.state)?;
    // Its time is over, though nobody may have written that down yet.
    let over = state == ExportState::Waiting && row.expires_at <= now.millis();
    Ok(Export {
        id: ExportId(row.id),
        state: if over { ExportState::Expired } else { state },
        format: word(row.format)?,
        file_name: row.file_name,
        rows: row.row_count,
        bytes: row.byte_count,
        sha256: row.sha256.map(|hash| hash.iter().map(|byte| format!("{byte:02x}")).collect()),
        failure: row.failure,
        created_at: Timestamp::from_millis(row.created_at),
        finished_at: row.finished_at.map(Timestamp::from_millis),
    })
}

/// Keeps what was asked for, with the hash of the ticket that fetches it. `what`: the columns and the filter, in words.
pub fn create(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    viewer: &Viewer,
    asked: &NewExport,
    file_name: &str,
    ticket: &SecretHash,
    what: &str,
) -> Result<Export> {
    let now = scope.now;
    if on_their_way(scope, viewer.user)? >= AT_ONCE {
        let detail = format!("{AT_ONCE} exports of yours are on their way already; wait until one of them is over.");
        return Err(StoreError::refused(ErrorCode::TooManyRequests, detail));
    }
    let request = serde_json::to_string(asked).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    diesel::insert_into(exports::table)
        .values((
            exports::tenant_id.eq(scope.tenant.0),
            exports::user_id.eq(viewer.user.0),
            exports::format.eq(asked.format.code()),
            exports::state.eq(ExportState::Waiting.code()),
            exports::file_name.eq(file_name),
            exports::request.eq(request),
            exports::ticket_hash.eq(&ticket[..]),
            exports::created_at.eq(now.millis()),
            exports::expires_at.eq(now.plus_seconds(TICKET_SECONDS).millis()),
            exports::row_count.eq(0i64),
            exports::byte_count.eq(0i64),
        ))
        .execute(scope.conn)?;
    let id = ExportId(scope.conn.last_id()?);
    scope.audit(AuditDraft {
        actor: actor.clone(),
        action: AuditAction::ExportStarted,
        session: None,
        object: Some(format!("export {id}, {}: {what}", asked.format)),
        reason: None,
    });
    find(scope, viewer, id)
}

/// How many exports of a user are being sent, or will be when their addresses are fetched. Locks the user: who asks twice at
/// once is counted one after the other.
fn on_their_way(scope: &mut WriteScope<'_>, user: UserId) -> Result<i64> {
    let (tenant, now) = (scope.tenant.0, scope.now.millis());
    if matches!(scope.conn, Conn::Postgres(_)) {
        let sql = format!("SELECT 1 FROM users WHERE tenant_id = {tenant} AND id = {} FOR NO KEY UPDATE", user.0);
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    let fetchable = exports::state.eq(ExportState::Waiting.code()).and(exports::expires_at.gt(now));
    let count = exports::table
        .filter(exports::tenant_id.eq(tenant))
        .filter(exports::user_id.eq(user.0))
        .filter(exports::state.eq(ExportState::Running.code()).or(fetchable))
        .select(count_star())
        .first(scope.conn)?;
    Ok(count)
}

/// The user's own exports with an id below `before`, newest first.
pub fn list(scope: &mut Scope<'_>, user: UserId, before: Option<ExportId>, limit: i64) -> Result<Vec<Export>> {
    let now = scope.now;
    let rows: Vec<Row> = exports::table
        .filter(exports::tenant_id.eq(scope.tenant.0))
        .filter(exports::user_id.eq(user.0))
        .filter(exports::id.lt(before.map_or(i64::MAX, |id| id.0)))
        .order(exports::id.desc())
        .limit(limit)
        .select(COLUMNS)
        .load(scope.conn)?;
    rows.into_iter().map(|row| to_export(row, now)).collect()
}

/// How many exports the user has asked for.
pub fn count(scope: &mut Scope<'_>, user: UserId) -> Result<i64> {
    let own = exports::table.filter(exports::tenant_id.eq(scope.tenant.0)).filter(exports::user_id.eq(user.0));
    Ok(own.select(count_star()).first(scope.conn)?)
}

/// One export: the viewer's own, or anybody's for who reads the audit log.
pub fn find(scope: &mut Scope<'_>, viewer: &Viewer, id: ExportId) -> Result<Export> {
    let row: Option<Row> = exports::table
        .filter(exports::tenant_id.eq(scope.tenant.0))
        .filter(exports::id.eq(id.0))
        .select(COLUMNS)
        .first(scope.conn)
        .optional()?;
    let sees = |row: &Row| row.user_id == viewer.user.0 || role_has(viewer.role, Permission::ReadAudit);
    let row = row.filter(sees).ok_or_else(|| StoreError::not_found("export"))?;
    to_export(row, scope.now)
}
