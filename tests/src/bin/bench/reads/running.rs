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

/// The columns that the peer has in each row.
const PEERS: &str =
    "id,kind,status,username,email,app,provision,device,ip,terminal,access,started_at,ended_at,valid_until,end_reason";

/// What came of one kind of request, turn by turn.
#[derive(Default)]
struct Turns {
    rates: Vec<f64>,
    shares: Vec<f64>,
    late: Vec<f64>,
    times: Vec<f64>,
}

/// Lists over many connections, beside the yardstick and a peer, in turns: with the columns that the peer has, and with
/// all that a row of the console has.
pub async fn many(ground: &mut Ground) {
    let whole = lists(ground).await;
    let table = whole.iter().map(|list| list.iter().map(|request| as_table(request)).collect()).collect();
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
    let mut kinds: [(&Vec<Vec<Vec<u8>>>, Turns); 2] = [(&table, Turns::default()), (&whole, Turns::default())];
    for _ in 0..TURNS {
        let least = load::for_long(floor.port, vec![vec![request("GET", "/", "", "")]; CONNECTIONS], TIME).await;
        let peers = match &peer {
            Some(peer) => Some(peer.per_second(CONNECTIONS, TIME).await),
            None => None,
        };
        for (requests, turns) in &mut kinds {
            let ours = load::for_long(ground.server.port(), requests.to_vec(), TIME).await;
            turns.shares.push(100.0 * ours.per_second() / least.per_second());
            turns.late.push(ours.percentile(99).as_secs_f64() * 1_000.0);
            turns.rates.push(ours.per_second());
            turns.times.extend(peers.map(|peers| ours.per_second() / peers));
        }
    }
    over.store(true, Ordering::Relaxed);
    watch.await.expect("the watch");
    let [(_, mut table), (_, mut whole)] = kinds;
    println!("  {:58} {:10.0} pages a second", "32 connections, the peers' columns", percentile(&mut table.rates, 50));
    at_least("  of a handler that serialises 6 kB", percentile(&mut table.shares, 50), "%", 8.0);
    goal("  p99", percentile(&mut table.late, 50), "ms", 12.0);
    match table.times.is_empty() {
        false => at_least("  beside Datasette", percentile(&mut table.times, 50), "×", 20.0),
        true => println!("  no peer: Datasette reads SQLite, at a million rows, where it is installed"),
    }
    println!("  {:58} {:10.0} lists a second", "32 connections, whole rows", percentile(&mut whole.rates, 50));
    println!("  {:58} {:10.2} %", "  of a handler that serialises 6 kB", percentile(&mut whole.shares, 50));
    println!("  {:58} {:10.2} ms", "  p99", percentile(&mut whole.late, 50));
    if !whole.times.is_empty() {
        println!("  {:58} {:10.2} ×", "  beside Datasette", percentile(&mut whole.times, 50));
    }
    goal("memory, under 32 connections", peak.load(Ordering::Relaxed) as f64 / 1_024.0, "MiB", 100.0);
}

/// The request for a list, as one for the same page of a table with the peer's columns.
fn as_table(list: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(list);
    let table = format!("/sessions/table?columns={}&", PEERS.replace(',', "%2C"));
    let request = text.replacen("/sessions?total=none&", &table, 1);
    assert!(request.contains("/sessions/table?"), "{text}");
    request.into_bytes()
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
