//! Words that people read stand in the console's tables of texts, where they are translated, and nowhere else.

use super::sources;

/// Attributes that are read to people or shown to them.
const SPOKEN: [&str; 6] = ["aria-label=", "aria-description=", "data-tip=", "placeholder=", "title=", "alt="];

#[test]
fn no_words_for_people_outside_the_tables() {
    let mut found = Vec::new();
    for (path, text) in sources("src") {
        if path.components().any(|part| part.as_os_str() == "strings") {
            continue;
        }
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
            for literal in words_for_people(line) {
                found.push(format!("{}:{}: {literal:?}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "these belong into frontend/src/strings:\n{}", found.join("\n"));
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    // A panic's message is for the log.
    line.starts_with("//") || line.starts_with("#[") || line.contains("reason = ")
}

/// The literals of a line that read like words: of a spoken attribute, or beginning like a sentence, or between tags.
fn words_for_people(line: &str) -> Vec<&str> {
    let parts: Vec<&str> = line.split('"').collect();
    let literals = parts.iter().enumerate().skip(1).step_by(2);
    let quoted = literals.filter(|(at, literal)| {
        let before = parts.get(at - 1).copied().unwrap_or_default();
        let has_letters = literal.chars().filter(|c| c.is_alphabetic()).count() > 1 && !literal.contains("{}");
        let spoken = SPOKEN.iter().any(|attribute| before.ends_with(attribute));
        let sentence = literal.starts_with(char::is_uppercase) && literal.trim().contains(' ');
        has_letters && (spoken || sentence)
    });
    let bare = line.split('>').skip(1).filter_map(|rest| rest.split_once("</")).map(|(text, _)| text.trim());
    let bare = bare.filter(|text| text.len() > 1 && text.chars().all(|c| c.is_alphabetic() || c == ' '));
    quoted.map(|(_, literal)| *literal).chain(bare).collect()
}

#[test]
fn words_are_told_from_other_literals() {
    assert_eq!(words_for_people(r#"<p class="field error">"Not yet"</p>"#), ["Not yet"]);
    assert_eq!(words_for_people(r#"<button aria-label="close">{face}</button>"#), ["close"]);
    assert_eq!(words_for_people("<b>Sign in</b>"), ["Sign in"]);
    let none: [&str; 0] = [];
    assert_eq!(words_for_people(r#"<td class="c-app num" aria-hidden="true">{strings::yes()} " · "</td>"#), none);
    assert_eq!(words_for_people(r#""ArrowDown" => walk(next), "Escape" => close()"#), none);
}
