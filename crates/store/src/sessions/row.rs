//! A session as it is read: one row of everything, made into the wire's type and the rules' facts.

use std::net::IpAddr;

use deskwarden_domain::Facts;
use deskwarden_types::{
    CommandId, DeliveryMethodId, DeviceId, EnvironmentId, HostId, ProvisionId, ResourceId, Role, SessionId, Timestamp,
    UserId, Verb,
    api::{
        Command, DeliveryMethodRef, DeviceRef, EnvironmentRef, HostRef, ProvisionRef, ResourceRef, Session, UserRef,
    },
};
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text};

use super::Viewer;
use crate::{
    Result,
    names::{optional_word, word},
    tenants::Rules,
};

macro_rules! row {
    ($($field:ident: $type:ty as $sql:ty,)+) => {
        #[derive(diesel::QueryableByName)]
        pub(crate) struct SessionRow {
            $(#[diesel(sql_type = $sql)] pub(crate) $field: $type,)+
        }
    };
}

row! {
    id: i64 as BigInt,
    kind: i16 as SmallInt,
    status: i16 as SmallInt,
    observed_status: i16 as SmallInt,
    phase: i16 as SmallInt,
    user_id: i64 as BigInt,
    username: String as Text,
    display_name: String as Text,
    email: String as Text,
    ad_username: Option<String> as Nullable<Text>,
    resource_id: i64 as BigInt,
    resource_name: String as Text,
    provision_id: Option<i64> as Nullable<BigInt>,
    provision_name: Option<String> as Nullable<Text>,
    delivery_method_id: Option<i64> as Nullable<BigInt>,
    delivery_method_name: Option<String> as Nullable<Text>,
    environment_id: Option<i64> as Nullable<BigInt>,
    environment_name: Option<String> as Nullable<Text>,
    device_id: Option<i64> as Nullable<BigInt>,
    device_name: Option<String> as Nullable<Text>,
    host_id: Option<i64> as Nullable<BigInt>,
    host_name: Option<String> as Nullable<Text>,
    agent_id: Option<i64> as Nullable<BigInt>,
    agent_verbs: Option<i32> as Nullable<Integer>,
    agent_connected_until: Option<i64> as Nullable<BigInt>,
    address: Option<Vec<u8>> as Nullable<Binary>,
    terminal: i16 as SmallInt,
    access: i16 as SmallInt,
    source: i16 as SmallInt,
    connected: bool as Bool,
    started_at: i64 as BigInt,
    ended_at: Option<i64> as Nullable<BigInt>,
    last_activity_at: Option<i64> as Nullable<BigInt>,
    seen_at: Option<i64> as Nullable<BigInt>,
    valid_until: Option<i64> as Nullable<BigInt>,
    offline_until: Option<i64> as Nullable<BigInt>,
    listed_until: i64 as BigInt,
    end_reason: Option<i16> as Nullable<SmallInt>,
    ended_how: Option<i16> as Nullable<SmallInt>,
    version: Option<String> as Nullable<Text>,
    server_product: Option<String> as Nullable<Text>,
    server_version: Option<String> as Nullable<Text>,
    command_id: Option<i64> as Nullable<BigInt>,
    revision: i64 as BigInt,
    sort_number: Option<i64> as Nullable<BigInt>,
    sort_text: Option<String> as Nullable<Text>,
}

/// The columns of [`SessionRow`] but the sort key's.
pub(super) const COLUMNS: &str = "s.id, s.kind, s.status, s.observed_status, s.phase, \
    s.user_id, u.username, u.display_name, u.email, u.ad_username, s.resource_id, r.name AS resource_name, \
    s.provision_id, p.name AS provision_name, s.delivery_method_id, dm.name AS delivery_method_name, \
    s.environment_id, e.name AS environment_name, s.device_id, d.name AS device_name, s.host_id, h.name AS host_name, \
    s.agent_id, ag.verbs AS agent_verbs, ag.connected_until AS agent_connected_until, a.address, \
    s.terminal, s.access, s.source, s.connected, s.started_at, s.ended_at, s.last_activity_at, b.seen_at, \
    s.valid_until, s.offline_until, s.listed_until, s.end_reason, s.ended_how, \
    x.version, x.server_product, x.server_version, s.command_id, s.revision";

// no tenant: a part of a statement; `Filter::add_to` puts the tenant first.
/// The tables that filters and sort keys speak of.
pub(super) const NARROW: &str =
    " FROM sessions s JOIN users u ON u.id = s.user_id JOIN resources r ON r.id = s.resource_id";

// no tenant: joined by the ids of a session that has passed the filter.
/// The tables that only columns speak of.
pub(super) const WIDE: &str = " LEFT JOIN provisions p ON p.id = s.provision_id \
    LEFT JOIN delivery_methods dm ON dm.id = s.delivery_method_id LEFT JOIN environments e ON e.id = s.environment_id \
    LEFT JOIN devices d ON d.id = s.device_id LEFT JOIN hosts h ON h.id = s.host_id \
    LEFT JOIN agents ag ON ag.id = s.agent_id LEFT JOIN addresses a ON a.id = s.address_id \
    LEFT JOIN session_beats b ON b.session_id = s.id LEFT JOIN session_extras x ON x.session_id = s.id";

/// A session with what the rules need to know of it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The session, for a viewer, with what he may ask.
    pub session: Session,
    /// What the rules decide by.
    pub facts: Facts,
    /// Its agent.
    pub agent: Option<deskwarden_types::AgentId>,
}

fn time(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// Reads an address of 4 or 16 bytes.
fn address(bytes: Option<&[u8]>) -> Option<String> {
    let bytes = bytes?;
    let ip = match bytes.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?),
        16 => IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?),
        _ => return None,
    };
    Some(ip.to_string())
}

/// The verbs of a set of bits, bit n being the verb with code n.
fn verbs(bits: i32) -> Vec<Verb> {
    Verb::ALL.iter().copied().filter(|verb| bits & (1 << verb.code()) != 0).collect()
}

impl SessionRow {
    /// Makes the wire's row for the viewer. `command` is the row's latest, while it is open or went wrong.
    pub(super) fn load(
        self,
        viewer: &Viewer,
        rules: &Rules,
        command: Option<Command>,
        now: Timestamp,
    ) -> Result<Loaded> {
        let kind = word(self.kind)?;
        let observed_status = word(self.observed_status)?;
        let started_at = Timestamp::from_millis(self.started_at);
        let ended_at = time(self.ended_at);
        let over = word::<deskwarden_types::Phase>(self.phase)? == deskwarden_types::Phase::Over;
        let offline_until = time(self.offline_until);
        let seen_at = time(self.seen_at);
        let trust = if over {
            deskwarden_types::Trust::Fresh
        } else {
            deskwarden_domain::trust(
                kind,
                observed_status,
                seen_at.unwrap_or(started_at),
                offline_until,
                &rules.timing,
                now,
            )
        };
        let open = command.as_ref().filter(|command| deskwarden_domain::is_open(command.state));
        let facts = Facts {
            kind,
            status: word(self.status)?,
            observed_status,
            connected: self.connected,
            trust,
            open_command: open.map(|command| command.verb),
            last_command_went_wrong: command
                .as_ref()
                .is_some_and(|command| deskwarden_domain::went_wrong(command.state)),
            source: word(self.source)?,
            server_product: self.server_product,
            server_version: self.server_version,
            can_show: self.agent_verbs.is_some_and(|bits| bits & (1 << Verb::View.code()) != 0),
            agent_verbs: self.agent_verbs.map(verbs),
            offline_until,
            agent_connected: self.agent_connected_until.is_some_and(|until| until > now.millis()),
            own: self.user_id == viewer.user.0,
        };
        let named = |id: Option<i64>, name: Option<String>| id.zip(name);
        let session = Session {
            id: SessionId(self.id),
            kind,
            status: facts.status,
            observed_status,
            phase: word(self.phase)?,
            user: UserRef {
                id: UserId(self.user_id),
                username: self.username,
                display_name: self.display_name,
                email: self.email,
                ad_username: self.ad_username.filter(|_| rules.show_ad_username),
            },
            resource: ResourceRef { id: ResourceId(self.resource_id), name: self.resource_name },
            provision: named(self.provision_id, self.provision_name)
                .map(|(id, name)| ProvisionRef { id: ProvisionId(id), name }),
            delivery_method: named(self.delivery_method_id, self.delivery_method_name)
                .map(|(id, name)| DeliveryMethodRef { id: DeliveryMethodId(id), name }),
            environment: named(self.environment_id, self.environment_name)
                .map(|(id, name)| EnvironmentRef { id: EnvironmentId(id), name }),
            device: named(self.device_id, self.device_name).map(|(id, name)| DeviceRef { id: DeviceId(id), name }),
            host: named(self.host_id, self.host_name).map(|(id, name)| HostRef { id: HostId(id), name }),
            terminal: word(self.terminal)?,
            access: word(self.access)?,
            ip: address(self.address.as_deref()),
            source: facts.source,
            connected: self.connected,
            started_at,
            ended_at,
            duration_seconds: ended_at.unwrap_or(now).seconds_since(started_at),
            last_activity_at: time(self.last_activity_at),
            seen_at,
            valid_until: time(self.valid_until),
            offline_until,
            listed_until: over.then(|| Timestamp::from_millis(self.listed_until)),
            trust,
            end_reason: optional_word(self.end_reason)?,
            ended_how: optional_word(self.ended_how)?,
            version: self.version,
            command,
            actions: deskwarden_domain::actions(&facts, viewer.role),
            revision: self.revision,
        };
        Ok(Loaded { session, facts, agent: self.agent_id.map(deskwarden_types::AgentId) })
    }

    /// The command that the row shows.
    pub(super) fn command(&self) -> Option<CommandId> {
        self.command_id.map(CommandId)
    }
}

/// The server itself: sees everything, for jobs and reports.
pub(crate) const SYSTEM: Viewer = Viewer { user: UserId(0), role: Role::Admin };
