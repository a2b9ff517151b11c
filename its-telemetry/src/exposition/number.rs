//! Numbers as text. Whole ones are digits only, in every text format; others have the shortest digits that read back
//! as the same number.

use crate::registry::Number;

/// Whole numbers below this are exact as floating-point numbers.
const EXACT: f64 = (1_u64 << 53) as f64;

#[inline]
pub(super) fn write(out: &mut Vec<u8>, number: Number) {
    match number {
        Number::Unsigned(n) => write_count(out, n),
        Number::Signed(n) => out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes()),
        Number::Float(n) => write_float(out, n),
    }
}

#[inline]
pub(super) fn write_count(out: &mut Vec<u8>, n: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
}

pub(super) fn write_float(out: &mut Vec<u8>, n: f64) {
    let whole = n as i64;
    // By their bits, so that a negative zero keeps its sign.
    if n.abs() < EXACT && (whole as f64).to_bits() == n.to_bits() {
        out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
    } else if n.is_finite() {
        out.extend_from_slice(ryu::Buffer::new().format_finite(n).as_bytes());
    } else if n.is_nan() {
        out.extend_from_slice(b"NaN");
    } else {
        out.extend_from_slice(if n > 0.0 { b"+Inf" } else { b"-Inf" });
    }
}

/// Milliseconds as seconds.
pub(super) fn write_seconds(out: &mut Vec<u8>, milliseconds: u64) {
    write_count(out, milliseconds / 1000);
    let rest = milliseconds % 1000;
    let digit = |n: u64| b'0' + (n % 10) as u8;
    out.extend_from_slice(&[b'.', digit(rest / 100), digit(rest / 10), digit(rest)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(number: impl Into<Number>) -> String {
        let mut out = Vec::new();
        write(&mut out, number.into());
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn whole_numbers_have_no_point() {
        assert_eq!(text(u64::MAX), "18446744073709551615");
        assert_eq!(text(i64::MIN), "-9223372036854775808");
        assert_eq!(text(1.0), "1");
        assert_eq!(text(-0.0), "-0.0");
        assert_eq!(text(-3.0), "-3");
        assert_eq!(text(1e15), "1000000000000000");
        assert_eq!(text(1e300), "1e300");
        assert_eq!(text(0.1), "0.1");
    }

    #[test]
    fn what_is_no_number_has_a_name() {
        assert_eq!(text(f64::NAN), "NaN");
        assert_eq!(text(f64::INFINITY), "+Inf");
        assert_eq!(text(f64::NEG_INFINITY), "-Inf");
    }

    #[test]
    fn times_are_seconds() {
        let mut out = Vec::new();
        write_seconds(&mut out, 1_764_000_000_007);
        assert_eq!(out, b"1764000000.007");
    }

    proptest! {
        #[test]
        fn every_float_reads_back(n in any::<f64>()) {
            prop_assert_eq!(text(n).parse::<f64>().expect("number").to_bits(), n.to_bits());
        }
    }
}
