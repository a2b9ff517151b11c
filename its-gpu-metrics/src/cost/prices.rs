//! What GPUs and energy cost.

use super::PriceError;

/// A price list in one currency.
///
/// ```
/// use its_gpu_metrics::cost::Prices;
///
/// let prices = Prices::new("EUR").gpu_hour("yolo-*", 1.2).gpu_hour("*", 2.0).kwh(0.3);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "file", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[must_use]
pub struct Prices {
    currency: String,
    #[cfg_attr(feature = "file", serde(default))]
    gpu_hour: Vec<GpuHour>,
    #[cfg_attr(feature = "file", serde(default))]
    kwh: f64,
}

/// The price of an hour of a GPU.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "file", derive(serde::Deserialize), serde(deny_unknown_fields))]
struct GpuHour {
    model: String,
    price: f64,
}

impl Prices {
    /// A list without prices. `currency`: as in the label, an ISO 4217 code.
    pub fn new(currency: impl Into<String>) -> Self {
        Self { currency: currency.into(), gpu_hour: Vec::new(), kwh: 0.0 }
    }

    /// The price of an hour in which a GPU is busy, for the models whose names match `pattern`, where `*` stands for any
    /// text. The first pattern that matches holds; a model that none matches costs nothing. Time that is nobody's has the
    /// price of the pattern `*`.
    pub fn gpu_hour(mut self, pattern: impl Into<String>, price: f64) -> Self {
        self.gpu_hour.push(GpuHour { model: pattern.into(), price });
        self
    }

    /// The price of a kilowatt-hour.
    pub fn kwh(mut self, price: f64) -> Self {
        self.kwh = price;
        self
    }

    /// The currency.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// What a second costs in which a model keeps a GPU busy.
    pub(super) fn gpu_second(&self, model: &str) -> f64 {
        let found = self.gpu_hour.iter().find(|hour| matches(&hour.model, model));
        found.map_or(0.0, |hour| hour.price / 3_600.0)
    }

    /// The same, of time that is nobody's.
    pub(super) fn idle_gpu_second(&self) -> f64 {
        self.gpu_hour.iter().find(|hour| hour.model == "*").map_or(0.0, |hour| hour.price / 3_600.0)
    }

    /// What a joule costs.
    pub(super) fn joule(&self) -> f64 {
        self.kwh / 3_600_000.0
    }

    pub(super) fn check(&self) -> Result<(), PriceError> {
        if self.currency.is_empty() {
            return Err(PriceError::NoCurrency);
        }
        if self.gpu_hour.iter().any(|hour| hour.model.is_empty()) {
            return Err(PriceError::EmptyPattern);
        }
        let hours = self.gpu_hour.iter().map(|hour| (&*hour.model, hour.price));
        match hours.chain([("kWh", self.kwh)]).find(|(_, price)| !price.is_finite() || *price < 0.0) {
            Some((of, price)) => Err(PriceError::NotAPrice { of: of.into(), price }),
            None => Ok(()),
        }
    }
}

#[cfg(feature = "file")]
impl Prices {
    /// Reads a price list from TOML:
    ///
    /// ```toml
    /// currency = "EUR"
    /// kwh = 0.30
    ///
    /// [[gpu_hour]]
    /// model = "yolo-*"
    /// price = 1.20
    ///
    /// [[gpu_hour]]
    /// model = "*"
    /// price = 2.00
    /// ```
    ///
    /// # Errors
    /// When it is not such a list; the error says where and what.
    pub fn from_toml(text: &str) -> Result<Self, PriceError> {
        let prices: Self = toml::from_str(text)
            .map_err(|error| PriceError::Malformed(error.to_string().trim_end().into()))?;
        prices.check()?;
        Ok(prices)
    }

    /// Reads a price list from a TOML file; see [`from_toml`](Self::from_toml).
    ///
    /// # Errors
    /// When there is no such file, or it is not such a list.
    pub fn load(path: impl AsRef<std::path::Path>) -> Result<Self, PriceError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map_err(|error| PriceError::Unreadable { path: path.into(), reason: error.to_string() })?;
        Self::from_toml(&text)
    }
}

/// Whether `name` is of the `pattern`, in which `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts = rest.split('*');
    let last = parts.next_back().unwrap_or_default();
    for part in parts {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, yes, no) in [
            ("*", &["", "yolo"][..], &[][..]),
            ("yolo", &["yolo"], &["yolo-v8", "a-yolo", ""]),
            ("yolo-*", &["yolo-", "yolo-v8"], &["yolo", "my-yolo-v8"]),
            ("*-v8", &["yolo-v8", "-v8"], &["v8", "yolo-v8n"]),
            ("a*b*c", &["abc", "axxbxxc", "abcbc"], &["ac", "abcd", "acb"]),
        ] {
            assert!(yes.iter().all(|name| matches(pattern, name)), "{pattern}");
            assert!(!no.iter().any(|name| matches(pattern, name)), "{pattern}");
        }
    }

    #[test]
    fn the_first_pattern_that_matches_holds() {
        let prices = Prices::new("EUR").gpu_hour("yolo-*", 1.8).gpu_hour("*", 3.6).kwh(0.36);
        assert!(prices.check().is_ok());
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(prices.gpu_second("yolo-v8"), 0.000_5);
        close(prices.gpu_second("resnet"), 0.001);
        close(prices.idle_gpu_second(), 0.001);
        close(prices.joule(), 1e-7);
        close(Prices::new("EUR").gpu_hour("yolo", 1.0).gpu_second("resnet"), 0.0);
    }

    #[test]
    fn what_is_no_price_is_refused() {
        assert_eq!(Prices::new("").check(), Err(PriceError::NoCurrency));
        assert_eq!(Prices::new("EUR").gpu_hour("", 1.0).check(), Err(PriceError::EmptyPattern));
        let error = Prices::new("EUR").gpu_hour("*", 1.0).kwh(-0.3).check().expect_err("negative");
        assert_eq!(error.to_string(), "the price for kWh is -0.3; it must be a number that is not negative");
        assert!(Prices::new("EUR").gpu_hour("*", f64::NAN).check().is_err());
    }

    #[cfg(feature = "file")]
    #[test]
    fn a_file_has_the_same_list() {
        let text = "currency = \"EUR\"\nkwh = 0.3\n[[gpu_hour]]\nmodel = \"*\"\nprice = 2\n";
        assert_eq!(Prices::from_toml(text), Ok(Prices::new("EUR").gpu_hour("*", 2.0).kwh(0.3)));
        let error =
            Prices::from_toml("currency = \"EUR\"\nkwhh = 0.3\n").expect_err("a typing error").to_string();
        assert!(error.contains("line 2") && error.contains("kwhh"), "{error}");
        let error = Prices::load("/nowhere/prices.toml").expect_err("no file").to_string();
        assert!(error.starts_with("the price list /nowhere/prices.toml cannot be read: "), "{error}");
    }
}
