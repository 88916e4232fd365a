//! What a tenant may set.

use std::ops::RangeInclusive;

use deskwarden_types::{Name, api::Settings};

use crate::{list::Network, retention::check_history_days};

/// Days for which history may be kept. Not less than a month, after which the clean-up still looks at an app (003) and
/// people still ask what was; ten years are longer than records of use must be kept anywhere.
pub const HISTORY_DAYS: RangeInclusive<u32> = 30..=3650;
/// Networks that a tenant may name.
const MOST_NETWORKS: usize = 100;

/// A setting that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct BadSetting {
    /// The field's name on the wire.
    pub field: &'static str,
    /// What it must be.
    pub message: String,
}

/// The settings of a new tenant: a heartbeat each minute, warnings two minutes and one minute ahead (003), 800 days
/// of history, 30 s to answer whether somebody may watch, an end 15 minutes after nobody is connected to a streamed
/// app (000), a warning from 80 % of the seats on (004).
pub fn default_settings(name: String, time_zone: String) -> Settings {
    Settings {
        name,
        time_zone,
        heartbeat_seconds: 60,
        first_warning_seconds: 120,
        second_warning_seconds: 60,
        show_ad_username: false,
        history_days: 800,
        consent_seconds: 30,
        poor_network_seconds: 15,
        disconnected_minutes: 15,
        seats_warn_percent: 80,
        networks: Vec::new(),
    }
}

/// Checks settings; the first that cannot be taken is told.
pub fn check_settings(settings: &Settings) -> Result<(), BadSetting> {
    if let Err(bad) = settings.name.parse::<Name>() {
        return Err(BadSetting { field: "name", message: bad.to_string() });
    }
    if !is_time_zone(&settings.time_zone) {
        let message = "an IANA name such as Europe/Berlin or UTC".to_owned();
        return Err(BadSetting { field: "time_zone", message });
    }
    within("heartbeat_seconds", settings.heartbeat_seconds, 5, 300)?;
    within("first_warning_seconds", settings.first_warning_seconds, 1, 600)?;
    if settings.second_warning_seconds >= settings.first_warning_seconds {
        let message = "less than first_warning_seconds; 0 for no second warning".to_owned();
        return Err(BadSetting { field: "second_warning_seconds", message });
    }
    check_history_days(settings.history_days)?;
    within("consent_seconds", settings.consent_seconds, 5, 300)?;
    within("poor_network_seconds", settings.poor_network_seconds, 2, 120)?;
    within("disconnected_minutes", settings.disconnected_minutes, 1, 1440)?;
    within("seats_warn_percent", settings.seats_warn_percent, 1, 100)?;
    if settings.networks.len() > MOST_NETWORKS {
        return Err(BadSetting { field: "networks", message: format!("at most {MOST_NETWORKS}") });
    }
    match settings.networks.iter().find(|network| Network::parse(&network.cidr).is_none()) {
        Some(bad) => {
            let shown: String = bad.cidr.chars().take(64).collect();
            let message = format!("{shown:?} is no network such as 192.0.2.0/24 or 2001:db8::/32");
            Err(BadSetting { field: "networks", message })
        }
        None => Ok(()),
    }
}

/// The networks of settings that were checked.
pub fn networks(settings: &Settings) -> Vec<Network> {
    settings.networks.iter().filter_map(|network| Network::parse(&network.cidr)).collect()
}

pub(crate) fn within(field: &'static str, value: u32, min: u32, max: u32) -> Result<(), BadSetting> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(BadSetting { field, message: format!("a whole number from {min} to {max}, not {value}") })
}

/// The shape of an IANA name: parts of letters, digits, `_`, `+` and `-`, each beginning with a letter.
fn is_time_zone(text: &str) -> bool {
    text.len() <= 64
        && text.split('/').count() <= 3
        && text.split('/').all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-'))
        })
}
