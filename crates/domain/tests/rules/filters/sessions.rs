//! Sessions to try filters on.

use deskwarden_domain::list::{Context, Filter, Subject, Universal};
use deskwarden_types::{
    Access, DeliveryKind, DeviceId, HostId, Phase, ProvisionId, ResourceId, SessionId, Source, Status, Terminal,
    Timestamp, Trust, UserId,
    api::{DeviceRef, HostRef, ProvisionRef, ResourceRef, Session, UserRef},
};

/// 2026-11-21, half past two in the afternoon.
pub fn now() -> Timestamp {
    "2026-11-21T14:30:00Z".parse().unwrap()
}

/// An instant of that day.
pub fn today(time: &str) -> Timestamp {
    format!("2026-11-21T{time}Z").parse().unwrap()
}

pub fn context() -> Context<'static> {
    Context { me: UserId(7), now: now(), zone: &Universal }
}

/// A running managed app of the user 7, with a device and little else.
pub fn session() -> Session {
    let user = UserRef {
        id: UserId(7),
        username: "anna.müller".to_owned(),
        display_name: "Anna MÜLLER".to_owned(),
        email: "anna@example.org".to_owned(),
        ad_username: Some("CORP\\anna".to_owned()),
    };
    Session {
        id: SessionId(1042),
        kind: DeliveryKind::ManagedApp,
        status: Status::Running,
        observed_status: Status::Running,
        phase: Phase::Live,
        user,
        resource: ResourceRef { id: ResourceId(3), name: "Word 100%".to_owned() },
        provision: Some(ProvisionRef { id: ProvisionId(4), name: "Everyone".to_owned() }),
        delivery_method: None,
        environment: None,
        device: Some(DeviceRef { id: DeviceId(5), name: "lab-12".to_owned() }),
        host: Some(HostRef { id: HostId(6), name: "h1".to_owned() }),
        terminal: Terminal::OwnComputer,
        access: Access::Internal,
        ip: Some("198.51.100.7".to_owned()),
        source: Source::Agent,
        connected: true,
        seat: false,
        started_at: today("13:00:00"),
        ended_at: None,
        duration_seconds: 5_400,
        last_activity_at: None,
        seen_at: Some(today("14:29:30")),
        valid_until: None,
        offline_until: None,
        listed_until: None,
        trust: Trust::Fresh,
        end_reason: None,
        ended_how: None,
        version: None,
        server: None,
        licence: None,
        command: None,
        actions: Vec::new(),
        revision: 1,
    }
}

/// Whether a filter finds a session whose user is in these groups.
pub fn finds_in(text: &str, session: &Session, groups: &[&str]) -> bool {
    let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
    let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    filter.matches(&Subject { session, groups: &groups }, &context())
}

/// Whether a filter finds a session.
pub fn finds(text: &str, session: &Session) -> bool {
    finds_in(text, session, &["Staff", "Physik"])
}
