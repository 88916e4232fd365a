//! What a file is made of: every session that fits, once, newest first, by statements that look at few of them at a time.

use deskwarden_store::{
    Scope,
    exports::{Cells, Scan, Sheet},
    sessions,
};
use deskwarden_tests::Database;
use deskwarden_types::{ListState, SessionField, api::SessionSelection};

use super::{
    plans::{is_full, selection, show},
    seed::{NOW, OWNER, Seed},
};

/// More than any list here has.
const ALL: u32 = 200_000;
/// Pages of a file in which nothing is found; beyond it, it would have no end.
const MOST_PAGES: usize = 1_000;

/// The ids in a file, with its statements looked at.
async fn file(kind: Database, seed: &Seed, asked: &deskwarden_domain::list::Selection) -> Vec<i64> {
    let mut scan = Scan::new(&[SessionField::Id], OWNER, asked.clone());
    let read = move |scope: &mut Scope<'_>| {
        let mut sheet = Sheet::new(&[SessionField::Id], |text, cell| cell.extend_from_slice(text.as_bytes()));
        let mut ids = Vec::new();
        let all = |scope: &mut Scope<'_>| {
            for _ in 0..MOST_PAGES {
                let mut rows = scan.read(scope)?;
                let is_last = rows.is_last();
                sheet.fill(scope, &mut rows)?;
                if let Some(Cells::Numbers(numbers)) = sheet.cells(0) {
                    ids.extend_from_slice(numbers);
                }
                if is_last {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let (ended, statements) = sessions::explained(scope, all)?;
        Ok((ended, ids, statements))
    };
    let (ended, ids, statements) = seed.store.read_long(seed.tenant, NOW, read).await.unwrap();
    assert!(ended, "{asked:?} has no end");
    for one in &statements {
        assert!(!is_full(kind, one), "{asked:?}\n{}", show(one));
    }
    ids
}

/// The same ids as a list of all of them would have.
pub async fn files_have_what_the_list_has(kind: Database, seed: &Seed) {
    // An app of a quarter of all sessions, which nothing tells beforehand.
    let often =
        "UPDATE sessions SET resource_id = (SELECT MIN(id) FROM resources WHERE name LIKE 'R%') WHERE id % 4 = 1";
    seed.run(often.to_owned()).await;
    // Told late: they began long before those with ids like theirs.
    let late = format!("UPDATE sessions SET started_at = started_at - {} WHERE id % 5000 = 3011", 120 * 86_400_000_i64);
    seed.run(late).await;
    let at = "2026-05-01T00:00:00Z".parse::<deskwarden_types::Timestamp>().unwrap().millis();
    let hour = at / 3_600_000;
    let running = format!(
        "SELECT CAST(COUNT(*) AS TEXT) AS t FROM sessions WHERE started_at < {at} AND ended_at > {at} AND id > \
         (SELECT MAX(last_id) FROM session_hours WHERE hour >= {} AND hour < {})",
        hour - 16,
        hour + 24
    );
    assert_ne!(seed.text(running).await, "0");
    let app: String = {
        let name = "SELECT name AS t FROM resources WHERE id = (SELECT MIN(id) FROM resources WHERE name LIKE 'R%')";
        seed.text(name).await
    };
    let often = format!("app:\"{app}\"");
    let ranged = |from: &str, to: &str, q: &str| {
        let asked = SessionSelection {
            q: Some(q.to_owned()),
            from: Some(from.to_owned()),
            to: Some(to.to_owned()).filter(|to| !to.is_empty()),
            ..Default::default()
        };
        deskwarden_domain::list::Selection::read(&asked).unwrap()
    };
    let mut longest = 0;
    for asked in [
        selection("", ListState::All, None),
        selection("", ListState::Current, None),
        selection("", ListState::Historical, None),
        selection(&often, ListState::All, None),
        selection("tanaka", ListState::All, None),
        selection("jo -status:closed", ListState::All, None),
        // Few, and no index leads to them.
        selection("duration>600h -connected:yes", ListState::All, None),
        selection("end_reason:lost", ListState::All, None),
        selection("zzqx", ListState::All, None),
        selection("", ListState::All, Some("2026-11-01")),
        selection("", ListState::All, Some("2026-11-17T18:00:00Z")),
        selection("", ListState::All, Some("2100-01-01")),
        ranged("2026-05-01", "2026-05-02", ""),
        ranged("2026-05-01T10:00:00Z", "2026-05-01T10:05:00Z", ""),
        ranged("2026-01-01", "2026-07-01", &often),
        ranged("2001-01-01", "2001-02-01", ""),
        selection("started_at>=2026-06-01 started_at<2026-06-03", ListState::All, None),
    ] {
        let found = file(kind, seed, &asked).await;
        let of = asked.clone();
        let list = move |scope: &mut Scope<'_>| sessions::matching_ids(scope, &OWNER, &of, ALL);
        let list = seed.store.read_long(seed.tenant, NOW, list).await.unwrap();
        let list: Vec<i64> = list.into_iter().map(|id| id.0).collect();
        assert!(found == list, "{asked:?}: {} in the file, {} in the list", found.len(), list.len());
        longest = longest.max(found.len());
    }
    assert_eq!(longest, 100_000);
}
