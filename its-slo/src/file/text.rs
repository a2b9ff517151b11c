//! Values as people write them.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::duration;

/// A ratio: `0.999`, `99.9 %` or `99.9%`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratio(pub(crate) f64);

impl Ratio {
    fn parse(text: &str) -> Option<Self> {
        let Some(percent) = text.trim().strip_suffix('%') else { return text.trim().parse().ok().map(Self) };
        Some(Self::of_percent(percent.trim_end().parse().ok()?))
    }

    /// 99.9 / 100 is 0.9990000000000001, and 0.999 is what was meant.
    pub(crate) fn of_percent(percent: f64) -> Self {
        Self((percent / 100.0 * 1e12).round() / 1e12)
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let percent = format!("{} %", (self.0 * 1e12).round() / 1e10);
        if Self::parse(&percent) == Some(*self) {
            serializer.serialize_str(&percent)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RatioVisitor)
    }
}

struct RatioVisitor;

impl Visitor<'_> for RatioVisitor {
    type Value = Ratio;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a ratio such as 0.999 or 99.9 %")
    }

    fn visit_f64<E: Error>(self, ratio: f64) -> Result<Ratio, E> {
        Ok(Ratio(ratio))
    }

    fn visit_u64<E: Error>(self, ratio: u64) -> Result<Ratio, E> {
        Ok(Ratio(ratio as f64))
    }

    fn visit_i64<E: Error>(self, ratio: i64) -> Result<Ratio, E> {
        Ok(Ratio(ratio as f64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Ratio, E> {
        Ratio::parse(text)
            .ok_or_else(|| E::custom(format!("{text:?} is no ratio; write it as 0.999 or as 99.9 %")))
    }
}

/// A duration with its unit: `5m`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Length(pub(crate) Duration);

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&duration::write(self.0))
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        duration::parse(&text).map(Self).map_err(D::Error::custom)
    }
}

/// A word, or a table that says it at length.
#[derive(Debug)]
pub(crate) enum WordOr<T> {
    Word(String),
    Table(T),
}

impl<T: Serialize> Serialize for WordOr<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Word(word) => serializer.serialize_str(word),
            Self::Table(table) => table.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for WordOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrVisitor(PhantomData))
    }
}

struct WordOrVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for WordOrVisitor<T> {
    type Value = WordOr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word or a table")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<WordOr<T>, E> {
        Ok(WordOr::Word(word.into()))
    }

    // A number without a unit is refused where it is known what was meant.
    fn visit_u64<E: Error>(self, number: u64) -> Result<WordOr<T>, E> {
        Ok(WordOr::Word(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<WordOr<T>, E> {
        Ok(WordOr::Word(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<WordOr<T>, E> {
        Ok(WordOr::Word(number.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WordOr<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(WordOr::Table)
    }
}
