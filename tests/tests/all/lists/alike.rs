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

/// Fewer than there are people or devices of the name.
const PAGE: u32 = 20;
const PAGES: usize = 12;

/// The ids of the sessions, by a statement of our own, newest first.
async fn expected(kind: Database, seed: &Seed) -> Vec<i64> {
    let named = |table: &str, columns: &[&str]| {
        let any: Vec<String> = columns.iter().map(|column| format!("{column}_folded LIKE '%tanaka%'")).collect();
        format!("(SELECT id FROM {table} WHERE {})", any.join(" OR "))
    };
    let (users, devices) = (named("users", &["username", "display_name", "email"]), named("devices", &["name"]));
    let list = match kind {
        Database::Sqlite => "GROUP_CONCAT(id)",
        Database::Postgres => "STRING_AGG(id::text, ',')",
    };
    let sql = format!("SELECT {list} AS t FROM sessions WHERE user_id IN {users} OR device_id IN {devices}");
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
                }
                Ok(ids)
            })
        };
        let (ids, statements) = seed.store.read_long(seed.tenant, NOW, work).await.unwrap();
        let of_each = statements.iter().filter(|one| one.sql.starts_with("SELECT v.id, (SELECT s.id FROM")).count();
        assert!(of_each >= 2 * PAGES, "the first session of each is asked for, of people and of devices: {of_each}");
        assert_eq!(ids.len(), PAGE as usize * PAGES);
        assert_eq!(ids, expected[..ids.len()], "{sort}");
        expected.reverse();
    }
}
