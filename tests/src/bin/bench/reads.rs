//! Reads of a long list: pages in every indexed order, searches, totals, many connections, memory and the start.
//!
//! The yardstick of a page is the time that the database took in this process for the same statements, until all of
//! their rows and columns were read; of many connections, a handler that serialises 6 kB. Places and filters are random
//! in each request, from a fixed seed. Each answer of a sample is held against SQL that shares nothing with the server's.

mod ask;
mod check;
mod floor;
mod made;
mod pages;
mod peer;
mod running;
mod searches;

use deskwarden_tests::{Database, Random, Server, ServerOptions};

pub use floor::serve as serve_floor;

/// Where it reads.
pub struct Ground {
    pub made: made::Made,
    pub server: Server,
    pub reader: ask::Reader,
}

/// The figures of one size that another size is compared with: names and milliseconds.
pub type Figures = Vec<(String, f64)>;

/// Measures one database at these sizes, or an existing one of them (`at`).
pub async fn run(kind: Database, sizes: &[usize], at: Option<&str>) {
    let mut before: Option<Figures> = None;
    for rows in sizes {
        let figures = one(kind, *rows as u64, at).await;
        if let Some(before) = &before {
            compare(before, &figures);
        }
        before.get_or_insert(figures);
    }
}

async fn one(kind: Database, rows: u64, at: Option<&str>) -> Figures {
    let made = made::Made::new(kind, rows, at).await;
    println!("  {} sessions of {} people", made.sessions, made.people);
    let options = ServerOptions { database_url: made.url.clone(), arguments: Vec::new() };
    let server = Server::start(options).await;
    // Before anybody signs in: hashing a password takes its own.
    running::idle(&server).await;
    let reader = ask::Reader::new(&made, &server).await;
    let mut ground = Ground { made, server, reader };
    let figures = pages::run(&mut ground).await;
    pages::deep(&mut ground).await;
    searches::run(&mut ground).await;
    running::many(&mut ground).await;
    running::start(&mut ground).await;
    figures
}

/// How much longer a page takes among more.
fn compare(before: &Figures, after: &Figures) {
    for (name, took) in after {
        if let Some((_, less)) = before.iter().find(|(known, _)| known == name) {
            goal(&format!("{name}: this size beside the first one"), took / less, "×", 1.2);
        }
    }
}

/// A figure with its goal, which is to be at most so much.
pub fn goal(name: &str, value: f64, unit: &str, most: f64) {
    println!("  {name:58} {value:10.2} {unit:8} (at most {most})  {}", verdict(value <= most));
}

/// A figure whose goal is to be at least so much.
pub fn at_least(name: &str, value: f64, unit: &str, least: f64) {
    println!("  {name:58} {value:10.2} {unit:8} (at least {least})  {}", verdict(value >= least));
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

/// One of them, by chance.
pub fn one_of<'a, T>(random: &mut Random, all: &'a [T]) -> &'a T {
    all.get(random.below(all.len() as u64) as usize).expect("one of some")
}

/// The figure within which so many of a hundred are; sorts them.
pub fn percentile(figures: &mut [f64], percent: usize) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    let last = figures.len().saturating_sub(1);
    figures.get((figures.len() * percent / 100).min(last)).copied().unwrap_or_default()
}
