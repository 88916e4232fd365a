//! Searches, newest first, and the number beside a page.

use deskwarden_tests::{Database, Random};

use super::{Ground, ask::path, check, goal, one_of, percentile};

/// How often each is asked.
const CALLS: usize = 15;
/// Random terms of one to five letters.
const TERMS: usize = 60;
/// Filters whose number no index knows.
const MIXED: [&str; 10] = [
    "jo -status:closed",
    "-jo",
    "john error",
    "2001:db8",
    "ip:10.16.0.0/16",
    "terminal:mobile",
    "duration>4h",
    "status:error jo",
    "kind:remote_access access:public",
    "app~a -device~laptop",
];

pub async fn run(ground: &mut Ground) {
    let most = if ground.made.kind == Database::Sqlite { 12.0 } else { 25.0 };
    let random = terms(ground);
    for (name, terms) in [
        ("dense: jo", vec!["jo".to_owned()]),
        ("rare: tanaka", vec!["tanaka".to_owned()]),
        ("absent: zzqx", vec!["zzqx".to_owned()]),
        ("one letter: e, q, z", vec!["e".to_owned(), "q".to_owned(), "z".to_owned()]),
        ("two letters: an, xu, zz", vec!["an".to_owned(), "xu".to_owned(), "zz".to_owned()]),
        ("a network of 256: ip:198.19.7.0/24", vec!["ip:198.19.7.0/24".to_owned()]),
        ("a network of 65,536: ip:10.16.0.0/16", vec!["ip:10.16.0.0/16".to_owned()]),
        ("random parts of names", random),
    ] {
        let mut took = Vec::new();
        let mut slowest = (0.0, String::new());
        for term in &terms {
            let asked = path(&[("q", term), ("limit", "50")]);
            let (_, page) = ground.reader.page(&asked).await;
            check::search(&ground.made, &page.items, term);
            let mut each: Vec<f64> = Vec::with_capacity(CALLS);
            for _ in 0..CALLS {
                each.push(ground.reader.get(&asked).await.0);
            }
            let median = percentile(&mut each, 50);
            if median > slowest.0 {
                slowest = (median, term.clone());
            }
            took.extend(each);
        }
        goal(&format!("search, {name}"), percentile(&mut took, 50), "ms", most);
        if terms.len() > 1 {
            println!("    the slowest of them, {:?}: {:.2} ms", slowest.1, slowest.0);
        }
    }
    totals(ground).await;
}

/// Parts of people's names.
fn terms(ground: &Ground) -> Vec<String> {
    let mut random = Random::new(23);
    let names = ground.made.own().texts("SELECT display_name_folded AS t FROM users ORDER BY id LIMIT 20000");
    let mut found = Vec::with_capacity(TERMS);
    while found.len() < TERMS {
        let name = one_of(&mut random, &names);
        let letters: Vec<char> = name.chars().filter(char::is_ascii_lowercase).collect();
        let length = 1 + random.below(5) as usize;
        let start = random.below(letters.len() as u64) as usize;
        if let Some(part) = letters.get(start..start + length) {
            let part: String = part.iter().collect();
            // Letters were left out in between: what is asked must be a part as it stands.
            if name.contains(&part) {
                found.push(part);
            }
        }
    }
    found
}

async fn totals(ground: &mut Ground) {
    let mut all = Vec::new();
    for q in
        ["", "jo", "tanaka", "zzqx", "status:error", "ip:198.19.7.0/24", "started_at>-30d"].into_iter().chain(MIXED)
    {
        let asked = path(&[("q", q)]).replace("/sessions?total=none", "/sessions/total?total=capped");
        let mut each = Vec::with_capacity(CALLS);
        let mut answer = String::new();
        for _ in 0..CALLS {
            let (took, text) = ground.reader.get(&asked).await;
            each.push(took);
            answer = text;
        }
        let median = percentile(&mut each, 50);
        println!("    total of {q:?}: {median:.2} ms, {answer}");
        all.push(median);
    }
    goal("total beside a page, p50", percentile(&mut all, 50), "ms", 40.0);
    goal("total beside a page, the slowest", percentile(&mut all, 100), "ms", 40.0);
}
