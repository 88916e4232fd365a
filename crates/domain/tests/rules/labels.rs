//! Words on screen: all there, none twice where it would confuse.

use std::collections::BTreeSet;

use deskwarden_domain::{labels::*, rules};
use deskwarden_types::*;

/// Each label is a word or more, begins with a capital, has no full stop; no two are the same.
fn check<T: Copy + std::fmt::Debug>(all: &[T], label: impl Fn(T) -> &'static str) {
    let mut seen = BTreeSet::new();
    for word in all.iter().copied() {
        let text = label(word);
        assert!(
            text.starts_with(char::is_uppercase) && !text.ends_with('.') && text.trim() == text,
            "{word:?}: {text}"
        );
        assert!(seen.insert(text), "{word:?}: {text} twice");
    }
    assert!(!seen.is_empty());
}

#[test]
fn every_word_has_a_label_of_its_own() {
    check(DeliveryKind::ALL, kind_label);
    check(Status::ALL, any_status_label);
    check(Phase::ALL, phase_label);
    check(Trust::ALL, trust_label);
    check(ListState::ALL, list_state_label);
    check(Terminal::ALL, terminal_label);
    check(Access::ALL, access_label);
    check(Source::ALL, source_label);
    check(LicenceKind::ALL, licence_label);
    check(EndReason::ALL, end_reason_label);
    check(EndedHow::ALL, ended_how_label);
    check(EventKind::ALL, event_label);
    check(WhyNot::ALL, why_not_label);
    check(CommandState::ALL, command_state_label);
    check(CommandOutcome::ALL, command_outcome_label);
    check(PlanOutcome::ALL, plan_outcome_label);
    check(BulkOutcome::ALL, bulk_outcome_label);
    check(BulkState::ALL, bulk_state_label);
    check(Role::ALL, role_label);
    check(Permission::ALL, permission_label);
    check(Scope::ALL, scope_label);
    check(ActorKind::ALL, actor_kind_label);
    check(AuditAction::ALL, audit_action_label);
    for kind in DeliveryKind::ALL.iter().copied() {
        check(Verb::ALL, |verb| verb_label(kind, verb));
        check(
            Status::ALL.iter().copied().filter(|s| rules(kind).phase(*s).is_some()).collect::<Vec<_>>().as_slice(),
            |s| status_label(kind, s),
        );
    }
}

#[test]
fn the_words_of_the_seeds() {
    use DeliveryKind::*;
    assert_eq!(verb_label(RemoteAccess, Verb::View), "Watch");
    assert_eq!(verb_label(RemoteAccess, Verb::End), "End session");
    assert_eq!(verb_label(CloudDesktop, Verb::Kill), "End desktop");
    assert_eq!(verb_label(AppStream, Verb::Kill), "Kill");
    assert_eq!(verb_label(AppStream, Verb::View), "View");
    // A status that the kind does not have is still shown as a word.
    assert_eq!(status_label(RemoteAccess, Status::Running), "Running");
}

#[test]
fn each_verb_of_each_kind_says_what_will_happen() {
    for kind in DeliveryKind::ALL.iter().copied() {
        let mut seen = BTreeSet::new();
        for verb in rules(kind).verbs().iter().copied() {
            let text = confirmation(kind, verb, 120);
            assert!(text.len() > 40 && text.ends_with('.') && !text.contains("  "), "{kind} {verb}: {text}");
            assert!(seen.insert(text), "{kind} {verb} twice");
        }
        for verb in Verb::ALL.iter().copied().filter(|verb| !rules(kind).verbs().contains(verb)) {
            let nothing = format!("{} has no {}.", kind_label(kind), verb_label(kind, verb));
            let generic = matches!(verb, Verb::View | Verb::Message);
            assert!(generic || confirmation(kind, verb, 120) == nothing, "{kind} {verb}");
        }
    }
}

#[test]
fn confirmations_tell_the_facts_of_003() {
    let evict = confirmation(DeliveryKind::ManagedApp, Verb::Evict, 120);
    assert!(evict.contains("two minutes later") && evict.contains("does not stop the user from launching"), "{evict}");
    let expire = confirmation(DeliveryKind::ManagedApp, Verb::Expire, 120);
    assert!(expire.contains("works for two minutes") && expire.contains("new launch still works"), "{expire}");
    for (seconds, words) in
        [(1, "one second"), (8, "8 seconds"), (60, "one minute"), (90, "90 seconds"), (660, "11 minutes")]
    {
        assert!(confirmation(DeliveryKind::ManagedApp, Verb::Expire, seconds).contains(words), "{seconds}");
    }
}
