use deskwarden_types::{
    SessionId, Status,
    agent::{Observation, StatusSeen},
};

use super::*;

fn seen(n: i64) -> Observation {
    let (session_id, status) = (SessionId(n), Status::Running);
    Observation::Status(StatusSeen {
        session_id,
        status,
        end_reason: None,
        adopted: false,
        connected: None,
        closes_in_ms: None,
        detail: None,
    })
}

fn at() -> Stamp {
    Stamp { boot_id: "b".into(), boot_ms: 1, wall_ms: 2 }
}

fn filled(path: &Path, count: i64) -> Spool {
    let (mut spool, found) = Spool::open(path).unwrap();
    assert_eq!(found, Found::default());
    for n in 1..=count {
        assert_eq!(spool.append(at(), seen(n)).unwrap(), n);
    }
    spool
}

fn numbers(spool: &Spool) -> Vec<i64> {
    spool.pending().map(|r| r.seq).collect()
}

#[test]
fn cut_off_at_any_byte_keeps_every_whole_report_and_goes_on() {
    // In memory: a thousand syncs of a real disk take their time and prove nothing more here.
    let dir = tempfile::tempdir_in("/dev/shm").unwrap();
    let path = dir.path().join("spool.log");
    let mut ends = vec![];
    let base;
    {
        let mut spool = filled(&path, 0);
        base = fs::metadata(&path).unwrap().len() as usize;
        for n in 1..=4 {
            spool.append(at(), seen(n)).unwrap();
            ends.push(fs::metadata(&path).unwrap().len() as usize);
        }
    }
    let whole = fs::read(&path).unwrap();
    for cut in 0..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let (mut spool, found) = Spool::open(&path).unwrap();
        let kept = ends.iter().filter(|end| **end <= cut).count() as i64;
        assert_eq!(numbers(&spool), (1..=kept).collect::<Vec<_>>(), "cut at {cut}");
        assert_eq!(found.damaged_copy, None, "cut at {cut}");
        assert_eq!(found.torn == 0, ends.contains(&cut) || [0, base].contains(&cut), "cut at {cut}");
        assert_eq!(spool.append(at(), seen(9)).unwrap(), kept + 1);
        drop(spool);
        let (again, found) = Spool::open(&path).unwrap();
        assert_eq!((again.last_seq(), found), (kept + 1, Found::default()), "cut at {cut}");
    }
}

#[test]
fn damage_in_the_middle_is_noticed_kept_aside_and_survived() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("spool.log");
    drop(filled(&path, 5));
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(&path, &bytes).unwrap();
    let (mut spool, found) = Spool::open(&path).unwrap();
    let copy = found.damaged_copy.expect("the damage is told");
    assert_eq!(fs::read(copy).unwrap(), bytes);
    assert_eq!(spool.pending().len(), 4, "one report is lost, the others are not");
    // The server has none yet: the numbers close up, so that it can take them.
    assert!(spool.align(0).unwrap());
    assert_eq!(numbers(&spool), [1, 2, 3, 4]);
    assert_eq!(Spool::open(&path).unwrap().1, Found::default());
}

#[test]
fn numbers_rise_for_ever_also_when_everything_was_taken() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("spool.log");
    let mut spool = filled(&path, 3);
    spool.taken(3);
    spool.rewrite().unwrap();
    drop(spool);
    let (mut spool, _) = Spool::open(&path).unwrap();
    assert_eq!((spool.last_seq(), spool.pending().len()), (3, 0));
    assert_eq!(spool.append(at(), seen(1)).unwrap(), 4);
}

#[test]
fn a_long_file_is_made_short_once_all_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("spool.log");
    let (mut spool, _) = Spool::open(&path).unwrap();
    let sessions = (1..2_000)
        .map(|n| match seen(n) {
            Observation::Status(s) => s,
            _ => unreachable!(),
        })
        .collect();
    let big = Observation::Inventory { sessions };
    while spool.length <= COMPACT_AT {
        spool.append(at(), big.clone()).unwrap();
    }
    let last = spool.last_seq();
    spool.taken(last);
    assert!(fs::metadata(&path).unwrap().len() < 200);
    assert_eq!(spool.append(at(), seen(1)).unwrap(), last + 1);
    drop(spool);
    assert_eq!(numbers(&Spool::open(&path).unwrap().0), [last + 1]);
}

#[test]
fn aligning_follows_a_server_that_knows_more_or_less() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = filled(&dir.path().join("a"), 5);
    assert!(!spool.align(2).unwrap(), "an answer was lost: nothing is numbered anew");
    assert_eq!(numbers(&spool), [3, 4, 5]);
    assert!(spool.align(0).unwrap(), "the server lost 1 and 2");
    assert_eq!(numbers(&spool), [1, 2, 3]);
    assert!(spool.align(9).unwrap(), "the agent lost some");
    assert_eq!((numbers(&spool), spool.last_seq()), (vec![], 9));
    assert!(!spool.align(9).unwrap());
    assert_eq!(spool.append(at(), seen(1)).unwrap(), 10);
}
