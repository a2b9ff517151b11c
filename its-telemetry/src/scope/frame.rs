//! The id of a frame, checked once and kept in place: there is a new one for each frame.

use std::fmt;

use super::id::{IdError, MAX_ID_LENGTH, check};
use super::read;

/// Which frame of its camera a call is about. It travels as `its.frame.id`, and is never a label.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FrameId {
    bytes: [u8; MAX_ID_LENGTH],
    length: u8,
}

impl FrameId {
    /// Checks the id: 1 to 64 ASCII letters, digits and `- _ . : / @`, not beginning with `_`. Does not allocate.
    ///
    /// # Errors
    /// When the id is empty, too long or has another character.
    pub fn new(id: &str) -> Result<Self, IdError> {
        check(id)?;
        Ok(Self::of(id))
    }

    /// An id that is known to fit.
    fn of(id: &str) -> Self {
        let mut frame = Self { bytes: [0; MAX_ID_LENGTH], length: 0 };
        for (to, from) in frame.bytes.iter_mut().zip(id.bytes()) {
            *to = from;
            frame.length += 1;
        }
        frame
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length.into()]).unwrap_or_default()
    }

    /// The frame that the call or task on this thread is about.
    pub fn current() -> Option<Self> {
        read(|ambient| ambient.carried.as_ref()?.frame).flatten()
    }
}

impl From<u64> for FrameId {
    /// The number in decimal, for frames that are counted.
    fn from(number: u64) -> Self {
        Self::of(itoa::Buffer::new().format(number))
    }
}

impl AsRef<str> for FrameId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl std::str::FromStr for FrameId {
    type Err = IdError;
    fn from_str(id: &str) -> Result<Self, IdError> {
        Self::new(id)
    }
}

impl fmt::Display for FrameId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for FrameId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_was() {
        let longest = "f".repeat(MAX_ID_LENGTH);
        for id in ["0", "4711", "9f3c-07", &longest] {
            assert_eq!(FrameId::new(id).expect("valid").as_str(), id);
        }
        assert_eq!(FrameId::from(u64::MAX).as_str(), u64::MAX.to_string());
        assert_eq!(FrameId::new("a b"), Err(IdError::Character));
        assert_eq!(FrameId::new(&"f".repeat(65)), Err(IdError::TooLong));
    }
}
