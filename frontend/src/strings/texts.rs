//! `texts!`: the table in which the console's texts stand, each with the name by which pages use it.

use std::borrow::Cow;

pub use deskwarden_domain::sentence::fill;
use deskwarden_types::SessionId;

use super::language;
use crate::format;

/// Lines of `name: "Text";`, of `name in "context": "Text";` where the same English needs other words elsewhere, of `name(place): "Text with a {place}";`, and, where a number decides, of
/// `name(count): "{count} thing" | "{count} things";`. Each becomes a function that gives the text in the language that
/// was chosen; the English one is its key there.
macro_rules! texts {
    ($($(#[$about:meta])* $name:ident $(in $context:literal)? $(($($arg:ident),+))? : $one:literal $(| $many:literal)? ;)*) => {
        $(text! { [$(#[$about])*] $name $(in $context)? $(($($arg),+))? $one $($many)? })*
    };
}

macro_rules! text {
    ([$(#[$about:meta])*] $name:ident $text:literal) => {
        $(#[$about])*
        pub fn $name() -> &'static str {
            $crate::strings::t($text)
        }
    };
    ([$(#[$about:meta])*] $name:ident in $context:literal $text:literal) => {
        $(#[$about])*
        pub fn $name() -> &'static str {
            $crate::strings::t_as($context, $text)
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
