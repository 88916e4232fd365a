//! Sentences that the console says in its own language: an English text with places, and what stands in them.

use std::fmt;

/// A sentence of the rule book. [`fmt::Display`] says it in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    text: Text,
    values: Vec<(&'static str, Value)>,
}

/// What stands in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The same in every language: what somebody wrote, or a word of the grammar.
    Plain(String),
    /// What the rule book calls something.
    Label(&'static str),
    /// What the rule book calls a verb.
    Verb(&'static str),
    /// Labels, joined by *or*.
    OneOf(Vec<&'static str>),
}

/// An English text of [`TEXTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(&'static str);

impl Text {
    /// The text, which is its key in translations.
    pub const fn english(self) -> &'static str {
        self.0
    }

    /// The sentence with nothing in its places yet.
    pub fn say(self) -> Sentence {
        Sentence { text: self, values: Vec::new() }
    }

    /// The sentence with its first place filled.
    pub fn with(self, place: &'static str, value: impl Into<Value>) -> Sentence {
        self.say().with(place, value)
    }
}

impl Sentence {
    /// The same with one more place filled.
    pub fn with(mut self, place: &'static str, value: impl Into<Value>) -> Self {
        self.values.push((place, value.into()));
        self
    }

    /// The English text with its places.
    pub fn text(&self) -> &'static str {
        self.text.english()
    }

    /// What stands in the places.
    pub fn values(&self) -> &[(&'static str, Value)] {
        &self.values
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => f.write_str(text),
            Self::Label(label) | Self::Verb(label) => f.write_str(label),
            Self::OneOf(labels) => match labels.split_last() {
                Some((last, others)) if !others.is_empty() => write!(f, "{} or {last}", others.join(", ")),
                _ => f.write_str(&labels.concat()),
            },
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<(&str, String)> =
            self.values.iter().map(|(place, value)| (*place, value.to_string())).collect();
        f.write_str(&fill(self.text(), &values))
    }
}

/// Puts the values in the places of a text. What a value holds is no place any more.
pub fn fill(text: &str, values: &[(&str, impl AsRef<str>)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, (place, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        filled.push_str(before);
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == place) {
            filled.push_str(value.as_ref());
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

macro_rules! told {
    ($($name:ident: $text:literal;)*) => {
        $(pub(crate) const $name: Text = Text($text);)*

        /// Every text that a sentence can have, and the hints of the search; for whoever translates them.
        pub const TEXTS: &[Text] = &[$($name),*];
    };
}

// Why a verb is not allowed.
told! {
    NO_SUCH_VERB: "There is no {verb} for {kind}.";
    NEEDS_STATUS: "{verb} needs a session that is {statuses}: this one is {status}.";
    FITS_NO_STATUS: "{verb} does not fit a session that is {status}.";
    NEEDS_NOT_OVER: "{verb} needs a session that is not over: this one is {status}.";
    NEEDS_NOT_RUNNING: "{verb} needs an app that is not running: this one is running; evict it first.";
    NEEDS_RUNNING: "{verb} needs an app that is running: this one is {status}.";
    NEEDS_SOMEBODY: "{verb} needs somebody who is connected: nobody is connected to this session.";
    NEEDS_ROLE: "{verb} needs the role {roles}.";
    NEEDS_ROLE_OR_OWN: "{verb} needs the role {roles}, or a session of your own.";
    ON_ITS_WAY: "{verb} is not needed: {open} is already on its way; wait until it is done.";
    ANOTHER_ON_ITS_WAY: "{verb} is not needed: another command is already on its way; wait until it is done.";
    NEEDS_DOUBT: "{verb} needs a session that is stale, or whose last command failed or timed out: this one is not.";
    NEEDS_SERVER: "{verb} needs RealVNC Server 7.13.0 or later on that computer: it has {version}.";
    NEEDS_NEWER_SERVER: "{verb} needs RealVNC Server 7.13.0 or later on that computer: it has an older one.";
    NEEDS_KNOWN_SERVER: "{verb} needs our gate, or RealVNC Server 7.13.0 or later on that computer: what serves this session is not known to obey.";
    NEEDS_SHOWING_HOST: "{verb} needs a host that can show its sessions: this one cannot.";
    NEEDS_AGENT: "{verb} needs an agent that can do it: update the agent on this host.";
    NEEDS_OTHERS: "{verb} is for sessions of others: this one is your own.";
    // What is wrong with a filter.
    LONG_FILTER: "A filter has at most {count} characters; shorten it.";
    MANY_TERMS: "A filter has at most {count} terms; leave some out.";
    MANY_VALUES: "A term has at most {count} values; leave some out.";
    LONG_SEARCH: "A search has at most {count} characters; shorten it.";
    CONTROL: "There is a control character here ({code}); delete it.";
    NO_TEXT_IN_FIELD: "{field} holds no text to look in; choose another field, or write {field}… in q.";
    EMPTY_QUOTES: "There is nothing between these quotes; write a text there, or none (without quotes) for what is empty.";
    OPEN_QUOTE: "This quote has no end; write another {quote} behind the text.";
    JOINED_QUOTE: "A quote stands right beside a word; put quotes around the whole text, and {escaped} for a quote in it.";
    LONE_MINUS: "A - takes away what stands right behind it; write a term there, or put the - in quotes.";
    TWO_MINUS: "One - is enough; a text that begins with - stands in quotes.";
    EQUALS_SIGN: "There is no = in filters; write {instead}, or put a text with = in quotes.";
    NO_VALUE: "Write a value for {field} right here, without a space in front of it.";
    JOINING_WORD: "There is no {text} here: all terms must fit. Write values that may be either with a comma (app:a,b), - for not, or the word in quotes.";
    NO_VALUE_AT_COMMA: "A value is missing beside a comma; write one right here, without a space, or delete the comma.";
    NO_VALUE_HERE: "Write a value here.";
    TWO_VALUES: "A comparison has one value; a comma makes sense behind : and ~ only.";
    COMPARES_EMPTY: "What is empty compares with nothing; write {field}:none for it.";
    OTHER_OPERATOR: "{field} does not go with {sign}; write {field}{forms}.";
    NO_NAME: "Write the name of a field in front of {sign}, or put a text with {sign} in quotes.";
    NO_FIELD: "There is no field named {name}. To find a text with {sign} in it, put it in quotes.";
    NO_FIELD_BUT: "There is no field named {name}. Did you mean {near}? To find a text with {sign} in it, put it in quotes.";
    NEVER_EMPTY_TEXT: "{field} is empty in no session; to find none as a text, write {none}.";
    NEVER_EMPTY: "{field} is empty in no session; none finds nothing.";
    NO_ID: "{text} is no id; {field} takes whole numbers, such as {field}:1042.";
    YES_OR_NO: "{field} is yes or no, not {text}.";
    MOMENT: "{text} is a moment, which hardly any time equals; write {field}>{text} for what came after it.";
    NO_WORD: "{field} has no value {text}.";
    NO_WORD_BUT: "{field} has no value {text}. Did you mean {near}?";
    PART_OF_ADDRESS: "{text} is a part of an address; write {field}~{text} to find it, or a network such as 198.51.100.0/24.";
    NO_ADDRESS: "{text} is no address; write one (198.51.100.7, 2001:db8::7) or a network (198.51.100.0/24).";
    NO_TIME_FROM_NOW: "A time from now is a sign, a number and a unit (w, d, h, m, s), such as -7d; {text} is none.";
    YEARS: "Dates go from 1970 to 9999.";
    NO_SIGN: "Put a sign in front: -{text} is that long ago.";
    NO_ZONE: "A time of day needs its zone, as in 2026-11-21T14:05:00Z or 2026-11-21T15:05:00+01:00.";
    NO_TIME_OF_DAY: "{text} is no time of day; write hours, minutes and seconds from 00:00:00 to 23:59:59, as in 2026-11-21T14:05:00Z.";
    NO_SUCH_ZONE: "{text} is no zone; write Z, or hours and minutes with a colon between them, such as +01:00, at most 23:59.";
    NO_TIME: "{text} is no time. Write a date (2026-11-21), an instant (2026-11-21T14:05:00Z), -7d or today.";
    PLUS_IS_SPACE: "{text} is no time: a + in an address is a space; write %2B for it.";
    FROM_AFTER_TO: "from={from} is after to={to}, and nothing lies between them; choose an earlier from or a later to.";
    FAR_AWAY: "That is too far away; at most a hundred years.";
    NO_SPAN: "{text} is no length of time. Write whole minutes (90) or units: 90m, 2h, 1d, 1h30m, 45s.";
    LONG_SPAN: "That is too long; at most a hundred years.";
    // What is suggested.
    IS: "is";
    CONTAINS: "contains";
    LESS: "less, before";
    AT_MOST: "at most, up to";
    MORE: "more, after";
    AT_LEAST: "at least, from";
    WHOEVER_ASKS: "Whoever asks";
    WHERE_NONE: "Where there is none";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_has_its_values_in_its_places() {
        let labels = Value::OneOf(vec!["Added", "Stopped", "Evicted"]);
        let said = NEEDS_STATUS.with("verb", Value::Verb("Expire")).with("statuses", labels).with("status", "{verb}");
        let wanted = "Expire needs a session that is Added, Stopped or Evicted: this one is {verb}.";
        assert_eq!(said.to_string(), wanted);
        assert_eq!(Value::OneOf(vec!["Added"]).to_string(), "Added");
        assert_eq!(fill("{a}{b} {", &[("a", "1")]), "1 {");
    }

    #[test]
    fn texts_can_be_translated() {
        for text in TEXTS {
            assert!(!text.english().contains(['"', '\\', '\n']), "{text:?}");
        }
    }
}
