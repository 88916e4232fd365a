//! What may stand behind a field in a filter, as it is told: in errors, in completion and by the API.

use deskwarden_types::SessionField;

use super::{Definition, ValueKind, check::takes_me};

impl Definition {
    /// What may stand behind the field in a filter, in words.
    pub fn takes(&self) -> String {
        let mut told = self.forms().join(", ");
        if self.kind == ValueKind::Duration {
            told.push_str("; a number alone is minutes");
        }
        if self.field == SessionField::Host {
            told.push_str("; :#5 is the host with the id 5");
        }
        if takes_me(self.field) {
            told.push_str("; :me is whoever asks");
        }
        if self.optional {
            told.push_str("; :none where there is none");
        }
        told
    }

    /// Each way to write an operator with its value, apart from `:me` and `:none`. All of them can be read.
    fn forms(&self) -> Vec<String> {
        let fixed: &[&str] = match self.kind {
            ValueKind::Text => &[":text", ":\"two words\"", ":one,two", "~part"],
            ValueKind::Id => &[":1042", ":1042,1043", ">1042", ">=1042", "<1042", "<=1042"],
            ValueKind::Word => return self.word_forms(),
            ValueKind::Time => {
                &[":2026-11-21", ">2026-11-21", ">=today", "<-7d", "<=2026-11-21T14:05:00Z", ":2026-11-21,today"]
            }
            ValueKind::Duration => &[">90", ">90m", ">=1d", "<2h", "<=2h"],
            ValueKind::YesNo => &[":yes", ":no"],
            ValueKind::Address => {
                &[":198.51.100.7", ":198.51.100.0/24", ":2001:db8::/32", ":198.51.100.7,203.0.113.0/24", "~198.51"]
            }
        };
        fixed.iter().map(|form| (*form).to_owned()).collect()
    }

    /// With the field's own words.
    fn word_forms(&self) -> Vec<String> {
        let words: Vec<&str> = self.words().into_iter().map(|(word, _)| word).collect();
        let part = words.first().map(|word| word.chars().take(3).collect::<String>()).unwrap_or_default();
        let several: Vec<&str> = words.iter().copied().take(2).collect();
        words
            .iter()
            .map(|word| format!(":{word}"))
            .chain([format!(":{}", several.join(",")), format!("~{part}")])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::{DEFINITIONS, Filter, ValueKind, scan::Operator};

    fn can_be_read(field: SessionField, form: &str) -> bool {
        Filter::parse(&format!("{field}{form}")).is_ok()
    }

    #[test]
    fn what_is_told_of_a_field_can_be_read_and_what_is_not_told_is_refused() {
        for definition in DEFINITIONS {
            let (field, told) = (definition.field, definition.takes());
            let forms = definition.forms();
            for form in &forms {
                assert!(told.contains(form.as_str()), "{field}: {told} lacks {form}");
                assert!(can_be_read(field, form), "{field}{form} is told and cannot be read");
            }
            assert_eq!(told.contains(":none"), can_be_read(field, ":none"), "{field}:none, {told}");
            // On a text it is the text.
            let me = (takes_me(field) || definition.kind != ValueKind::Text) && can_be_read(field, ":me");
            assert_eq!(told.contains(":me is"), me, "{field}:me, {told}");
            for operator in Operator::ALL {
                let sign = operator.as_str();
                let is_it = |form: &&String| form.strip_prefix(sign).is_some_and(|value| !value.starts_with('='));
                if !forms.iter().any(|form| is_it(&form)) {
                    for value in ["1", "text", "2026-11-21", "90m", "yes", "198.51.100.7"] {
                        assert!(!can_be_read(field, &format!("{sign}{value}")), "{field}{sign}{value} is not told");
                    }
                }
            }
        }
    }

    #[test]
    fn a_field_with_words_tells_them() {
        for definition in DEFINITIONS {
            let told = definition.takes();
            assert!(definition.words().iter().all(|(word, _)| told.contains(&format!(":{word}"))), "{told}");
        }
    }
}
