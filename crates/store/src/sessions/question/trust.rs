//! How far a row may be believed, as `deskwarden_domain::trust` decides it.

use deskwarden_domain::{lease_seconds, rules};
use deskwarden_types::{DeliveryKind, Phase, Status, Trust};

use super::{Maker, Sql};

impl Maker<'_, '_> {
    /// Sessions of one of these trusts.
    pub(super) fn trust(&self, codes: &[i16]) -> Sql {
        let trusts: Vec<Trust> = codes.iter().filter_map(|code| Trust::from_code(*code)).collect();
        let now = self.ground.now.millis();
        let lease = lease_seconds(&self.ground.rules.timing) * 1000;
        // Within its lease: now < seen + lease.
        let mut fresh = self.sql(&over());
        // no tenant: by the id of a session that is the tenant's.
        fresh.push(" OR COALESCE((SELECT b.seen_at FROM session_beats b WHERE b.session_id = s.id), s.started_at) > ");
        fresh.number(now - lease);
        // Its licence lets it be silent.
        let mut offline = self.sql(&format!("s.kind = {} AND s.offline_until > ", DeliveryKind::ManagedApp.code()));
        offline.number(now);
        let mut sql = self.sql("CASE WHEN ");
        let answer = |trust| if trusts.contains(&trust) { "TRUE" } else { "FALSE" };
        sql.add(&fresh).push(" THEN ").push(answer(Trust::Fresh)).push(" WHEN ").add(&offline);
        sql.push(" THEN ").push(answer(Trust::OfflineUntil)).push(" ELSE ").push(answer(Trust::Stale)).push(" END");
        sql
    }
}

/// It is over, as it is shown or as it was observed.
fn over() -> String {
    let mut text = format!("s.phase = {}", Phase::Over.code());
    for kind in DeliveryKind::ALL.iter().copied() {
        let over: Vec<String> = Status::ALL
            .iter()
            .filter(|status| rules(kind).is_over(**status))
            .map(|status| status.code().to_string())
            .collect();
        text.push_str(&format!(" OR (s.kind = {} AND s.observed_status IN ({}))", kind.code(), over.join(", ")));
    }
    text
}
