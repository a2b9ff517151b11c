//! The buckets of a histogram, classic and exponential.

use super::exemplar;
use super::message::{Bucket, BucketSpan, Histogram};
use crate::exposition::sample;
use crate::registry::{Buckets, Exponential, ZERO_THRESHOLD};

pub(super) fn fill(into: &mut Histogram, from: &sample::Histogram<'_>) {
    let classic = from.buckets.iter().fold(0_u64, |count, n| count.wrapping_add(*n));
    // Calls in progress may be in the exponential buckets only. Both have one count, which must be theirs.
    let count = from.native.map_or(classic, Exponential::count);
    let last = from.buckets.len().saturating_sub(1);
    let mut below = 0_u64;
    let bounds = from.bounds.values().iter().copied().chain([f64::INFINITY]);
    into.bucket.clear();
    into.bucket.extend(bounds.zip(from.buckets).enumerate().map(|(at, (bound, n))| {
        below = if at == last { count } else { below.wrapping_add(*n).min(count) };
        Bucket {
            cumulative_count: Some(below),
            upper_bound: Some(bound),
            exemplar: from.exemplars.get(at).copied().flatten().map(exemplar),
        }
    }));
    into.sample_count = Some(count);
    into.sample_sum = Some(from.sum);
    fill_exponential(into, from.native);
}

fn fill_exponential(into: &mut Histogram, from: Option<&Exponential>) {
    into.schema = from.map(|from| from.schema.into());
    // Above zero also when there is no value yet: by this Prometheus knows a native histogram.
    into.zero_threshold = from.map(|_| ZERO_THRESHOLD);
    into.zero_count = from.map(|from| from.zeros);
    let none = &Buckets::new();
    let (positive, negative) = from.map_or((none, none), |from| (&from.positive, &from.negative));
    fill_spans(&mut into.positive_span, &mut into.positive_delta, positive);
    fill_spans(&mut into.negative_span, &mut into.negative_delta, negative);
}

/// Neighbours share a span; each count is the difference to the one before.
fn fill_spans(spans: &mut Vec<BucketSpan>, deltas: &mut Vec<i64>, buckets: &Buckets) {
    spans.clear();
    deltas.clear();
    let (mut end, mut before) = (0, 0);
    for (index, count) in buckets {
        let (index, count) = (i32::from(*index), *count as i64);
        match spans.last_mut() {
            Some(BucketSpan { length: Some(length), .. }) if index == end => *length += 1,
            _ => spans.push(BucketSpan { offset: Some(index - end), length: Some(1) }),
        }
        deltas.push(count - before);
        (end, before) = (index + 1, count);
    }
}
