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

/// Room for the digits of every count and a line break.
pub(super) const LINE_END: usize = 24;

/// Writes the digits of `n` and a line break to the beginning of `room`. Returns how long they are.
#[inline]
pub(super) fn write_line_end(room: &mut [u8; LINE_END], n: u64) -> usize {
    if n < 10_000 {
        return four_digits(room, n as u32);
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(n).as_bytes();
    room[..digits.len()].copy_from_slice(digits);
    room[digits.len()] = b'\n';
    digits.len() + 1
}

/// The same for a number of at most four digits, which are computed side by side in one word: it is cut into two
/// numbers of two digits each, and these into single ones.
#[inline]
fn four_digits(room: &mut [u8; LINE_END], n: u32) -> usize {
    let hundreds = n / 100;
    let pairs = hundreds | ((n - hundreds * 100) << 16);
    // Multiplied by 103 and shifted by ten bits is divided by ten, for numbers below a hundred.
    let tens = ((pairs * 103) >> 10) & 0x000f_000f;
    let digits = tens | ((pairs - tens * 10) << 8);
    // The last digit stays, also of a zero.
    let zeros = (digits | (1 << 24)).trailing_zeros() / 8;
    let text = u64::from(digits | 0x3030_3030) | (u64::from(b'\n') << 32);
    room[..8].copy_from_slice(&(text >> (8 * zeros)).to_le_bytes());
    5 - zeros as usize
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

    #[test]
    fn a_line_ends_with_its_count() {
        let powers = (0..20).map(|power| 10_u64.pow(power));
        let edges = powers.flat_map(|power| [power - 1, power, power + 1]);
        for n in (0..20_000).chain(edges).chain([u64::MAX]) {
            let mut room = [0; LINE_END];
            let len = write_line_end(&mut room, n);
            assert_eq!(room[..len], *format!("{n}\n").as_bytes());
        }
    }

    proptest! {
        #[test]
        fn every_float_reads_back(n in any::<f64>()) {
            prop_assert_eq!(text(n).parse::<f64>().expect("number").to_bits(), n.to_bits());
        }
    }
}
