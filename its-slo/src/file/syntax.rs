//! YAML and TOML, and how each says where a value stands.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Place, Problem};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.yaml`, `.yml`; JSON is YAML.
    Yaml,
    /// `.toml`
    Toml,
}

impl Format {
    /// By the ending of the name; YAML if it has no other.
    pub fn of(name: &str) -> Self {
        if name.to_ascii_lowercase().ends_with(".toml") { Self::Toml } else { Self::Yaml }
    }
}

/// A syntax that knows places.
pub(crate) trait Syntax: Sized {
    fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem>;
    fn locate<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D)
    -> Result<(T, Mark), D::Error>;
}

/// Where a value stands, as its syntax says it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mark {
    Place(Place),
    Byte(usize),
    /// It was not read from a text.
    Nowhere,
}

impl Mark {
    pub(crate) fn place(self, text: &str) -> Option<Place> {
        match self {
            Self::Place(place) => Some(place),
            Self::Byte(byte) => Some(Place::of_byte(text, byte)),
            Self::Nowhere => None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Yaml;

impl Syntax for Yaml {
    fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
        serde_saphyr::from_str(text).map_err(|error| yaml_problem(file, &error))
    }

    fn locate<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<(T, Mark), D::Error> {
        let spanned = serde_saphyr::Spanned::deserialize(deserializer)?;
        let place = Place { line: spanned.referenced.line(), column: spanned.referenced.column() };
        Ok((spanned.value, if place.line == 0 { Mark::Nowhere } else { Mark::Place(place) }))
    }
}

pub(crate) fn yaml_problem(file: &str, error: &serde_saphyr::Error) -> Problem {
    let place = error.location().map(|at| Place { line: at.line(), column: at.column() });
    let message = error.without_snippet().to_string();
    // The place has been said already.
    let end = place.map(|Place { line, column }| format!(" at line {line}, column {column}"));
    let message = end.and_then(|end| message.strip_suffix(&end).map(str::to_owned)).unwrap_or(message);
    Problem::new(file, place, message)
}

#[derive(Debug)]
pub(crate) struct Toml;

impl Syntax for Toml {
    fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let place = error.span().map(|span| Place::of_byte(text, span.start));
            Problem::new(file, place, error.message())
        })
    }

    fn locate<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<(T, Mark), D::Error> {
        let spanned = toml::Spanned::deserialize(deserializer)?;
        let byte = spanned.span().start;
        Ok((spanned.into_inner(), Mark::Byte(byte)))
    }
}

/// A value, and where it stands.
pub(crate) struct Located<T, S> {
    pub(crate) value: T,
    pub(crate) mark: Mark,
    syntax: PhantomData<S>,
}

impl<T, S> From<T> for Located<T, S> {
    fn from(value: T) -> Self {
        Self { value, mark: Mark::Nowhere, syntax: PhantomData }
    }
}

impl<T: fmt::Debug, S> fmt::Debug for Located<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<'de, T: Deserialize<'de>, S: Syntax> Deserialize<'de> for Located<T, S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (value, mark) = S::locate(deserializer)?;
        Ok(Self { value, mark, syntax: PhantomData })
    }
}

impl<T: Serialize, S> Serialize for Located<T, S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        self.value.serialize(serializer)
    }
}
