//! A session as it is read: one row of everything, made into the wire's type and the rules' facts.

use std::sync::LazyLock;

use deskwarden_domain::{Facts, is_connected};
use deskwarden_types::{
    CommandId, DeliveryMethodId, DeviceId, EnvironmentId, HostId, ProvisionId, ResourceId, Role, SessionId, Timestamp,
    UserId, Verb,
    api::{
        Command, DeliveryMethodRef, DeviceRef, EnvironmentRef, HostRef, ProvisionRef, ResourceRef, Session, UserRef,
    },
};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Text};

use super::{
    Viewer,
    names::{Called, Name, Pointers},
};
use crate::{
    Result,
    names::{optional_word, word},
    seats::TAKES_A_SEAT,
    tenants::Rules,
};

/// A part of a row: its columns, with the types that they have here and in a statement. A tuple has 32 at most.
macro_rules! row {
    ($(#[$meta:meta])* $name:ident, $types:ident: $($field:ident: $type:ty as $sql:ty = $column:expr,)+) => {
        #[derive(diesel::Queryable)]
        $(#[$meta])*
        pub(crate) struct $name {
            $($field: $type,)+
        }

        /// The types of its columns, in their order.
        pub(super) type $types = ($($sql,)+);

        impl $name {
            /// Its columns, in their order.
            pub(super) const COLUMNS: &'static [&'static str] = &[$($column),+];
        }
    };
}

pub(super) use row;

row! { Head, HeadTypes:
    id: i64 as BigInt = "s.id",
    kind: i16 as SmallInt = "s.kind",
    status: i16 as SmallInt = "s.status",
    observed_status: i16 as SmallInt = "s.observed_status",
    phase: i16 as SmallInt = "s.phase",
    user_id: i64 as BigInt = "s.user_id",
    resource_id: i64 as BigInt = "s.resource_id",
    provision_id: Option<i64> as Nullable<BigInt> = "s.provision_id",
    delivery_method_id: Option<i64> as Nullable<BigInt> = "s.delivery_method_id",
    environment_id: Option<i64> as Nullable<BigInt> = "s.environment_id",
    device_id: Option<i64> as Nullable<BigInt> = "s.device_id",
    host_id: Option<i64> as Nullable<BigInt> = "s.host_id",
    address_id: Option<i64> as Nullable<BigInt> = "s.address_id",
    terminal: i16 as SmallInt = "s.terminal",
    access: i16 as SmallInt = "s.access",
}

row! { Rest, RestTypes:
    agent_id: Option<i64> as Nullable<BigInt> = "s.agent_id",
    agent_verbs: Option<i32> as Nullable<Integer> = "ag.verbs",
    agent_connected_until: Option<i64> as Nullable<BigInt> = "ag.connected_until",
    agent_seen_at: Option<i64> as Nullable<BigInt> = "ag.seen_at",
    source: i16 as SmallInt = "s.source",
    connected: bool as Bool = "s.connected",
    seat: bool as Bool = TAKES_A_SEAT,
    started_at: i64 as BigInt = "s.started_at",
    ended_at: Option<i64> as Nullable<BigInt> = "s.ended_at",
    last_activity_at: Option<i64> as Nullable<BigInt> = "s.last_activity_at",
    seen_at: Option<i64> as Nullable<BigInt> = "b.seen_at",
    valid_until: Option<i64> as Nullable<BigInt> = "s.valid_until",
    offline_until: Option<i64> as Nullable<BigInt> = "s.offline_until",
    listed_until: i64 as BigInt = "s.listed_until",
    end_reason: Option<i16> as Nullable<SmallInt> = "s.end_reason",
    ended_how: Option<i16> as Nullable<SmallInt> = "s.ended_how",
    version: Option<String> as Nullable<Text> = "x.version",
    server_product: Option<String> as Nullable<Text> = "x.server_product",
    server_version: Option<String> as Nullable<Text> = "x.server_version",
    command_id: Option<i64> as Nullable<BigInt> = "s.command_id",
    revision: i64 as BigInt = "s.revision",
}

/// A row of everything.
#[derive(diesel::Queryable)]
pub(crate) struct SessionRow {
    head: Head,
    rest: Rest,
}

/// The types of its columns.
pub(super) type Types = (HeadTypes, RestTypes);

/// Its columns.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<&str> = Head::COLUMNS.iter().chain(Rest::COLUMNS).copied().collect();
    columns.join(", ")
});

// no tenant: joined by the ids of a session that is the tenant's.
/// What belongs to one session alone, and the agent that answers for it.
pub(super) const BESIDE: &str = " LEFT JOIN agents ag ON ag.id = s.agent_id \
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

/// The verbs of a set of bits, bit n being the verb with code n.
fn verbs(bits: i32) -> Vec<Verb> {
    Verb::ALL.iter().copied().filter(|verb| bits & (1 << verb.code()) != 0).collect()
}

impl SessionRow {
    /// What it points to.
    pub(super) fn pointers(&self) -> Pointers {
        let head = &self.head;
        [
            Some(head.user_id),
            Some(head.resource_id),
            head.provision_id,
            head.delivery_method_id,
            head.environment_id,
            head.device_id,
            head.host_id,
            head.address_id,
        ]
    }

    /// Makes the wire's row for the viewer; none where its user or resource is not there any more. `called` is what it
    /// points to, `command` the one that stands beside it.
    pub(super) fn load(
        self,
        called: Called,
        viewer: &Viewer,
        rules: &Rules,
        command: Option<Command>,
        now: Timestamp,
    ) -> Result<Option<Loaded>> {
        let Self { head, rest } = self;
        let [user, resource, provision, method, environment, device, host, address] = called;
        let (Some(Name::User(user)), Some(resource)) = (user, resource) else { return Ok(None) };
        let kind = word(head.kind)?;
        let observed_status = word(head.observed_status)?;
        let started_at = Timestamp::from_millis(rest.started_at);
        let ended_at = time(rest.ended_at);
        let over = word::<deskwarden_types::Phase>(head.phase)? == deskwarden_types::Phase::Over;
        let offline_until = time(rest.offline_until);
        let seen_at = time(rest.seen_at);
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
        let server = rest.server_product.as_ref().map(|product| match &rest.server_version {
            Some(version) => format!("{product} {version}"),
            None => product.clone(),
        });
        let facts = Facts {
            kind,
            status: word(head.status)?,
            observed_status,
            connected: rest.connected,
            trust,
            open_command: open.map(|command| command.verb),
            last_command_went_wrong: command
                .as_ref()
                .is_some_and(|command| deskwarden_domain::went_wrong(command.state)),
            source: word(rest.source)?,
            server_product: rest.server_product,
            server_version: rest.server_version,
            can_show: rest.agent_verbs.is_some_and(|bits| bits & (1 << Verb::View.code()) != 0),
            agent_verbs: rest.agent_verbs.map(verbs),
            offline_until,
            agent_connected: time(rest.agent_connected_until)
                .is_some_and(|until| is_connected(until, time(rest.agent_seen_at), &rules.timing, now)),
            own: head.user_id == viewer.user.0,
        };
        let licence = match &method {
            Some(Name::Method(_, code)) => Some(word(*code)?),
            _ => None,
        };
        let named = |id: Option<i64>, name: Option<Name>| id.zip(name.map(|name| name.text().to_owned()));
        let session = Session {
            id: SessionId(head.id),
            kind,
            status: facts.status,
            observed_status,
            phase: word(head.phase)?,
            user: UserRef {
                id: UserId(head.user_id),
                username: (*user.username).to_owned(),
                display_name: (*user.display_name).to_owned(),
                email: (*user.email).to_owned(),
                ad_username: user.ad_username.as_deref().filter(|_| rules.show_ad_username).map(str::to_owned),
            },
            resource: ResourceRef { id: ResourceId(head.resource_id), name: resource.text().to_owned() },
            provision: named(head.provision_id, provision).map(|(id, name)| ProvisionRef { id: ProvisionId(id), name }),
            delivery_method: named(head.delivery_method_id, method)
                .map(|(id, name)| DeliveryMethodRef { id: DeliveryMethodId(id), name }),
            environment: named(head.environment_id, environment)
                .map(|(id, name)| EnvironmentRef { id: EnvironmentId(id), name }),
            device: named(head.device_id, device).map(|(id, name)| DeviceRef { id: DeviceId(id), name }),
            host: named(head.host_id, host).map(|(id, name)| HostRef { id: HostId(id), name }),
            terminal: word(head.terminal)?,
            access: word(head.access)?,
            ip: address.map(|address| address.text().to_owned()),
            source: facts.source,
            connected: rest.connected,
            seat: rest.seat,
            started_at,
            ended_at,
            duration_seconds: ended_at.unwrap_or(now).seconds_since(started_at),
            last_activity_at: time(rest.last_activity_at),
            seen_at,
            valid_until: time(rest.valid_until),
            offline_until,
            listed_until: over.then(|| Timestamp::from_millis(rest.listed_until)),
            trust,
            end_reason: optional_word(rest.end_reason)?,
            ended_how: optional_word(rest.ended_how)?,
            version: rest.version,
            server,
            licence,
            command,
            actions: deskwarden_domain::actions(&facts, viewer.role),
            revision: rest.revision,
        };
        Ok(Some(Loaded { session, facts, agent: rest.agent_id.map(deskwarden_types::AgentId) }))
    }

    /// The session.
    pub(super) fn id(&self) -> i64 {
        self.head.id
    }

    /// Whose it is.
    pub(super) fn user(&self) -> UserId {
        UserId(self.head.user_id)
    }

    /// The command that the row shows.
    pub(super) fn command(&self) -> Option<CommandId> {
        self.rest.command_id.map(CommandId)
    }
}

/// The server itself: sees everything, for jobs and reports.
pub(crate) const SYSTEM: Viewer = Viewer { user: UserId(0), role: Role::Admin };
