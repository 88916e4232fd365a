//! The memory of a server's process, as the kernel counts it.

use std::{fs, sync::mpsc, thread::JoinHandle, time::Duration};

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
    stop: mpsc::Sender<()>,
    most: JoinHandle<f64>,
}

impl Sampler {
    /// Begins.
    pub fn start(process: u32) -> Self {
        let (stop, stopped) = mpsc::channel();
        let most = std::thread::spawn(move || {
            let mut most = resident(process);
            while stopped.recv_timeout(EVERY).is_err() {
                most = most.max(resident(process));
            }
            most
        });
        Self { stop, most }
    }

    /// The most that it was.
    pub fn most(self) -> f64 {
        self.stop.send(()).expect("it is looked at until now");
        self.most.join().expect("the memory was read")
    }
}
