//! Every order gives every session once, in its order, page by page, in both directions.

use std::{cmp::Ordering, sync::Arc};

use deskwarden_domain::list::{
    Context, DEFINITIONS, Definition, Selection, Sort, SortKey, Sorting, Subject, Universal, Value, definition, fold,
};
use deskwarden_store::{
    Scope,
    sessions::{self, ChangedRow, Cursor},
};
use deskwarden_tests::{Database, Random};
use deskwarden_types::{
    Counting, ListState, SessionField, Timestamp,
    api::{Session, SessionSelection},
};

use super::seed::{NOW, OWNER, Seed};

/// A key as it is compared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
    Empty,
}

fn key(session: &Session, field: SessionField) -> Key {
    if field == SessionField::Duration {
        return Key::Number(session.ended_at.unwrap_or(NOW).millis() - session.started_at.millis());
    }
    if let (SessionField::Idle, Some(last), None) = (field, session.last_activity_at, session.ended_at) {
        return Key::Number(NOW.millis() - last.millis());
    }
    match (definition(field).value)(session, NOW) {
        Value::Empty => Key::Empty,
        Value::Text(text) => Key::Text(fold(text)),
        // As it is shown.
        Value::Word(_, code) => {
            let words = definition(field).coded_words();
            Key::Text(words.iter().find(|(known, ..)| *known == code).unwrap().2.to_lowercase())
        }
        Value::Id(number) | Value::Seconds(number) => Key::Number(number),
        Value::Time(time) => Key::Number(time.millis()),
        Value::YesNo(yes) => Key::Number(yes.into()),
        Value::Address(text) => Key::Bytes(match text.parse().unwrap() {
            std::net::IpAddr::V4(ip) => ip.octets().to_vec(),
            std::net::IpAddr::V6(ip) => ip.octets().to_vec(),
        }),
        Value::Names(_) => unreachable!("no list is sorted by it"),
    }
}

fn compare(a: &Session, b: &Session, keys: &[SortKey]) -> Ordering {
    let turned = |ordering: Ordering, descending| if descending { ordering.reverse() } else { ordering };
    let by_keys = keys.iter().fold(Ordering::Equal, |ordering, sort| {
        ordering.then_with(|| turned(key(a, sort.field).cmp(&key(b, sort.field)), sort.descending))
    });
    by_keys.then_with(|| turned(a.id.cmp(&b.id), keys.last().unwrap().descending))
}

fn selection(q: &str, state: ListState, from: Option<&str>, to: Option<&str>) -> Selection {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let asked = SessionSelection {
        q: Some(q.to_owned()),
        state: Some(state),
        from: text(from),
        to: text(to),
        ..Default::default()
    };
    Selection::read(&asked).unwrap()
}

/// Days before now, as a time.
fn days_ago(days: i64) -> String {
    Timestamp::from_millis(NOW.millis() - days * 86_400_000 + 1_234_567).to_string()
}

fn selections() -> Vec<(String, Selection)> {
    let all = ListState::All;
    let mut found = Vec::new();
    for q in [
        "",
        "status:error",
        "status:closed",
        "jo",
        "tanaka",
        "e",
        "zzqx",
        "198.19.0.1",
        "198.18",
        "2001:db8",
        "-jo",
        "jo -status:ended",
        "kind:remote_access",
        "kind:managed_app connected:yes",
        "trust:stale,offline_until",
        "ip:10.16.0.0/20",
        "10.16.0.0/20",
        "2001:db8::/32",
        "ip:none",
        "environment:none app~a",
        "duration>20h",
        "started_at>=2026-09-01 jo",
        "group~a status:error",
        "device~laptop",
        "host~node-001",
        "user:me",
        "phase:live",
        "-phase:over terminal:browser",
        "version~2.",
        "-version~2.",
        "version~zzqx",
        "version:none,7.0",
        "version~1 status:error",
        "server:\"tigervnc 1.15.0\",\"realvnc server 7.13.1\",unknown",
        "server~vnc -status:closed",
        "-server:none",
        "-version:none -server:none",
    ] {
        found.push((q.to_owned(), selection(q, all, None, None)));
    }
    for state in [ListState::Current, ListState::Historical] {
        found.push((format!("{state}"), selection("", state, None, None)));
        found.push((format!("{state} jo"), selection("jo", state, None, None)));
    }
    found.extend(ranges());
    found
}

/// Ranges of time.
fn ranges() -> Vec<(String, Selection)> {
    let (year, month, week) = (days_ago(365), days_ago(335), days_ago(9));
    let mut found = Vec::new();
    for (from, to) in [
        (Some(&week), None),
        (Some(&year), None),
        (Some(&year), Some(&month)),
        (None, Some(&year)),
        (Some(&year), Some(&year)),
    ] {
        for q in ["", "jo", "status:error", "started_at>2026-11-15"] {
            let range = selection(q, ListState::All, from.map(String::as_str), to.map(String::as_str));
            found.push((format!("{q} {from:?} {to:?}"), range));
        }
    }
    found
}

/// Sessions after which a list is read no further.
const MOST: usize = 500;

/// Reads a list to its end, and back.
fn pages(scope: &mut Scope<'_>, selection: &Selection, sort: &Sort, limit: u32, most: usize) -> Vec<i64> {
    let mut ids = Vec::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = sessions::list(scope, &OWNER, selection, sort, cursor.as_ref(), limit).unwrap();
        assert_eq!(page.prev.is_some(), cursor.is_some(), "{sort}");
        ids.extend(page.items.iter().map(|session| session.id.0));
        // Back and forth is the same page; what holds for the second one holds for all.
        if let (Some(prev), Some(next), true) = (&page.prev, &page.next, ids.len() <= 2 * limit as usize) {
            let before = sessions::list(scope, &OWNER, selection, sort, Some(prev), limit).unwrap();
            let here = sessions::list(scope, &OWNER, selection, sort, before.next.as_ref(), limit).unwrap();
            assert_eq!(here.items, page.items, "{sort}");
            assert_eq!(here.next.as_ref(), Some(next));
        }
        match page.next {
            Some(next) if ids.len() < most => cursor = Some(next),
            _ => return ids,
        }
    }
}

/// What a selection finds, in every order or in those with an index.
fn check(
    scope: &mut Scope<'_>,
    all: &[ChangedRow],
    name: &str,
    selection: &Selection,
    sorts: &[Sort],
    random: &mut Random,
) {
    let context = Context { me: OWNER.user, now: NOW, zone: &Universal };
    let fits =
        |row: &&ChangedRow| selection.matches(&Subject { session: &row.loaded.session, groups: &row.groups }, &context);
    let mut expected: Vec<&Session> = all.iter().filter(fits).map(|row| &row.loaded.session).collect();
    for counting in [Counting::Exact, Counting::Capped] {
        let total = sessions::count(scope, &OWNER, selection, counting).unwrap().unwrap();
        assert_eq!((total.count, total.exact), (expected.len() as i64, true), "{name} {counting}");
    }
    for sort in sorts {
        expected.sort_by(|a, b| compare(a, b, sort.keys()));
        let expected: Vec<i64> = expected.iter().map(|session| session.id.0).collect();
        // One by one only some: each page is several statements.
        let (limit, most) = match random.below(20) {
            0 => (1 + random.below(3), 40),
            // Several pages of one app.
            _ if sort.keys().first().is_some_and(|key| key.field == SessionField::App) => (15 + random.below(30), MOST),
            _ => (40 + random.below(360), MOST),
        };
        let limit = limit as u32;
        let found = pages(scope, selection, sort, limit, most);
        let whole = if found.len() >= most { found.len() } else { expected.len() };
        assert_eq!(found, expected[..whole], "{name} by {sort}, {limit} a page");
    }
    let newest = sessions::matching_ids(scope, &OWNER, selection, 250).unwrap();
    expected.sort_by_key(|session| std::cmp::Reverse(session.id));
    assert_eq!(newest, expected.iter().take(250).map(|session| session.id).collect::<Vec<_>>(), "{name}");
}

async fn every_order(kind: Database, seed: u64) {
    let made = Seed::new(kind, 3_000).await;
    let mut random = Random::new(seed);
    let read = |scope: &mut Scope<'_>| Ok(sessions::changes(scope, -1, 100_000)?.rows);
    let all = Arc::new(made.store.read_long(made.tenant, NOW, read).await.unwrap());
    assert_eq!(all.len(), 3_000);
    let both = |definition: &Definition| [definition.field.to_string(), format!("-{}", definition.field)];
    let sorts: Vec<Sort> = DEFINITIONS
        .iter()
        .filter(|definition| definition.sorting != Sorting::No)
        .flat_map(both)
        .chain(
            [
                "status,-name",
                "app,-ended_at,ip",
                "-environment,duration",
                "kind,-valid_until,name,id",
                // Nothing is left to order after an id.
                "-id,app",
                "id,-status",
                "app,-id,status",
            ]
            .map(str::to_owned),
        )
        .map(|text| text.parse().unwrap())
        .collect();
    for (name, selection) in selections() {
        // Every order for one selection in five, those with an index for the others.
        let some = random.below(5) == 0;
        // PostgreSQL takes far longer for a statement: half of them.
        let mut taken =
            |sort: &&Sort| (some || sort.is_indexed()) && (kind == Database::Sqlite || random.below(2) == 0);
        let sorts: Vec<Sort> = sorts.iter().filter(&mut taken).cloned().collect();
        let (all, mut random) = (all.clone(), random.clone());
        let work = move |scope: &mut Scope<'_>| {
            check(scope, &all, &name, &selection, &sorts, &mut random);
            Ok(())
        };
        made.store.read_long(made.tenant, NOW, work).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_is_right_on_sqlite() {
    every_order(Database::Sqlite, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_is_right_on_postgres() {
    every_order(Database::Postgres, 2).await;
}

/// Many run at the start of each range, some for weeks, and ids do not rise with the time.
async fn long_and_late(kind: Database, seed: u64) {
    let made = Seed::new(kind, 2_000).await;
    let day = 86_400_000_i64;
    for statement in [
        format!("UPDATE sessions SET started_at = started_at - {} WHERE id % 7 = 3", 40 * day),
        format!(
            "UPDATE sessions SET ended_at = started_at + id % 50 * {day} WHERE id % 3 = 1 AND ended_at IS NOT NULL"
        ),
        // One app that fills pages.
        "UPDATE sessions SET resource_id = (SELECT MIN(resource_id) FROM sessions) WHERE id % 2 = 1".to_owned(),
    ] {
        made.run(statement).await;
    }
    let read = |scope: &mut Scope<'_>| Ok(sessions::changes(scope, -1, 100_000)?.rows);
    let all = Arc::new(made.store.read_long(made.tenant, NOW, read).await.unwrap());
    let indexed =
        DEFINITIONS.iter().flat_map(|definition| [definition.field.to_string(), format!("-{}", definition.field)]);
    let sorts: Vec<Sort> = indexed.filter_map(|text| text.parse().ok()).filter(Sort::is_indexed).collect();
    for (name, selection) in ranges() {
        let (all, sorts, mut random) = (all.clone(), sorts.clone(), Random::new(seed));
        let work = move |scope: &mut Scope<'_>| {
            check(scope, &all, &name, &selection, &sorts, &mut random);
            Ok(())
        };
        made.store.read_long(made.tenant, NOW, work).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_and_late_sessions_are_in_their_ranges_on_sqlite() {
    long_and_late(Database::Sqlite, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_and_late_sessions_are_in_their_ranges_on_postgres() {
    long_and_late(Database::Postgres, 4).await;
}
