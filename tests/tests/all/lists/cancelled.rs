//! A read that nobody waits for any more is stopped, and gives its connection back.

use std::time::Instant;

use deskwarden_store::{Scope, sessions};
use deskwarden_types::{Counting, ListState, api::Total};
use tokio::time::timeout;

use super::{
    plans::selection,
    seed::{NOW, OWNER, Seed},
};

const ATTEMPTS: usize = 4;

/// Each address is looked at for some hundred texts.
fn slow() -> String {
    let part = |of: std::ops::Range<u32>| of.map(|n| format!("z{n}")).collect::<Vec<_>>().join(",");
    format!("-ip~{} -ip~{}", part(0..200), part(200..390))
}

/// As many reads as there are connections, all of them given up; then one that needs a connection.
pub async fn reads_stop(seed: &Seed) {
    let count = |counting| {
        let asked = selection(&slow(), ListState::All, None);
        move |scope: &mut Scope<'_>| sessions::count(scope, &OWNER, &asked, counting)
    };
    stop(seed, || seed.store.read_long(seed.tenant, NOW, count(Counting::Exact))).await;
    // As lists are read.
    stop(seed, || seed.store.look(seed.tenant, NOW, count(Counting::Exact))).await;
}

/// A busy machine may be slow at the wrong moment, so once in [`ATTEMPTS`] is enough: a read that is not stopped takes as
/// long as ever.
async fn stop<T>(seed: &Seed, count: impl Fn() -> T)
where
    T: Future<Output = deskwarden_store::Result<Option<Total>>>,
{
    let mut seen = Vec::new();
    for _ in 0..ATTEMPTS {
        let begun = Instant::now();
        count().await.unwrap();
        let whole = begun.elapsed();
        let soon = whole / 10;
        let (one, two) = tokio::join!(timeout(soon, count()), timeout(soon, count()));
        assert!(one.is_err() && two.is_err(), "it is done too soon to be stopped");
        let given_up = Instant::now();
        let asked = selection("", ListState::All, None);
        let work = move |scope: &mut Scope<'_>| sessions::count(scope, &OWNER, &asked, Counting::Capped);
        seed.store.read_long(seed.tenant, NOW, work).await.unwrap();
        let took = given_up.elapsed();
        if took < whole / 2 {
            return;
        }
        seen.push((whole, took));
    }
    panic!("a whole count took this, and the connections were free only after that: {seen:?}");
}
