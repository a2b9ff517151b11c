//! Reading delimited `io.prometheus.client.MetricFamily` messages, field by field.

use std::collections::BTreeMap;

use super::page::{Exemplar, Line};

/// One field of a message.
enum Field<'a> {
    Varint(u64),
    Double(f64),
    Bytes(&'a [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (byte, rest) = bytes.split_first().expect("a varint");
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

fn take<'a>(bytes: &mut &'a [u8], n: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at_checked(n).expect("a whole field");
    *bytes = rest;
    taken
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let field = match key & 7 {
            0 => Field::Varint(varint(&mut bytes)),
            1 => Field::Double(f64::from_le_bytes(take(&mut bytes, 8).try_into().expect("8 bytes"))),
            2 => {
                let length = varint(&mut bytes) as usize;
                Field::Bytes(take(&mut bytes, length))
            }
            other => panic!("wire type {other}"),
        };
        fields.push((key >> 3, field));
    }
    fields
}

struct Message<'a>(Vec<(u64, Field<'a>)>);

impl<'a> Message<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self(fields(bytes))
    }

    fn all(&self, number: u64) -> impl Iterator<Item = Message<'a>> {
        self.0.iter().filter_map(move |(n, field)| match field {
            Field::Bytes(bytes) if *n == number => Some(Message::new(bytes)),
            _ => None,
        })
    }

    fn one(&self, number: u64) -> Option<Message<'a>> {
        self.all(number).next()
    }

    fn text(&self, number: u64) -> Option<&'a str> {
        self.0.iter().find_map(|(n, field)| match field {
            Field::Bytes(bytes) if *n == number => Some(std::str::from_utf8(bytes).expect("UTF-8")),
            _ => None,
        })
    }

    fn integer(&self, number: u64) -> Option<u64> {
        self.0.iter().find_map(|(n, field)| match field {
            Field::Varint(value) if *n == number => Some(*value),
            _ => None,
        })
    }

    fn double(&self, number: u64) -> Option<f64> {
        self.0.iter().find_map(|(n, field)| match field {
            Field::Double(value) if *n == number => Some(*value),
            _ => None,
        })
    }

    fn labels(&self) -> BTreeMap<String, String> {
        self.all(1).map(|l| (l.text(1).expect("name").into(), l.text(2).expect("value").into())).collect()
    }

    /// A `google.protobuf.Timestamp`, in seconds.
    fn seconds(&self) -> f64 {
        self.integer(1).unwrap_or(0) as f64 + self.integer(2).unwrap_or(0) as f64 / 1e9
    }
}

/// A family, with its samples as a text format would show them.
#[derive(Clone, Debug, Default)]
pub struct Family {
    pub name: String,
    pub help: Option<String>,
    pub kind: u64,
    pub unit: Option<String>,
    pub lines: Vec<Line>,
    /// When each series began, in seconds since the Unix epoch.
    pub created: Vec<f64>,
    /// The exponential buckets of each series that has them.
    pub exponential: Vec<Exponential>,
}

/// Exponential buckets: index and count, ascending.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exponential {
    pub schema: i64,
    pub zero_threshold: f64,
    pub zeros: u64,
    pub positive: Vec<(i64, i64)>,
    pub negative: Vec<(i64, i64)>,
}

/// All families of a page.
///
/// # Panics
/// When the page is not a sequence of families.
pub fn parse(mut page: &[u8]) -> Vec<Family> {
    let mut families = Vec::new();
    while !page.is_empty() {
        let length = varint(&mut page) as usize;
        families.push(family(&Message::new(take(&mut page, length))));
    }
    families
}

fn family(message: &Message<'_>) -> Family {
    let mut family = Family {
        name: message.text(1).expect("name").into(),
        help: message.text(2).map(Into::into),
        kind: message.integer(3).expect("type"),
        unit: message.text(5).map(Into::into),
        ..Family::default()
    };
    for metric in message.all(4) {
        let created = match (metric.one(3), metric.one(2), metric.one(7)) {
            (Some(counter), None, None) => {
                family.push(&metric, "", counter.double(1).expect("value"));
                counter.one(3)
            }
            (None, Some(gauge), None) => {
                family.push(&metric, "", gauge.double(1).expect("value"));
                None
            }
            (None, None, Some(histogram)) => {
                family.push_buckets(&metric, &histogram);
                family.push(&metric, "_sum", histogram.double(2).expect("sum"));
                family.push(&metric, "_count", histogram.integer(1).expect("count") as f64);
                family.exponential.extend(exponential(&histogram));
                histogram.one(15)
            }
            _ => panic!("a metric has one value"),
        };
        family.created.extend(created.map(|timestamp| timestamp.seconds()));
    }
    family
}

fn zigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn exponential(histogram: &Message<'_>) -> Option<Exponential> {
    Some(Exponential {
        schema: zigzag(histogram.integer(5)?),
        zero_threshold: histogram.double(6).expect("zero threshold"),
        zeros: histogram.integer(7).expect("zero count"),
        positive: buckets(histogram, 12, 13),
        negative: buckets(histogram, 9, 10),
    })
}

/// Index and count of each bucket, from the fields of spans and deltas.
fn buckets(histogram: &Message<'_>, spans: u64, deltas: u64) -> Vec<(i64, i64)> {
    let deltas = histogram.0.iter().filter_map(|(number, field)| match field {
        Field::Varint(value) if *number == deltas => Some(zigzag(*value)),
        _ => None,
    });
    let mut counts = deltas.scan(0, |count, delta| {
        *count += delta;
        Some(*count)
    });
    let (mut index, mut buckets) = (0, Vec::new());
    for span in histogram.all(spans) {
        index += zigzag(span.integer(1).expect("offset"));
        for _ in 0..span.integer(2).expect("length") {
            buckets.push((index, counts.next().expect("a delta for each bucket")));
            index += 1;
        }
    }
    assert_eq!(counts.next(), None, "a bucket for each delta");
    buckets
}

impl Family {
    fn push(&mut self, metric: &Message<'_>, suffix: &str, value: f64) {
        let name = format!("{}{suffix}", self.name);
        self.lines.push(Line { name, labels: metric.labels(), value, exemplar: None });
    }

    fn push_buckets(&mut self, metric: &Message<'_>, histogram: &Message<'_>) {
        for bucket in histogram.all(3) {
            self.push(metric, "_bucket", bucket.integer(1).expect("count") as f64);
            let line = self.lines.last_mut().expect("just added");
            line.labels.insert("le".into(), bucket.double(2).expect("bound").to_string());
            line.exemplar = bucket.one(3).map(|exemplar| Exemplar {
                labels: exemplar.labels(),
                value: exemplar.double(2).expect("value"),
                timestamp: exemplar.one(3).expect("timestamp").seconds(),
            });
        }
    }
}
