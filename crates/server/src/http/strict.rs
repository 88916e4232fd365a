//! Reads a document in which every member must be known and every struct must be an object. Deriving would pass over what
//! is misspelt, and take a list for an object.
//!
//! The types themselves stay as they are: those that are answers too must stand members that are new, in consoles that
//! are older than the server. Only what stands in the variant of an enumeration is not looked at; no body has one.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
    value::StringDeserializer,
};

/// Anything of serde's that takes part in reading, made strict.
pub struct Strict<T>(pub T);

macro_rules! forward {
    ($($method:ident($($name:ident: $type:ty),*);)+) => {$(
        fn $method<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method($($name,)* Strict(visitor))
        }
    )+};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    forward! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Members { inner: visitor, known })
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! plain {
    ($($method:ident($type:ty);)+) => {$(
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.0.$method(value)
        }
    )+};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    plain! {
        visit_bool(bool);
        visit_i64(i64);
        visit_u64(u64);
        visit_f64(f64);
        visit_str(&str);
        visit_borrowed_str(&'de str);
        visit_string(String);
        visit_bytes(&[u8]);
        visit_borrowed_bytes(&'de [u8]);
        visit_byte_buf(Vec<u8>);
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Strict(value))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Strict(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Strict(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Strict(members))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(variant)
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Strict(value))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        self.0.next_element_seed(Strict(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.0.next_value_seed(Strict(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// What reads a struct, with the members that it has.
struct Members<T> {
    inner: T,
    known: &'static [&'static str],
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Members<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(Members { inner: members, known: self.known })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.inner.next_key_seed(Members { inner: seed, known: self.known })
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.inner.next_value_seed(Strict(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for Members<K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<K::Value, D::Error> {
        let name = <String as serde::Deserialize>::deserialize(name)?;
        if !self.known.contains(&name.as_str()) {
            return Err(D::Error::unknown_field(&name, self.known));
        }
        let name: StringDeserializer<D::Error> = name.into_deserializer();
        self.inner.deserialize(name)
    }
}

#[cfg(test)]
mod tests {
    use deskwarden_types::{NoBody, api::*};
    use serde::Deserialize;

    use super::*;

    fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
        T::deserialize(Strict(&mut serde_json::Deserializer::from_str(text))).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_known_is_read_as_ever() {
        for text in [
            r#"{"verb":"evict","ids":["1","2"]}"#,
            r#"{"verb":"evict","matching":{"q":"user:\u0061nna","state":"current","host":"5"}}"#,
            r#"{"verb":"evict","matching":null}"#,
        ] {
            assert_eq!(read::<NewPlan>(text), Ok(serde_json::from_str(text).unwrap()));
        }
        let view = r#"{"name":"a","page":"all","reach":"own","columns":[{"field":"app","width":160}],"density":null}"#;
        assert_eq!(read::<NewView>(view), Ok(serde_json::from_str(view).unwrap()));
        assert_eq!(read::<NoBody>("{}"), Ok(NoBody {}));
    }

    #[test]
    fn what_is_unknown_is_named_however_deep_and_a_list_is_no_object() {
        for (text, told) in [
            (r#"{"verb":"evict","q":"id:1"}"#, "unknown field `q`, expected one of `verb`, `ids`, `matching`"),
            (r#"{"verb":"evict","matching":{"Q":"id:1"}}"#, "unknown field `Q`"),
            (r#"["evict",["1"],null]"#, "invalid type: sequence, expected an object"),
            (r#"{"verb":"evict","matching":["current"]}"#, "invalid type: sequence, expected an object"),
            (r#"{"verb":"evict","verb":"kill"}"#, "duplicate field `verb`"),
        ] {
            let error = read::<NewPlan>(text).unwrap_err();
            assert!(error.starts_with(told), "{text}: {error}");
        }
        let view = r#"{"name":"a","page":"all","reach":"own","columns":[{"field":"app","wide":160}]}"#;
        assert!(read::<NewView>(view).unwrap_err().starts_with("unknown field `wide`"));
        assert!(read::<NoBody>(r#"{"x":1}"#).unwrap_err().starts_with("unknown field `x`, there are no fields"));
    }
}
