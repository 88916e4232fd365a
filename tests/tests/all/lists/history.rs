//! What history has kept for long enough is found by the index of ends, however much there is.

use deskwarden_store::{Scope, retention, sessions};
use deskwarden_tests::Database;

use super::{
    plans::{is_full, show},
    seed::{NOW, Seed},
};

/// The first portion, what is counted before a setting is changed, and both where nothing is due.
pub async fn what_is_due_is_found_by_its_end(kind: Database, seed: &Seed) {
    // Every third session has a command that is done.
    let commands = "INSERT INTO commands (tenant_id, session_id, verb, state, first_warning_seconds, \
        second_warning_seconds, created_at, effective_by, deadline, finished_at) \
        SELECT tenant_id, id, 4, 4, 0, 0, 1, 1, 1, 1 FROM sessions WHERE id % 3 = 0";
    seed.run(commands.to_owned()).await;
    if kind == Database::Postgres {
        seed.run("ANALYZE commands".to_owned()).await;
    }
    for days in [400, 3650] {
        let work = move |scope: &mut Scope<'_>| {
            sessions::explained(scope, |scope| {
                Ok((retention::oldest(scope, days)?, retention::preview(scope, Some(days))?.sessions))
            })
        };
        let ((oldest, total), statements) = seed.store.read_long(seed.tenant, NOW, work).await.unwrap();
        assert_eq!((oldest.is_empty(), total.count == 0), (days == 3650, days == 3650), "{days}: {total:?}");
        assert_eq!(statements.len(), 2, "{statements:#?}");
        for one in &statements {
            let by_end = one.plan.iter().any(|line| line.contains("sessions_ended"));
            let scans = |line: &String| line.contains("Seq Scan") || line.starts_with("SCAN");
            // What is counted stands in a part of its statement.
            let part = |line: &&String| !line.starts_with("SCAN due");
            assert!(by_end && !is_full(kind, one), "{}", show(one));
            assert!(!one.plan.iter().filter(part).any(scans), "{}", show(one));
            // The oldest come first by the index: nothing is put in order.
            assert!(
                !one.plan.iter().any(|line| line.contains("Sort") || line.contains("TEMP B-TREE")),
                "{}",
                show(one)
            );
        }
    }
    seed.run("DELETE FROM commands".to_owned()).await;
}
