//! The tables of metrics in the README are the catalogues.

use its_gpu_metrics::cost;
use its_gpu_metrics::metrics::{self, Kind, Metric, dcgm};

/// The rows of a catalogue.
fn table(metrics: &[&Metric]) -> String {
    let row = |metric: &&Metric| {
        let kind = match metric.kind {
            Kind::Counter | Kind::ContinuedCounter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
            _ => "other",
        };
        let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        format!("| `{}` | {kind} | {} | {} |\n", metric.name, labels.join(" "), metric.help)
    };
    let rows: String = metrics.iter().map(row).collect();
    format!("| metric | type | labels | what it is |\n|---|---|---|---|\n{rows}")
}

/// dcgm-exporter's default list: what is there, and why the rest is not.
fn dcgm_table() -> String {
    let there = dcgm::ALL.iter().map(|metric| format!("| `{}` | {} |\n", metric.name, metric.help));
    let absent = dcgm::ABSENT.iter().map(|(name, why)| format!("| `{name}` | – {why} |\n"));
    let rows: String = there.chain(absent).collect();
    format!("| metric | what it is, or why it is not there |\n|---|---|\n{rows}")
}

/// Compares what is between the marks of `name` with `table`, or writes it there.
fn check(name: &str, table: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let (begin, end) =
        (format!("<!-- {name}: made from the catalogue -->\n"), format!("<!-- {name}: end -->"));
    let readme = std::fs::read_to_string(path).expect("README.md");
    let (before, rest) = readme.split_once(&begin).expect("the begin mark");
    let (shown, after) = rest.split_once(&end).expect("the end mark");
    if std::env::var_os("ITS_BLESS").is_some() {
        std::fs::write(path, format!("{before}{begin}{table}{end}{after}")).expect("README.md");
    } else {
        assert_eq!(shown, table, "run the test once with ITS_BLESS=1 to write the table anew");
    }
}

// One test, so that two do not write the file at once.
#[test]
fn the_readme_shows_the_catalogues() {
    check("metrics", &table(metrics::ALL));
    check("cost", &table(cost::ALL));
    check("dcgm", &dcgm_table());
}

#[test]
fn names_follow_the_conventions() {
    let mut names = std::collections::HashSet::new();
    for metric in metrics::ALL.iter().chain(cost::ALL) {
        let name = metric.name;
        assert!(names.insert(name), "{name} is declared twice");
        let is_counter = matches!(metric.kind, Kind::Counter | Kind::ContinuedCounter);
        assert_eq!(is_counter, name.ends_with("_total"), "{name}");
        assert!(name.trim_end_matches("_total").ends_with(metric.unit), "{name} must end with its unit");
        assert!(metric.help.ends_with('.'), "{name}");
        assert_eq!(metric.kind == Kind::Histogram, !metric.bounds.is_empty(), "{name}");
        assert!(metric.bounds.is_sorted(), "{name}");
        assert!(metric.labels.iter().all(|label| *label != "le"), "{name}");
    }
}
