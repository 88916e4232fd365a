//! `texts!`: the table in which the console's texts stand, each with the name by which pages use it.

use std::borrow::Cow;

use deskwarden_types::SessionId;

use super::language;
use crate::format;

/// Lines of `name: "Text";`, of `name(place): "Text with a {place}";`, and, where a number decides, of
/// `name(count): "{count} thing" | "{count} things";`. Each becomes a function that gives the text in the language that
/// was chosen; the English one is its key there.
macro_rules! texts {
    ($($(#[$about:meta])* $name:ident $(($($arg:ident),+))? : $one:literal $(| $many:literal)? ;)*) => {
        $(text! { [$(#[$about])*] $name $(($($arg),+))? $one $($many)? })*
    };
}

macro_rules! text {
    ([$(#[$about:meta])*] $name:ident $text:literal) => {
        $(#[$about])*
        pub fn $name() -> &'static str {
            $crate::strings::t($text)
        }
    };
    ([$(#[$about:meta])*] $name:ident ($($arg:ident),+) $text:literal) => {
        $(#[$about])*
        pub fn $name($($arg: impl $crate::strings::texts::Shown),+) -> String {
            $crate::strings::texts::fill(
                $crate::strings::t($text),
                &[$((stringify!($arg), &$crate::strings::texts::Shown::shown(&$arg))),+],
            )
        }
    };
    ([$(#[$about:meta])*] $name:ident ($count:ident $(, $arg:ident)*) $one:literal $many:literal) => {
        $(#[$about])*
        pub fn $name($count: usize $(, $arg: impl $crate::strings::texts::Shown)*) -> String {
            let form = $crate::strings::texts::counted($count, $one, $many);
            $crate::strings::texts::fill(
                form,
                &[
                    (stringify!($count), &$crate::strings::texts::Shown::shown(&$count))
                    $(, (stringify!($arg), &$crate::strings::texts::Shown::shown(&$arg)))*
                ],
            )
        }
    };
}

/// What can stand in a text.
pub trait Shown {
    /// As it stands there: numbers in the way of the language.
    fn shown(&self) -> Cow<'_, str>;
}

impl Shown for &str {
    fn shown(&self) -> Cow<'_, str> {
        (*self).into()
    }
}

impl Shown for String {
    fn shown(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}

impl Shown for &String {
    fn shown(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}

impl Shown for usize {
    fn shown(&self) -> Cow<'_, str> {
        format::number(*self as i64).into()
    }
}

impl Shown for u32 {
    fn shown(&self) -> Cow<'_, str> {
        (*self as usize).shown().into_owned().into()
    }
}

impl Shown for SessionId {
    fn shown(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

/// The singular or the plural. English and German agree on when to use which (`n != 1`); a language with other rules
/// needs them here.
pub fn counted(count: usize, one: &'static str, many: &'static str) -> &'static str {
    language::counted(count != 1, one, many)
}

/// Puts the values in the places of the text. What a value holds is no place any more.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((place, after)) = after.split_once('}') else { break };
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == place) {
            filled.push_str(value);
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}
