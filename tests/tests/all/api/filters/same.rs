//! Every filter finds the same in both databases and in memory.

use std::collections::BTreeSet;

use deskwarden_domain::list::{Context, Selection, Subject};
use deskwarden_store::sessions::{self, Viewer};
use deskwarden_tests::{Random, TestApp, on_both};
use deskwarden_types::{Counting, Role, SessionId, Timestamp, UserId, api::SessionSelection};

use super::{data, made};

/// Filters that are tried.
const FILTERS: usize = 1_500;

/// What a filter of these parts finds: in the database, counted there, and in memory.
struct Found {
    database: BTreeSet<SessionId>,
    counted: i64,
    memory: BTreeSet<SessionId>,
}

async fn find(
    app: &TestApp,
    rows: &sessions::Changes,
    viewer: Viewer,
    asked: &SessionSelection,
    now: Timestamp,
) -> Found {
    let selection = Selection::read(asked).unwrap_or_else(|error| panic!("{asked:?}: {error:?}"));
    let context = Context { me: viewer.user, now, zone: &rows.zone };
    let memory = rows.rows.iter().filter(|row| {
        let session = &row.loaded.session;
        let visible = viewer.role != Role::Member || session.user.id == viewer.user;
        visible && selection.matches(&Subject { session, groups: &row.groups }, &context)
    });
    let memory = memory.map(|row| row.loaded.session.id).collect();
    let (shown, read) = (format!("{asked:?}"), selection);
    let asked = app.store.read(app.id, now, move |scope| {
        let total = sessions::count(scope, &viewer, &read, Counting::Exact)?;
        Ok((sessions::matching_ids(scope, &viewer, &read, 10_000)?, total))
    });
    let (ids, total) = asked.await.unwrap_or_else(|error| panic!("{shown}: {error}"));
    Found { database: ids.into_iter().collect(), counted: total.unwrap().count, memory }
}

on_both! {
    async fn sql_and_memory_find_the_same(app: TestApp) {
        let now: Timestamp = "2026-11-21T14:30:00.250Z".parse().unwrap();
        // Its jobs would change the rows: what is filled in is of some day.
        let mut app = app;
        app.server.stop().await;
        data::fill(&app, now).await;
        let rows = app.store.read(app.id, now, |scope| sessions::changes(scope, 0, 10_000)).await.unwrap();
        assert_eq!(rows.rows.len() as i64, data::SESSIONS);
        let mut random = Random::new(3);
        let (mut nothing, mut everything) = (0, 0);
        for round in 0..FILTERS {
            let asked = made::selection(&mut random, now);
            let user = UserId(data::FIRST + random.below(data::NAMES.len() as u64) as i64);
            let role = if random.below(8) == 0 { Role::Member } else { Role::Support };
            let found = find(&app, &rows, Viewer { user, role }, &asked, now).await;
            let wrong: Vec<_> = found.database.symmetric_difference(&found.memory).collect();
            assert!(
                wrong.is_empty(),
                "{asked:?} by {user} ({role}), round {round}: in the database {:?}, in memory {:?}",
                found.database.difference(&found.memory).collect::<Vec<_>>(),
                found.memory.difference(&found.database).collect::<Vec<_>>()
            );
            assert_eq!(found.counted, found.memory.len() as i64, "{asked:?}");
            nothing += usize::from(found.memory.is_empty());
            everything += usize::from(found.memory.len() as i64 == data::SESSIONS);
        }
        // A test over filters that find nothing would say little.
        assert!(nothing < FILTERS / 2 && everything < FILTERS / 4, "{nothing} {everything}");
    }
}
