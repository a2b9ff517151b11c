//! Exponential buckets beside the classic ones: what Prometheus calls a native histogram.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::{SLOTS, current_slot};

/// The finest schema: eight buckets for each power of two.
const SCHEMA: i8 = 3;
/// The coarsest that Prometheus knows; with it every number there is finds room in [`MAX_BUCKETS`].
const COARSEST: i8 = -4;
/// Buckets with values in them, of both signs together; when there are more, two become one.
const MAX_BUCKETS: usize = 160;

/// Values up to this, of either sign, are zero: 2^-128, as in Prometheus' own clients, so that their histograms can be
/// added to ours.
pub(crate) const ZERO_THRESHOLD: f64 = f64::from_bits((1023 - 128) << 52);

/// 2^(-8/8), 2^(-7/8), .. 2^(-1/8): upper bounds of the buckets between one half and one.
const BOUNDS: [f64; 8] = [
    0.5,
    0.5452538663326288,
    0.5946035575013605,
    0.6484197773255048,
    std::f64::consts::FRAC_1_SQRT_2,
    0.7711054127039704,
    0.8408964152537145,
    0.9170040432046712,
];

/// The exponential buckets of one series, apart for each thread slot so that threads do not wait for each other.
#[derive(Debug)]
pub(crate) struct Native([OnceLock<Box<Mutex<Exponential>>>; SLOTS]);

/// Buckets with values in them: index and count, ascending.
pub(crate) type Buckets = Vec<(i16, u64)>;

/// Buckets (2^((i-1)/2^schema), 2^(i/2^schema)] of absolute values, in the unit of the histogram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exponential {
    pub(crate) schema: i8,
    pub(crate) zeros: u64,
    pub(crate) positive: Buckets,
    pub(crate) negative: Buckets,
}

impl Native {
    pub(crate) fn new() -> Self {
        Self([const { OnceLock::new() }; SLOTS])
    }

    /// Records the same finite value `count` times.
    pub(crate) fn record(&self, value: f64, count: u64) {
        let buckets = self.0[current_slot()].get_or_init(Box::default);
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if value.abs() <= ZERO_THRESHOLD {
            buckets.zeros += count;
        } else {
            buckets.add(value < 0.0, index(value), SCHEMA, count);
        }
    }

    /// All values so far.
    pub(crate) fn read(&self) -> Exponential {
        let slots = self.0.iter().filter_map(OnceLock::get);
        let copies = slots.map(|buckets| buckets.lock().unwrap_or_else(PoisonError::into_inner).clone());
        copies.reduce(Exponential::merged).unwrap_or_default()
    }
}

/// The bucket of a value in the finest schema. The value is no zero, so it is no subnormal number either, and its bits
/// are a sign, a power of two and a fraction from 0.5 to 1.
fn index(value: f64) -> i16 {
    const MANTISSA: u64 = (1 << 52) - 1;
    const EXPONENT: u64 = 0x7ff;
    const EXPONENT_OF_HALF: u64 = 1022;
    let bits = value.to_bits();
    let fraction = f64::from_bits(bits & MANTISSA | EXPONENT_OF_HALF << 52);
    let power = (bits >> 52 & EXPONENT) as i16 - EXPONENT_OF_HALF as i16;
    BOUNDS.partition_point(|bound| *bound < fraction) as i16 + (power - 1) * BOUNDS.len() as i16
}

impl Default for Exponential {
    fn default() -> Self {
        Self { schema: SCHEMA, zeros: 0, positive: Vec::new(), negative: Vec::new() }
    }
}

impl Exponential {
    /// How many values there are.
    pub(crate) fn count(&self) -> u64 {
        let counts = self.positive.iter().chain(&self.negative).map(|(_, count)| count);
        self.zeros + counts.sum::<u64>()
    }

    /// Adds to the bucket `index` of `schema`, which is as fine as this or finer.
    fn add(&mut self, negative: bool, index: i16, schema: i8, count: u64) {
        let index = coarser(index, schema - self.schema);
        let buckets = if negative { &mut self.negative } else { &mut self.positive };
        match buckets.binary_search_by_key(&index, |(known, _)| *known) {
            Ok(at) => buckets[at].1 += count,
            Err(at) => {
                buckets.insert(at, (index, count));
                while self.positive.len() + self.negative.len() > MAX_BUCKETS && self.schema > COARSEST {
                    self.coarsen();
                }
            }
        }
    }

    /// Makes one bucket of two.
    fn coarsen(&mut self) {
        self.schema -= 1;
        for buckets in [&mut self.positive, &mut self.negative] {
            buckets.iter_mut().for_each(|(index, _)| *index = coarser(*index, 1));
            buckets.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0 };
                same
            });
        }
    }

    fn merged(mut self, other: Self) -> Self {
        while self.schema > other.schema {
            self.coarsen();
        }
        for (negative, buckets) in [(false, other.positive), (true, other.negative)] {
            for (index, count) in buckets {
                self.add(negative, index, other.schema, count);
            }
        }
        self.zeros += other.zeros;
        self
    }
}

/// The index of the bucket that holds bucket `index` of a schema finer by `steps`.
fn coarser(index: i16, steps: i8) -> i16 {
    ((index - 1) >> steps) + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bounds of bucket `index`.
    fn bucket(index: i16, schema: i8) -> (f64, f64) {
        let width = (-f64::from(schema)).exp2();
        ((f64::from(index - 1) * width).exp2(), (f64::from(index) * width).exp2())
    }

    fn of(values: impl IntoIterator<Item = f64>) -> Exponential {
        let native = Native::new();
        values.into_iter().for_each(|value| native.record(value, 1));
        native.read()
    }

    #[test]
    fn a_power_of_two_ends_its_bucket() {
        assert_eq!(index(1.0), 0);
        assert_eq!(index(1.000_000_001), 1);
        assert_eq!(index(2.0), 8);
        assert_eq!(index(0.5), -8);
        assert_eq!(index(-0.5), -8);
    }

    #[test]
    fn each_sign_has_its_own_buckets() {
        let all = of([3.0, -3.0, -3.0, 0.0, -0.0, ZERO_THRESHOLD, -ZERO_THRESHOLD]);
        assert_eq!((&*all.positive, &*all.negative, all.zeros), (&[(13, 1)][..], &[(13, 2)][..], 4));
        assert_eq!(all.count(), 7);
    }

    #[test]
    fn threads_are_merged() {
        let native = Native::new();
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| (0..1_000).for_each(|n| native.record(f64::from(n) / 1e3, 1)));
            }
        });
        let all = native.read();
        assert_eq!((all.count(), all.zeros, all.schema), (4_000, 4, SCHEMA));
        assert!(all.positive.is_sorted_by_key(|(index, _)| *index));
    }

    #[test]
    fn threads_of_different_schemas_are_merged() {
        let native = Native::new();
        std::thread::scope(|threads| {
            threads.spawn(|| {
                (0..64).for_each(|power| {
                    (0..8).for_each(|step| {
                        native.record(f64::from(power).exp2() * (1.0 + f64::from(step) / 8.0), 1);
                    })
                })
            });
            threads.spawn(|| native.record(3.0, 5));
        });
        let all = native.read();
        assert_eq!((all.count(), all.schema), (517, 1));
    }

    #[test]
    fn too_many_buckets_become_coarser_ones() {
        // Every power of two that nanoseconds can have, in eight steps each.
        let powers = (0..64).flat_map(|power| (0..8).map(move |step| (power, step)));
        let all =
            of(powers.map(|(power, step)| f64::from(power).exp2() * (1.0 + f64::from(step) / 8.0) / 1e9));
        assert!(all.positive.len() <= MAX_BUCKETS);
        assert_eq!((all.count(), all.schema), (512, 1));
    }

    #[test]
    fn there_is_room_for_every_number() {
        let powers = (-1_100..1_024).map(|power| f64::from(power).exp2());
        let all = of(powers.flat_map(|value| [value, -value]).chain([f64::MAX, f64::MIN]));
        assert!(all.positive.len() + all.negative.len() <= MAX_BUCKETS);
        assert_eq!((all.count(), all.schema), (2 * 2_124 + 2, COARSEST));
    }

    proptest! {
        #[test]
        fn a_value_lies_in_its_bucket(value in 1e-30..1e30_f64, schema in COARSEST..=SCHEMA) {
            let index = coarser(index(value), SCHEMA - schema);
            let (low, high) = bucket(index, schema);
            // The bounds here are rounded, too.
            prop_assert!(low * (1.0 - 1e-12) < value && value <= high * (1.0 + 1e-12), "{low} {value} {high}");
        }
    }
}
