//! What is wrong with a text, and where.

use deskwarden_domain::list::{Filter, LONGEST_FILTER, MOST_TERMS, MOST_VALUES};

/// `text`, position, length, a part of the message, a word that is among the expected.
type Case = (&'static str, usize, usize, &'static str, &'static str);

const TABLE: &[Case] = &[
    ("ä stauts:running", 2, 6, "Did you mean status?", "status"),
    ("started-at>today", 0, 10, "Did you mean started_at?", "started_at"),
    ("e-mail:x", 0, 6, "Did you mean email?", "email"),
    ("xyzzy:1", 0, 5, "put it in quotes", "user"),
    ("C:\\x", 0, 1, "put it in quotes", "app"),
    (":x", 0, 1, "name of a field", "app"),
    ("a <b@c>", 2, 1, "name of a field", "app"),
    ("user:", 5, 1, "Write a value", "me"),
    ("user: anna", 5, 1, "without a space", "me"),
    ("status:running,", 15, 1, "missing beside a comma", "stopped"),
    ("status:running, stopped", 15, 1, "without a space in front", "stopped"),
    ("app:a,,b", 6, 1, "missing beside a comma", ""),
    ("id:1,,2 x", 5, 1, "missing beside a comma", ""),
    ("id:,1", 3, 1, "missing beside a comma", ""),
    ("app:\"\"", 4, 2, "nothing between these quotes", ""),
    ("\"\"", 0, 2, "nothing between these quotes", ""),
    ("ä \"abc", 2, 1, "has no end", ""),
    ("app:“abc", 4, 1, "has no end", ""),
    ("\"a\"b", 0, 4, "right beside a word", ""),
    ("5\"disk", 0, 6, "right beside a word", ""),
    ("app:5\"", 4, 2, "right beside a word", ""),
    ("-", 0, 1, "takes away", ""),
    ("a - b", 2, 1, "takes away", ""),
    ("--a", 1, 1, "One - is enough", ""),
    ("matlab OR xterm", 7, 2, "There is no OR here", ""),
    ("NOT jo", 0, 3, "There is no NOT here", ""),
    ("status:runing", 7, 6, "Did you mean running?", "running"),
    ("status:\"no such\"", 7, 9, "no value no such", "running"),
    ("terminal:none", 9, 4, "none finds nothing", "browser"),
    ("app:none", 4, 4, "write \"none\"", ""),
    ("end_reason:xyzzy", 11, 5, "no value xyzzy", "none"),
    ("status>running", 6, 1, "does not go with >", ":"),
    ("app>=m", 3, 2, "does not go with >=", "~"),
    ("duration:90m", 8, 1, "does not go with :", ">"),
    ("id~4", 2, 1, "does not go with ~", ":"),
    ("duration>long", 9, 4, "no length of time", "1h30m"),
    ("duration>1,2", 10, 2, "one value", ""),
    ("ended_at>none", 9, 4, "ended_at:none", "none"),
    ("id:abc", 3, 3, "no id", ""),
    ("id:-5", 3, 2, "no id", ""),
    ("id:99999999999999999999", 3, 20, "no id", ""),
    ("connected:maybe", 10, 5, "yes or no", "yes"),
    ("ip:198.51", 3, 6, "ip~198.51", "ip~198.51"),
    ("ip:300.1.2.3", 3, 9, "part of an address", "198.51.100.0/24"),
    ("ip:here", 3, 4, "no address", "198.51.100.7"),
    ("started_at>soon", 11, 4, "no time", "today"),
    ("started_at>7d", 11, 2, "-7d is that long ago", "-7d"),
    ("started_at:2026-11-21T14:05", 11, 16, "zone", "today"),
    ("started_at:-7d", 11, 3, "started_at>-7d", "started_at>-7d"),
    ("status=running", 6, 1, "write status:running", "status:running"),
    ("-status=running", 7, 1, "write -status:running", "-status:running"),
    ("status!=running", 6, 1, "write -status:running", "-status:running"),
    ("a\0b", 1, 1, "U+0000", ""),
    ("app:\"\u{1b}[2J\"", 5, 1, "U+001B", ""),
];

#[test]
fn errors_say_where_and_what_to_do() {
    for (text, position, length, part, expected) in TABLE {
        let error = Filter::parse(text).expect_err(text);
        let message = error.message.to_string();
        assert!(message.contains(part), "{text}: {error}");
        assert_eq!((error.parameter, error.position, error.length), ("q", *position, *length), "{text}: {error}");
        let found = expected.is_empty() || error.expected.iter().any(|word| word == expected);
        assert!(found, "{text}: {:?}", error.expected);
        assert!(message.ends_with('.') || message.ends_with('?'), "{text}: {error}");
    }
}

#[test]
fn too_much_is_refused_at_its_place() {
    let most = "x".repeat(LONGEST_FILTER);
    assert!(Filter::parse(&most).is_ok());
    let error = Filter::parse(&format!("{most}äö")).unwrap_err();
    assert_eq!((error.position, error.length), (LONGEST_FILTER, 2));
    let terms = "ä ".repeat(MOST_TERMS);
    assert_eq!(Filter::parse(&terms).unwrap().terms.len(), MOST_TERMS);
    assert_eq!(Filter::parse(&format!("{terms}x y")).unwrap_err().position, 2 * MOST_TERMS);
    let values = format!("id:{}1", "1,".repeat(MOST_VALUES - 1));
    assert!(Filter::parse(&values).is_ok());
    assert_eq!(Filter::parse(&format!("{values},22")).unwrap_err().position, values.len() + 1);
}
