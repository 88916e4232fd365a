//! Which verbs a session allows a caller, and why not.

use deskwarden_types::{DeliveryKind, PlanOutcome, Role, Trust, Verb, WhyNot, api::ActionState};

use crate::{Facts, Need, ServerAnswer, is_ending, role_may, rules, server_obeys};

/// Why a caller of this role may not use a verb on a session now; none when it is allowed. What holds for good
/// (kind, role) is told before what may change.
pub fn why_not(facts: &Facts, role: Role, verb: Verb) -> Option<WhyNot> {
    let rules = rules(facts.kind);
    if !rules.verbs().contains(&verb) {
        return Some(WhyNot::KindHasNoSuchVerb);
    }
    let may = role_may(role, verb) || (facts.own && is_ending(verb));
    if !may {
        return Some(WhyNot::RoleNotAllowed);
    }
    if facts.own && verb == Verb::View {
        return Some(WhyNot::OwnSession);
    }
    if is_over(facts) {
        return Some(WhyNot::SessionIsOver);
    }
    if verb == Verb::CloseRecord {
        let doubted = facts.trust == Trust::Stale || facts.last_command_went_wrong;
        return if doubted { None } else { Some(WhyNot::RecordIsTrusted) };
    }
    if facts.open_command.is_some_and(|open| strength(verb) > 0 && strength(verb) <= strength(open)) {
        return Some(WhyNot::CommandOnItsWay);
    }
    // The user of an app that is being evicted is still there to be told.
    let masked = facts.kind == DeliveryKind::ManagedApp && !is_ending(verb);
    let status = if masked { facts.observed_status } else { facts.status };
    unmet(facts, rules.need(status, verb)).or_else(|| cannot(facts, verb))
}

/// Each verb of the kind, in a fixed order: allowed or why not.
pub fn actions(facts: &Facts, role: Role) -> Vec<ActionState> {
    rules(facts.kind)
        .verbs()
        .iter()
        .map(|verb| ActionState { verb: *verb, why_not: why_not(facts, role, *verb) })
        .collect()
}

/// Whether what a verb asks for is so already: asking is a success, and nothing is sent.
pub fn is_no_op(facts: &Facts, verb: Verb) -> bool {
    if !rules(facts.kind).verbs().contains(&verb) {
        return false;
    }
    if is_over(facts) {
        return is_ending(verb) || verb == Verb::CloseRecord;
    }
    // What was asked for, but not yet observed, is not so already. A verb that takes a status (evict, expire,
    // disconnect) is done when that status was observed.
    is_ending(verb) && !facts.app_runs() && crate::status_after(facts.kind, verb) == Some(facts.observed_status)
}

/// What a verb would do to a session, for a plan.
pub fn plan_outcome(facts: &Facts, role: Role, verb: Verb) -> (PlanOutcome, Option<WhyNot>) {
    match why_not(facts, role, verb) {
        Some(why @ (WhyNot::RoleNotAllowed | WhyNot::OwnSession)) => (PlanOutcome::Forbidden, Some(why)),
        _ if is_no_op(facts, verb) => (PlanOutcome::NoOp, None),
        Some(why) => (PlanOutcome::NotApplicable, Some(why)),
        None => (PlanOutcome::WillAct, None),
    }
}

fn is_over(facts: &Facts) -> bool {
    let rules = rules(facts.kind);
    rules.is_over(facts.observed_status) || rules.is_over(facts.status)
}

/// The longest time for which a relaunch can be held, in minutes: a week.
pub const MAX_HOLD_MINUTES: u32 = 10_080;

/// Whether a verb can also hold relaunches for a time (*end and hold*, 003).
pub fn takes_hold(verb: Verb) -> bool {
    matches!(verb, Verb::Evict | Verb::Expire | Verb::Kill | Verb::End)
}

/// How much a verb takes away; a command on its way makes weaker and equal ones needless. Messages and views take
/// nothing away: 0.
pub fn strength(verb: Verb) -> u8 {
    match verb {
        Verb::View | Verb::Message => 0,
        Verb::Disconnect => 1,
        Verb::Evict => 2,
        Verb::Expire => 3,
        Verb::Kill | Verb::End => 4,
        Verb::CloseRecord => 5,
    }
}

fn unmet(facts: &Facts, need: Need) -> Option<WhyNot> {
    match need {
        Need::Nothing => None,
        Need::Connected => (!facts.connected).then_some(WhyNot::NobodyConnected),
        Need::AppRunning => (!facts.app_runs()).then_some(WhyNot::AppIsNotRunning),
        Need::Obedience => {
            match server_obeys(facts.source, facts.server_product.as_deref(), facts.server_version.as_deref()) {
                ServerAnswer::Obeys => None,
                ServerAnswer::TooOld => Some(WhyNot::ServerTooOld),
                ServerAnswer::Unknown => Some(WhyNot::ServerUnknown),
            }
        }
        Need::Never(why) => Some(why),
    }
}

/// What the host or its agent lacks. An agent that has not said what it can do is asked.
fn cannot(facts: &Facts, verb: Verb) -> Option<WhyNot> {
    if verb == Verb::View && !facts.can_show {
        return Some(WhyNot::HostCannotShow);
    }
    let lacks = facts.agent_verbs.as_ref().is_some_and(|verbs| !verbs.contains(&verb));
    lacks.then_some(WhyNot::AgentTooOld)
}
