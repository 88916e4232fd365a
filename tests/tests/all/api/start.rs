//! `/me/resources`, `/launches`: apps and desktops that are started from a browser, until they are over.

use std::time::Duration;

use deskwarden_tests::{FakeAgent, Orders, Person, TestApp, eventually, now, on_both, seen};
use deskwarden_types::{
    DeliveryKind, EndReason, EndedHow, ErrorCode, GroupMemberPath, LicenceKind, NoArgs, NoBody, Phase, ResourceId,
    ResourcePath, SessionId, Status, Terminal, Verb,
    agent::{CommandOrder, Observation, Order, StartOrder, StatusSeen},
    api::*,
};

use super::refused;

/// Makes an app or desktop that everybody may launch, unless the provision is changed.
pub async fn provide(
    admin: &Person,
    name: &str,
    kind: DeliveryKind,
    change: impl FnOnce(&mut NewResource, &mut NewProvision),
) -> ResourceId {
    let mut resource = NewResource {
        name: name.parse().unwrap(),
        kind,
        program: None,
        version: None,
        max_sessions_per_user: None,
        valid_hours: None,
    };
    let method =
        NewDeliveryMethod { name: name.parse().unwrap(), kind, licence: LicenceKind::Floating, offline_days: 0 };
    let method = admin.send::<CreateDeliveryMethod>(method).await.unwrap();
    let mut provision = NewProvision {
        name: name.parse().unwrap(),
        resource_id: None,
        delivery_method_id: method.id,
        environment_id: None,
        host_id: None,
        everyone: true,
        users: Vec::new(),
        groups: Vec::new(),
    };
    change(&mut resource, &mut provision);
    let resource = admin.send::<CreateResource>(resource).await.unwrap();
    provision.resource_id = Some(resource.id);
    admin.send::<CreateProvision>(provision).await.unwrap();
    resource.id
}

/// An agent that runs screens, with its open channel.
pub async fn screens(app: &TestApp, host: &str) -> (FakeAgent, Orders) {
    let agent = app.agent(host).await;
    let orders = connect(app, &agent).await;
    (agent, orders)
}

/// Says hello as an agent that can do everything, and opens its channel.
pub async fn connect(app: &TestApp, agent: &FakeAgent) -> Orders {
    let able = |hello: &mut deskwarden_types::agent::Hello| {
        hello.abilities = ["screens", "watching", "gate", "logins", "what-is-to-come"].map(str::to_owned).to_vec();
        hello.gate = Some("gate.example.org:5999".to_owned());
    };
    agent.hello_as(able).await.unwrap();
    open(app, agent).await
}

/// Opens the agent's channel and waits until the agent counts as connected.
async fn open(app: &TestApp, agent: &FakeAgent) -> Orders {
    app.sql(format!("UPDATE agents SET connected_until = 0 WHERE id = {}", agent.id)).await;
    let query = format!("SELECT CASE WHEN connected_until > 0 THEN 1 ELSE 0 END FROM agents WHERE id = {}", agent.id);
    agent.orders_once(async || app.number(&query).await == 1).await
}

/// The next start on the channel.
pub async fn next_start(orders: &mut Orders) -> StartOrder {
    loop {
        if let Order::Start(start) = orders.order().await {
            return start;
        }
    }
}

/// Launches as this person.
pub async fn launch(person: &Person, id: ResourceId) -> Result<SessionId, deskwarden_client::ClientError> {
    Ok(person.send::<StartLaunch>(LaunchResource { resource_id: id }).await?.session_id)
}

/// What an agent sees of a screen.
pub fn screen(session: SessionId, status: Status, connected: bool) -> Observation {
    let Observation::Status(status) = seen(session, status) else { unreachable!() };
    Observation::Status(StatusSeen { connected: Some(connected), ..status })
}

/// The next command on the channel, which must be this verb.
async fn told(orders: &mut Orders, verb: Verb) -> CommandOrder {
    let command = orders.command().await;
    assert_eq!(command.known_verb(), Some(verb), "{command:?}");
    command
}

on_both! {
    async fn a_desktop_is_started_on_a_machine_and_told_of(app: TestApp) {
        let (admin, member) = (app.admin().await, app.member().await);
        let desk = provide(&admin, "Desk", DeliveryKind::CloudDesktop, |_, _| {}).await;
        assert_eq!(refused(launch(&member, desk).await), ErrorCode::NoHost);
        let mine = member.get::<ListMyResources>().await.unwrap().items;
        assert!(mine[0].why_not.as_deref().is_some_and(|why| why.contains("No machine")), "{mine:?}");
        // Connected, but it runs no screens.
        let other = app.agent("h0").await;
        other.hello().await;
        let _plain = open(&app, &other).await;
        assert_eq!(refused(launch(&member, desk).await), ErrorCode::NoHost);
        let (agent, mut orders) = screens(&app, "h1").await;
        let mine = member.get::<ListMyResources>().await.unwrap().items;
        assert_eq!((mine.len(), mine[0].id, mine[0].why_not.clone()), (1, desk, None));
        let session = launch(&member, desk).await.unwrap();
        let start = next_start(&mut orders).await;
        assert_eq!((start.session_id, start.kind, start.account.as_str()), (session, DeliveryKind::CloudDesktop, member.username.as_str()));
        assert_eq!((start.name.as_str(), start.program, start.valid_until), ("Desk", None, None));
        let row = member.show(session).await.unwrap().session;
        assert_eq!((row.status, row.phase, row.connected), (Status::Pending, Phase::Pending, false));
        assert_eq!((row.terminal, row.ip.as_deref(), row.host.unwrap().id), (Terminal::Browser, Some("127.0.0.1"), agent.host));
        // It comes again after a reconnect, until the session is reported on.
        drop(orders);
        let mut orders = connect(&app, &agent).await;
        assert_eq!(next_start(&mut orders).await.session_id, session);
        // An inventory that does not know it yet does not end it.
        agent.report(vec![Observation::Inventory { sessions: vec![] }]).await;
        agent.report(vec![screen(session, Status::Disconnected, false)]).await;
        drop(orders);
        let mut orders = connect(&app, &agent).await;
        agent.report(vec![screen(session, Status::Connected, true)]).await;
        let row = member.show(session).await.unwrap().session;
        assert_eq!((row.status, row.connected), (Status::Connected, true));
        assert_eq!(member.get::<ListMyResources>().await.unwrap().items[0].sessions, [session]);
        // Once more: there it is already.
        let error = launch(&member, desk).await.unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!((problem.code, problem.session_id), (ErrorCode::SessionConflict, Some(session)));
        // The start does not come again: what comes is the next session's.
        let second = launch(&admin, desk).await.unwrap();
        assert_eq!(next_start(&mut orders).await.session_id, second);
    }

    async fn who_is_provided_launches(app: TestApp) {
        let (admin, named, grouped) = (app.admin().await, app.new_person("named", deskwarden_types::Role::Member).await, app.new_person("grouped", deskwarden_types::Role::Member).await);
        let group = admin.send::<CreateGroup>(NewGroup { name: "Staff".parse().unwrap() }).await.unwrap();
        let member = GroupMemberPath { id: group.id, user_id: grouped.id };
        admin.call::<AddMember>(member, NoArgs {}, NoBody {}).await.unwrap();
        let desk = provide(&admin, "Desk", DeliveryKind::CloudDesktop, |_, provision| {
            (provision.everyone, provision.users, provision.groups) = (false, vec![named.id], vec![group.id]);
        }).await;
        let (_agent, _orders) = screens(&app, "h1").await;
        launch(&named, desk).await.unwrap();
        launch(&grouped, desk).await.unwrap();
        assert_eq!(refused(launch(&admin, desk).await), ErrorCode::NotProvisioned);
        assert!(admin.get::<ListMyResources>().await.unwrap().items.is_empty());
        admin.call::<RemoveMember>(member, NoArgs {}, NoBody {}).await.unwrap();
        assert!(grouped.get::<ListMyResources>().await.unwrap().items.is_empty());
        let path = ResourcePath { id: desk };
        admin.call::<SuspendResource>(path, NoArgs {}, Suspend { suspended: true }).await.unwrap();
        assert!(named.get::<ListMyResources>().await.unwrap().items.is_empty());
        assert_eq!(refused(launch(&named, desk).await), ErrorCode::NotProvisioned);
        // A provision for every program is none for desktops, and another tenant's is nothing.
        let stranger = app.other_tenant("strangers").await.owner().await;
        assert_eq!(refused(launch(&stranger, desk).await), ErrorCode::NotFound);
        assert_eq!(refused(launch(&named, ResourceId(999_999)).await), ErrorCode::NotFound);
        // What runs on the own device is not launched from here.
        let tool = provide(&admin, "Tool", DeliveryKind::ManagedApp, |resource, _| resource.program = Some("xterm".parse().unwrap())).await;
        assert_eq!(refused(launch(&named, tool).await), ErrorCode::Conflict);
        let mine = named.get::<ListMyResources>().await.unwrap().items;
        assert!(mine[0].why_not.as_deref().is_some_and(|why| why.contains("own device")), "{mine:?}");
    }

    async fn a_hold_and_a_number_of_sessions_are_kept_to(app: TestApp) {
        let (admin, member, manager) = (app.admin().await, app.member().await, app.manager().await);
        let desk = provide(&admin, "Desk", DeliveryKind::CloudDesktop, |resource, _| resource.max_sessions_per_user = Some(2)).await;
        let (agent, mut orders) = screens(&app, "h1").await;
        // Many at once: two come of it.
        let tries = futures_util::future::join_all((0..6).map(|_| launch(&member, desk))).await;
        let sessions: Vec<SessionId> = tries.iter().filter_map(|one| one.as_ref().ok().copied()).collect();
        assert_eq!(sessions.len(), 2, "{tries:?}");
        assert!(tries.into_iter().filter(Result::is_err).all(|one| refused(one) == ErrorCode::SessionConflict));
        for session in &sessions {
            agent.report(vec![screen(*session, Status::Connected, true)]).await;
        }
        let kill = NewCommand { verb: Verb::Kill, reason: "maintenance".parse().ok(), message: None, hold_minutes: Some(30) };
        manager.ask(sessions[0], kill).await.unwrap();
        let command = told(&mut orders, Verb::Kill).await;
        agent.obey(&command, deskwarden_types::CommandOutcome::Killed, Status::Closed).await;
        assert_eq!(refused(launch(&member, desk).await), ErrorCode::LaunchHeld);
        let mine = member.get::<ListMyResources>().await.unwrap().items;
        assert!(mine[0].why_not.as_deref().is_some_and(|why| why.contains("held")), "{mine:?}");
        app.sql(format!("UPDATE holds SET until_at = {}", now().millis())).await;
        launch(&member, desk).await.unwrap();
    }

    async fn the_machine_is_the_provisions_and_the_least_busy(app: TestApp) {
        let (admin, member) = (app.admin().await, app.member().await);
        let (first, _a) = screens(&app, "h1").await;
        let (second, _b) = screens(&app, "h2").await;
        let pool = NewEnvironment { name: "Pool".parse().unwrap(), hosts: vec![second.host] };
        let pool = admin.send::<CreateEnvironment>(pool).await.unwrap();
        let any = provide(&admin, "Any", DeliveryKind::CloudDesktop, |_, _| {}).await;
        let pooled = provide(&admin, "Pooled", DeliveryKind::CloudDelivery, |_, provision| provision.environment_id = Some(pool.id)).await;
        let fixed = provide(&admin, "Fixed", DeliveryKind::AppStream, |_, provision| provision.host_id = Some(first.host)).await;
        let host = async |session| admin.show(session).await.unwrap().session;
        let session = launch(&member, pooled).await.unwrap();
        let row = host(session).await;
        assert_eq!((row.host.unwrap().id, row.environment.unwrap().id), (second.host, pool.id));
        let session = launch(&member, any).await.unwrap();
        assert_eq!(host(session).await.host.unwrap().id, first.host, "the other one has a session already");
        assert_eq!(host(launch(&member, fixed).await.unwrap()).await.host.unwrap().id, first.host);
        assert_eq!(host(launch(&admin, any).await.unwrap()).await.host.unwrap().id, second.host);
    }

    async fn a_start_that_nobody_speaks_of_ends_by_itself(app: TestApp) {
        let (admin, member) = (app.admin().await, app.member().await);
        let desk = provide(&admin, "Desk", DeliveryKind::CloudDesktop, |_, _| {}).await;
        let (agent, _orders) = screens(&app, "h1").await;
        let session = launch(&member, desk).await.unwrap();
        app.set(|settings| settings.heartbeat_seconds = 5).await;
        app.sql(format!("UPDATE sessions SET started_at = {}", now().plus_seconds(-91).millis())).await;
        let over = async || member.show(session).await.ok().filter(|detail| detail.session.phase == Phase::Over);
        let detail = eventually("the session to end", Duration::from_secs(40), over).await;
        assert_eq!((detail.session.end_reason, detail.session.ended_how), (Some(EndReason::LaunchFailed), Some(EndedHow::Abnormal)));
        let events = super::session::events(&member, session).await;
        assert!(events.last().unwrap().detail.as_deref().is_some_and(|why| why.contains("did not say")), "{events:?}");
        // It had started after all: what lives is not hidden.
        agent.report(vec![screen(session, Status::Disconnected, false)]).await;
        assert_eq!(member.show(session).await.unwrap().session.status, Status::Disconnected);
    }

    async fn what_the_agent_says_of_a_failed_start_is_shown(app: TestApp) {
        let (admin, member) = (app.admin().await, app.member().await);
        let (agent, _orders) = screens(&app, "h1").await;
        for (kind, status, phase) in [
            (DeliveryKind::AppStream, Status::Error, Phase::Over),
            (DeliveryKind::CloudDelivery, Status::Error, Phase::Idle),
            (DeliveryKind::CloudDesktop, Status::Closed, Phase::Over),
        ] {
            let id = provide(&admin, kind.as_str(), kind, |_, _| {}).await;
            let session = launch(&member, id).await.unwrap();
            let Observation::Status(seen) = screen(session, status, false) else { unreachable!() };
            let failed = StatusSeen { end_reason: Some(EndReason::LaunchFailed), detail: Some("no such program".to_owned()), ..seen };
            agent.report(vec![Observation::Status(failed)]).await;
            let row = member.show(session).await.unwrap().session;
            assert_eq!((row.status, row.phase), (status, phase), "{kind}");
            let events = super::session::events(&member, session).await;
            assert_eq!(events.last().unwrap().detail.as_deref(), Some("no such program"));
            launch(&member, id).await.unwrap();
        }
    }

    async fn who_is_connected_is_what_the_agent_says(app: TestApp) {
        let (admin, member) = (app.admin().await, app.member().await);
        let tab = provide(&admin, "Tab", DeliveryKind::CloudDelivery, |resource, _| resource.valid_hours = Some(1)).await;
        let (agent, mut orders) = screens(&app, "h1").await;
        let session = launch(&member, tab).await.unwrap();
        let until = next_start(&mut orders).await.valid_until.unwrap();
        assert!((3590..=3600).contains(&until.seconds_since(now())), "{until}");
        let row = async || member.show(session).await.unwrap().session;
        for (connected, events) in [(false, 2), (true, 3), (true, 3), (false, 4)] {
            agent.report(vec![screen(session, Status::Active, connected)]).await;
            let row = row().await;
            assert_eq!((row.status, row.connected, row.valid_until), (Status::Active, connected, Some(until)));
            assert_eq!(super::session::events(&member, session).await.len(), events);
        }
        assert!(row().await.last_activity_at.is_some());
        // Its time is over: the agent is told, and its word counts as that.
        app.sql(format!("UPDATE sessions SET valid_until = {}", now().plus_seconds(-4).millis())).await;
        let command = told(&mut orders, Verb::Expire).await;
        assert_eq!(command.requested_by, None);
        agent.obey(&command, deskwarden_types::CommandOutcome::Killed, Status::Expired).await;
        let row = row().await;
        assert_eq!((row.status, row.end_reason, row.ended_how), (Status::Expired, Some(EndReason::Expired), Some(EndedHow::Normal)));
    }

    async fn a_streamed_app_that_nobody_is_connected_to_ends_by_policy(app: TestApp) {
        let (admin, member) = (app.admin().await, app.member().await);
        let stream = provide(&admin, "Stream", DeliveryKind::AppStream, |_, _| {}).await;
        let (agent, mut orders) = screens(&app, "h1").await;
        app.set(|settings| settings.disconnected_minutes = 2).await;
        let session = launch(&member, stream).await.unwrap();
        agent.report(vec![screen(session, Status::Active, true)]).await;
        agent.report(vec![screen(session, Status::PoorNetwork, false)]).await;
        let row = member.show(session).await.unwrap().session;
        assert_eq!((row.status, row.connected), (Status::PoorNetwork, false));
        app.sql(format!("UPDATE sessions SET last_activity_at = {}", now().plus_seconds(-121).millis())).await;
        let command = told(&mut orders, Verb::Kill).await;
        assert!(command.requested_by.is_none() && command.reason.as_deref().is_some_and(|why| why.contains("2 min")), "{command:?}");
        agent.obey(&command, deskwarden_types::CommandOutcome::Killed, Status::Killed).await;
        let row = member.show(session).await.unwrap().session;
        assert_eq!((row.status, row.end_reason, row.ended_how), (Status::Ended, Some(EndReason::IdleTimeout), Some(EndedHow::Normal)));
        // An admin's kill is still an admin's.
        let session = launch(&member, stream).await.unwrap();
        agent.report(vec![screen(session, Status::Active, true)]).await;
        admin.act(session, Verb::Kill).await.unwrap();
        let command = told(&mut orders, Verb::Kill).await;
        agent.obey(&command, deskwarden_types::CommandOutcome::Killed, Status::Killed).await;
        assert_eq!(member.show(session).await.unwrap().session.status, Status::Killed);
    }
}
