//! A machine with a real systemd: logins through logind, and the agent in its unit with what that leaves of root's powers.

mod machine;

use std::time::Duration;

use deskwarden_tests::{Database, Display, TestApp, eventually};
use deskwarden_types::{
    DeliveryKind, EndReason, SessionId, Source, Status, Verb,
    api::{CreateEnrolmentCode, MakeViewerPassword, NewViewerPassword, ShowMySeats},
};
use machine::Machine;

use crate::{api::start::provide, gate::viewer::Viewer};

const PATIENCE: Duration = Duration::from_secs(60);

/// The newest session that logind told of and that lives.
async fn login(app: &TestApp) -> SessionId {
    let newest =
        format!("SELECT COALESCE(MAX(id), 0) FROM sessions WHERE source = {} AND phase < 5", Source::Logind.code());
    let found = eventually("a login", PATIENCE, async || {
        let id = app.number(&newest).await;
        (id > 0).then_some(SessionId(id))
    });
    found.await
}

async fn ended(app: &TestApp, session: SessionId) -> EndReason {
    let manager = app.manager().await;
    eventually("the end of the login", PATIENCE, async || {
        let row = manager.show(session).await.unwrap().session;
        row.end_reason.filter(|_| row.status == Status::Ended)
    })
    .await
}

#[test]
fn logins_are_found_ended_and_gone_and_the_unit_has_what_the_agent_needs() {
    deskwarden_tests::run(Database::Sqlite, async |app: TestApp| {
        let code = app.owner().await.get::<CreateEnrolmentCode>().await.unwrap().code;
        let machine = Machine::boot(&app.server.url(), &code);
        let connected = eventually("the agent of the machine", PATIENCE, async || {
            let status = String::from_utf8(machine.agent(&["status"]).stdout).unwrap();
            status.contains("connection: connected").then_some(status)
        });
        let status = connected.await;
        println!("{status}");
        for line in [
            "screens:    yes: ready",
            "logins:     yes: 0 on this host now",
            "gate:       yes: native viewers come in at 127.0.0.1:",
            "seats:      0 of 5 in use",
            "/my",
        ] {
            assert!(status.contains(line), "{line} is not in:\n{status}\n{}", machine.log());
        }
        let manager = app.manager().await;

        let mut ssh = machine.ssh();
        let session = login(&app).await;
        let row = manager.show(session).await.unwrap().session;
        assert_eq!(
            (row.status, row.server.as_deref(), row.ip.as_deref()),
            (Status::Active, Some("sshd"), Some("127.0.0.1"))
        );
        assert!(row.user.username.starts_with("root@"), "{}", row.user.username);
        assert_eq!(manager.get::<ShowMySeats>().await.unwrap().count.in_use, 0);
        manager.act(session, Verb::End).await.unwrap();
        eventually("the end of ssh", PATIENCE, async || ssh.ended()).await;
        assert_eq!(ended(&app, session).await, EndReason::AdminEnd);

        let mut ssh = machine.ssh();
        let second = login(&app).await;
        assert_ne!(second, session);
        ssh.kill9();
        assert_eq!(ended(&app, second).await, EndReason::Logout);

        // A desktop, with nothing but the powers that the unit leaves.
        let pc = provide(&app.admin().await, "Office PC", DeliveryKind::RemoteAccess, |_, _| {}).await;
        let member = app.member().await;
        let made = member.send::<MakeViewerPassword>(NewViewerPassword { resource_id: pc }).await.unwrap();
        let display = Display::start().await;
        let viewer = Viewer::open(&display, &made);
        viewer.shows(&display, "Office PC").await;
        let holder = member.get::<ShowMySeats>().await.unwrap().own.remove(0);
        manager.act(holder.session_id, Verb::End).await.unwrap();
        assert_eq!(ended(&app, holder.session_id).await, EndReason::AdminEnd);
    });
}
