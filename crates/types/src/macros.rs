//! Macros that keep each kind of definition in one place.

/// Defines an enumeration of words: its name on the wire and its number in the database.
/// A number, once published, never changes its meaning.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal $wire:tt,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $wire)] $variant,)+ }

        impl $name {
            /// Every word, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }

            /// The number in the database.
            pub const fn code(self) -> i16 {
                match self { $(Self::$variant => $code),+ }
            }

            /// The word with this number, if there is one.
            pub const fn from_code(code: i16) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($wire => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownWord { what: stringify!($name), word: text.chars().take(64).collect() }),
                }
            }
        }
    };
}

/// Defines an id: an `i64` in Rust and in the database, a decimal string in JSON
/// (browsers lose integers above 2^53).
macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "1042"))]
        #[serde(try_from = "std::borrow::Cow<'_, str>")]
        pub struct $name(pub i64);

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // A list has hundreds of them: no text on the way, and none of what formatting can do.
                serializer.serialize_str(itoa::Buffer::new().format(self.0))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self { id.0.to_string() }
        }

        impl TryFrom<std::borrow::Cow<'_, str>> for $name {
            type Error = $crate::BadId;
            fn try_from(text: std::borrow::Cow<'_, str>) -> Result<Self, Self::Error> { text.parse() }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::BadId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::parse_id(text).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
    )+};
}

/// Defines an endpoint: one type that the server registers, the description is made from and
/// the client calls. The first line of the doc comment is the summary, the rest the description.
macro_rules! endpoint {
    ($(
        #[doc = $summary:literal]
        $(#[doc = $more:literal])*
        $name:ident: $method:ident $path:literal in $tag:literal for $permission:ident
        (path $p:ty, query $q:ty, body $b:ty) -> $status:literal $content:ident $a:ty $(, within $seconds:literal)?;
    )+) => {$(
        #[doc = $summary]
        $(#[doc = $more])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl $crate::Endpoint for $name {
            const ID: &'static str = stringify!($name);
            const METHOD: $crate::Method = $crate::Method::$method;
            const PATH: &'static str = $path;
            const TAG: &'static str = $tag;
            const SUMMARY: &'static str = $summary;
            const DESCRIPTION: &'static str = concat!($($more, "\n",)*);
            const PERMISSION: $crate::Permission = $crate::Permission::$permission;
            const STATUS: u16 = $status;
            const CONTENT: $crate::Content = $crate::Content::$content;
            $(const SECONDS: u32 = $seconds;)?
            type Path = $p;
            type Query = $q;
            type Body = $b;
            type Answer = $a;
        }
    )+};
}
