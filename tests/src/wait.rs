//! Waiting on conditions, never on time alone.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How often a condition is looked at.
const STEP: Duration = Duration::from_millis(25);

/// Looks again and again until there is a value; fails after `limit`, saying what was waited for.
pub async fn eventually<T>(what: &str, limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(value) = look().await {
            return value;
        }
        assert!(Instant::now() < end, "waited {limit:?} in vain for: {what}");
        sleep(STEP).await;
    }
}

/// Waits for a future; fails after `limit`, saying what was waited for.
pub async fn within<T>(what: &str, limit: Duration, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(limit, work).await {
        Ok(value) => value,
        Err(_) => panic!("waited {limit:?} in vain for: {what}"),
    }
}
