//! Jobs beside other servers: what changes between their look and their lock is left alone. (SQLite has one writer,
//! which nobody overtakes.)

use std::time::Duration;

use deskwarden_store::{jobs, retention};
use deskwarden_tests::{Database, TestApp, eventually, now, run};
use deskwarden_types::{EndReason, Phase, SessionId, Status, Timestamp};
use diesel::{Connection, PgConnection, connection::SimpleConnection};

const DAY: i64 = 86_400;

/// Two sessions of one agent, both in this status: one that will be changed, one that will not.
async fn two(app: &TestApp, statuses: &[Status]) -> [SessionId; 2] {
    let (member, agent) = (app.member().await, app.agent("h1").await);
    let mut ids = Vec::new();
    for app in ["xterm", "gimp"] {
        let id = agent.run(&member.username, app).await;
        agent.seen(id, statuses).await;
        ids.push(id);
    }
    [ids[0], ids[1]]
}

/// Runs the jobs at `at` while another transaction, of which they know nothing when they look, changes something.
async fn run_meanwhile(app: &TestApp, change: &str, up_since: Timestamp, at: Timestamp) -> jobs::Done {
    let store = app.store.clone();
    meanwhile(app, change, async move { jobs::run(&store, "another server", up_since, at).await.unwrap() }).await
}

/// Does a job while another transaction, of which it knows nothing when it looks, changes something.
async fn meanwhile<T: Send + 'static>(app: &TestApp, change: &str, job: impl Future<Output = T> + Send + 'static) -> T {
    let mut other = PgConnection::establish(app.database.url()).unwrap();
    other.batch_execute(&format!("BEGIN; {change}")).unwrap();
    let job = tokio::spawn(job);
    let waiting =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    eventually("the job to wait for the other", Duration::from_secs(10), async || {
        assert!(!job.is_finished(), "the job waited for nobody");
        (app.number(waiting).await > 0).then_some(())
    })
    .await;
    other.batch_execute("COMMIT").unwrap();
    job.await.unwrap()
}

#[test]
fn a_session_heard_of_meanwhile_does_not_go_stale() {
    run(Database::Postgres, async |app: TestApp| {
        let [heard, silent] = two(&app, &[Status::Running]).await;
        let at = now().plus_seconds(600);
        let change = format!("UPDATE session_beats SET seen_at = {} WHERE session_id = {heard}", at.millis());
        let locked = format!("UPDATE sessions SET phase = phase WHERE id = {heard}; {change}");
        let done = run_meanwhile(&app, &locked, now().plus_seconds(-DAY), at).await;
        assert_eq!(done.stale, 1);
        let stale = async |id| app.number(&format!("SELECT stale::int FROM sessions WHERE id = {id}")).await;
        assert_eq!((stale(heard).await, stale(silent).await), (0, 1));
    });
}

#[test]
fn a_session_heard_of_again_meanwhile_is_not_lost() {
    run(Database::Postgres, async |app: TestApp| {
        let manager = app.manager().await;
        let [heard, silent] = two(&app, &[Status::Running]).await;
        app.sql("UPDATE sessions SET stale = TRUE").await;
        let at = now().plus_seconds(3600);
        let change = format!(
            "UPDATE sessions SET stale = FALSE WHERE id = {heard}; \
             UPDATE session_beats SET seen_at = {} WHERE session_id = {heard}",
            at.millis()
        );
        let done = run_meanwhile(&app, &change, now().plus_seconds(-DAY), at).await;
        assert_eq!(done.lost, 1);
        let reason = async |id| manager.show(id).await.unwrap().session.end_reason;
        assert_eq!((reason(heard).await, reason(silent).await), (None, Some(EndReason::Lost)));
    });
}

#[test]
fn an_app_started_meanwhile_is_not_cleaned_up() {
    run(Database::Postgres, async |app: TestApp| {
        let manager = app.manager().await;
        let [started, stopped] = two(&app, &[Status::Running, Status::Stopped]).await;
        let long_ago = now().plus_seconds(-31 * DAY).millis();
        app.sql(format!("UPDATE sessions SET started_at = {long_ago}, last_activity_at = {long_ago}")).await;
        app.sql(format!("UPDATE session_events SET observed_at = {long_ago}")).await;
        // The server has done today's clean-up.
        let at = now().plus_seconds(2 * DAY);
        let (code, ago) = (Status::Running.code(), at.millis());
        let change = format!(
            "UPDATE sessions SET status = {code}, observed_status = {code}, last_activity_at = {ago} WHERE id = {started}"
        );
        let done = run_meanwhile(&app, &change, at, at).await;
        assert_eq!(done.cleaned, 1);
        let (started, stopped) = (manager.show(started).await.unwrap(), manager.show(stopped).await.unwrap());
        assert_eq!((started.session.status, started.commands.len()), (Status::Running, 0));
        assert_eq!((stopped.session.observed_status, stopped.commands.len()), (Status::AwaitingExpiry, 1));
    });
}

#[test]
fn a_session_that_reopens_meanwhile_is_not_deleted() {
    run(Database::Postgres, async |app: TestApp| {
        let manager = app.manager().await;
        let [again, gone] = two(&app, &[Status::Running, Status::Stopped, Status::Removed]).await;
        let at = now().plus_seconds(2 * DAY);
        let end = at.plus_seconds(-801 * DAY).millis();
        app.sql(format!("UPDATE sessions SET ended_at = {end}, listed_until = {end}")).await;
        let (code, phase) = (Status::Running.code(), Phase::Live.code());
        let change = format!(
            "UPDATE sessions SET status = {code}, observed_status = {code}, phase = {phase}, ended_at = NULL, \
             end_reason = NULL, ended_how = NULL, listed_until = {} WHERE id = {again}",
            Timestamp::MAX.millis()
        );
        let store = app.store.clone();
        let job = async move { retention::run(&store, "another server", || at).await.unwrap() };
        assert_eq!(meanwhile(&app, &change, job).await, 1);
        assert_eq!(manager.show(again).await.unwrap().session.status, Status::Running);
        assert!(manager.show(gone).await.is_err());
    });
}
