//! Reports, from the spool to the server.

use deskwarden_types::agent::{Report, Reports, SendReports};

use super::{Link, Lost};

/// The most reports that one call takes.
const AT_ONCE: usize = 1_000;
/// About the most bytes that one call carries. A single report may be longer.
const BYTES_AT_ONCE: usize = 256 * 1024;

impl Link {
    /// Sends what is spooled, until a call fails. What the server has not taken stays spooled.
    pub(super) async fn courier(&self) -> Lost {
        loop {
            let reports = match self.batch() {
                Ok(reports) => reports,
                Err(error) => return Lost::Spool(error.into()),
            };
            let Some(first) = reports.first().map(|report| report.seq) else {
                self.outbox.spooled.notified().await;
                continue;
            };
            let taken = match self.client.send::<SendReports>(Reports { reports }).await {
                Ok(taken) => taken,
                // Among them `sequence_gap`: the next hello tells what the server has.
                Err(error) => return error.into(),
            };
            self.line.heard();
            if !taken.unknown_sessions.is_empty() {
                tracing::warn!(sessions = ?taken.unknown_sessions, "the server does not know these sessions");
            }
            if taken.taken_through < first {
                return Lost::NothingTaken;
            }
            self.outbox.spool().taken(taken.taken_through);
        }
    }

    /// What to send next, with its age as of now.
    fn batch(&self) -> serde_json::Result<Vec<Report>> {
        let now = self.clock.stamp();
        let spool = self.outbox.spool();
        let (mut reports, mut bytes) = (Vec::new(), 0);
        for spooled in spool.pending().take(AT_ONCE) {
            bytes += serde_json::to_vec(&spooled.what)?.len();
            if bytes > BYTES_AT_ONCE && !reports.is_empty() {
                break;
            }
            reports.push(Report { seq: spooled.seq, age_ms: spooled.at.age_ms(&now), what: spooled.what.clone() });
        }
        Ok(reports)
    }
}
