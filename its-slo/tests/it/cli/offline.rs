//! The commands that need no server.

use super::{SLOS, its_slo, its_slo_with};

const LOW: &str = "objectives:\n  - { name: low, target: 90 %, indicator: availability }\n";

#[test]
fn validate_says_what_is_unwise_and_fails_on_what_cannot_work() {
    let said = its_slo(&["validate", SLOS]).ok();
    assert_eq!(said, format!("{SLOS}: objectives: 3, errors: 0, warnings: 0\n"));
    let said = its_slo_with(&["validate", "-"], LOW);
    assert!(!said.succeeded);
    assert!(
        said.output.starts_with("<stdin>:2:13: error[unreachable_alert]: low: the tier page_fast"),
        "{}",
        said.output
    );
    assert!(said.output.ends_with("<stdin>: objectives: 1, errors: 1, warnings: 3\n"), "{}", said.output);
}

#[test]
fn every_command_names_file_line_and_remedy_on_bad_input() {
    let bad = LOW.replace("90 %", "0.3");
    let expected =
        "<stdin>:2:26: low: the target 0.3 must be a ratio from 0.5 to 0.99999, such as 0.999 for 99.9 %\n";
    let server = ["--prometheus", "http://127.0.0.1:9"];
    let commands =
        [vec!["validate"], vec!["rules"], vec!["explain"], vec!["openslo", "export"], vec!["report"]];
    for mut command in commands {
        if command == ["report"] {
            command.extend(server);
        }
        command.push("-");
        assert_eq!(its_slo_with(&command, &bad).failed(), expected, "{command:?}");
        let error = its_slo(&[&command[..command.len() - 1], &["nowhere.yaml"]].concat()).failed();
        assert!(error.starts_with("nowhere.yaml: No such file"), "{error}");
    }
    for command in [["openslo", "import", "-"], ["sloth", "import", "-"]] {
        let error = its_slo_with(&command, "a: [").failed();
        assert!(error.starts_with("<stdin>:1:"), "{error}");
    }
    let error = its_slo_with(&["diff", "-", server[0], server[1]], "{\n").failed();
    assert!(error.starts_with("<stdin>:2:0: ") && error.ends_with("has at /slo\n"), "{error}");
}

#[test]
fn rules_are_a_file_or_a_resource() {
    let said = its_slo(&["rules", SLOS]).ok();
    assert!(said.starts_with("groups:\n") && said.contains("slo-detect"), "{said}");
    let said = its_slo(&["rules", SLOS, "--operator", "vision", "--namespace", "monitoring"]).ok();
    assert!(said.contains("kind: PrometheusRule") && said.contains("namespace: monitoring"), "{said}");
}

#[test]
fn explain_says_what_the_budget_is_and_what_pages_when() {
    let said = its_slo(&["explain", SLOS]).ok();
    assert!(said.contains("The budget is 129600 bad events of 129600000, at 50 events a second"), "{said}");
    assert!(said.contains("or 43m12s of a total outage."), "{said}");
    assert!(said.contains("95 % latency in each calendar month in Europe/Amsterdam."), "{said}");
    assert!(said.contains("The budget is 432 bad slices of 43200, of 1m each"), "{said}");
    let row = said.lines().find(|line| line.contains("page_fast")).expect("a tier");
    let cells: Vec<_> = row.split('|').map(str::trim).collect();
    let expected = ["page_fast", "page", "14.4", "1.44 %", "1h", "5m", "2 %", "51s840ms", "10 events, 3 bad"];
    assert_eq!(cells[1..10], expected);
    let said = its_slo_with(&["explain", "-"], LOW).ok();
    let row = said.lines().find(|line| line.contains("page_fast")).expect("a tier");
    assert!(row.contains("144 %") && row.contains("never"), "{row}");
}

#[test]
fn openslo_goes_out_and_comes_back() {
    let exported = its_slo(&["openslo", "export", SLOS, "--service", "vision"]).ok();
    let said = its_slo_with(&["openslo", "import", "-", "--to", "toml"], &exported);
    assert_eq!(said.error, "<stdin>: service: vision; give it to `its-slo rules --service`\n");
    let again =
        its_slo_with(&["openslo", "export", "-", "--format", "toml", "--service", "vision"], &said.ok());
    assert_eq!(again.ok(), exported);
}

#[test]
fn sloth_becomes_a_file_of_objectives() {
    let sloth = "version: prometheus/v1\nservice: gateway\nslos:\n  - { name: calls, objective: 99.9, sli: { events: { error_query: a, total_query: b } } }\n";
    let said = its_slo_with(&["sloth", "import", "-"], sloth).ok();
    assert!(said.contains("target: 99.9 %") && said.contains("bad: a"), "{said}");
    its_slo_with(&["rules", "-"], &said).ok();
}
