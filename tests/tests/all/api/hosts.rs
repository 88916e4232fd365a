//! `/api/v1/hosts` and `/agent/v1/enrol`.

use deskwarden_client::Client;
use deskwarden_tests::{TestApp, now, on_both};
use deskwarden_types::{
    AuditAction, ErrorCode, HostId, HostPath, NoArgs, NoBody,
    agent::{Enrol, EnrolAgent, Enrolled, Order},
    api::{CreateEnrolmentCode, Host, ListHosts, PageQuery, RevokeHost},
};

use super::refused;

async fn list(by: &Client) -> Vec<Host> {
    by.call::<ListHosts>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap().items
}

async fn enrol(app: &TestApp, code: &str) -> Result<Enrolled, deskwarden_client::ClientError> {
    let enrol = Enrol {
        code: code.to_owned(),
        host_name: "a host".parse().unwrap(),
        version: "9".to_owned(),
        simulated: false,
    };
    app.nobody().send::<EnrolAgent>(enrol).await
}

async fn revoke(by: &Client, id: HostId) -> Result<Host, deskwarden_client::ClientError> {
    by.call::<RevokeHost>(HostPath { id }, NoArgs {}, NoBody {}).await
}

on_both! {
    async fn a_code_is_good_once_however_it_is_typed(app: TestApp) {
        let (owner, auditor) = (app.owner().await, app.auditor().await);
        let code = owner.get_code().await;
        assert!(code.command.contains(&code.code) && code.command.contains(&app.server.url()), "{}", code.command);
        let typed = format!(" {} ", code.code.to_lowercase().replace('-', " "));
        let tries = (0..4).map(|_| enrol(&app, &typed));
        let done = futures_util::future::join_all(tries).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
        for spent in [code.code.as_str(), "", "0000-0000-0000-0000", "\0"] {
            assert_eq!(refused(enrol(&app, spent).await), ErrorCode::CodeNotValid, "{spent:?}");
        }
        let hosts = list(&owner).await;
        assert_eq!(hosts.len(), 1);
        assert_eq!((hosts[0].name.as_str(), hosts[0].agent.version.as_deref()), ("a host", Some("9")));
        super::audit::expect(&auditor, AuditAction::EnrolmentCodeCreated, 1).await;
        super::audit::expect(&auditor, AuditAction::AgentEnrolled, 1).await;
    }

    async fn a_code_expires(app: TestApp) {
        let code = app.owner().await.get_code().await;
        let lasts = code.expires_at.seconds_since(now());
        assert!((3500..=3600).contains(&lasts), "{lasts}");
        app.sql(format!("UPDATE enrolment_codes SET expires_at = {}", now().millis())).await;
        assert_eq!(refused(enrol(&app, &code.code).await), ErrorCode::CodeNotValid);
    }

    async fn revoking_closes_the_channel_and_the_key(app: TestApp) {
        let (owner, auditor, agent) = (app.owner().await, app.auditor().await, app.agent("h1").await);
        agent.hello().await;
        let mut orders = agent.orders();
        let connected = async || list(&owner).await[0].agent.connected.then_some(());
        // The channel opens when it is first read.
        let reading = tokio::spawn(async move { (orders.order().await, orders) });
        deskwarden_tests::eventually("the channel to be open", std::time::Duration::from_secs(5), connected).await;
        let host = revoke(&owner, agent.host).await.unwrap();
        assert!(host.agent.revoked_at.is_some() && !host.agent.connected);
        let (order, mut orders) = reading.await.unwrap();
        assert_eq!(order, Order::Revoked {});
        assert!(orders.next().await.is_none(), "the channel must end");
        assert_eq!(refused(agent.hello_as(|_| ()).await), ErrorCode::TokenRevoked);
        assert_eq!(refused(agent.ask("first-owner", "xterm").await), ErrorCode::TokenRevoked);
        let again = revoke(&owner, agent.host).await.unwrap();
        assert_eq!(again.agent.revoked_at, host.agent.revoked_at, "once revoked it stays so");
        super::audit::expect(&auditor, AuditAction::AgentRevoked, 1).await;
        assert_eq!(refused(revoke(&owner, HostId(999_999)).await), ErrorCode::NotFound);
    }

    async fn hosts_show_their_sessions_and_clock(app: TestApp) {
        let (owner, agent) = (app.owner().await, app.agent("h1").await);
        agent.hello_at(now().plus_seconds(3600)).await;
        agent.run(&owner.username, "xterm").await;
        let host = list(&owner).await.remove(0);
        assert_eq!(host.open_sessions, 1);
        let skew = host.agent.clock_skew_ms.unwrap();
        assert!((3_590_000..=3_610_000).contains(&skew), "{skew}");
        assert!(host.agent.seen_at.is_some_and(|at| now().seconds_since(at) < 20));
    }

    async fn an_agent_of_another_time_is_told_so(app: TestApp) {
        let agent = app.agent("h1").await;
        for protocol in [0, 2, u32::MAX] {
            assert_eq!(refused(agent.hello_as(|hello| hello.protocol = protocol).await), ErrorCode::UnsupportedVersion);
        }
    }

    async fn pages_show_every_host_once(app: TestApp) {
        let owner = app.owner().await;
        for name in ["b", "a", "A", "ä", "same", "same"] {
            app.agent(name).await;
        }
        // Such as a load of demo sessions leaves: no agent, so no list shows it, and no total counts it.
        let columns = "(tenant_id, name, name_folded, created_at)";
        app.sql(format!("INSERT INTO hosts {columns} SELECT id, 'no agent', 'no agent', 0 FROM tenants")).await;
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let query = PageQuery { limit: Some(2), cursor: cursor.take() };
            let page = owner.call::<ListHosts>(NoArgs {}, query, NoBody {}).await.unwrap();
            assert_eq!((page.total.count, page.total.exact), (6, true));
            seen.extend(page.items.into_iter().map(|host| host.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let whole: Vec<_> = list(&owner).await.into_iter().map(|host| host.id).collect();
        assert_eq!(seen, whole);
    }
}

trait GetCode {
    async fn get_code(&self) -> deskwarden_types::api::EnrolmentCode;
}

impl GetCode for deskwarden_tests::Person {
    async fn get_code(&self) -> deskwarden_types::api::EnrolmentCode {
        self.get::<CreateEnrolmentCode>().await.unwrap()
    }
}
