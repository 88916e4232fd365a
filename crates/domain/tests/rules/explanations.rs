//! Every refusal is explained.

use deskwarden_domain::{explain, labels, rules, why_not};
use deskwarden_types::{DeliveryKind, Role, Source, Status, Verb, WhyNot};

use crate::facts::facts;

#[test]
fn each_explanation_is_a_sentence_that_names_the_verb() {
    for kind in DeliveryKind::ALL.iter().copied() {
        for status in rules(kind).statuses() {
            for verb in Verb::ALL.iter().copied() {
                for why in WhyNot::ALL.iter().copied() {
                    let text = explain(&facts(kind, status), verb, why);
                    assert!(text.ends_with('.') && !text.contains("  "), "{text}");
                    assert!(text.contains(labels::verb_label(kind, verb)), "{text}");
                    assert!((20..200).contains(&text.len()) && !text.contains('{'), "{text}");
                }
            }
        }
    }
}

#[test]
fn explanations_say_what_would_be_needed() {
    let mut old = facts(DeliveryKind::RemoteAccess, Status::Active);
    old.source = Source::Agent;
    old.server_product = Some("RealVNC Server".into());
    old.server_version = Some("7.12.1".into());
    let mut evicting = facts(DeliveryKind::ManagedApp, Status::Running);
    evicting.open_command = Some(Verb::Evict);
    let table = [
        (
            facts(DeliveryKind::ManagedApp, Status::Running),
            Verb::Expire,
            "Expire needs an app that is not running: this one is running; evict it first.",
        ),
        (
            facts(DeliveryKind::ManagedApp, Status::Stopped),
            Verb::Evict,
            "Evict needs an app that is running: this one is Stopped.",
        ),
        (
            facts(DeliveryKind::ManagedApp, Status::Launched),
            Verb::Expire,
            "Expire needs a session that is Added, Stopped or Evicted: this one is Launched.",
        ),
        (
            facts(DeliveryKind::AppStream, Status::PoorNetwork),
            Verb::Kill,
            "Kill needs a session that is Connected or Unknown: this one is Disconnected with a poor network detected.",
        ),
        (evicting, Verb::Evict, "Evict is not needed: Evict is already on its way; wait until it is done."),
        (old, Verb::End, "End session needs RealVNC Server 7.13.0 or later on that computer: it has 7.12.1."),
    ];
    for (facts, verb, wanted) in table {
        let why = why_not(&facts, Role::Owner, verb).expect("refused");
        assert_eq!(explain(&facts, verb, why), wanted);
    }
}
