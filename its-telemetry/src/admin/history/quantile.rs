//! Quantiles of a fixed-bucket histogram.

/// An estimate of a quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Quantile {
    /// Interpolated inside its bucket.
    At(f64),
    /// In the lowest bucket: less than the second number, and the first one if it were spread evenly from zero.
    Below(f64, f64),
    /// In the bucket without an upper bound: more than the highest bound.
    Above(f64),
}

impl Quantile {
    /// A number to sort and to draw by.
    pub(crate) fn value(self) -> f64 {
        match self {
            Self::At(value) | Self::Below(value, _) | Self::Above(value) => value,
        }
    }
}

/// The quantile `q` (0 to 1) of observations counted in buckets with these upper bounds, the last one without.
/// Linear within the bucket, from 0 in the first one: the rule of PromQL's `histogram_quantile`.
pub(crate) fn quantile(q: f64, bounds: &[f64], counts: &[f64]) -> Option<Quantile> {
    let total: f64 = counts.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let rank = q * total;
    let mut below = 0.0;
    for (n, count) in counts.iter().enumerate() {
        if below + count >= rank && *count > 0.0 {
            let lower = if n == 0 { 0.0 } else { bounds[n - 1] };
            return Some(match bounds.get(n) {
                Some(upper) if n == 0 => Quantile::Below(upper * (rank / count), *upper),
                Some(upper) => Quantile::At(lower + (upper - lower) * ((rank - below) / count)),
                None => Quantile::Above(lower),
            });
        }
        below += count;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: &[f64] = &[0.1, 0.2, 0.4];

    #[test]
    fn a_quantile_lies_inside_its_bucket() {
        let counts = [0.0, 100.0, 0.0, 0.0];
        assert_eq!(quantile(0.5, BOUNDS, &counts), Some(Quantile::At(0.15000000000000002)));
        assert_eq!(quantile(1.0, BOUNDS, &counts), Some(Quantile::At(0.2)));
        assert_eq!(quantile(0.5, BOUNDS, &[10.0, 0.0, 0.0, 0.0]), Some(Quantile::Below(0.05, 0.1)));
    }

    #[test]
    fn ranks_are_counted_over_all_buckets() {
        // 90 up to 0.1, 8 up to 0.2, 1 up to 0.4, 1 above.
        let counts = [90.0, 8.0, 1.0, 1.0];
        let at = |q| quantile(q, BOUNDS, &counts).expect("observations");
        assert!((at(0.5).value() - 0.1 * 50.0 / 90.0).abs() < 1e-12);
        assert!((at(0.95).value() - (0.1 + 0.1 * 5.0 / 8.0)).abs() < 1e-12);
        assert!((at(0.99).value() - 0.4).abs() < 1e-12);
        assert_eq!(at(0.999), Quantile::Above(0.4));
    }

    #[test]
    fn nothing_observed_has_no_quantile() {
        assert_eq!(quantile(0.5, BOUNDS, &[0.0; 4]), None);
        assert_eq!(quantile(0.5, &[], &[3.0]), Some(Quantile::Above(0.0)));
    }
}
