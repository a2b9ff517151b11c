//! A value that keeps its kind, so that counts stay exact beyond 2^53.

/// The value of a counter or of a gauge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A count.
    Unsigned(u64),
    /// A whole number that may be negative.
    Signed(i64),
    /// Anything else.
    Float(f64),
}

impl Number {
    /// The nearest floating-point number.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Unsigned(n) => n as f64,
            Self::Signed(n) => n as f64,
            Self::Float(n) => n,
        }
    }

    /// Whether a counter may have this value: a number that is not negative.
    pub(crate) fn is_count(self) -> bool {
        match self {
            Self::Unsigned(_) => true,
            Self::Signed(n) => n >= 0,
            Self::Float(n) => n.is_finite() && n >= 0.0,
        }
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),*) => {$(
        impl From<$type> for Number {
            fn from(n: $type) -> Self {
                Self::$variant(n.into())
            }
        }
    )*};
}

from!(u8 => Unsigned, u16 => Unsigned, u32 => Unsigned, u64 => Unsigned, i32 => Signed, i64 => Signed);
from!(f32 => Float, f64 => Float);

impl From<usize> for Number {
    fn from(n: usize) -> Self {
        Self::Unsigned(n as u64)
    }
}
