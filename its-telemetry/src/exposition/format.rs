//! The formats, and what each is called on the wire.

/// A format that a scrape can be answered in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Prometheus text 0.0.4.
    Text,
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// OpenMetrics as it was before 1.0, which we write the same way.
    OpenMetrics001,
    /// `io.prometheus.client.MetricFamily` messages, each with its length in front.
    Protobuf,
}

impl Format {
    /// All of them; of equals, the one that comes first is answered.
    pub(super) const ALL: [Self; 4] = [Self::Text, Self::OpenMetrics, Self::OpenMetrics001, Self::Protobuf];

    /// The value of the header `Content-Type`.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::OpenMetrics001 => "application/openmetrics-text; version=0.0.1; charset=utf-8",
            Self::Protobuf => {
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            }
        }
    }

    /// Type, subtype, and the parameters that tell it from others of that type.
    pub(super) const fn media_type(
        self,
    ) -> (&'static str, &'static str, &'static [(&'static str, &'static str)]) {
        match self {
            Self::Text => ("text", "plain", &[("version", "0.0.4")]),
            Self::OpenMetrics => ("application", "openmetrics-text", &[("version", "1.0.0")]),
            Self::OpenMetrics001 => ("application", "openmetrics-text", &[("version", "0.0.1")]),
            Self::Protobuf => (
                "application",
                "vnd.google.protobuf",
                &[("proto", "io.prometheus.client.MetricFamily"), ("encoding", "delimited")],
            ),
        }
    }
}
