//! The commands of the README print what it says.

use std::fs;
use std::path::Path;
use std::process::Command;

use its_test_support::Prometheus;

use super::{diff, report};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
const BEGIN: &str = "```console\n$ its-slo ";
const END: &str = "```\n";

fn run(line: &str, folder: &Path, prometheus: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_its-slo"));
    command.args(line.split_whitespace()).current_dir(folder).env("PROMETHEUS_URL", prometheus);
    let output = command.output().expect("the program runs");
    [output.stderr, output.stdout].map(|bytes| String::from_utf8(bytes).expect("UTF-8")).concat()
}

/// `ITS_UPDATE_README=1` writes what the commands print.
#[test]
fn commands_print_what_the_readme_says() {
    let folder = tempfile::tempdir().expect("a folder");
    for file in fs::read_dir(DATA).expect("the data") {
        let file = file.expect("a file");
        fs::copy(file.path(), folder.path().join(file.file_name())).expect("a copy");
    }
    let (page, recent) = diff::service();
    fs::write(folder.path().join("slo.json"), page.to_json()).expect("a page");
    let (month, recent) =
        (Prometheus::start_with_history(&report::history()), Prometheus::start_with_history(&recent));
    let server = |line: &str| {
        let prometheus = if line.starts_with("diff") { &recent } else { &month };
        format!("http://{}", prometheus.address())
    };
    let objectives = run("openslo import gateway.openslo.yaml", folder.path(), &server(""));
    let begin = objectives.find("objectives:").expect("objectives after the warnings");
    fs::write(folder.path().join("gateway.yaml"), &objectives[begin..]).expect("a file");

    let readme = fs::read_to_string(README).expect("the README");
    let mut parts = readme.split(BEGIN);
    let mut actual = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (line, rest) = part.split_once('\n').expect("a command");
        let (_, after) = rest.split_once(END).expect("the end of the block");
        let output = run(line, folder.path(), &server(line));
        actual += &format!("{BEGIN}{line}\n{output}{END}{after}");
    }
    if std::env::var_os("ITS_UPDATE_README").is_some() {
        fs::write(README, &actual).expect("the README can be written");
    }
    assert_eq!(readme, actual, "run this test with ITS_UPDATE_README=1 to write what the commands print");
}
