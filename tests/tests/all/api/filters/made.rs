//! Filters at random, over everything that the grammar has.

use std::mem;

use deskwarden_domain::list::{DEFINITIONS, Selection, ValueKind, written_value};
use deskwarden_tests::Random;
use deskwarden_types::{ListState, Timestamp, api::SessionSelection};

use super::data::{ADDRESSES, FIRST, NAMES, SESSIONS};

fn one<T: Copy>(random: &mut Random, all: &[T]) -> T {
    all[random.below(all.len() as u64) as usize]
}

/// A name, or a part of one, in any case.
fn part(random: &mut Random) -> String {
    let name = one(random, NAMES);
    let letters: Vec<char> = name.chars().collect();
    let start = random.below(letters.len() as u64) as usize;
    let end = start + 1 + random.below((letters.len() - start) as u64) as usize;
    let part: String = letters[start..end].iter().collect();
    match random.below(4) {
        0 => part.to_uppercase(),
        1 => part.to_lowercase(),
        _ => part,
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn time(random: &mut Random, now: Timestamp) -> String {
    match random.below(4) {
        0 => one(random, &["today", "yesterday", "tomorrow", "today-6d", "now"]).to_owned(),
        1 => one(random, &["-1h", "-2d", "-3d12h", "+1h", "-20d", "-1m"]).to_owned(),
        // The day on which clocks went back in Havana, midnight being there twice, and others.
        2 => one(random, &["2026-11-01", "2026-10-31", "2026-11-20", "2026-11-15", "1970-01-01", "9999-12-31"])
            .to_owned(),
        _ => now.plus_seconds(-900 * random.below(40 * 24 * 4) as i64).to_string(),
    }
}

fn values(random: &mut Random, mut value: impl FnMut(&mut Random) -> String) -> String {
    let count = 1 + random.below(6) / 4;
    (0..count).map(|_| value(random)).collect::<Vec<_>>().join(",")
}

fn term(random: &mut Random, now: Timestamp) -> String {
    if random.below(5) == 0 {
        return match random.below(7) {
            0 => (FIRST + random.below(SESSIONS as u64) as i64).to_string(),
            1 => one(random, &["198.51.", "198.51.100.7", "2001:db8", "2001:DB8:7", "fe80", "1", "::", "0.0.1"])
                .to_owned(),
            2 => one(
                random,
                &[
                    "198.51.100.0/24",
                    "198.51.100.64/26",
                    "0.0.0.0/0",
                    "::/0",
                    "2001:DB8:0::1",
                    "2001:db8::/32",
                    "fe80::/10",
                    "::ffff:10.0.0.1",
                    "::ffff:10.0.0.0/127",
                ],
            )
            .to_owned(),
            3 => one(random, &["conn", "poor", "network", "running", "ed", "Awaiting Exp", "expiry"]).replace(' ', "_"),
            _ => quoted(&part(random)),
        };
    }
    let definition = &DEFINITIONS[random.below(DEFINITIONS.len() as u64) as usize];
    let field = definition.field;
    if definition.optional && random.below(6) == 0 {
        return format!("{field}:none");
    }
    let sign = one(random, &["<", "<=", ">", ">="]);
    match definition.kind {
        ValueKind::Text => match random.below(8) {
            0 if ["user", "username"].contains(&field.as_str()) => format!("{field}:me"),
            0 if field.as_str() == "host" => format!("host:#{}", FIRST + random.below(40) as i64),
            1..=5 if ["server", "version"].contains(&field.as_str()) => {
                let all = [
                    "~7.",
                    ":\"RealVNC 7.13.0\"",
                    "~beta,XRDP",
                    ":7.0",
                    ":7.0,none",
                    ":\"7.0 Beta\",7.0",
                    "~0",
                    ":xrdp",
                ];
                format!("{field}{}", one(random, &all))
            }
            0..=3 => format!("{field}~{}", values(random, |random| quoted(&part(random)))),
            _ => format!(
                "{field}:{}",
                values(random, |random| {
                    let name = one(random, NAMES);
                    written_value(field, &if random.below(2) == 0 { name.to_uppercase() } else { name.to_owned() })
                })
            ),
        },
        ValueKind::Word => {
            let words = definition.words();
            let word = |random: &mut Random| {
                let (word, label) = one(random, &words);
                if random.below(2) == 0 { word.to_owned() } else { quoted(label) }
            };
            if random.below(8) == 0 {
                return format!("{field}~{}", one(random, &words).0.split('_').next().unwrap());
            }
            format!("{field}:{}", values(random, word))
        }
        ValueKind::Id if random.below(3) == 0 => {
            format!("{field}{sign}{}", FIRST + random.below(SESSIONS as u64) as i64)
        }
        ValueKind::Id if field.as_str() == "user_id" && random.below(4) == 0 => format!("{field}:me"),
        ValueKind::Id => format!("{field}:{}", values(random, |random| (FIRST + random.below(60) as i64).to_string())),
        ValueKind::Time if random.below(4) == 0 => {
            format!(
                "{field}:{}",
                one(random, &["today", "yesterday", "2026-11-01", "2026-11-10", "today-3d,2026-11-02"])
            )
        }
        ValueKind::Time => format!("{field}{sign}{}", time(random, now)),
        ValueKind::Duration => {
            format!("{field}{sign}{}", one(random, &["0", "1s", "1m", "90", "1h30m", "30h", "2d", "20d"]))
        }
        ValueKind::YesNo => format!("{field}:{}", one(random, &["yes", "no", "yes,no"])),
        ValueKind::Address if random.below(4) == 0 => {
            format!("{field}~{}", one(random, &["51", "::", "DB8", ".7", "1"]))
        }
        ValueKind::Address => format!(
            "{field}:{}",
            values(random, |random| {
                let networks = [
                    "198.51.100.0/24",
                    "0.0.0.0/0",
                    "::/0",
                    "2001:db8::/32",
                    "198.51.100.64/26",
                    "10.0.0.0/31",
                    "::ffff:10.0.0.1",
                ];
                if random.below(2) == 0 { one(random, &networks) } else { one(random, ADDRESSES) }.to_owned()
            })
        ),
    }
}

/// A question.
pub fn selection(random: &mut Random, now: Timestamp) -> SessionSelection {
    let terms = [1, 1, 1, 2, 2, 3][random.below(6) as usize];
    let terms: Vec<String> =
        (0..terms).map(|_| format!("{}{}", if random.below(3) == 0 { "-" } else { "" }, term(random, now))).collect();
    let rarely = |random: &mut Random| random.below(8) == 0;
    let mut asked = SessionSelection {
        state: if random.below(3) == 0 { Some(one(random, ListState::ALL)) } else { None },
        q: Some(terms.join(" ")),
        contains: rarely(random).then(|| part(random)),
        from: rarely(random).then(|| time(random, now)),
        to: rarely(random).then(|| time(random, now)),
        ..SessionSelection::default()
    };
    // A range that ends before it begins is refused.
    if Selection::read(&asked).is_err_and(|error| error.parameter == "to") {
        mem::swap(&mut asked.from, &mut asked.to);
    }
    asked
}
