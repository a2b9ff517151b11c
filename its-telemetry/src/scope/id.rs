//! Names of tenants and cameras, checked once.

use std::fmt;
use std::sync::Arc;

/// Longest name of a tenant or a camera, in bytes.
pub const MAX_ID_LENGTH: usize = 64;

/// Stands for a name that was refused.
pub(crate) const INVALID: &str = "_invalid";

/// Why a name of a tenant or a camera was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The name is empty.
    #[error("the name is empty")]
    Empty,
    /// The name is longer than [`MAX_ID_LENGTH`].
    #[error("the name is longer than {MAX_ID_LENGTH} bytes")]
    TooLong,
    /// The name has a character that labels, headers and file names do not share.
    #[error("the name may have ASCII letters, digits and - _ . : / @ only, and must not begin with _")]
    Character,
}

pub(super) fn check(name: &str) -> Result<(), IdError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.:/@".contains(&b);
    match name.as_bytes() {
        [] => Err(IdError::Empty),
        bytes if bytes.len() > MAX_ID_LENGTH => Err(IdError::TooLong),
        // A leading underscore is kept for `_other` and `_invalid`.
        bytes if bytes[0] == b'_' || !bytes.iter().all(|b| allowed(*b)) => Err(IdError::Character),
        _ => Ok(()),
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the name: 1 to 64 ASCII letters, digits and `- _ . : / @`, not beginning with `_`.
            ///
            /// # Errors
            /// When the name is empty, too long or has another character.
            pub fn new(name: &str) -> Result<Self, IdError> {
                check(name).map(|()| Self(name.into()))
            }

            /// The name, or `_invalid` for one that was refused.
            pub(crate) fn or_invalid(name: &str) -> (Self, bool) {
                match Self::new(name) {
                    Ok(id) => (id, true),
                    Err(_) => (Self(INVALID.into()), false),
                }
            }

            /// The name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(name: &str) -> Result<Self, IdError> {
                Self::new(name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    };
}

id! {
    /// Who a call is made for: a customer, a city.
    TenantId
}
id! {
    /// Which camera a call belongs to. Unique within its tenant.
    CameraId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        assert_eq!(TenantId::new("city-17").expect("valid").as_str(), "city-17");
        assert_eq!(CameraId::new(""), Err(IdError::Empty));
        assert_eq!(CameraId::new(&"c".repeat(65)), Err(IdError::TooLong));
        assert!(CameraId::new(&"c".repeat(64)).is_ok());
        for bad in ["a b", "a\n", "a\"b", "_other", "kamera-ü", "a,b", "a;b"] {
            assert_eq!(CameraId::new(bad), Err(IdError::Character), "{bad:?}");
        }
        assert_eq!(CameraId::or_invalid("a b").0.as_str(), INVALID);
    }
}
