//! Work that waits for one of few turns.
//!
//! A thread that is done with one piece of work takes the next one that waits: where there is always some, it neither goes
//! to sleep nor has to be woken, and whoever waits is not woken only to hand his work over.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::runtime::Handle;

/// A piece of work.
type Job = Box<dyn FnOnce() + Send>;

/// So many pieces of work are done at the same time; the others in the order in which they came.
pub(crate) struct Turns {
    inner: Mutex<Inner>,
}

struct Inner {
    free: usize,
    waiting: VecDeque<Arc<Slot>>,
}

/// Where a piece of work waits, until it begins or is given up.
struct Slot(Mutex<Option<Job>>);

impl Slot {
    fn take(&self) -> Option<Job> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Whoever waits for his work; when he goes it is given up, unless it has begun.
pub(crate) struct Waiting(Arc<Slot>);

impl Waiting {
    /// Gives the work up; tells whether it had not begun.
    pub(crate) fn give_up(&self) -> bool {
        self.0.take().is_some()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl Turns {
    pub(crate) fn new(turns: usize) -> Self {
        Self { inner: Mutex::new(Inner { free: turns, waiting: VecDeque::new() }) }
    }

    /// Has the job done when its turn comes, on a thread of the runtime that may be kept.
    pub(crate) fn take(self: &Arc<Self>, runtime: &Handle, job: Job) -> Waiting {
        let slot = Arc::new(Slot(Mutex::new(Some(job))));
        let waiting = Waiting(slot.clone());
        let mut inner = self.locked();
        if inner.free == 0 {
            inner.waiting.push_back(slot);
        } else {
            inner.free -= 1;
            drop(inner);
            let turns = self.clone();
            runtime.spawn_blocking(move || turns.work(slot));
        }
        waiting
    }

    fn work(&self, first: Arc<Slot>) {
        let mut next = Some(first);
        while let Some(slot) = next {
            if let Some(job) = slot.take() {
                // What panics tells nobody anything, and the turn goes on; the panic itself stands in the log.
                let _ = catch_unwind(AssertUnwindSafe(job));
            }
            let mut inner = self.locked();
            next = inner.waiting.pop_front();
            if next.is_none() {
                inner.free += 1;
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::channel,
    };

    use super::*;

    #[test]
    fn jobs_wait_for_their_turn_and_go_on_after_a_panic() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let turns = Arc::new(Turns::new(2));
        let (working, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (tell, told) = channel();
        let mut waiting = Vec::new();
        for number in 0..50 {
            let (working, most, tell) = (working.clone(), most.clone(), tell.clone());
            let job = move || {
                let now = working.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                let sum: u64 = (0..100_000).sum();
                working.fetch_sub(1, Ordering::SeqCst);
                tell.send((number, sum)).unwrap();
                assert!(number % 10 != 3, "one of some that panic");
            };
            waiting.push(turns.take(runtime.handle(), Box::new(job)));
        }
        drop(tell);
        let mut done: Vec<i32> = told.iter().map(|(number, _)| number).collect();
        done.sort_unstable();
        assert_eq!(done, (0..50).collect::<Vec<_>>());
        assert!(most.load(Ordering::SeqCst) <= 2);
        assert!(waiting.iter().all(|waiting| !waiting.give_up()));
        // Both turns are free again, and are used again.
        let is_free = || turns.locked().free == 2;
        while !is_free() {
            std::hint::spin_loop();
        }
        let (tell, told) = channel();
        let _waiting = turns.take(runtime.handle(), Box::new(move || tell.send(1).unwrap()));
        assert_eq!(told.recv(), Ok(1));
    }

    #[test]
    fn what_is_given_up_before_it_begins_is_not_done() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let turns = Arc::new(Turns::new(1));
        let (go, wait) = channel::<()>();
        let (tell, told) = channel();
        let job = |number: i32| {
            let tell = tell.clone();
            Box::new(move || tell.send(number).unwrap())
        };
        let first = turns.take(runtime.handle(), Box::new(move || wait.recv().unwrap()));
        let (second, third) = (turns.take(runtime.handle(), job(2)), turns.take(runtime.handle(), job(3)));
        let fourth = turns.take(runtime.handle(), job(4));
        drop(second);
        assert!(third.give_up() && !third.give_up());
        go.send(()).unwrap();
        assert_eq!(told.recv(), Ok(4));
        assert!(told.try_recv().is_err() && !first.give_up() && !fourth.give_up());
    }
}
