//! Many sessions as far as acting on them goes: what the rules decide by, whose they are, and no more.

use std::collections::HashMap;

use deskwarden_domain::{Facts, is_connected, is_open, rules, trust, went_wrong};
use deskwarden_types::{
    AgentId, CommandState, ResourceId, SessionId, Timestamp, Trust, UserId, Verb,
    api::{ResourceRef, UserRef},
};
use diesel::{
    RunQueryDsl,
    sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Text},
};

use super::Viewer;
use crate::{
    Result, Scope,
    names::{optional_word, word},
    sets::id_list,
    tenants::{self, Rules},
};

/// Sessions read at once.
const CHUNK: usize = 1000;

macro_rules! row {
    ($($field:ident: $type:ty as $sql:ty,)+) => {
        #[derive(diesel::QueryableByName)]
        struct Row {
            $(#[diesel(sql_type = $sql)] $field: $type,)+
        }
    };
}

row! {
    id: i64 as BigInt,
    kind: i16 as SmallInt,
    status: i16 as SmallInt,
    observed_status: i16 as SmallInt,
    connected: bool as Bool,
    source: i16 as SmallInt,
    started_at: i64 as BigInt,
    offline_until: Option<i64> as Nullable<BigInt>,
    revision: i64 as BigInt,
    user_id: i64 as BigInt,
    username: String as Text,
    display_name: String as Text,
    email: String as Text,
    ad_username: Option<String> as Nullable<Text>,
    resource_id: i64 as BigInt,
    resource_name: String as Text,
    agent_id: Option<i64> as Nullable<BigInt>,
    agent_verbs: Option<i32> as Nullable<Integer>,
    connected_until: Option<i64> as Nullable<BigInt>,
    agent_seen_at: Option<i64> as Nullable<BigInt>,
    seen_at: Option<i64> as Nullable<BigInt>,
    server_product: Option<String> as Nullable<Text>,
    server_version: Option<String> as Nullable<Text>,
    command_verb: Option<i16> as Nullable<SmallInt>,
    command_state: Option<i16> as Nullable<SmallInt>,
}

// no tenant: the rest of a statement that puts the tenant last; the joins go by the ids of one session.
const SELECT: &str = "SELECT s.id, s.kind, s.status, s.observed_status, s.connected, s.source, s.started_at, \
    s.offline_until, s.revision, s.user_id, u.username, u.display_name, u.email, u.ad_username, s.resource_id, \
    r.name AS resource_name, s.agent_id, ag.verbs AS agent_verbs, ag.connected_until, ag.seen_at AS agent_seen_at, b.seen_at, \
    x.server_product, x.server_version, c.verb AS command_verb, c.state AS command_state \
    FROM sessions s JOIN users u ON u.id = s.user_id JOIN resources r ON r.id = s.resource_id \
    LEFT JOIN agents ag ON ag.id = s.agent_id LEFT JOIN session_beats b ON b.session_id = s.id \
    LEFT JOIN session_extras x ON x.session_id = s.id LEFT JOIN commands c ON c.id = s.command_id";

/// A session that somebody wants to act on.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) id: SessionId,
    pub(crate) user: UserRef,
    pub(crate) resource: ResourceRef,
    pub(crate) agent: Option<AgentId>,
    pub(crate) revision: i64,
    pub(crate) facts: Facts,
}

/// Sessions by id, as far as the viewer may see them.
pub(crate) fn known(scope: &mut Scope<'_>, viewer: &Viewer, ids: &[SessionId]) -> Result<HashMap<SessionId, Known>> {
    let tenants_rules = tenants::rules(scope)?;
    let now = scope.now;
    let only = viewer.only().map_or_else(String::new, |user| format!(" AND s.user_id = {}", user.0));
    let mut all = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let sql = format!(
            "{SELECT} WHERE s.tenant_id = {} AND s.id IN ({}){only}",
            scope.tenant.0,
            id_list(chunk.iter().map(|id| id.0))
        );
        for row in diesel::sql_query(sql).load::<Row>(scope.conn)? {
            let known = row.known(viewer, &tenants_rules, now)?;
            all.insert(known.id, known);
        }
    }
    Ok(all)
}

impl Row {
    fn known(self, viewer: &Viewer, tenants_rules: &Rules, now: Timestamp) -> Result<Known> {
        let time = |millis: Option<i64>| millis.map(Timestamp::from_millis);
        let (kind, observed_status) = (word(self.kind)?, word(self.observed_status)?);
        let offline_until = time(self.offline_until);
        let seen_at = time(self.seen_at).unwrap_or(Timestamp::from_millis(self.started_at));
        let trust = match rules(kind).is_over(observed_status) {
            true => Trust::Fresh,
            false => trust(kind, observed_status, seen_at, offline_until, &tenants_rules.timing, now),
        };
        let command: Option<CommandState> = optional_word(self.command_state)?;
        let bits = self.agent_verbs;
        let facts = Facts {
            kind,
            status: word(self.status)?,
            observed_status,
            connected: self.connected,
            trust,
            open_command: optional_word(self.command_verb.filter(|_| command.is_some_and(is_open)))?,
            last_command_went_wrong: command.is_some_and(went_wrong),
            source: word(self.source)?,
            server_product: self.server_product,
            server_version: self.server_version,
            can_show: bits.is_some_and(|bits| bits & (1 << Verb::View.code()) != 0),
            agent_verbs: bits
                .map(|bits| Verb::ALL.iter().copied().filter(|verb| bits & (1 << verb.code()) != 0).collect()),
            offline_until,
            agent_connected: time(self.connected_until)
                .is_some_and(|until| is_connected(until, time(self.agent_seen_at), &tenants_rules.timing, now)),
            own: self.user_id == viewer.user.0,
        };
        Ok(Known {
            id: SessionId(self.id),
            user: UserRef {
                id: UserId(self.user_id),
                username: self.username,
                display_name: self.display_name,
                email: self.email,
                ad_username: self.ad_username.filter(|_| tenants_rules.show_ad_username),
            },
            resource: ResourceRef { id: ResourceId(self.resource_id), name: self.resource_name },
            agent: self.agent_id.map(AgentId),
            revision: self.revision,
            facts,
        })
    }
}
