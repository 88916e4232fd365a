//! Texts that were checked: server, console and agent refuse alike.

/// The word is not one of those expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not a {what}")]
pub struct UnknownWord {
    /// What was expected.
    pub what: &'static str,
    /// What stood there, at most 64 characters of it.
    pub word: String,
}

/// The text cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must have {min} to {max} characters and no control characters; this has {found}")]
pub struct BadText {
    what: &'static str,
    min: usize,
    max: usize,
    found: usize,
}

/// Whether a character embeds, overrides or isolates a direction of writing: it can turn what stands around the text,
/// so that a list says something else than was written. Arabic and Hebrew need none of them.
pub fn turns_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character takes no room and shows nothing. Some writings need such ones between others.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Trims and checks; line breaks and tabs are allowed in texts of several lines only. Characters that turn the text
/// around ([`turns_text`]) are refused like control characters, and the message counts them among these.
fn check(text: &str, what: &'static str, min: usize, max: usize, lines: bool) -> Result<String, BadText> {
    let text = text.trim();
    let found = text.chars().count();
    let control = text.chars().any(|c| turns_text(c) || (c.is_control() && !(lines && (c == '\n' || c == '\t'))));
    let seen = text.chars().filter(|c| !is_invisible(*c)).count();
    if control || found < min || found > max || seen < min {
        return Err(BadText { what, min, max, found: if seen < min { seen } else { found } });
    }
    Ok(text.to_owned())
}

macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident = $what:literal $min:tt to $max:tt lines $lines:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema),
            schema(value_type = String, min_length = $min, max_length = $max))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The least number of characters.
            pub const MIN: usize = $min;
            /// The greatest number of characters.
            pub const MAX: usize = $max;

            /// The text.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;
            fn try_from(text: String) -> Result<Self, BadText> {
                check(&text, $what, $min, $max, $lines).map(Self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadText;
            fn from_str(text: &str) -> Result<Self, BadText> { Self::try_from(text.to_owned()) }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self { text.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }
    )+};
}

texts! {
    /// Why a verb is used; 3 to 500 characters. Every verb but `message` needs one.
    Reason = "a reason" 3 to 500 lines true;
    /// What a message says to the user; 1 to 1,000 characters.
    MessageText = "a message" 1 to 1000 lines true;
    /// The name of a thing; 1 to 200 characters.
    Name = "a name" 1 to 200 lines false;
    /// The name of an account; 1 to 128 characters.
    Username = "a username" 1 to 128 lines false;
    /// A program's name or absolute path; 1 to 1,000 characters.
    Program = "a program" 1 to 1000 lines false;
    /// A password; 10 to 200 characters.
    Password = "a password" 10 to 200 lines false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_count_characters_and_nul_is_refused() {
        assert!("ab".parse::<Reason>().is_err());
        assert!("  ab  ".parse::<Reason>().is_err());
        assert_eq!("äöü".parse::<Reason>().unwrap().as_str(), "äöü");
        assert!("x".repeat(501).parse::<Reason>().is_err());
        assert!("a\0bc".parse::<Reason>().is_err());
        assert!("one\ntwo".parse::<Reason>().is_ok());
        assert!("one\ntwo".parse::<Name>().is_err());
    }

    #[test]
    fn what_turns_the_text_around_is_refused_and_writing_from_right_to_left_is_not() {
        for c in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            let text = format!("gnp.{c}exe");
            assert!(text.parse::<Program>().is_err() && text.parse::<Reason>().is_err(), "{c:?}");
            assert!(text.parse::<MessageText>().is_err() && text.parse::<Name>().is_err(), "{c:?}");
        }
        for text in [
            "تحديث الليلة",
            "עדכון הלילה",
            "the app محرر closes",
            "\u{200e}marks\u{200f} only order themselves",
            "👩\u{200d}💻 ok",
        ] {
            assert_eq!(text.parse::<Reason>().unwrap().as_str(), text);
            assert!(text.parse::<Name>().is_ok());
        }
    }

    #[test]
    fn what_nobody_sees_is_no_text() {
        for text in ["\u{200b}\u{200b}\u{200b}", "a\u{2060}\u{ad}b", "\u{3164}\u{3164}\u{3164}\u{fe0f}"] {
            let refused = text.parse::<Reason>().unwrap_err();
            assert!(refused.to_string().contains("3 to 500"), "{refused}");
        }
    }

    #[test]
    fn json_is_checked_too() {
        assert!(serde_json::from_str::<Reason>("\"no\"").is_err());
        assert!(serde_json::from_str::<Reason>("\"a real reason\"").is_ok());
    }
}
