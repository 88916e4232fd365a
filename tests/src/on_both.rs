//! Runs each test on both databases.

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::mpsc,
    time::Duration,
};

use futures_util::FutureExt;

use crate::{Database, TestApp, TestDatabase, within};

/// A test that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(240);

/// Runs a test on a server of its own. When it fails, the server's log is printed; when it does not, the log
/// must tell of no fault either.
pub fn run<F: Future<Output = ()>>(kind: Database, test: impl FnOnce(TestApp) -> F) {
    run_on(TestDatabase::new(kind), test);
}

/// The same on this database.
pub fn run_on<F: Future<Output = ()>>(database: TestDatabase, test: impl FnOnce(TestApp) -> F) {
    let _watched = watch(database.kind);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let app = TestApp::start_with(database, &[]).await;
        let log = app.server.logs();
        let result = AssertUnwindSafe(within("the test to end", LONGEST, test(app))).catch_unwind().await;
        if let Err(panic) = result {
            println!("--- the server's log ---\n{}", log.text());
            resume_unwind(panic);
        }
        log.check();
    });
}

/// Ends the whole run where a test hangs in a place that no time limit of its own reaches, such as taking things
/// down: a run without an end tells nobody anything.
fn watch(kind: Database) -> mpsc::Sender<()> {
    let (watched, ends) = mpsc::channel::<()>();
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    std::thread::spawn(move || {
        if ends.recv_timeout(LONGEST + Duration::from_secs(30)) == Err(mpsc::RecvTimeoutError::Timeout) {
            println!("{name} ({kind:?}) hangs; the run is given up");
            std::process::abort();
        }
    });
    watched
}

/// Generates `sqlite::NAME` and `postgres::NAME` for each `async fn NAME(app: TestApp)`. At most once a module.
#[macro_export]
macro_rules! on_both {
    ($($(#[doc = $doc:literal])* async fn $name:ident($app:ident: $type:ty) $body:block)+) => {
        $($(#[doc = $doc])* async fn $name($app: $type) $body)+

        mod sqlite {
            $(#[test] fn $name() { $crate::run($crate::Database::Sqlite, super::$name); })+
        }

        mod postgres {
            $(#[test] fn $name() { $crate::run($crate::Database::Postgres, super::$name); })+
        }
    };
}
