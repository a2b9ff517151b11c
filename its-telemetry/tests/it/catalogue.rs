//! The table of metrics in the README is the catalogue.

use its_telemetry::instruments::ALL;
use its_telemetry::registry::MetricKind;

const BEGIN: &str = "<!-- metrics: made from the catalogue -->\n";
const END: &str = "<!-- metrics: end -->";

fn table() -> String {
    let row = |instrument: &its_telemetry::instruments::Instrument| {
        let kind = match instrument.kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge | MetricKind::UpDownCounter => "gauge",
            MetricKind::Histogram => "histogram",
        };
        let labels: Vec<String> = instrument.labels.iter().map(|label| format!("`{label}`")).collect();
        format!("| `{}` | {kind} | {} | {} |\n", instrument.name, labels.join(" "), instrument.help)
    };
    let rows: String = ALL.iter().map(row).collect();
    format!("| metric | type | labels | what it is |\n|---|---|---|---|\n{rows}")
}

#[test]
fn the_readme_shows_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = std::fs::read_to_string(path).expect("README.md");
    let (before, rest) = readme.split_once(BEGIN).expect("the begin mark");
    let (shown, after) = rest.split_once(END).expect("the end mark");
    if std::env::var_os("ITS_BLESS").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{}{END}{after}", table())).expect("README.md");
    } else {
        assert_eq!(shown, table(), "run the test once with ITS_BLESS=1 to write the table anew");
    }
}
