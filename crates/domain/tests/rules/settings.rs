//! What a tenant may set.

use deskwarden_domain::{check_settings, default_settings};
use deskwarden_types::api::Settings;

fn defaults() -> Settings {
    default_settings("Saint Mary's".into(), "Europe/Berlin".into())
}

/// The field that is refused, if any.
fn refused(change: impl FnOnce(&mut Settings)) -> Option<&'static str> {
    let mut settings = defaults();
    change(&mut settings);
    check_settings(&settings).err().map(|bad| {
        assert!(!bad.message.is_empty());
        bad.field
    })
}

#[test]
fn the_defaults_are_those_of_the_seeds() {
    let settings = defaults();
    assert_eq!(check_settings(&settings), Ok(()));
    let seconds = (settings.heartbeat_seconds, settings.first_warning_seconds, settings.second_warning_seconds);
    assert_eq!(seconds, (60, 120, 60));
    assert!(!settings.show_ad_username);
}

#[test]
fn numbers_have_bounds() {
    for (value, ok) in [(0, false), (4, false), (5, true), (300, true), (301, false), (u32::MAX, false)] {
        assert_eq!(refused(|s| s.heartbeat_seconds = value), (!ok).then_some("heartbeat_seconds"), "{value}");
    }
    for (value, ok) in [(0, false), (1, true), (600, true), (601, false)] {
        let found = refused(|s| (s.first_warning_seconds, s.second_warning_seconds) = (value, 0));
        assert_eq!(found, (!ok).then_some("first_warning_seconds"), "{value}");
    }
    for (value, ok) in [(0, true), (119, true), (120, false), (u32::MAX, false)] {
        assert_eq!(refused(|s| s.second_warning_seconds = value), (!ok).then_some("second_warning_seconds"), "{value}");
    }
    for (value, ok) in [(0, false), (29, false), (30, true), (3650, true), (3651, false)] {
        assert_eq!(refused(|s| s.history_days = value), (!ok).then_some("history_days"), "{value}");
    }
}

#[test]
fn names_and_zones_have_a_shape() {
    for name in ["", "   ", "a\0b", "a\nb", &"x".repeat(201)] {
        assert_eq!(refused(|s| s.name = name.to_owned()), Some("name"), "{name:?}");
    }
    assert_eq!(refused(|s| s.name = "ü".repeat(200)), None);
    for zone in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Etc/GMT-14", "EST5EDT"] {
        assert_eq!(refused(|s| s.time_zone = zone.to_owned()), None, "{zone}");
    }
    for zone in [
        "",
        "/",
        "Europe/",
        "/Berlin",
        "+01:00",
        "Europe//Berlin",
        "../etc/passwd",
        "Europe/Ber lin",
        "a/b/c/d",
        "Zürich",
        "UTC\0",
        &"A".repeat(65),
    ] {
        assert_eq!(refused(|s| s.time_zone = zone.to_owned()), Some("time_zone"), "{zone:?}");
    }
}
