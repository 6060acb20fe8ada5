//! An object of JSON: its keys in their order, none of them there twice, at any depth.
//!
//! Of a key that is there twice one value would be lost, and nobody could say which.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::MOST_COLUMNS;

/// See the module.
pub(super) struct Object(pub(super) Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object, A::Error> {
                pairs(map).map(Object)
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// Why a text is no object, without its place there: where it stands in the file is for the caller to say.
pub(super) fn why(error: &serde_json::Error) -> String {
    let why = error.to_string();
    why.split(" at line ").next().unwrap_or(&why).to_owned()
}

/// A value in which no key is there twice.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_bool<E>(self, yes: bool) -> Result<Value, E> {
                Ok(yes.into())
            }

            fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
                Ok(number.into())
            }

            fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
                Ok(number.into())
            }

            fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
                Ok(number.into())
            }

            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(text.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
                let mut found = Vec::new();
                while let Some(Once(value)) = values.next_element()? {
                    found.push(value);
                }
                Ok(found.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
                Ok(pairs(map)?.into_iter().collect::<Map<_, _>>().into())
            }
        }

        deserializer.deserialize_any(Any).map(Once)
    }
}

fn pairs<'de, A: MapAccess<'de>>(mut map: A) -> Result<Vec<(String, Value)>, A::Error> {
    let mut found: Vec<(String, Value)> = Vec::new();
    while let Some((key, Once(value))) = map.next_entry::<String, Once>()? {
        if found.iter().any(|(known, _)| *known == key) {
            return Err(A::Error::custom(format!("the key `{key}` is there twice")));
        }
        if found.len() >= MOST_COLUMNS {
            return Err(A::Error::custom(format!("more than {MOST_COLUMNS} keys")));
        }
        found.push((key, value));
    }
    Ok(found)
}
