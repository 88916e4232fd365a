//! PostgreSQL goes away for a moment: every connection is cut, those on which servers listen to each other too.

use std::{fs, time::Duration};

use deskwarden_client::Client;
use deskwarden_tests::{Database, Server, TestApp, eventually, run};
use deskwarden_types::{
    ErrorCode, NoArgs, Status,
    api::{Alive, FollowSessions, LiveEvent, Ready, SessionQuery},
};
use futures_util::{StreamExt, future::join_all};

/// More than a server needs, and far less than one that gathers errors without an end.
const MOST_KIB: u64 = 300 * 1024;

const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

fn resident_kib(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn two_servers_hear_of_each_other_again() {
    run(Database::Postgres, async |app: TestApp| {
        app.server.expect_errors();
        let second = Server::start(app.server.options().clone()).await;
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        for _ in 0..5 {
            app.sql(CUT).await;
        }
        let reads = async || manager.show(session).await.ok();
        eventually("the first server to read again", Duration::from_secs(15), reads).await;

        let there = Client::new(second.url()).with_token(manager.token().unwrap());
        let mut feed = Box::pin(there.stream::<FollowSessions>(NoArgs {}, SessionQuery::default(), None));
        let heard = async || {
            // Told to the first server; the second can only know it from the database's channel.
            agent.seen(session, &[Status::Stopped, Status::Running]).await;
            let change = async {
                while let Some(event) = feed.next().await {
                    if let Ok(LiveEvent::Changes { changed, .. }) = event {
                        return changed.iter().any(|row| row.id == session);
                    }
                }
                false
            };
            tokio::time::timeout(Duration::from_secs(3), change).await.unwrap_or(false).then_some(())
        };
        eventually("the second server to hear of the first", Duration::from_secs(20), heard).await;
        for server in [&app.server, &second] {
            assert!(resident_kib(server) < MOST_KIB, "{} KiB", resident_kib(server));
        }
    });
}

#[test]
fn everybody_is_told_that_the_database_is_gone_and_works_on_when_it_is_back() {
    run(Database::Postgres, async |app: TestApp| {
        app.server.expect_errors();
        let (manager, nobody) = (app.manager().await, app.nobody());
        let list = async || manager.list(SessionQuery::default()).await;
        assert!(list().await.is_ok() && nobody.get::<Alive>().await.unwrap().database);
        app.database.shut();
        let told = async || (list().await.err()?.code()? == ErrorCode::StorageUnavailable).then_some(());
        eventually("the list to say that the database is gone", Duration::from_secs(15), told).await;
        // More than there are connections: none of them says that there is too much to do.
        for refused in join_all((0..40).map(|_| list())).await {
            assert_eq!(refused.unwrap_err().code(), Some(ErrorCode::StorageUnavailable));
        }
        assert_eq!(nobody.get::<Ready>().await.unwrap_err().code(), Some(ErrorCode::StorageUnavailable));
        assert!(!nobody.get::<Alive>().await.unwrap().database);
        app.database.open_again();
        let back = async || list().await.ok();
        eventually("the list to come again", Duration::from_secs(15), back).await;
        assert!(nobody.get::<Alive>().await.unwrap().database);
    });
}
