//! From a node to a value of a type. Each type is asked for in the one form that our documents have it in: a struct is
//! an object, never a list, and its fields are named.

use std::vec::IntoIter;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{error::Unreadable, node::Node};

type Result<T> = std::result::Result<T, Unreadable>;

/// A kind of value that was not there.
#[cold]
#[inline(never)]
fn not<T>(what: &'static str) -> Result<T> {
    Err(Unreadable::expected(&what))
}

impl Node {
    fn list(self) -> Result<Items> {
        match self {
            Self::List(items) => Ok(Items(items.into_iter())),
            _ => not("a list"),
        }
    }

    fn fields(self) -> Result<Fields> {
        match self {
            Self::Map(fields) => Ok(Fields { rest: fields.into_iter(), value: None }),
            _ => not("an object"),
        }
    }

    fn text(self) -> Result<String> {
        match self {
            Self::Text(text) => Ok(text),
            _ => not("a text"),
        }
    }

    fn signed(self) -> Result<i64> {
        match self {
            Self::Signed(value) => Ok(value),
            Self::Unsigned(value) => i64::try_from(value).or_else(|_| not("a smaller number")),
            _ => not("a whole number"),
        }
    }

    fn unsigned(self) -> Result<u64> {
        match self {
            Self::Unsigned(value) => Ok(value),
            _ => not("a whole number, not negative"),
        }
    }

    fn float(self) -> Result<f64> {
        match self {
            Self::Float(value) => Ok(value),
            Self::Signed(value) => Ok(value as f64),
            Self::Unsigned(value) => Ok(value as f64),
            _ => not("a number"),
        }
    }

    fn truth(self) -> Result<bool> {
        match self {
            Self::Bool(value) => Ok(value),
            _ => not("true or false"),
        }
    }

    /// A word alone, or an object with the word as its one name.
    fn variant(self) -> Result<(String, Option<Node>)> {
        match self {
            Self::Text(word) => Ok((word, None)),
            Self::Map(mut fields) if fields.len() == 1 => {
                fields.pop().map_or_else(|| not("a word"), |(word, value)| Ok((word, Some(value))))
            }
            _ => not("a word"),
        }
    }
}

impl<'de> Deserializer<'de> for Node {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(text) => visitor.visit_string(text),
            Self::List(_) => visitor.visit_seq(self.list()?),
            Self::Map(_) => visitor.visit_map(self.fields()?),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_bool(self.truth()?)
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_i64(self.signed()?)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_i64(self.signed()?)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_i64(self.signed()?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_i64(self.signed()?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_u64(self.unsigned()?)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_u64(self.unsigned()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_u64(self.unsigned()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_u64(self.unsigned()?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_f64(self.float()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_f64(self.float()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Self::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(self.fields()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_map(self.fields()?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let (word, value) = self.variant()?;
        visitor.visit_enum(Word { word, value })
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_str(&self.text()?)
    }

    /// Nothing is read of what nobody asks for.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct }
}

/// The values of a list.
struct Items(IntoIter<Node>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The names and values of an object.
struct Fields {
    rest: IntoIter<(String, Node)>,
    /// Of the name that was read last.
    value: Option<Node>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Node::Text(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.value.take().unwrap_or(Node::Null))
    }
}

/// One of a type's words, and what is said about it.
struct Word {
    word: String,
    value: Option<Node>,
}

impl<'de> EnumAccess<'de> for Word {
    type Error = Unreadable;
    type Variant = Said;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Said)> {
        Ok((seed.deserialize(Node::Text(self.word))?, Said(self.value)))
    }
}

struct Said(Option<Node>);

impl<'de> VariantAccess<'de> for Said {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<()> {
        if self.0.is_some_and(|value| !matches!(value, Node::Null)) { not("a word alone") } else { Ok(()) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.0.unwrap_or(Node::Null))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(self.0.unwrap_or(Node::Null).list()?)
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        visitor.visit_map(self.0.unwrap_or(Node::Null).fields()?)
    }
}
