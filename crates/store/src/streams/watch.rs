//! Streams while they run, and their end.

use deskwarden_domain::role_may;
use deskwarden_types::{
    AgentId, ConsentId, ConsentState, Phase, Role, SessionId, StreamId, StreamReach, TenantId, Timestamp, UserId, Verb,
    agent::{StreamOrder, stream_close},
};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    sql_types::{BigInt, Bool, Nullable, SmallInt},
};

use super::JOIN_SECONDS;
use crate::{
    Conn, Result, Scope, WriteScope, consents,
    names::{optional_word, word},
    schema::streams,
    sets::id_list,
};

/// Streams that wait for the agent.
pub fn waiting(scope: &mut Scope<'_>, agent: AgentId) -> Result<Vec<StreamOrder>> {
    type Row = (i64, i64, i16, Option<i64>, Option<String>);
    let rows: Vec<Row> = streams::table
        .filter(streams::tenant_id.eq(scope.tenant.0))
        .filter(streams::agent_id.eq(agent.0))
        .filter(streams::opened_at.gt(scope.now.plus_seconds(-JOIN_SECONDS).millis()))
        .filter(streams::joined_at.is_null())
        .filter(streams::closed_at.is_null())
        .order(streams::id)
        .select((streams::id, streams::session_id, streams::reach, streams::consent_id, streams::server))
        .load(scope.conn)?;
    rows.into_iter()
        .map(|(id, session, reach, consent, server)| {
            Ok(StreamOrder {
                stream_id: StreamId(id),
                session_id: SessionId(session),
                reach: word(reach)?,
                consent_id: consent.map(ConsentId),
                server,
            })
        })
        .collect()
}

/// Why a stream is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The stream.
    pub id: StreamId,
    /// The code of the WebSocket's close, see [`stream_close`].
    pub code: u16,
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = SmallInt)]
    reach: i16,
    #[diesel(sql_type = Nullable<BigInt>)]
    closed_at: Option<i64>,
    #[diesel(sql_type = SmallInt)]
    phase: i16,
    #[diesel(sql_type = Nullable<BigInt>)]
    valid_until: Option<i64>,
    #[diesel(sql_type = BigInt)]
    owner: i64,
    #[diesel(sql_type = SmallInt)]
    role: i16,
    #[diesel(sql_type = Nullable<BigInt>)]
    disabled_at: Option<i64>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    consent: Option<i16>,
    #[diesel(sql_type = Nullable<BigInt>)]
    ended_by: Option<i64>,
    #[diesel(sql_type = Bool)]
    elsewhere: bool,
    #[diesel(sql_type = Bool)]
    disconnected: bool,
}

impl Row {
    fn code(&self, now: Timestamp) -> Result<Option<u16>> {
        let (reach, role): (StreamReach, Role) = (word(self.reach)?, word(self.role)?);
        let watched = optional_word::<ConsentState>(self.consent)?;
        let may = self.disabled_at.is_none() && (reach == StreamReach::Control || role_may(role, Verb::View));
        Ok(if self.phase == Phase::Over.code() || self.valid_until.is_some_and(|until| until <= now.millis()) {
            Some(stream_close::SESSION_OVER)
        } else if watched.is_some_and(|state| !matches!(state, ConsentState::Granted | ConsentState::Watching)) {
            let by_user = self.ended_by == Some(self.owner);
            Some(if by_user { stream_close::ENDED_BY_USER } else { stream_close::NORMAL })
        } else if reach == StreamReach::Control && self.elsewhere {
            Some(stream_close::OPENED_ELSEWHERE)
        } else if !may || (reach == StreamReach::Control && self.disconnected) || self.closed_at.is_some() {
            Some(stream_close::DISCONNECTED)
        } else {
            None
        })
    }
}

/// Which of these streams, all of which run, are to be closed: the session is over, its user opened it elsewhere, somebody
/// disconnected it, watching was ended, or who looks may not any more.
pub fn endings(scope: &mut Scope<'_>, ids: &[StreamId]) -> Result<Vec<Ending>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // no tenant: the inner statements look at the same session's streams and commands.
    let sql = format!(
        "SELECT st.id, st.reach, st.closed_at, s.phase, s.valid_until, s.user_id AS owner, u.role, u.disabled_at, \
         c.state AS consent, c.ended_by, \
         EXISTS (SELECT 1 FROM streams n WHERE n.session_id = st.session_id AND n.reach = {control} \
         AND (n.opened_at > st.opened_at OR (n.opened_at = st.opened_at AND n.id > st.id))) AS elsewhere, \
         EXISTS (SELECT 1 FROM commands k WHERE k.session_id = st.session_id AND k.verb = {disconnect} \
         AND k.created_at >= st.opened_at) AS disconnected \
         FROM streams st JOIN sessions s ON s.id = st.session_id JOIN users u ON u.id = st.user_id \
         LEFT JOIN consents c ON c.id = st.consent_id WHERE st.tenant_id = {tenant} AND st.id IN ({ids})",
        control = StreamReach::Control.code(),
        disconnect = Verb::Disconnect.code(),
        tenant = scope.tenant.0,
        ids = id_list(ids.iter().map(|id| id.0)),
    );
    let rows: Vec<Row> = diesel::sql_query(sql).load(scope.conn)?;
    let mut endings = Vec::new();
    for row in rows {
        if let Some(code) = row.code(scope.now)? {
            endings.push(Ending { id: StreamId(row.id), code });
        }
    }
    Ok(endings)
}

/// Who ended watching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchEnd {
    /// Who was watched.
    User,
    /// Who watched.
    Watcher,
    /// The connection or the session.
    Nobody,
}

/// The stream is closed, once.
pub fn close(scope: &mut WriteScope<'_>, id: StreamId, by: WatchEnd) -> Result<()> {
    let row = streams::table
        .filter(streams::tenant_id.eq(scope.tenant.0))
        .filter(streams::id.eq(id.0))
        .filter(streams::closed_at.is_null());
    let known: Option<(i64, Option<i64>)> =
        row.select((streams::user_id, streams::consent_id)).first(scope.conn).optional()?;
    let Some((user, consent)) = known else { return Ok(()) };
    if diesel::update(row).set(streams::closed_at.eq(scope.now.millis())).execute(scope.conn)? != 1 {
        return Ok(());
    }
    match consent {
        Some(consent) => consents::ended(scope, ConsentId(consent), by, UserId(user)),
        None => Ok(()),
    }
}

/// The server has these streams.
pub fn heard(conn: &mut Conn, tenant: TenantId, ids: &[StreamId], now: Timestamp) -> Result<()> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = streams::table
        .filter(streams::tenant_id.eq(tenant.0))
        .filter(streams::id.eq_any(ids))
        .filter(streams::closed_at.is_null());
    // no tenant: `rows` are the tenant's.
    diesel::update(rows).set(streams::heard_at.eq(now.millis())).execute(conn)?;
    Ok(())
}
