//! The memory of a server's process, as the kernel counts it.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// How often it is looked at.
const EVERY: Duration = Duration::from_millis(10);

/// Resident memory, in MiB.
pub fn resident(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
}

/// Looks at it until it is asked.
pub struct Sampler {
    stop: Arc<AtomicBool>,
    most: JoinHandle<f64>,
}

impl Sampler {
    /// Begins.
    pub fn start(process: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let most = std::thread::spawn(move || {
            let mut most = 0f64;
            while !stopped.load(Ordering::Relaxed) {
                most = most.max(resident(process));
                std::thread::sleep(EVERY);
            }
            most
        });
        Self { stop, most }
    }

    /// The most that it was.
    pub fn most(self) -> f64 {
        self.stop.store(true, Ordering::Relaxed);
        self.most.join().expect("the memory was read")
    }
}
