//! Whether a user may launch a resource here and now.

use deskwarden_types::{LicenceKind, ProvisionId, Timestamp};

/// What the decision needs of a provision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisionFacts {
    /// The provision.
    pub id: ProvisionId,
    /// Whether it allows every program.
    pub any_program: bool,
    /// Whether the resource asked for is the one that it provides.
    pub resource_matches: bool,
    /// Whether it allows this host.
    pub host_allowed: bool,
    /// Whether it allows this user: everyone, the user, or a group of the user.
    pub user_allowed: bool,
    /// Whether its resource is suspended.
    pub resource_suspended: bool,
    /// The licence of its delivery method.
    pub licence: LicenceKind,
    /// With a fixed licence: for how many days without contact.
    pub offline_days: u32,
}

/// Why a launch is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LaunchRefusal {
    /// No provision allows this user this resource on this host.
    #[error("no provision allows this user to launch this here")]
    NotProvisioned,
    /// An admin ended it and holds relaunching.
    #[error("launching this is held until {0}")]
    Held(Timestamp),
    /// The resource is suspended.
    #[error("this app or desktop is suspended")]
    Suspended,
    /// The user has as many sessions of the resource as allowed.
    #[error("{}", too_many(*.0))]
    TooMany(u32),
}

fn too_many(most: u32) -> String {
    match most {
        1 => "you have a session of this already".to_owned(),
        most => format!("you have {most} sessions of this already, as many as are allowed"),
    }
}

/// The provision under which the launch is allowed. One made for the resource goes before one that allows every
/// program, then the older one. `held_until` counts while it is ahead of `now`.
pub fn decide_launch(
    provisions: &[ProvisionFacts],
    held_until: Option<Timestamp>,
    live_sessions_of_user: u32,
    max_sessions_per_user: Option<u32>,
    now: Timestamp,
) -> Result<ProvisionId, LaunchRefusal> {
    let mut fitting = provisions.iter().filter(|p| fits(p)).peekable();
    fitting.peek().ok_or(LaunchRefusal::NotProvisioned)?;
    let best = fitting
        .filter(|p| !p.resource_suspended)
        .min_by_key(|p| (!p.resource_matches, p.id))
        .ok_or(LaunchRefusal::Suspended)?;
    if let Some(until) = held_until.filter(|until| *until > now) {
        return Err(LaunchRefusal::Held(until));
    }
    match max_sessions_per_user {
        Some(max) if live_sessions_of_user >= max => Err(LaunchRefusal::TooMany(max)),
        _ => Ok(best.id),
    }
}

fn fits(provision: &ProvisionFacts) -> bool {
    (provision.any_program || provision.resource_matches) && provision.host_allowed && provision.user_allowed
}

/// Until when a session launched or renewed now may run without contact; none for a floating licence (003).
pub fn offline_until(licence: LicenceKind, offline_days: u32, now: Timestamp) -> Option<Timestamp> {
    match licence {
        LicenceKind::Floating => None,
        LicenceKind::Fixed => Some(now.plus_seconds(i64::from(offline_days) * 86_400)),
    }
}
