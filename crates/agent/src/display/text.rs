//! What dialogs say.

/// Longest piece of a foreign text in a dialog, in characters: the window must fit the screen.
const LONGEST: usize = 600;

/// Why an app is closed, for its user.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cause {
    /// Who asked; none for the server's own jobs.
    pub who: Option<String>,
    /// The reason given.
    pub reason: Option<String>,
    /// Whether the session has expired, and the app may not run at all.
    pub expired: bool,
}

/// The warning before an app is closed.
pub fn warning(app: &str, seconds: u64, cause: &Cause) -> String {
    let app = line(app);
    let mut text = format!("The app “{app}” will be closed in {}.\n", duration(seconds));
    if cause.expired {
        text.push_str("This session has expired: the app may not be used in it any more. You can launch it anew.\n");
    }
    text.push_str("Please save your work now.\n");
    if let Some(who) = &cause.who {
        text.push_str(&format!("\nAsked for by: {}", line(who)));
    }
    if let Some(reason) = &cause.reason {
        text.push_str(&format!("\nReason: {}", lines(reason)));
    }
    text
}

/// A message from the console.
pub fn message(app: &str, who: Option<&str>, message: &str) -> String {
    let who = who.map_or_else(|| "your administrators".to_owned(), line);
    format!("Message from {who}, about the app “{}”:\n\n{}", line(app), lines(message))
}

/// Who asks, as a user is to see it.
pub fn person(who: Option<&str>) -> String {
    who.map(line).filter(|who| !who.is_empty()).unwrap_or_else(|| "an administrator".to_owned())
}

/// The question whether somebody may watch.
pub fn consent(session: &str, who: Option<&str>, reason: Option<&str>, seconds: u32) -> String {
    let who = person(who);
    let mut text = format!("{who} wants to watch your session “{}”.\n", line(session));
    if let Some(reason) = reason {
        text.push_str(&format!("\nReason: {}\n", lines(reason)));
    }
    text.push_str("\nThey would see your screen, and could not type or click. You can end it at any time.\n");
    text.push_str(&format!("Without an answer within {}, they are not allowed to.", duration(seconds.into())));
    text
}

/// The notice while somebody watches.
pub fn watching(who: &str) -> String {
    format!("{} is watching your screen.\nPress End, or close this window, to end it.", line(who))
}

/// That nobody watches any more.
pub fn watched(who: &str) -> String {
    format!("{} no longer watches your screen.", line(who))
}

/// `2 minutes`, `1 minute 30 seconds`.
fn duration(seconds: u64) -> String {
    let part = |n: u64, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (seconds / 60, seconds % 60) {
        (0, s) => part(s, "second"),
        (m, 0) => part(m, "minute"),
        (m, s) => format!("{} {}", part(m, "minute"), part(s, "second")),
    }
}

/// One line of harmless text.
pub(crate) fn line(text: &str) -> String {
    lines(text).replace('\n', " ")
}

/// Without control characters, and without those that turn the direction of the text around them.
fn lines(text: &str) -> String {
    let turning = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let clean = text.trim().chars().filter(|c| !turning(*c));
    let mut clean: String =
        clean.map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).take(LONGEST + 1).collect();
    if clean.chars().count() > LONGEST {
        clean = clean.chars().take(LONGEST - 1).chain(['…']).collect();
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_says_what_when_why_and_who() {
        let cause = Cause { who: Some("Ada Lovelace".into()), reason: Some("update\ntonight".into()), expired: false };
        let text = warning("xterm", 90, &cause);
        for part in ["“xterm”", "in 1 minute 30 seconds", "Ada Lovelace", "update\ntonight"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(warning("x", 120, &Cause { expired: true, ..cause }).contains("has expired"));
    }

    #[test]
    fn hostile_text_is_only_text() {
        let text = warning(
            "--help\u{202e}\n<b>",
            1,
            &Cause { reason: Some("a\0b\x1b[31m".repeat(500)), ..Default::default() },
        );
        assert!(text.starts_with("The app “--help <b>” will be closed in 1 second."));
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'));
        assert!(text.chars().count() < 900 && text.ends_with('…'));
        assert!(!message("app", None, "--timeout=0").starts_with('-'));
    }

    #[test]
    fn durations_read_well() {
        let said: Vec<_> = [0, 1, 59, 60, 61, 120].into_iter().map(duration).collect();
        assert_eq!(said, ["0 seconds", "1 second", "59 seconds", "1 minute", "1 minute 1 second", "2 minutes"]);
    }
}
