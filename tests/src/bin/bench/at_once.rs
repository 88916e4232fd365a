//! Many sessions acted on at once, beside the same rows by hand.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use deskwarden_tests::{Person, TestApp, TestDatabase, now};
use deskwarden_types::{
    BulkActionPath, BulkState, CommandState, EventKind, NoBody, SessionId, Verb,
    api::{BulkActionQuery, MakePlan, NewBulkAction, NewPlan, ShowBulkAction, StartBulkAction},
};

use crate::{
    figures::{Goal, against, figure, median, ms},
    filled::first_page,
    load::{self, Went},
    stage::{Direct, Stage},
};

/// Sessions acted on at once.
const MANY: usize = 10_000;
/// How often it is looked whether it is done.
const LOOK: Duration = Duration::from_millis(5);
/// Turns of two that are compared.
const TURNS: usize = 5;

/// 10,000 sessions planned and acted on, with commands, events and audit, and 10,000 by hand, in turns: one turn differs
/// from the next by a third. A session is acted on but once, so each turn has a database of its own. Then 10,000 while
/// somebody reads the list.
pub async fn run(app: &TestApp, owner: &Person, token: &str, stage: &mut Stage, history: usize) {
    let mut turns = vec![turn(owner, stage).await];
    while turns.len() < TURNS {
        let app = TestApp::start_with(TestDatabase::durable(app.database.kind), &[]).await;
        let mut stage = Stage::new(&app, history).await;
        turns.push(turn(&app.owner().await, &mut stage).await);
    }
    let middle = |of: fn(&Turn) -> f64| median(turns.iter().map(of).collect());
    figure("plan for 10,000", middle(|turn| ms(turn.plan)), "ms");
    figure("10,000 acted on, from the request to the last result", middle(|turn| ms(turn.acted)), "ms");
    figure("  by hand, one transaction", middle(|turn| ms(turn.by_hand)), "ms");
    let ratio = middle(|turn| turn.acted.as_secs_f64() / turn.by_hand.as_secs_f64());
    against("  beside it", ratio, "×", Goal::Most(2.0));
    let list = first_page(token);
    let idle = load::for_long(app.server.port(), vec![vec![list.clone()]], Duration::from_secs(2)).await;
    let stop = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(read_until(app.server.port(), list, stop.clone()));
    let ids = part(stage, 2);
    act(owner, &mut stage.direct, &ids).await;
    stop.store(true, Ordering::Relaxed);
    let busy = reader.await.expect("a reader that ends");
    figure("  the slowest list meanwhile", ms(busy.each.last().copied().unwrap_or_default()), "ms");
    figure("  the slowest list before", ms(idle.each.last().copied().unwrap_or_default()), "ms");
}

/// How long 10,000 took.
struct Turn {
    plan: Duration,
    acted: Duration,
    by_hand: Duration,
}

async fn turn(owner: &Person, stage: &mut Stage) -> Turn {
    let (ours, theirs) = (part(stage, 0), part(stage, 1));
    let (plan, acted) = act(owner, &mut stage.direct, &ours).await;
    Turn { plan, acted, by_hand: by_hand(&mut stage.direct, &ours, &theirs) }
}

/// Sessions that nobody has acted on.
fn part(stage: &Stage, number: usize) -> Vec<i64> {
    stage.agents.iter().flat_map(|(_, ids)| ids).copied().skip(number * MANY).take(MANY).collect()
}

/// Plans and acts; gives the time of the plan, and that from asking to the last result. Looks at the database whether it is
/// done: asking the server for all results again and again would be a part of what is measured.
async fn act(owner: &Person, direct: &mut Direct, ids: &[i64]) -> (Duration, Duration) {
    let ids = ids.iter().copied().map(SessionId).collect();
    let started = Instant::now();
    let plan = owner.send::<MakePlan>(NewPlan { verb: Verb::Evict, ids, matching: None }).await.expect("a plan");
    let planned = started.elapsed();
    let action = NewBulkAction {
        plan_id: Some(plan.id),
        verb: None,
        ids: Vec::new(),
        reason: "a bench".parse().ok(),
        message: None,
        hold_minutes: None,
    };
    let started = Instant::now();
    let action = owner.send::<StartBulkAction>(action).await.expect("a bulk action");
    let state = format!("SELECT state FROM bulk_actions WHERE id = {}", action.id);
    while direct.number(&state) != i64::from(BulkState::Finished.code()) {
        tokio::time::sleep(LOOK).await;
    }
    let took = started.elapsed();
    let path = BulkActionPath { id: action.id };
    let action = owner.call::<ShowBulkAction>(path, BulkActionQuery::default(), NoBody {}).await.expect("its results");
    assert_eq!(action.results.iter().filter(|result| result.command_id.is_some()).count(), MANY);
    (planned, took)
}

async fn read_until(port: u16, list: Vec<u8>, stop: Arc<AtomicBool>) -> Went {
    let mut all = Went::default();
    while !stop.load(Ordering::Relaxed) {
        let mut went = load::once(port, vec![vec![list.clone(); 5]]).await;
        all.each.append(&mut went.each);
    }
    all.each.sort_unstable();
    all
}

/// The same rows for other sessions, by one statement a table.
fn by_hand(direct: &mut Direct, ours: &[i64], theirs: &[i64]) -> Duration {
    let (Some(first), Some(least), Some(most)) = (ours.first(), theirs.iter().min(), theirs.iter().max()) else {
        return Duration::ZERO;
    };
    let last = direct.number("SELECT MAX(id) FROM commands");
    let seq = direct.number("SELECT MAX(audit_seq) FROM tenant_heads");
    let status = direct.number(&format!("SELECT status FROM sessions WHERE id = {first}"));
    let phase = direct.number(&format!("SELECT phase FROM sessions WHERE id = {first}"));
    let user = direct.number("SELECT MIN(id) FROM users");
    let at = now().millis();
    let (hash, salt, begin) = match direct.is_sqlite() {
        true => ("randomblob(32)", "randomblob(16)", "BEGIN IMMEDIATE"),
        false => ("sha256(int8send(id))", "substr(sha256(int8send(id)), 1, 16)", "BEGIN"),
    };
    let (verb, queued, event) = (Verb::Evict.code(), CommandState::Queued.code(), EventKind::CommandQueued.code());
    let sql = [
        begin.to_owned(),
        format!(
            "INSERT INTO commands (tenant_id, session_id, agent_id, verb, state, requested_by, reason, \
             first_warning_seconds, second_warning_seconds, created_at, effective_by, deadline, bulk_action_id) \
             SELECT tenant_id, id, agent_id, {verb}, {queued}, {user}, 'a bench', 120, 60, {at}, {at}, {at}, 1 \
             FROM sessions WHERE id BETWEEN {least} AND {most} ORDER BY id"
        ),
        format!(
            "INSERT INTO session_events (tenant_id, session_id, kind, observed_at, recorded_at, command_id, actor_id, \
             detail) SELECT tenant_id, session_id, {event}, {at}, {at}, id, {user}, 'a bench' FROM commands \
             WHERE id > {last} ORDER BY id"
        ),
        format!(
            "INSERT INTO audit_entries (tenant_id, seq, at, actor_kind, actor_id, action, session_id, private_hash, \
             hash) SELECT tenant_id, {seq} + id - {last}, {at}, 1, {user}, 8, session_id, {hash}, {hash} \
             FROM commands WHERE id > {last} ORDER BY id"
        ),
        format!(
            "INSERT INTO audit_privates (audit_id, tenant_id, salt, actor, object, reason) \
             SELECT id, tenant_id, {salt}, 'owner', 'evict', 'a bench' FROM audit_entries WHERE seq > {seq}"
        ),
        format!(
            "UPDATE sessions SET status = {status}, phase = {phase}, command_id = c.id, revision = revision + 1 \
             FROM commands c WHERE c.session_id = sessions.id AND c.id > {last}"
        ),
        format!("UPDATE tenant_heads SET revision = revision + 1, audit_seq = audit_seq + {MANY}"),
        "COMMIT".to_owned(),
    ];
    let started = Instant::now();
    sql.iter().for_each(|sql| direct.run(sql));
    started.elapsed()
}
