//! SQLite's statements under a time limit. SQLite asks every so many of its steps whether to go on; here it is told no
//! when the limit of this thread's work is over, or its caller has gone. (PostgreSQL has its own time limits.)

use std::{
    cell::RefCell,
    ffi::{c_char, c_int, c_void},
    sync::{
        Arc, Once,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use libsqlite3_sys::{SQLITE_OK, sqlite3, sqlite3_api_routines, sqlite3_auto_extension, sqlite3_progress_handler};

/// Steps of SQLite's machine between two questions: about a millisecond.
const STEPS: c_int = 20_000;

struct Limit {
    until: Instant,
    gone: Arc<AtomicBool>,
}

thread_local! {
    static LIMIT: RefCell<Option<Limit>> = const { RefCell::new(None) };
}

/// Takes the limit away, also where the work panics.
struct Unset;

impl Drop for Unset {
    fn drop(&mut self) {
        LIMIT.with_borrow_mut(|limit| *limit = None);
    }
}

/// Does work whose statements end with an error when the time is over, or when `gone` becomes true.
pub(crate) fn limited<T>(time: Duration, gone: &Arc<AtomicBool>, work: impl FnOnce() -> T) -> T {
    LIMIT.with_borrow_mut(|limit| *limit = Some(Limit { until: Instant::now() + time, gone: gone.clone() }));
    let _unset = Unset;
    work()
}

fn is_over() -> bool {
    let over = |limit: &Limit| limit.gone.load(Ordering::Relaxed) || Instant::now() >= limit.until;
    LIMIT.try_with(|limit| limit.try_borrow().is_ok_and(|limit| limit.as_ref().is_some_and(over))).unwrap_or(false)
}

/// SQLite's question; anything but 0 ends the statement.
extern "C" fn ask(_: *mut c_void) -> c_int {
    c_int::from(is_over())
}

/// Makes each connection that is opened from now on ask.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[expect(unsafe_code, reason = "diesel does not give its handle away; SQLite calls `attach` with each new one")]
        // SAFETY: `attach` has the type that SQLite calls it with, and lives as long as the program.
        let done = unsafe { sqlite3_auto_extension(Some(attach)) };
        if done != SQLITE_OK {
            tracing::error!(code = done, "SQLite's statements have no time limit");
        }
    });
}

#[expect(unsafe_code, reason = "called by SQLite while it opens a connection")]
// SAFETY: SQLite calls it with the handle of the connection that it opens, which is good for as long as this runs.
unsafe extern "C" fn attach(db: *mut sqlite3, _: *mut *mut c_char, _: *const sqlite3_api_routines) -> c_int {
    // SAFETY: the handle is good, `ask` lives as long as the program and needs nothing.
    unsafe { sqlite3_progress_handler(db, STEPS, Some(ask), std::ptr::null_mut()) };
    SQLITE_OK
}

#[cfg(test)]
mod tests {
    use diesel::{RunQueryDsl, sql_types::BigInt};

    use super::*;
    use crate::{DatabaseUrl, Durability, StoreError};

    const ENDLESS: &str =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS n FROM n";

    #[derive(Debug, diesel::QueryableByName)]
    struct N {
        #[diesel(sql_type = BigInt)]
        #[expect(dead_code, reason = "the statement never gives one")]
        n: i64,
    }

    fn endless(time: Duration, gone: &Arc<AtomicBool>) -> StoreError {
        let folder = tempfile::tempdir().unwrap();
        let url: DatabaseUrl = format!("sqlite:{}/x.db", folder.path().display()).parse().unwrap();
        let mut conn = url.connect(Durability::Normal).unwrap();
        let error = limited(time, gone, || diesel::sql_query(ENDLESS).get_result::<N>(&mut conn)).unwrap_err();
        // The connection is as good as before.
        diesel::sql_query("SELECT 1").execute(&mut conn).unwrap();
        error.into()
    }

    #[test]
    fn a_statement_without_an_end_is_ended() {
        let started = Instant::now();
        let error = endless(Duration::from_millis(50), &Arc::default());
        let StoreError::Refused(refusal) = error else { panic!("{error}") };
        assert_eq!(refusal.code, deskwarden_types::ErrorCode::QueryTooSlow);
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn it_is_ended_when_its_caller_goes() {
        let gone = Arc::new(AtomicBool::new(false));
        let told = gone.clone();
        let teller = std::thread::spawn(move || told.store(true, Ordering::Relaxed));
        let started = Instant::now();
        endless(Duration::from_secs(60), &gone);
        assert!(started.elapsed() < Duration::from_secs(30));
        teller.join().unwrap();
    }
}
