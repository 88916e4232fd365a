//! What holds whatever comes.

use deskwarden_domain::{
    Facts, Timing, actions, check_settings, default_settings, effective_by, explain, is_no_op, plan_outcome, rules,
    server_obeys, shown_status, stale_at, trust, why_not,
};
use deskwarden_types::{DeliveryKind, PlanOutcome, Role, Source, Status, Timestamp, Trust, Verb, WhyNot};
use proptest::{prelude::*, sample::select};

fn word<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    select(all)
}

fn times() -> impl Strategy<Value = Timestamp> {
    (0..=Timestamp::MAX.millis()).prop_map(Timestamp::from_millis)
}

fn timings() -> impl Strategy<Value = Timing> {
    (any::<u32>(), any::<u32>(), any::<u32>()).prop_map(|(heartbeat, first, second)| Timing {
        heartbeat_seconds: heartbeat,
        first_warning_seconds: first,
        second_warning_seconds: second,
    })
}

/// Any facts, whether they make sense or not.
fn any_facts() -> impl Strategy<Value = Facts> {
    let words = (
        word(DeliveryKind::ALL),
        word(Status::ALL),
        word(Status::ALL),
        word(Trust::ALL),
        word(Source::ALL),
        proptest::option::of(word(Verb::ALL)),
    );
    let more = (
        any::<[bool; 5]>(),
        proptest::option::of(".{0,20}"),
        proptest::option::of("[v0-9.]{0,12}.{0,4}"),
        proptest::option::of(proptest::collection::vec(word(Verb::ALL), 0..9)),
        proptest::option::of(times()),
    );
    (words, more).prop_map(
        |((kind, status, observed_status, trust, source, open_command), (flags, product, version, verbs, until))| {
            Facts {
                kind,
                status,
                observed_status,
                connected: flags[0],
                trust,
                open_command,
                last_command_went_wrong: flags[1],
                source,
                server_product: product,
                server_version: version,
                can_show: flags[2],
                agent_verbs: verbs,
                offline_until: until,
                agent_connected: flags[3],
                own: flags[4],
            }
        },
    )
}

proptest! {
    #[test]
    fn nothing_takes_effect_in_the_past(
        facts in any_facts(), verb in word(Verb::ALL), timing in timings(), now in times(),
    ) {
        prop_assert!(effective_by(&facts, verb, &timing, now) >= now);
    }

    #[test]
    fn what_is_over_stays_over_and_what_is_not_is_never_shown_as_over(
        kind in word(DeliveryKind::ALL), observed in word(Status::ALL),
        open in proptest::option::of(word(Verb::ALL)), trust in word(Trust::ALL),
    ) {
        let shown = shown_status(kind, observed, open, trust);
        prop_assert_eq!(rules(kind).is_over(shown), rules(kind).is_over(observed));
        if rules(kind).is_over(observed) {
            prop_assert_eq!(shown, observed);
        }
    }

    #[test]
    fn trust_only_falls_while_nothing_is_heard(
        kind in word(DeliveryKind::ALL), observed in word(Status::ALL), seen in times(),
        until in proptest::option::of(times()), timing in timings(), one in times(), other in times(),
    ) {
        let fall = |now| match trust(kind, observed, seen, until, &timing, now) {
            Trust::Fresh => 0,
            Trust::OfflineUntil => 1,
            Trust::Stale => 2,
        };
        let (early, late) = (one.min(other), one.max(other));
        prop_assert!(fall(early) <= fall(late));
        let stale = stale_at(kind, seen, until, &timing);
        prop_assert_eq!(fall(late) == 2, late >= stale && !rules(kind).is_over(observed));
    }

    #[test]
    fn answers_agree_with_each_other(facts in any_facts(), role in word(Role::ALL)) {
        let offered = actions(&facts, role);
        for verb in Verb::ALL.iter().copied() {
            let why = why_not(&facts, role, verb);
            let row = offered.iter().find(|action| action.verb == verb);
            prop_assert_eq!(row.is_none(), why == Some(WhyNot::KindHasNoSuchVerb));
            if let Some(row) = row {
                prop_assert_eq!(row.why_not, why);
            }
            let (outcome, told) = plan_outcome(&facts, role, verb);
            prop_assert_eq!(outcome == PlanOutcome::WillAct, why.is_none() && !is_no_op(&facts, verb));
            prop_assert_eq!(told.is_some(), matches!(outcome, PlanOutcome::Forbidden | PlanOutcome::NotApplicable));
            if let Some(why) = why {
                prop_assert!(!explain(&facts, verb, why).is_empty());
            }
        }
    }

    #[test]
    fn a_doubted_session_that_is_not_over_always_has_a_way_out(facts in any_facts()) {
        let over = rules(facts.kind).is_over(facts.status) || rules(facts.kind).is_over(facts.observed_status);
        let facts = Facts { trust: Trust::Stale, ..facts };
        prop_assert_eq!(why_not(&facts, Role::Admin, Verb::CloseRecord).is_none(), !over);
    }

    #[test]
    fn hostile_texts_are_judged_not_stumbled_over(product in any::<String>(), version in any::<String>()) {
        server_obeys(Source::Agent, Some(&product), Some(&version));
        server_obeys(Source::Agent, Some("RealVNC Server"), Some(&version));
        if let Err(bad) = check_settings(&default_settings(product, version)) {
            prop_assert!(matches!(bad.field, "name" | "time_zone"));
        }
    }
}
