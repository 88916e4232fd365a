//! The server itself: its memory, many connections at once, and its start.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use deskwarden_tests::{Database, Random, Server};

use super::{Ground, ask::path, at_least, floor::Floor, goal, one_of, pages::INDEXED, peer::Peer, percentile};
use crate::load::{self, request};

/// Connections at once.
const CONNECTIONS: usize = 32;
/// How long each turn is measured.
const TIME: Duration = Duration::from_secs(4);
/// Turns of those that are compared.
const TURNS: usize = 3;
/// How long a server has nothing to do before its memory is looked at.
const REST: Duration = Duration::from_secs(3);

/// Kilobytes that a process holds in memory.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

pub async fn idle(server: &Server) {
    tokio::time::sleep(REST).await;
    goal("memory, idle", memory(server.id()) as f64 / 1_024.0, "MiB", 30.0);
}

/// Lists over many connections, beside the yardstick and a peer, in turns.
pub async fn many(ground: &mut Ground) {
    let lists = lists(ground).await;
    let floor = Floor::start();
    let peer = if ground.made.kind == Database::Sqlite && ground.made.sessions <= 1_000_000 {
        Peer::start(&ground.made).await
    } else {
        None
    };
    let (peak, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let (seen, ended, process) = (peak.clone(), over.clone(), ground.server.id());
    let watch = tokio::spawn(async move {
        while !ended.load(Ordering::Relaxed) {
            seen.fetch_max(memory(process), Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let (mut shares, mut times, mut late, mut rates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let ours = load::for_long(ground.server.port(), lists.clone(), TIME).await;
        let least = load::for_long(floor.port, vec![vec![request("GET", "/", "", "")]; CONNECTIONS], TIME).await;
        shares.push(100.0 * ours.per_second() / least.per_second());
        late.push(ours.percentile(99).as_secs_f64() * 1_000.0);
        rates.push(ours.per_second());
        if let Some(peer) = &peer {
            times.push(ours.per_second() / peer.per_second(CONNECTIONS, TIME).await);
        }
    }
    over.store(true, Ordering::Relaxed);
    watch.await.expect("the watch");
    println!("  {:58} {:10.0} lists a second", "32 connections", percentile(&mut rates, 50));
    at_least("32 connections, of a handler that serialises 6 kB", percentile(&mut shares, 50), "%", 8.0);
    goal("32 connections, p99", percentile(&mut late, 50), "ms", 12.0);
    goal("memory, under 32 connections", peak.load(Ordering::Relaxed) as f64 / 1_024.0, "MiB", 100.0);
    match times.is_empty() {
        false => at_least("32 connections, beside Datasette", percentile(&mut times, 50), "×", 20.0),
        true => println!("  no peer: Datasette reads SQLite, at a million rows, where it is installed"),
    }
}

/// Requests of each connection: random orders, from random places.
async fn lists(ground: &mut Ground) -> Vec<Vec<Vec<u8>>> {
    let mut random = Random::new(31);
    let mut paths = Vec::new();
    let (first, last) = {
        let mut own = ground.made.own();
        (own.number("SELECT MIN(id) FROM sessions"), own.number("SELECT MAX(id) FROM sessions"))
    };
    for _ in 0..128 {
        let sort = *one_of(&mut random, &INDEXED);
        let sort = if random.below(2) == 0 { sort.to_owned() } else { format!("-{sort}") };
        let mut id = || first + random.below((last - first + 1) as u64) as i64;
        let two = format!("id:{},{}", id(), id());
        let (_, page) = ground.reader.page(&path(&[("q", &two), ("sort", &sort), ("limit", "1")])).await;
        paths.push(path(&[("sort", &sort), ("limit", "50"), ("cursor", &page.next.unwrap_or_default())]));
    }
    let token = ground.reader.token().await;
    let mut list = || (0..64).map(|_| request("GET", one_of::<String>(&mut random, &paths), &token, "")).collect();
    (0..CONNECTIONS).map(|_| list()).collect()
}

/// From the start of the program to the last byte of a first page.
pub async fn start(ground: &mut Ground) {
    let asked = path(&[("limit", "50")]);
    ground.reader.token().await;
    let mut took = Vec::new();
    for _ in 0..5 {
        ground.server.stop().await;
        ground.reader.hang_up();
        let started = Instant::now();
        ground.server.start_again_soon();
        while !ground.reader.tries(&asked).await {
            assert!(started.elapsed() < Duration::from_secs(60), "no page after a minute");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    goal("from the start to the first page", percentile(&mut took, 50), "ms", 300.0);
}
