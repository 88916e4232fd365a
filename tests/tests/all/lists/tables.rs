//! A page of a table: the rows of the list in its order, with the cells of a file.

use std::collections::HashMap;

use deskwarden_domain::list::{DEFINITIONS, Sort};
use deskwarden_store::{
    Scope,
    exports::{self, Cells, Scan, Sheet},
    sessions::{self, Asked},
};
use deskwarden_types::{ListState, SessionField};

use super::{
    plans::selection,
    seed::{NOW, OWNER, Seed},
};

/// Rows of a page here.
const PAGE: u32 = 40;

fn write(text: &str, cell: &mut Vec<u8>) {
    cell.extend_from_slice(text.as_bytes());
}

/// The rows of a sheet, each cell as text.
fn cells(sheet: &Sheet, columns: usize) -> Vec<Vec<String>> {
    let one = |column: usize, row: usize| match sheet.cells(column).unwrap() {
        Cells::Numbers(numbers) => numbers[row].to_string(),
        Cells::Statuses(kinds, statuses) => format!("{}/{}", kinds[row], statuses[row]),
        Cells::Texts(texts) => String::from_utf8(texts.get(row).to_vec()).unwrap(),
    };
    (0..sheet.len()).map(|row| (0..columns).map(|column| one(column, row)).collect()).collect()
}

/// Every column of all sessions, by their ids, as a file has them.
async fn file(seed: &Seed, fields: Vec<SessionField>) -> HashMap<i64, Vec<String>> {
    let read = move |scope: &mut Scope<'_>| {
        let all = selection("", ListState::All, None);
        let (mut scan, mut sheet) = (Scan::new(&fields, OWNER, all), Sheet::new(&fields, write));
        let mut found = HashMap::new();
        loop {
            let mut rows = scan.read(scope)?;
            let is_last = rows.is_last();
            sheet.fill(scope, &mut rows)?;
            found.extend(cells(&sheet, fields.len()).into_iter().map(|row| (row[0].parse().unwrap(), row)));
            if is_last {
                return Ok(found);
            }
        }
    };
    seed.store.read_long(seed.tenant, NOW, read).await.unwrap()
}

/// In every order that has an index, both ways, from page to page.
pub async fn tables_have_what_lists_and_files_have(seed: &Seed) {
    let columns = DEFINITIONS.iter().filter(|one| one.column && one.field != SessionField::Id).map(|one| one.field);
    let fields: Vec<SessionField> = [SessionField::Id].into_iter().chain(columns).collect();
    let file = file(seed, fields.clone()).await;
    assert!(file.len() > 50_000, "{}", file.len());
    for sort in ["id", "-username", "name", "-email", "app", "-status", "started_at", "-valid_until", "ended_at"] {
        let (order, fields): (Sort, _) = (sort.parse().unwrap(), fields.clone());
        let read = move |scope: &mut Scope<'_>| {
            let asked = selection("-app:zzqx", ListState::All, None);
            let mut cursor = None;
            let mut pages = Vec::new();
            for _ in 0..3 {
                let list = sessions::list(scope, &OWNER, &asked, &order, cursor.as_ref(), PAGE)?;
                let place = Asked { selection: &asked, sort: &order, cursor: cursor.as_ref(), limit: PAGE };
                let table = exports::page(scope, &OWNER, place, &fields, write)?;
                assert_eq!((&table.next, &table.prev, table.revision), (&list.next, &list.prev, list.revision));
                let ids: Vec<i64> = list.items.iter().map(|session| session.id.0).collect();
                pages.push((ids, cells(&table.sheet, fields.len())));
                cursor = list.next;
            }
            Ok(pages)
        };
        for (ids, rows) in seed.store.look(seed.tenant, NOW, read).await.unwrap() {
            assert_eq!(ids.len(), PAGE as usize, "{sort}");
            let expected: Vec<&Vec<String>> = ids.iter().map(|id| &file[id]).collect();
            assert!(rows.iter().eq(expected.iter().copied()), "{sort}\n{rows:?}\n{expected:?}");
        }
    }
}
