//! Words for verbs.

use deskwarden_types::{DeliveryKind, Verb, WhyNot};

/// A verb in the words of its kind's seed.
pub fn verb_label(kind: DeliveryKind, verb: Verb) -> &'static str {
    match (kind, verb) {
        // On remote access pages, View opens a user's page (004).
        (DeliveryKind::RemoteAccess, Verb::View) => "Watch",
        (DeliveryKind::CloudDesktop, Verb::Kill) => "End desktop",
        (_, Verb::View) => "View",
        (_, Verb::Message) => "Message",
        (_, Verb::Disconnect) => "Disconnect",
        (_, Verb::Evict) => "Evict",
        (_, Verb::Expire) => "Expire",
        (_, Verb::Kill) => "Kill",
        (_, Verb::End) => "End session",
        (_, Verb::CloseRecord) => "Close record",
    }
}

/// Why not, in a few words.
pub fn why_not_label(why: WhyNot) -> &'static str {
    match why {
        WhyNot::KindHasNoSuchVerb => "Not for this kind",
        WhyNot::WrongStatus => "Not in this status",
        WhyNot::SessionIsOver => "Session is over",
        WhyNot::AppIsRunning => "App is running",
        WhyNot::AppIsNotRunning => "App is not running",
        WhyNot::NobodyConnected => "Nobody is connected",
        WhyNot::RoleNotAllowed => "Your role does not allow it",
        WhyNot::CommandOnItsWay => "Already on its way",
        WhyNot::RecordIsTrusted => "Record is up to date",
        WhyNot::ServerTooOld => "Server is too old",
        WhyNot::ServerUnknown => "Server is not known to obey",
        WhyNot::HostCannotShow => "Host cannot show it",
        WhyNot::AgentTooOld => "Agent is too old",
        WhyNot::OwnSession => "Your own session",
    }
}

/// A verb where no kind is at hand.
pub fn any_verb_label(verb: Verb) -> &'static str {
    match verb {
        Verb::View => "View",
        Verb::Message => "Message",
        Verb::Disconnect => "Disconnect",
        Verb::Evict => "Evict",
        Verb::Expire => "Expire",
        Verb::Kill => "Kill",
        Verb::End => "End session",
        Verb::CloseRecord => "Close record",
    }
}
