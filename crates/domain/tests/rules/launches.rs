//! Who may launch what.

use deskwarden_domain::{LaunchRefusal, ProvisionFacts, decide_launch, offline_until};
use deskwarden_types::{LicenceKind, ProvisionId, Timestamp};

use crate::facts::NOW;

/// A provision that allows the launch.
fn provision(id: i64) -> ProvisionFacts {
    ProvisionFacts {
        id: ProvisionId(id),
        any_program: false,
        resource_matches: true,
        host_allowed: true,
        user_allowed: true,
        resource_suspended: false,
        licence: LicenceKind::Floating,
        offline_days: 0,
    }
}

fn decide(provisions: &[ProvisionFacts]) -> Result<ProvisionId, LaunchRefusal> {
    decide_launch(provisions, None, 0, None, NOW)
}

#[test]
fn a_provision_must_allow_resource_host_and_user() {
    assert_eq!(decide(&[]), Err(LaunchRefusal::NotProvisioned));
    for bits in 0..16_u8 {
        let found = decide(&[ProvisionFacts {
            any_program: bits & 1 != 0,
            resource_matches: bits & 2 != 0,
            host_allowed: bits & 4 != 0,
            user_allowed: bits & 8 != 0,
            ..provision(7)
        }]);
        let allowed = bits & 3 != 0 && bits & 12 == 12;
        assert_eq!(found.is_ok(), allowed, "{bits:04b}");
        assert_eq!(found.err(), (!allowed).then_some(LaunchRefusal::NotProvisioned));
    }
}

#[test]
fn one_made_for_the_resource_goes_first_then_the_older_one() {
    let any = ProvisionFacts { any_program: true, resource_matches: false, ..provision(1) };
    assert_eq!(decide(&[any.clone(), provision(9), provision(5)]), Ok(ProvisionId(5)));
    assert_eq!(decide(&[any.clone(), ProvisionFacts { user_allowed: false, ..provision(5) }]), Ok(ProvisionId(1)));
    let suspended = ProvisionFacts { resource_suspended: true, ..provision(5) };
    assert_eq!(decide(std::slice::from_ref(&suspended)), Err(LaunchRefusal::Suspended));
    assert_eq!(decide(&[suspended.clone(), any]), Ok(ProvisionId(1)), "a way is still open (003)");
    assert_eq!(decide(&[ProvisionFacts { host_allowed: false, ..suspended }]), Err(LaunchRefusal::NotProvisioned));
}

#[test]
fn a_hold_lasts_until_its_time() {
    let held = |until: Timestamp| decide_launch(&[provision(1)], Some(until), 0, None, NOW);
    let later = NOW.plus_millis(1);
    assert_eq!(held(later), Err(LaunchRefusal::Held(later)));
    assert_eq!(held(NOW), Ok(ProvisionId(1)));
    assert_eq!(decide_launch(&[], Some(later), 0, None, NOW), Err(LaunchRefusal::NotProvisioned));
}

#[test]
fn no_more_sessions_than_allowed() {
    for (live, max, wanted) in [
        (0, None, Ok(ProvisionId(1))),
        (u32::MAX, None, Ok(ProvisionId(1))),
        (1, Some(2), Ok(ProvisionId(1))),
        (2, Some(2), Err(LaunchRefusal::TooMany(2))),
        (3, Some(2), Err(LaunchRefusal::TooMany(2))),
        (0, Some(0), Err(LaunchRefusal::TooMany(0))),
    ] {
        assert_eq!(decide_launch(&[provision(1)], None, live, max, NOW), wanted, "{live} of {max:?}");
    }
}

#[test]
fn only_fixed_licences_run_without_contact() {
    assert_eq!(offline_until(LicenceKind::Floating, 30, NOW), None);
    assert_eq!(offline_until(LicenceKind::Fixed, 30, NOW), Some(NOW.plus_seconds(30 * 86_400)));
    assert_eq!(offline_until(LicenceKind::Fixed, u32::MAX, NOW), Some(Timestamp::MAX));
}
