//! Pages in every order that has an index, from random places.

use deskwarden_domain::list::{Selection, Sort};
use deskwarden_store::{
    Scope,
    sessions::{self, Cursor, Viewer},
};
use deskwarden_tests::Random;
use deskwarden_types::{Role, Timestamp, UserId, api::SessionSelection};

use super::{Figures, Ground, ask::path, check, goal, made::Made, one_of, percentile};

/// The orders that have an index.
pub const INDEXED: [&str; 9] =
    ["id", "name", "username", "email", "app", "status", "started_at", "valid_until", "ended_at"];
/// Places in each order.
const PLACES: usize = 24;
/// Requests of each kind.
const CALLS: usize = 96;
const VIEWER: Viewer = Viewer { user: UserId(1), role: Role::Owner };

/// A filter of a request.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub q: String,
    pub from: String,
}

/// A place in an order: two sessions, of which the one that comes first is it.
type Place = (i64, i64);

/// Every order without a filter, of one status, and of thirty days.
pub async fn run(ground: &mut Ground) -> Figures {
    let mut random = Random::new(17);
    let mut figures = Vec::new();
    let statuses = statuses(&ground.made);
    let month = ground.made.now.plus_seconds(-30 * 86_400);
    for (name, what) in [("no filter", 0), ("a status", 1), ("30 days", 2)] {
        for sort in INDEXED {
            let places = places(&ground.made, &mut random, (what == 2).then_some(month));
            let mut cell = Cell { http: Vec::new(), database: Vec::new() };
            let mut marks = Vec::with_capacity(places.len());
            for (n, place) in places.iter().enumerate() {
                let sort = if n % 2 == 0 { sort.to_owned() } else { format!("-{sort}") };
                let two = format!("id:{},{}", place.0, place.1);
                let (_, page) = ground.reader.page(&path(&[("q", &two), ("sort", &sort), ("limit", "1")])).await;
                let here = mark(&ground.made, &two, &sort).await;
                marks.push((sort, page.next.unwrap_or_default(), here));
            }
            for call in 0..CALLS {
                let (sort, cursor, here) = one_of(&mut random, &marks);
                let filter = match what {
                    1 => Filter { q: format!("status:{}", one_of(&mut random, &statuses)), ..Filter::default() },
                    2 => {
                        let from = Timestamp::from_millis(month.millis() + random.below(3_600_000) as i64);
                        Filter { from: from.to_string(), ..Filter::default() }
                    }
                    _ => Filter::default(),
                };
                // One in eight is a first page.
                let first = call % 8 == 0;
                let cursor = if first { "" } else { cursor.as_str() };
                let asked = path(&[
                    ("q", &filter.q),
                    ("from", &filter.from),
                    ("sort", sort),
                    ("limit", "50"),
                    ("cursor", cursor),
                ]);
                let here = here.clone().filter(|_| !first);
                // Whoever comes first finds rows that nobody has read lately: by turns.
                if call % 2 == 0 {
                    cell.database.push(in_process(&ground.made, &filter, sort, here.clone()).await);
                }
                let (took, page) = ground.reader.page(&asked).await;
                cell.http.push(took);
                if call % 2 == 1 {
                    cell.database.push(in_process(&ground.made, &filter, sort, here).await);
                }
                if call % 12 == 3 {
                    check::page(&ground.made, &page.items, &filter, sort);
                }
            }
            let (http, database) = (percentile(&mut cell.http, 50), percentile(&mut cell.database, 50));
            let label = format!("{name}, by {sort}");
            println!(
                "  {label:58} {http:10.2} ms       p99 {:.2}, the database alone {database:.2}",
                percentile(&mut cell.http, 99)
            );
            goal(&format!("{label}: beside the database alone"), http / database, "×", 2.0);
            figures.push((label, http));
        }
    }
    figures
}

/// What the calls of one kind took, in milliseconds.
struct Cell {
    http: Vec<f64>,
    database: Vec<f64>,
}

/// The statuses that sessions have.
fn statuses(made: &Made) -> Vec<String> {
    let codes = made.own().numbers("SELECT CAST(status AS BIGINT) AS n FROM sessions GROUP BY status ORDER BY status");
    let words = deskwarden_types::Status::ALL.iter().filter(|status| codes.contains(&status.code().into()));
    words.map(|status| status.as_str().to_owned()).collect()
}

/// Random pairs of sessions, of all or of those that began since an instant.
fn places(made: &Made, random: &mut Random, since: Option<Timestamp>) -> Vec<Place> {
    let mut own = made.own();
    let (first, last) = (own.number("SELECT MIN(id) FROM sessions"), own.number("SELECT MAX(id) FROM sessions"));
    let first = since.map_or(first, |since| {
        own.number(&format!("SELECT MIN(first_id) FROM session_hours WHERE hour > {}", since.millis() / 3_600_000))
    });
    let one = |random: &mut Random| first + random.below((last - first + 1) as u64) as i64;
    (0..PLACES).map(|_| (one(random), one(random))).filter(|(a, b)| a != b).collect()
}

fn selection(q: &str, from: &str) -> Selection {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Selection::read(&SessionSelection { q: text(q), from: text(from), ..SessionSelection::default() })
        .expect("a filter")
}

/// The same place for a list in this process.
async fn mark(made: &Made, two: &str, sort: &str) -> Option<Cursor> {
    let (selection, sort): (_, Sort) = (selection(two, ""), sort.parse().expect("an order"));
    let read = move |scope: &mut Scope<'_>| Ok(sessions::list(scope, &VIEWER, &selection, &sort, None, 1)?.next);
    made.store.look(made.tenant, made.now, read).await.expect("a place")
}

/// How long the database works on a page, in milliseconds.
async fn in_process(made: &Made, filter: &Filter, sort: &str, cursor: Option<Cursor>) -> f64 {
    let (selection, sort): (_, Sort) = (selection(&filter.q, &filter.from), sort.parse().expect("an order"));
    let read = move |scope: &mut Scope<'_>| {
        let list = |scope: &mut Scope<'_>| sessions::list(scope, &VIEWER, &selection, &sort, cursor.as_ref(), 50);
        Ok(sessions::timed(scope, list)?.1)
    };
    made.store.look(made.tenant, made.now, read).await.expect("a page").as_secs_f64() * 1_000.0
}

/// The page in the middle, in both directions, beside the first one.
pub async fn deep(ground: &mut Ground) {
    let middle = ground.made.sessions / 2;
    for (sort, order) in [
        ("-id", "s.id DESC"),
        ("started_at", "s.started_at, s.id"),
        ("-ended_at", "s.ended_at IS NOT NULL, s.ended_at DESC, s.id DESC"),
        ("email", "u.email_folded, s.id"),
        ("app", "r.name_folded, s.id"),
    ] {
        let around = match order.split('.').next() {
            Some("u") => "sessions s JOIN users u ON u.id = s.user_id",
            Some("r") => "sessions s JOIN resources r ON r.id = s.resource_id",
            _ => "sessions s",
        };
        let two = ground.made.own().numbers(&format!(
            "SELECT s.id AS n FROM {around} WHERE s.tenant_id = {} ORDER BY {order} LIMIT 2 OFFSET {middle}",
            ground.made.tenant.0
        ));
        let [a, b] = two.as_slice() else { continue };
        let q = format!("id:{a},{b}");
        let (_, here) = ground.reader.page(&path(&[("q", &q), ("sort", sort), ("limit", "1")])).await;
        let forwards = path(&[("sort", sort), ("limit", "50"), ("cursor", &here.next.unwrap_or_default())]);
        let (_, next) = ground.reader.page(&forwards).await;
        assert_eq!(next.items.first().map(|session| session.id.0), Some(*b), "the row after {middle} others");
        let back = path(&[("sort", sort), ("limit", "50"), ("cursor", &next.prev.unwrap_or_default())]);
        let (_, before) = ground.reader.page(&back).await;
        assert_eq!(before.items.last().map(|session| session.id.0), Some(*a), "the row before");
        let first = path(&[("sort", sort), ("limit", "50")]);
        let mut took = [const { Vec::new() }; 3];
        for _ in 0..CALLS {
            for (took, path) in took.iter_mut().zip([&first, &forwards, &back]) {
                took.push(ground.reader.get(path).await.0);
            }
        }
        let [first, forwards, back] = took.each_mut().map(|took| percentile(took, 50));
        goal(&format!("page at row {middle} by {sort}, beside the first one"), forwards / first, "×", 1.3);
        goal(&format!("page before row {middle} by {sort}, beside the first one"), back / first, "×", 1.3);
    }
}
