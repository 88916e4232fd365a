//! What else decides: commands on their way, servers, hosts, agents.

use deskwarden_domain::{ServerAnswer, is_no_op, plan_outcome, server_obeys, why_not};
use deskwarden_types::{DeliveryKind::*, PlanOutcome, Role, Source, Status, Trust, Verb, WhyNot};

use crate::facts::facts;

#[test]
fn a_command_on_its_way_makes_equal_and_weaker_ones_needless() {
    // Asked for; on its way; refused.
    let table = [
        (Verb::Evict, Verb::Evict, true),
        (Verb::Evict, Verb::Expire, true),
        (Verb::Evict, Verb::Message, false),
        (Verb::Message, Verb::Evict, false),
        (Verb::Message, Verb::Message, false),
    ];
    for (verb, open, refused) in table {
        let mut facts = facts(ManagedApp, Status::Running);
        facts.open_command = Some(open);
        let wanted = refused.then_some(WhyNot::CommandOnItsWay);
        assert_eq!(why_not(&facts, Role::Admin, verb), wanted, "{verb} while {open}");
    }
    for (verb, open, refused) in [
        (Verb::Kill, Verb::Disconnect, false),
        (Verb::Kill, Verb::Kill, true),
        (Verb::Disconnect, Verb::Kill, true),
        (Verb::Disconnect, Verb::View, false),
    ] {
        let mut facts = facts(CloudDesktop, Status::Connected);
        facts.open_command = Some(open);
        let wanted = refused.then_some(WhyNot::CommandOnItsWay);
        assert_eq!(why_not(&facts, Role::Admin, verb), wanted, "{verb} while {open}");
    }
}

#[test]
fn an_app_that_is_being_evicted_can_be_expired_and_its_user_told() {
    let mut facts = facts(ManagedApp, Status::Running);
    facts.status = Status::Evicted;
    facts.open_command = Some(Verb::Evict);
    assert_eq!(why_not(&facts, Role::Admin, Verb::Expire), None);
    assert_eq!(why_not(&facts, Role::Admin, Verb::Message), None);
    // What was asked for is not so yet: the second admin hears that it is on its way, not that it is done.
    assert!(!is_no_op(&facts, Verb::Evict));
    let outcome = plan_outcome(&facts, Role::Admin, Verb::Evict);
    assert_eq!(outcome, (PlanOutcome::NotApplicable, Some(WhyNot::CommandOnItsWay)));
}

#[test]
fn a_doubted_record_can_be_closed_whatever_is_on_its_way() {
    let mut facts = facts(AppStream, Status::Unknown);
    facts.trust = Trust::Stale;
    facts.open_command = Some(Verb::Kill);
    assert_eq!(why_not(&facts, Role::Admin, Verb::CloseRecord), None);
    // A licence that allows silence is no reason to doubt.
    facts.trust = Trust::OfflineUntil;
    assert_eq!(why_not(&facts, Role::Admin, Verb::CloseRecord), Some(WhyNot::RecordIsTrusted));
}

#[test]
fn what_was_observed_as_over_is_over_whatever_is_shown() {
    let mut facts = facts(ManagedApp, Status::Removed);
    facts.status = Status::Expired;
    assert_eq!(why_not(&facts, Role::Admin, Verb::Evict), Some(WhyNot::SessionIsOver));
    assert!(is_no_op(&facts, Verb::Evict));
    assert!(!is_no_op(&facts, Verb::Message));
    assert!(!is_no_op(&facts, Verb::Kill), "the kind has no kill");
}

#[test]
fn remote_access_ends_only_where_the_server_obeys() {
    use ServerAnswer::*;
    let real = Some("RealVNC Server");
    let table = [
        (Source::Gate, None, None, Obeys),
        (Source::Logind, None, None, Obeys),
        (Source::Agent, None, None, Unknown),
        (Source::Agent, real, None, Unknown),
        (Source::Agent, real, Some(""), Unknown),
        (Source::Agent, real, Some("unknown"), Unknown),
        (Source::Agent, real, Some("7..13"), Unknown),
        (Source::Agent, real, Some("7.99999999999999999999999"), Unknown),
        (Source::Agent, real, Some("7.13.0"), Obeys),
        (Source::Agent, real, Some("7.13"), Obeys),
        (Source::Agent, real, Some("v7.13.0 (r51824)"), Obeys),
        (Source::Agent, real, Some("7.100.0"), Obeys),
        (Source::Agent, real, Some("10.0"), Obeys),
        (Source::Agent, real, Some("7.13.0-beta1"), TooOld),
        (Source::Agent, real, Some("7.12.99"), TooOld),
        (Source::Agent, real, Some("7.2.0"), TooOld),
        (Source::Agent, real, Some("6.14.0"), TooOld),
        (Source::Agent, Some("realvnc server enterprise"), Some("7.14.1"), Obeys),
        (Source::Agent, Some("TigerVNC"), Some("8.0.0"), Unknown),
        (Source::Agent, None, Some("7.13.0"), Unknown),
    ];
    for (source, product, version, wanted) in table {
        assert_eq!(server_obeys(source, product, version), wanted, "{source} {product:?} {version:?}");
        let mut facts = facts(RemoteAccess, Status::Active);
        facts.source = source;
        facts.server_product = product.map(str::to_owned);
        facts.server_version = version.map(str::to_owned);
        let why = match wanted {
            Obeys => None,
            TooOld => Some(WhyNot::ServerTooOld),
            Unknown => Some(WhyNot::ServerUnknown),
        };
        assert_eq!(why_not(&facts, Role::Manager, Verb::End), why, "{source} {product:?} {version:?}");
    }
}

#[test]
fn a_view_needs_a_host_that_can_show() {
    let live = [
        (AppStream, Status::Active),
        (CloudDelivery, Status::Active),
        (CloudDesktop, Status::Connected),
        (RemoteAccess, Status::Active),
    ];
    for (kind, status) in live {
        let mut facts = facts(kind, status);
        facts.can_show = false;
        assert_eq!(why_not(&facts, Role::Support, Verb::View), Some(WhyNot::HostCannotShow), "{kind}");
        assert_eq!(why_not(&facts, Role::Support, Verb::Message), None, "{kind}");
    }
}

#[test]
fn an_agent_is_asked_unless_it_said_that_it_cannot() {
    let mut facts = facts(ManagedApp, Status::Running);
    facts.agent_verbs = Some(vec![Verb::Message]);
    assert_eq!(why_not(&facts, Role::Admin, Verb::Evict), Some(WhyNot::AgentTooOld));
    assert_eq!(why_not(&facts, Role::Admin, Verb::Message), None);
    facts.agent_verbs = None;
    assert_eq!(why_not(&facts, Role::Admin, Verb::Evict), None);
    // Closing a record asks no agent.
    facts.agent_verbs = Some(Vec::new());
    facts.last_command_went_wrong = true;
    assert_eq!(why_not(&facts, Role::Admin, Verb::CloseRecord), None);
}

#[test]
fn a_stale_stream_can_be_killed_and_neither_watched_nor_told() {
    // 000: 'The View option is available only for sessions with a STATUS of Active'.
    let mut facts = facts(AppStream, Status::Active);
    facts.status = Status::Unknown;
    facts.trust = Trust::Stale;
    assert_eq!(why_not(&facts, Role::Admin, Verb::Kill), None);
    assert_eq!(why_not(&facts, Role::Admin, Verb::View), Some(WhyNot::WrongStatus));
    assert_eq!(why_not(&facts, Role::Admin, Verb::Message), Some(WhyNot::WrongStatus));
}
