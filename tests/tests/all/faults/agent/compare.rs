//! The record against the server's list, the agent's list, the cgroups and the processes.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs,
    path::Path,
    time::Duration,
};

use deskwarden_tests::{Agent, Person, TestApp, eventually};
use deskwarden_types::{
    AuditAction, CommandOutcome, CommandState, EventKind, ListState, SessionId, Status, Verb,
    api::{Event, Session, SessionQuery, VerifyAudit},
};

use super::{
    admin::Admin,
    people::{Record, processes},
    spool::Spool,
};
use crate::api::{audit, session::events};

/// How long everything that is under way may take to come to its end.
const REST: Duration = Duration::from_secs(30);

pub async fn compare(app: &TestApp, agent: &Agent, record: &Record, admin: &Admin<'_>, spool: &mut Spool) {
    let auditor = app.auditor().await;
    let last = std::cell::RefCell::new(String::new());
    let at_rest = async || match truth(agent, record, admin.person).await {
        Ok(listed) => Some(listed),
        Err(why) => {
            last.replace(why);
            None
        }
    };
    let Ok(listed) = tokio::time::timeout(REST, eventually("everything to come to rest", REST * 2, at_rest)).await
    else {
        panic!("{}\n--- the agent's log ---\n{}", last.take(), agent.log());
    };
    spool.look();
    let taken = app.number("SELECT taken_through FROM agents").await;
    assert_eq!(taken, spool.last(), "every report was taken, and no more");

    launches(record, &listed);
    let told = spool.changes();
    let mut finished = 0;
    for session in listed.values() {
        let timeline = events(admin.person, session.id).await;
        assert_eq!(&changes(&timeline), told.get(&session.id).unwrap(), "{}: {timeline:#?}", session.id);
        finished += commands(admin, session.id, &timeline).await;
        starts(record, session.id, &timeline);
    }
    assert_eq!(finished, admin.commands().len(), "each acknowledged command came to its end");
    assert!(auditor.get::<VerifyAudit>().await.unwrap().whole);
    let entries = audit::all(&auditor).await;
    let count = |action| entries.iter().filter(|entry| entry.action == action).count();
    assert_eq!(count(AuditAction::CommandIssued), finished, "each command has its one audit entry");
    record.with(|launches| {
        let acknowledged = launches.values().filter(|launch| launch.session.is_some()).count();
        println!(
            "{} of {} launches acknowledged, {finished} commands, {} reports",
            acknowledged,
            launches.len(),
            spool.last()
        );
        assert!(acknowledged > 0 && finished > 0, "nothing happened between the kills");
    });
}

/// The server's list, once it is at rest and agrees with the agent's, the cgroups and the processes.
async fn truth(agent: &Agent, record: &Record, reader: &Person) -> Result<BTreeMap<SessionId, Session>, String> {
    if !record.all_told().await {
        return Err("the agent has something to tell".to_owned());
    }
    let wishes = files(&agent.state_dir().join("launches"));
    if !wishes.is_empty() {
        return Err(format!("the fate of launches is not known: {wishes:?}"));
    }
    let player = record.listed().await.ok_or("the agent does not answer")?;
    let rows = list(reader).await;
    let listed: BTreeMap<SessionId, Session> = rows.iter().map(|row| (row.id, row.clone())).collect();
    assert_eq!(listed.len(), rows.len(), "each session is in the list once");
    let mut alive = BTreeMap::new();
    for session in listed.values() {
        let here = player.get(&session.id).copied().unwrap_or(Status::Removed);
        if (session.observed_status, session.status) != (here, here) {
            return Err(format!("the player says {here}, and the list {session:?}"));
        }
        let pids = processes(&agent.cgroups().unwrap(), session.id);
        if pids.len() != usize::from(here == Status::Running) {
            return Err(format!("{} is {here} with the processes {pids:?}", session.id));
        }
        let on_its_way = session.command.as_ref().is_some_and(|command| command.finished_at.is_none());
        if on_its_way || session.valid_until.is_some() {
            return Err(format!("an admin's wish is not done: {session:?}"));
        }
        alive.extend(pids.into_iter().map(|pid| (pid, session.id)));
    }
    if let Some(lost) = player.keys().find(|id| !listed.contains_key(id)) {
        return Err(format!("{lost} is in the player alone"));
    }
    for (pid, number) in record.processes() {
        let Some(id) = alive.get(&pid) else {
            return Err(format!("process {pid} of launch {number} is in no session"));
        };
        let (long, session) = record.with(|launches| (launches[&number].long, launches[&number].session));
        if !long {
            return Err("an app is about to end".to_owned());
        }
        assert!(session.is_none_or(|session| session == *id), "launch {number} runs in {id}, not in {session:?}");
    }
    Ok(listed)
}

fn files(folder: &Path) -> Vec<OsString> {
    fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect()
}

async fn list(reader: &Person) -> Vec<Session> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let query = SessionQuery { state: Some(ListState::All), limit: Some(200), cursor, ..Default::default() };
        let page = reader.list(query).await.unwrap();
        rows.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return rows;
        }
    }
}

/// Each acknowledged launch is there, as its people left it.
fn launches(record: &Record, listed: &BTreeMap<SessionId, Session>) {
    record.with(|launches| {
        assert!(listed.len() <= launches.len(), "no launch made two sessions");
        let sessions: BTreeSet<SessionId> = launches.values().filter_map(|launch| launch.session).collect();
        let acknowledged = launches.values().filter(|launch| launch.session.is_some());
        assert_eq!(sessions.len(), acknowledged.clone().count(), "no session was given to two launches");
        for launch in acknowledged {
            let session = &listed[&launch.session.unwrap()];
            let is = session.observed_status;
            let (asked, done) = launch.removal;
            assert!(
                if done { is == Status::Removed } else { asked || is != Status::Removed },
                "{launch:?} {session:?}"
            );
            assert!(launch.may_rest() || is == Status::Running, "nobody has ended it: {launch:?} {session:?}");
        }
    });
    let running: Vec<u32> = record.processes().into_values().collect();
    assert_eq!(running.iter().collect::<BTreeSet<_>>().len(), running.len(), "an app runs twice: {running:?}");
}

/// The statuses of a timeline, each change once; its lines must be a chain.
fn changes(timeline: &[Event]) -> Vec<Status> {
    let times = |kind| timeline.iter().filter(|event| event.kind == kind).count();
    assert_eq!((times(EventKind::Created), times(EventKind::Reopened)), (1, 0), "{timeline:#?}");
    let mut is = Status::Launched;
    let changes = timeline.iter().filter(|event| event.kind == EventKind::StatusChanged);
    changes
        .map(|event| (event.from_status.unwrap(), event.to_status.unwrap()))
        .map(|(from, to)| {
            assert!(from == is && to != is, "{timeline:#?}");
            is = to;
            to
        })
        .collect()
}

/// Each acknowledged command of a session came to one end and had one effect; gives how many there are.
async fn commands(admin: &Admin<'_>, session: SessionId, timeline: &[Event]) -> usize {
    let asked: Vec<_> = admin.commands().into_iter().filter(|(id, ..)| *id == session).collect();
    let shown = admin.person.show(session).await.unwrap();
    let ids: BTreeSet<_> = shown.commands.iter().map(|command| command.id).collect();
    assert_eq!(ids, asked.iter().map(|(.., id)| *id).collect(), "{session} has the commands that were asked");
    let is = shown.session.observed_status;
    for command in &shown.commands {
        let times = |kinds: &[EventKind]| {
            let is_one = |event: &&Event| event.command_id == Some(command.id) && kinds.contains(&event.kind);
            timeline.iter().filter(is_one).count()
        };
        let ends = [EventKind::CommandDone, EventKind::CommandFailed, EventKind::CommandTimedOut];
        assert_eq!(times(&ends), 1, "{command:?} {timeline:#?}");
        for step in [EventKind::CommandQueued, EventKind::CommandDelivered, EventKind::CommandAcknowledged] {
            assert!(times(&[step]) <= 1, "{command:?} {timeline:#?}");
        }
        match (command.state, command.verb) {
            (CommandState::Done, Verb::Expire) => {
                assert!(matches!(is, Status::Expired | Status::Removed), "{command:?} {timeline:#?}");
            }
            (CommandState::Done, _) => {
                let closed = matches!(command.outcome, Some(CommandOutcome::ClosedOnRequest | CommandOutcome::Killed));
                let evicted = timeline.iter().filter(|event| event.to_status == Some(Status::Evicted)).count();
                // One that is expired meanwhile is expired.
                let must = closed && shown.commands.len() == 1;
                assert!(evicted <= 1 && (evicted == 1 || !must), "{command:?} {timeline:#?}");
            }
            (state, _) => {
                let gone = is == Status::Removed && command.outcome == Some(CommandOutcome::UnknownSession);
                assert!(state == CommandState::Failed && gone, "{command:?} {timeline:#?}");
            }
        }
    }
    asked.len()
}

/// Each acknowledged start ran the app, and none ran it twice.
fn starts(record: &Record, session: SessionId, timeline: &[Event]) {
    let runs = timeline.iter().filter(|event| event.to_status == Some(Status::Running)).count();
    record.with(|launches| {
        let Some(launch) = launches.values().find(|launch| launch.session == Some(session)) else {
            assert!(runs <= 1, "{timeline:#?}");
            return;
        };
        let (asked, done) = launch.starts;
        assert!(runs <= 1 + asked, "{launch:?} {timeline:#?}");
        // One that ends before the restarted agent looks is told by its end alone.
        let seen = launch.long && !launch.closed;
        assert!(!seen || runs > done, "{launch:?} {timeline:#?}");
    });
}
