//! The databases' plans for lists, on 100,000 sessions: each page comes from an index that has its order, and no
//! statement reads a table from end to end.

use deskwarden_domain::list::{Selection, Sort};
use deskwarden_store::{
    Scope,
    sessions::{self, Explained},
};
use deskwarden_tests::Database;
use deskwarden_types::{Counting, DeliveryKind, ListState, Status, api::SessionSelection};

use super::{
    alike, cancelled, files, history,
    seed::{NOW, OWNER, Seed},
    tables,
};

const INDEXED: [&str; 9] =
    ["id", "name", "username", "email", "app", "status", "started_at", "valid_until", "ended_at"];

pub fn selection(q: &str, state: ListState, from: Option<&str>) -> Selection {
    let from = from.map(str::to_owned);
    let asked = SessionSelection { q: Some(q.to_owned()), state: Some(state), from, ..Default::default() };
    Selection::read(&asked).unwrap()
}

/// The statements of two pages, the second from the first's cursor, with the database's plans.
async fn plans(seed: &Seed, selection: Selection, sort: &str) -> Vec<Explained> {
    let sort: Sort = sort.parse().unwrap();
    let work = move |scope: &mut Scope<'_>| {
        let pages = |scope: &mut Scope<'_>| {
            let first = sessions::list(scope, &OWNER, &selection, &sort, None, 50)?;
            if let Some(next) = first.next {
                sessions::list(scope, &OWNER, &selection, &sort, Some(&next), 50)?;
            }
            Ok(())
        };
        Ok(sessions::explained(scope, pages)?.1)
    };
    seed.store.read_long(seed.tenant, NOW, work).await.unwrap()
}

/// Reads all of the sessions, whatever for. (In SQLite the rows of a part of the statement are scanned, too.)
pub fn is_full(kind: Database, one: &Explained) -> bool {
    let part = one.plan.iter().any(|line| line == "CO-ROUTINE s");
    one.plan.iter().any(|line| match kind {
        Database::Sqlite => (line == "SCAN s" && !part) || line.starts_with("SCAN s USING"),
        Database::Postgres => line.contains("Seq Scan on session"),
    })
}

/// Puts all of its rows in order.
fn is_sorted(kind: Database, one: &Explained) -> bool {
    one.plan.iter().any(|line| match kind {
        Database::Sqlite => line == "USE TEMP B-TREE FOR ORDER BY",
        Database::Postgres => line.trim_start_matches(['-', '>', ' ']).starts_with("Sort  ("),
    })
}

/// The statements that read sessions' places: not the rows of a page, whose ids are known.
fn places(all: Vec<Explained>) -> Vec<Explained> {
    all.into_iter()
        .filter(|one| one.sql.contains("sessions s") && !one.sql.contains("LEFT JOIN session_beats"))
        .collect()
}

pub fn show(one: &Explained) -> String {
    format!("{}\n{}", one.sql, one.plan.join("\n"))
}

async fn walks_are_in_order(kind: Database, seed: &Seed) {
    for sort in INDEXED.iter().flat_map(|key| [(*key).to_owned(), format!("-{key}")]) {
        for (q, state) in [("", ListState::All), ("status:closed", ListState::All), ("jo", ListState::All)] {
            let all = places(plans(seed, selection(q, state, None), &sort).await);
            assert!(!all.is_empty());
            for one in &all {
                assert!(!is_full(kind, one), "{q} by {sort}\n{}", show(one));
                // Only what is gathered is put in order, which begins with what it is gathered from; and people who are
                // called the same, a page of each at most.
                let few = one.sql.starts_with("WITH m") || one.sql.contains("_folded = ");
                assert!(few || !is_sorted(kind, one), "{q} by {sort}\n{}", show(one));
                // A walk under names gives ids of the index: their rows are read once, when the page is known.
                let again = one.plan.iter().any(|line| line.starts_with("SEARCH s USING INTEGER PRIMARY KEY"));
                assert!(!(again && one.sql.contains("_folded FROM ")), "{q} by {sort}\n{}", show(one));
            }
        }
    }
}

async fn ranges_are_ranges_of_ids(kind: Database, seed: &Seed) {
    for sort in INDEXED {
        let all = places(plans(seed, selection("", ListState::All, Some("2026-11-01")), sort).await);
        for one in &all {
            assert!(!is_full(kind, one), "{sort}\n{}", show(one));
        }
        // In the order of ends a range has a first session, too: nothing is looked up apart.
        if sort == "ended_at" {
            continue;
        }
        let long = all.iter().find(|one| one.sql.contains("sessions_long") || one.sql.contains("UNION ALL")).unwrap();
        assert!(long.plan.iter().any(|line| line.contains("sessions_long")), "{}", show(long));
    }
}

async fn searches_go_through_the_dictionaries(kind: Database, seed: &Seed) {
    for (q, wanted) in [
        // Some hundred people and their devices: the newest session of each.
        ("tanaka", "sessions_user"),
        ("198.19.0.7", "sessions_address"),
        ("ip:198.19.0.0/28", "sessions_address"),
        ("device:tc-0042", "sessions_device"),
        ("host:node-003.northfield.example", "sessions_host"),
        ("status:error", "sessions_status"),
        ("duration>3000h", "sessions_long"),
        ("ended_at:none", "sessions_ended"),
        ("device:none", "sessions_device"),
        ("-provision:none command:evict", "sessions_commanded"),
        ("-command:none", "sessions_commanded"),
        // PostgreSQL may find the index that has the status, too, to be smaller.
        ("valid_until>2026-11-22T06:00:00Z valid_until<2026-12-01", "_valid"),
        ("version~2.1", "session_extras_version"),
        ("version:2.1.14,0.0.0 status:error", "session_extras_version"),
        ("server:\"tigervnc 1.15.0\"", "session_extras_server"),
        ("server~vnc kind:managed_app", "session_extras_server"),
        ("-server:none status:error", "session_extras_server"),
    ] {
        let all = places(plans(seed, selection(q, ListState::All, None), "-id").await);
        assert!(all.iter().any(|one| one.plan.iter().any(|line| line.contains(wanted))), "{q}: {all:#?}");
        for one in &all {
            assert!(!is_full(kind, one), "{q}\n{}", show(one));
        }
    }
    // Nothing is called so: no statement asks for sessions.
    for q in ["zzqx", "version~zzqx", "server~zzqx"] {
        assert_eq!(places(plans(seed, selection(q, ListState::All, None), "-id").await), [], "{q}");
    }
    // So many are called so that a walk finds them at once.
    let all = places(plans(seed, selection("e", ListState::All, None), "-id").await);
    assert!(all.iter().all(|one| !one.sql.starts_with("WITH m")), "{all:#?}");
}

/// A first page: how many sessions it has, and how it was found. An index was needed, and nothing was read whole.
async fn found_by(kind: Database, seed: &Seed, q: &str, sort: &str, index: &str) -> (usize, Vec<Explained>) {
    let asked = selection(q, ListState::All, None);
    let order: Sort = sort.parse().unwrap();
    let work = move |scope: &mut Scope<'_>| {
        sessions::explained(scope, |scope| sessions::list(scope, &OWNER, &asked, &order, None, 50))
    };
    let (page, all) = seed.store.read_long(seed.tenant, NOW, work).await.unwrap();
    let all = places(all);
    assert!(all.iter().any(|one| uses(one, index)), "{q} by {sort}: {all:#?}");
    for one in &all {
        assert!(!is_full(kind, one), "{q} by {sort}\n{}", show(one));
    }
    (page.items.len(), all)
}

fn uses(one: &Explained, index: &str) -> bool {
    one.plan.iter().any(|line| line.contains(index))
}

/// Whether people are gone through in the order of their names.
fn is_walk(one: &Explained) -> bool {
    one.sql.starts_with("SELECT s.id, CAST") || one.sql.starts_with("SELECT u.")
}

/// A kind has few sessions of a status that many of another kind have, and few that are valid for ever, or not for ever.
async fn a_kind_is_found_by_its_statuses(kind: Database) {
    let seed = Seed::new(kind, 20_000).await;
    let tenant = seed.tenant.0;
    let (error, pending, closed) = (Status::Error.code(), Status::Pending.code(), Status::Closed.code());
    for statement in [
        format!("UPDATE sessions SET status = {error} WHERE kind = 2"),
        format!("UPDATE sessions SET status = {closed} WHERE status = {pending} OR (kind = 1 AND status = {error})"),
        format!(
            "UPDATE sessions SET status = {error} WHERE id IN (SELECT MIN(id) FROM sessions WHERE kind = 1 AND tenant_id = {tenant})"
        ),
    ] {
        seed.run(statement).await;
    }
    seed.analyze("sessions").await;
    for (q, sort, wanted, found) in [
        ("kind:app_stream status:error", "name", "sessions_kind_status", Some(1)),
        ("kind:app_stream status:error", "-id", "sessions_kind_status", Some(1)),
        ("kind:app_stream status:error", "-started_at", "sessions_kind_status", Some(1)),
        ("status:pending,expired kind:app_stream", "name", "sessions_kind_status", Some(0)),
        ("kind:cloud_desktop", "-status", "sessions_kind_status", None),
        ("kind:cloud_delivery", "-valid_until", "sessions_unlimited", None),
        ("status:error", "-valid_until", "sessions_unlimited", None),
        ("kind:managed_app", "valid_until", "sessions_limited", None),
    ] {
        let (count, all) = found_by(kind, &seed, q, sort, wanted).await;
        if let Some(found) = found {
            // Whatever is looked for, by the index alone: the last statement is the page's.
            assert_eq!(count, found, "{q} by {sort}");
            assert!(all.iter().all(|one| !is_walk(one)), "{q} by {sort}: {all:#?}");
            assert!(all.last().is_some_and(|one| uses(one, wanted)), "{q} by {sort}: {all:#?}");
        }
    }
}

/// Of a hundred thousand three have something: no order is walked through from end to end for them.
async fn what_few_have_is_found_by_an_index(kind: Database, seed: &Seed) {
    let tenant = seed.tenant.0;
    let folded = "name, name_folded) VALUES";
    for statement in [
        format!("INSERT INTO environments (id, tenant_id, {folded} (900001, {tenant}, 'Attic', 'attic')"),
        format!(
            "INSERT INTO delivery_methods (id, tenant_id, kind, licence_kind, offline_days, {folded} \
             (900001, {tenant}, 4, 2, 30, 'By hand', 'by hand')"
        ),
        format!("INSERT INTO groups (id, tenant_id, {folded} (900001, {tenant}, 'Chess club', 'chess club')"),
        "INSERT INTO group_members (group_id, user_id, tenant_id) \
         SELECT 900001, user_id, tenant_id FROM sessions ORDER BY id LIMIT 1"
            .to_owned(),
        "UPDATE sessions SET environment_id = 900001, delivery_method_id = 900001, terminal = 3, access = 2, source = 3, \
         end_reason = 13, ended_how = 2 WHERE id IN (SELECT id FROM sessions ORDER BY id LIMIT 3)"
            .to_owned(),
        // Nobody else has these words.
        "UPDATE sessions SET terminal = 4, access = 1, source = 1, end_reason = 1, ended_how = 1 \
         WHERE id NOT IN (SELECT id FROM sessions ORDER BY id LIMIT 3)"
            .to_owned(),
    ] {
        seed.run(statement).await;
    }
    seed.analyze("sessions").await;
    for (q, wanted, many) in [
        ("environment:attic", "sessions_environment", false),
        ("env_id:900001", "sessions_environment", false),
        ("method~hand", "sessions_delivery_method", false),
        ("group:\"chess club\"", "sessions_user", true),
        ("terminal:mobile,thin_client", "sessions_words", false),
        ("access:public", "sessions_words", false),
        ("source:logind", "sessions_words", false),
        ("reason:lost", "sessions_words", false),
        ("-how:normal", "sessions_words", false),
        ("-terminal:browser", "sessions_words", false),
    ] {
        for sort in ["-id", "name", "-started_at", "app", "status"] {
            let (count, all) = found_by(kind, seed, q, sort, wanted).await;
            assert_eq!(count == 3, !many, "{q} by {sort}");
            // An order is walked through for a while at most.
            assert!(all.iter().all(|one| !is_walk(one)), "{q} by {sort}: {all:#?}");
        }
    }
    for q in ["reason:client_error", "-access:internal,public", "terminal:soft_client"] {
        let all = places(plans(seed, selection(q, ListState::All, None), "name").await);
        // Which words there are is asked alone.
        assert!(all.iter().all(|one| one.sql.starts_with("WITH RECURSIVE t (words)")), "{q}: {all:#?}");
    }
}

async fn counts_use_indexes(kind: Database, seed: &Seed) {
    for q in ["", "status:error", "tanaka", "started_at>=2026-11-01", "server~vnc", "-version:none", "version:0.0.0"] {
        let asked = selection(q, ListState::All, None);
        let work = move |scope: &mut Scope<'_>| {
            sessions::explained(scope, |scope| sessions::count(scope, &OWNER, &asked, Counting::Capped))
        };
        let (total, all) = seed.store.read_long(seed.tenant, NOW, work).await.unwrap();
        assert!(total.is_some());
        for one in all.iter().filter(|one| !q.is_empty() && one.sql.contains("sessions s")) {
            assert!(!is_full(kind, one), "{q}\n{}", show(one));
        }
    }
}

/// Which texts there are is asked of their index, from one to the next; so is a version that no session has.
async fn texts_beside_sessions_are_told_by_their_index(kind: Database, seed: &Seed) {
    for (q, sort) in [
        ("version~2.1", "-id"),
        ("version:0.0.0", "-id"),
        ("version:0.0.0", "username"),
        ("-version:none -server:none", "-started_at"),
    ] {
        let all = plans(seed, selection(q, ListState::All, None), sort).await;
        assert!(all.iter().any(|one| one.sql.contains("session_extras x")), "{q}: {all:#?}");
        for one in &all {
            let scans = |line: &String| match kind {
                Database::Sqlite => line.starts_with("SCAN x"),
                Database::Postgres => line.contains("Seq Scan on session"),
            };
            assert!(!one.plan.iter().any(scans), "{q} by {sort}\n{}", show(one));
            // No walk through all for what is not there.
            assert!(
                !one.sql.contains("sessions_tenant_id") || one.sql.starts_with("SELECT COALESCE"),
                "{q} by {sort}\n{}",
                show(one)
            );
        }
    }
}

/// What passes by what does not fit looks at the index alone.
async fn people_of_one_status_need_no_rows(kind: Database, seed: &Seed) {
    for sort in ["name", "-email", "username"] {
        let all = places(plans(seed, selection("status:closed", ListState::All, None), sort).await);
        let walk = all.iter().find(|one| one.sql.contains("FROM users u")).unwrap();
        let covered = |line: &String| match kind {
            Database::Sqlite => line.contains("USING COVERING INDEX sessions_user"),
            Database::Postgres => line.contains("Index Only Scan") && line.contains("sessions_user"),
        };
        assert!(walk.plan.iter().any(covered), "{}", show(walk));
    }
}

/// A range of time begins in the order of validity, too, where its first session stands.
async fn validity_begins_with_the_range(seed: &Seed) {
    let all = places(plans(seed, selection("", ListState::All, Some("2026-11-01")), "valid_until").await);
    let walk = all.iter().find(|one| one.sql.contains("s.valid_until >= ")).unwrap();
    let bounded = |line: &String| line.contains("valid_until>?") || line.contains("valid_until >= ");
    assert!(walk.plan.iter().any(bounded), "{}", show(walk));
    assert!(all.iter().any(|one| one.plan.iter().any(|line| line.contains("sessions_valid_before"))), "{all:#?}");
}

/// One session of two kinds that have none, or of a state in which nobody is.
async fn nothing_is_read_for_what_is_not_there(kind: Database, seed: &Seed) {
    let clear = "DELETE FROM session_extras WHERE session_id IN (SELECT id FROM sessions WHERE kind IN (1, 2)); \
                 DELETE FROM session_beats WHERE session_id IN (SELECT id FROM sessions WHERE kind IN (1, 2)); \
                 DELETE FROM sessions WHERE kind IN (1, 2)";
    seed.run(clear.to_owned()).await;
    let kinds: Vec<&str> =
        DeliveryKind::ALL.iter().filter(|kind| [1, 2].contains(&kind.code())).map(|kind| kind.as_str()).collect();
    for state in [ListState::All, ListState::Current, ListState::Historical] {
        let asked = selection(&format!("kind:{}", kinds.join(",")), state, None);
        let work = move |scope: &mut Scope<'_>| {
            let one = |scope: &mut Scope<'_>| sessions::list(scope, &OWNER, &asked, &Sort::default(), None, 1);
            sessions::explained(scope, one)
        };
        let (page, all) = seed.store.read_long(seed.tenant, NOW, work).await.unwrap();
        assert!(page.items.is_empty());
        for one in places(all) {
            // The first and the last id are asked for alone.
            let walk = one.sql.contains("INDEXED BY sessions_tenant_id") && !one.sql.starts_with("SELECT COALESCE");
            assert!(!is_full(kind, &one) && !walk, "{state}\n{}", show(&one));
        }
    }
}

async fn all(kind: Database) {
    let seed = Seed::new(kind, 100_000).await;
    walks_are_in_order(kind, &seed).await;
    ranges_are_ranges_of_ids(kind, &seed).await;
    people_of_one_status_need_no_rows(kind, &seed).await;
    validity_begins_with_the_range(&seed).await;
    searches_go_through_the_dictionaries(kind, &seed).await;
    alike::pages_of_many_values_are_whole(kind, &seed).await;
    texts_beside_sessions_are_told_by_their_index(kind, &seed).await;
    counts_use_indexes(kind, &seed).await;
    history::what_is_due_is_found_by_its_end(kind, &seed).await;
    files::files_have_what_the_list_has(kind, &seed).await;
    tables::tables_have_what_lists_and_files_have(&seed).await;
    nothing_is_read_for_what_is_not_there(kind, &seed).await;
    cancelled::reads_stop(&seed).await;
    history::a_file_goes_on_while_history_is_deleted(&seed).await;
    what_few_have_is_found_by_an_index(kind, &seed).await;
    alike::pages_of_many_values_are_full(kind, &seed).await;
    a_kind_is_found_by_its_statuses(kind).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_of_sqlite() {
    all(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_of_postgres() {
    all(Database::Postgres).await;
}
