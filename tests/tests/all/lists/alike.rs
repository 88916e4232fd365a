//! Sessions of many people and devices that are called alike: none is passed over between one page and the next.

use deskwarden_domain::list::Sort;
use deskwarden_store::{
    Scope,
    sessions::{self, Cursor},
};
use deskwarden_tests::Database;
use deskwarden_types::ListState;

use super::{
    plans::selection,
    seed::{NOW, OWNER, Seed},
};

/// Fewer than there are devices of the name.
const PAGE: u32 = 50;
const PAGES: usize = 6;

const USERS: &str = "(SELECT id FROM users WHERE username_folded LIKE '%tanaka%' OR display_name_folded LIKE '%tanaka%' \
    OR email_folded LIKE '%tanaka%')";
const DEVICES: &str = "(SELECT id FROM devices WHERE name_folded LIKE '%tanaka%')";

/// The ids of the sessions, by a statement of our own, newest first.
async fn expected(kind: Database, seed: &Seed) -> Vec<i64> {
    let list = match kind {
        Database::Sqlite => "GROUP_CONCAT(id)",
        Database::Postgres => "STRING_AGG(id::text, ',')",
    };
    let sql = format!("SELECT {list} AS t FROM sessions WHERE user_id IN {USERS} OR device_id IN {DEVICES}");
    let mut ids: Vec<i64> = seed.text(sql).await.split(',').map(|id| id.parse().unwrap()).collect();
    ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    ids
}

pub async fn pages_of_many_values_are_whole(kind: Database, seed: &Seed) {
    let mut expected = expected(kind, seed).await;
    for sort in ["-id", "id"] {
        let (asked, order): (_, Sort) = (selection("tanaka", ListState::All, None), sort.parse().unwrap());
        let work = move |scope: &mut Scope<'_>| {
            sessions::explained(scope, |scope| {
                let (mut ids, mut cursor) = (Vec::new(), None::<Cursor>);
                for _ in 0..PAGES {
                    let page = sessions::list(scope, &OWNER, &asked, &order, cursor.as_ref(), PAGE)?;
                    ids.extend(page.items.iter().map(|session| session.id.0));
                    cursor = page.next;
                    if cursor.is_none() {
                        break;
                    }
                }
                Ok(ids)
            })
        };
        let (ids, statements) = seed.store.read_long(seed.tenant, NOW, work).await.unwrap();
        let of_each = statements.iter().filter(|one| one.sql.starts_with("SELECT v.id, (SELECT s.id FROM")).count();
        let pages = ids.len() / PAGE as usize;
        assert!(pages > 0 && of_each >= pages, "the first of each is asked for {of_each} times on {pages} pages");
        assert_eq!(ids, expected[..expected.len().min(PAGE as usize * PAGES)], "{sort}");
        expected.reverse();
    }
}

/// Each device has one session, and nobody is called so: a page ends with the first one of a device.
pub async fn pages_of_many_values_are_full(kind: Database, seed: &Seed) {
    for statement in [
        format!(
            "UPDATE sessions SET user_id = (SELECT MIN(id) FROM users WHERE id NOT IN {USERS}) WHERE user_id IN {USERS}"
        ),
        "UPDATE sessions SET device_id = NULL".to_owned(),
        format!(
            "UPDATE sessions SET device_id = d.id FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM devices \
             WHERE id IN {DEVICES}) d, (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM sessions) z \
             WHERE z.n = d.n * 700 AND z.id = sessions.id"
        ),
    ] {
        seed.run(statement).await;
    }
    pages_of_many_values_are_whole(kind, seed).await;
}
