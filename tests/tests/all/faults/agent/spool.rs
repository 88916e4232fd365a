//! Every report that the agent has ever numbered, read from its spool: 4 bytes length, 4 bytes checksum, JSON.

use std::{collections::BTreeMap, fs::File, os::unix::fs::FileExt, path::PathBuf};

use deskwarden_types::{
    SessionId, Status,
    agent::{Observation, StatusSeen},
};

/// When something was observed, by the agent's clocks.
#[derive(Debug, PartialEq, serde::Deserialize)]
struct Stamp {
    boot_id: String,
    boot_ms: u64,
    wall_ms: i64,
}

#[derive(serde::Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
enum Record {
    Base { through: i64 },
    Report { seq: i64, at: Stamp, what: Observation },
}

/// The reports of an agent, whatever became of them.
pub struct Spool {
    path: PathBuf,
    /// The file as it was when it was last looked at: the agent may write it anew, and this one stays readable.
    held: Option<File>,
    reports: BTreeMap<i64, (Stamp, Observation)>,
}

impl Spool {
    pub fn new(path: PathBuf) -> Self {
        Self { path, held: None, reports: BTreeMap::new() }
    }

    /// Reads what is new; fails where a number was given twice or left out.
    pub fn look(&mut self) {
        let now = File::open(&self.path).ok();
        for file in self.held.take().iter().chain(&now) {
            let length = usize::try_from(file.metadata().unwrap().len()).unwrap();
            let mut bytes = vec![0; length];
            file.read_exact_at(&mut bytes, 0).unwrap();
            self.read(&bytes);
        }
        self.held = now;
    }

    fn read(&mut self, mut bytes: &[u8]) {
        while let Some((head, rest)) = bytes.split_first_chunk::<8>() {
            let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
            // What was cut off when the agent was killed was never told to anybody.
            let Some(record) = rest.get(..length).and_then(|json| serde_json::from_slice(json).ok()) else { return };
            bytes = &rest[length..];
            match record {
                Record::Base { through } => assert!(through <= self.last(), "numbers up to {through} are given out"),
                Record::Report { seq, at, what } => match self.reports.get(&seq) {
                    Some(known) => assert_eq!(known, &(at, what), "number {seq} was given twice"),
                    None => {
                        assert_eq!(seq, self.last() + 1, "a number was left out");
                        self.reports.insert(seq, (at, what));
                    }
                },
            }
        }
    }

    /// The highest number.
    pub fn last(&self) -> i64 {
        self.reports.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    /// The statuses that each session went through by these reports, each change once.
    pub fn changes(&self) -> BTreeMap<SessionId, Vec<Status>> {
        let mut changes = BTreeMap::<SessionId, Vec<Status>>::new();
        for (_, what) in self.reports.values() {
            match what {
                Observation::Status(seen) => change(&mut changes, seen),
                Observation::Command(_) => {}
                Observation::Inventory { sessions } => {
                    sessions.iter().for_each(|seen| change(&mut changes, seen));
                    let gone =
                        changes.iter_mut().filter(|(id, _)| !sessions.iter().any(|seen| seen.session_id == **id));
                    gone.for_each(|(_, statuses)| push(statuses, Status::Removed));
                }
            }
        }
        changes
    }
}

fn change(changes: &mut BTreeMap<SessionId, Vec<Status>>, seen: &StatusSeen) {
    push(changes.entry(seen.session_id).or_default(), seen.status);
}

fn push(statuses: &mut Vec<Status>, status: Status) {
    if statuses.last() != Some(&status) {
        statuses.push(status);
    }
}
