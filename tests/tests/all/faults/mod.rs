//! Server and clients are killed at random points while they write; then the record of what was acknowledged is
//! compared with what is there: nothing is lost, nothing is doubled.
//!
//! 20 points unless `DESKWARDEN_FAULT_POINTS` says otherwise; `DESKWARDEN_FAULT_SEED` repeats a run.

mod agent;
mod clients;
mod connections_cut;
mod disk_full;

use std::time::Duration;

use deskwarden_tests::{Random, TestApp, on_both};
use deskwarden_types::{EventKind, api::VerifyAudit};

use crate::api::{audit, session::events};
use clients::{Admin, Host, Sessions};

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

on_both! {
    async fn nothing_acknowledged_is_lost_or_doubled(app: TestApp) {
        let mut app = app;
        app.server.expect_errors();
        let seed = number("DESKWARDEN_FAULT_SEED", deskwarden_tests::now().millis().unsigned_abs());
        println!("DESKWARDEN_FAULT_SEED={seed}");
        let mut random = Random::new(seed);
        let (member, manager, auditor) = (app.member().await, app.manager().await, app.auditor().await);
        let agent = app.agent("h1").await;
        let sessions = Sessions::default();
        let mut host = Host::new(&agent, &member.username, sessions.clone());
        let mut admin = Admin::new(&manager, sessions);
        let (mut servers_killed, mut clients_killed) = (0, 0);
        for _ in 0..number("DESKWARDEN_FAULT_POINTS", 20) {
            let delay = Duration::from_millis(random.below(150));
            let kills_server = random.below(3) > 0;
            // Leaving the branch drops the clients with whatever is on its way: they are as good as killed.
            tokio::select! {
                _ = futures_util::future::join(host.work(), admin.work()) => {}
                () = async {
                    tokio::time::sleep(delay).await;
                    if kills_server {
                        app.server.kill9();
                        // The clients notice.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                } => {}
            }
            if kills_server {
                app.server.start_again().await;
                servers_killed += 1;
            } else {
                clients_killed += 1;
            }
        }
        host.finish().await;
        admin.finish().await;
        println!("{servers_killed} servers and {clients_killed} clients killed, {} sessions launched", host.launched().len());
        compare(&app, &host, &admin, &manager).await;
        assert!(auditor.get::<VerifyAudit>().await.unwrap().whole);
        let issued = audit::all(&auditor).await.into_iter().filter(|entry| entry.action == deskwarden_types::AuditAction::CommandIssued);
        assert_eq!(issued.count(), admin.evicted().len(), "each command has its one audit entry");
    }
}

async fn compare(app: &TestApp, host: &Host<'_>, admin: &Admin<'_>, reader: &deskwarden_tests::Person) {
    assert!(!host.launched().is_empty(), "nothing was written between the kills");
    let count = i64::try_from(host.launched().len()).unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM sessions").await, count, "one session for each key");
    assert_eq!(app.number("SELECT taken_through FROM agents").await, host.acknowledged());
    for session in host.launched() {
        let timeline = events(reader, *session).await;
        let times = |kind| timeline.iter().filter(|event| event.kind == kind).count();
        assert_eq!(times(EventKind::Created), 1, "{session}: {timeline:?}");
        assert_eq!(times(EventKind::StatusChanged), clients::CHANGES, "{session}: {timeline:?}");
        let evicted = admin.evicted().contains_key(session);
        assert_eq!(times(EventKind::CommandQueued), usize::from(evicted), "{session}: {timeline:?}");
    }
    for (session, command) in admin.evicted() {
        let commands = reader.show(*session).await.unwrap().commands;
        let ids: Vec<_> = commands.iter().map(|command| command.id).collect();
        assert_eq!(ids, [*command], "{session}");
    }
}
