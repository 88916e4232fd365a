//! What history has kept for long enough is found by the index of ends, however much there is.

use deskwarden_domain::{kept_since, list::Selection};
use deskwarden_store::{
    Scope,
    exports::{Cells, Scan, Sheet},
    retention, sessions,
};
use deskwarden_tests::Database;
use deskwarden_types::{Counting, ListState, SessionField, api::SessionSelection};

use super::{
    plans::{is_full, selection, show},
    seed::{NOW, OWNER, Seed},
};

/// The first portion, what is counted before a setting is changed, and both where nothing is due.
pub async fn what_is_due_is_found_by_its_end(kind: Database, seed: &Seed) {
    // Every third session has a command that is done.
    let commands = "INSERT INTO commands (tenant_id, session_id, verb, state, first_warning_seconds, \
        second_warning_seconds, created_at, effective_by, deadline, finished_at) \
        SELECT tenant_id, id, 4, 4, 0, 0, 1, 1, 1, 1 FROM sessions WHERE id % 3 = 0";
    seed.run(commands.to_owned()).await;
    seed.analyze("commands").await;
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

/// The next page of a file, and whether it is the last one.
async fn page(seed: &Seed, mut scan: Scan) -> (Scan, Vec<i64>, bool) {
    let read = move |scope: &mut Scope<'_>| {
        let mut sheet = Sheet::new(&[SessionField::Id], |text, cell| cell.extend_from_slice(text.as_bytes()));
        let mut rows = scan.read(scope)?;
        let is_last = rows.is_last();
        sheet.fill(scope, &mut rows)?;
        let ids = match sheet.cells(0) {
            Some(Cells::Numbers(numbers)) => numbers.to_vec(),
            _ => Vec::new(),
        };
        Ok((scan, ids, is_last))
    };
    seed.store.read_long(seed.tenant, NOW, read).await.unwrap()
}

async fn listed(seed: &Seed, asked: &Selection) -> Vec<i64> {
    let asked = asked.clone();
    let list = move |scope: &mut Scope<'_>| sessions::matching_ids(scope, &OWNER, &asked, 200_000);
    seed.store.read_long(seed.tenant, NOW, list).await.unwrap().into_iter().map(|id| id.0).collect()
}

/// What has gone is not in it, and all else is. Nor do ranges of time stumble over hours of which nothing is left.
pub async fn a_file_goes_on_while_history_is_deleted(seed: &Seed) {
    const DAYS: u32 = 540;
    let asked = selection("", ListState::All, None);
    let before = listed(seed, &asked).await.len();
    let scan = Scan::new(&[SessionField::Id], OWNER, asked.clone());
    let (mut scan, mut file, mut is_last) = page(seed, scan).await;
    assert!(!is_last);
    seed.run(format!("UPDATE tenants SET history_days = {DAYS}")).await;
    let deleted = retention::run(&seed.store, "one", || NOW).await.unwrap();
    assert!(deleted > 200, "{deleted}");
    while !is_last {
        let (next, ids, last) = page(seed, scan).await;
        file.extend(ids);
        (scan, is_last) = (next, last);
    }
    assert_eq!(file.len(), before - deleted);
    assert!(file == listed(seed, &asked).await);

    let range = SessionSelection {
        from: Some(NOW.plus_seconds(-560 * 86_400).to_string()),
        to: Some(kept_since(DAYS, NOW).to_string()),
        state: Some(ListState::All),
        ..Default::default()
    };
    let range = Selection::read(&range).unwrap();
    let left = listed(seed, &range).await;
    let count = {
        let range = range.clone();
        let count = move |scope: &mut Scope<'_>| sessions::count(scope, &OWNER, &range, Counting::Exact);
        seed.store.read_long(seed.tenant, NOW, count).await.unwrap()
    };
    assert_eq!(count.map(|total| total.count), Some(left.len() as i64));
    let (mut scan, mut file, mut is_last) = page(seed, Scan::new(&[SessionField::Id], OWNER, range)).await;
    while !is_last {
        let (next, ids, last) = page(seed, scan).await;
        file.extend(ids);
        (scan, is_last) = (next, last);
    }
    assert_eq!(file, left);
}
