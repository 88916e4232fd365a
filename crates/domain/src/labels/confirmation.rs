//! What a confirm dialog says will happen.

use deskwarden_types::{DeliveryKind, Verb};

use super::kind_label;
use super::verb_label;

/// What will happen, as the confirm dialog says it. `first_warning_seconds` is the tenant's setting.
pub fn confirmation(kind: DeliveryKind, verb: Verb, first_warning_seconds: u32) -> String {
    match confirmation_text(kind, verb) {
        Some(text) => text.replace("{time}", &seconds_in_words(first_warning_seconds)),
        None => format!("{} has no {}.", kind_label(kind), verb_label(kind, verb)),
    }
}

/// The same with `{time}` where the time of the first warning stands; none where the kind has no such verb.
pub fn confirmation_text(kind: DeliveryKind, verb: Verb) -> Option<&'static str> {
    Some(match (kind, verb) {
        (_, Verb::View) => {
            "The user is asked for permission on their own screen. If they agree, you see the session in a new tab; \
             you cannot control it, and they can end it at any time."
        }
        (_, Verb::Message) => {
            "The message appears on the user's screen with your name, until it is read or for two minutes."
        }
        (DeliveryKind::CloudDesktop, Verb::Disconnect) => {
            "The user is disconnected at once. The desktop and its programs live on, and the user can connect again."
        }
        (DeliveryKind::CloudDesktop, Verb::Kill) => {
            "The desktop and all its programs end at once; unsaved work is lost. Its resources are free again."
        }
        (DeliveryKind::AppStream, Verb::Kill) => {
            "The session and all its programs end at once; unsaved work is lost. The user can launch again."
        }
        (DeliveryKind::ManagedApp, Verb::Evict) => {
            "The user is warned, and {time} later the app is closed on their device. This does not stop the user from \
             launching the app again."
        }
        (DeliveryKind::ManagedApp, Verb::Expire) => {
            "The session loses its right to run. If the user starts the app from it again, it works for {time}: the \
             user is warned, then it is closed. A new launch still works, unless the user's access is taken away as \
             well."
        }
        (DeliveryKind::CloudDelivery, Verb::Expire) => {
            "The user loses access to the session; if it is in use, it is closed at once. It stays on the list for 2 \
             days. A new launch still works."
        }
        (DeliveryKind::RemoteAccess, Verb::End) => {
            "The connection ends at once, and the viewer closes. The seat is free again; the user can connect again."
        }
        (_, Verb::CloseRecord) => {
            "The session is recorded as ended, not confirmed. Nothing is sent to the host. If the session is heard of \
             again, the record opens again."
        }
        _ => return None,
    })
}

/// A span as it is said: whole minutes as minutes, else seconds.
fn seconds_in_words(seconds: u32) -> String {
    let words = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    match seconds {
        1 => "one second".to_owned(),
        60 => "one minute".to_owned(),
        s if s > 0 && s % 60 == 0 => {
            let minutes = s / 60;
            let word = usize::try_from(minutes).ok().and_then(|n| words.get(n)).copied();
            word.map_or_else(|| format!("{minutes} minutes"), |word| format!("{word} minutes"))
        }
        s => format!("{s} seconds"),
    }
}
