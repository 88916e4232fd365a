//! Facts to start from.

use deskwarden_domain::{Facts, Timing};
use deskwarden_types::{DeliveryKind, Source, Status, Timestamp, Trust, Verb};

/// A session that is believed, with nothing on its way, of somebody else, on a host that can do everything.
pub fn facts(kind: DeliveryKind, status: Status) -> Facts {
    Facts {
        kind,
        status,
        observed_status: status,
        connected: true,
        trust: Trust::Fresh,
        open_command: None,
        last_command_went_wrong: false,
        source: Source::Gate,
        server_product: None,
        server_version: None,
        can_show: true,
        agent_verbs: Some(Verb::ALL.to_vec()),
        offline_until: None,
        agent_connected: true,
        own: false,
    }
}

/// The seeds' timing: a heartbeat each minute, warnings two minutes and one minute ahead.
pub const TIMING: Timing = Timing { heartbeat_seconds: 60, first_warning_seconds: 120, second_warning_seconds: 60 };

/// A moment in 2026.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// The rows of a table in a text: words, without empty lines and comments.
pub fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
}
