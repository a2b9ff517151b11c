use super::*;
use crate::Telemetry;
use crate::registry::parse_labels;

fn telemetry() -> Telemetry {
    Telemetry::builder("test").build().expect("telemetry")
}

fn key(is_grpc: bool, is_server: bool, operation: &str, address: &'static str) -> OwnedKey {
    let protocol = Protocol { is_grpc, is_server };
    RequestKey { protocol, method: "GET", operation, address, port: 443 }.into()
}

/// The label sets of a metric.
fn series(telemetry: &Telemetry, name: &str) -> Vec<Vec<(String, String)>> {
    let mut series = Vec::new();
    telemetry.core().registry.find(name).expect("a family").page(None, usize::MAX, &mut series);
    let labels =
        |text| parse_labels(text).map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
    series.iter().map(|series| labels(series.labels())).collect()
}

#[test]
fn every_series_has_the_labels_that_the_catalogue_says() {
    for (is_grpc, is_server) in [(false, true), (false, false), (true, true), (true, false)] {
        let telemetry = telemetry();
        let core = telemetry.core();
        let metrics = RequestMetrics::new(core, key(is_grpc, is_server, "a/b", "host"));
        metrics.duration(core, Status::new(0), Outcome::Ok, |_| {});
        metrics.headers(core, Outcome::Ok);
        metrics.first_byte(core, Outcome::Ok);
        let families = metrics.families();
        for instrument in [families.duration, families.headers, families.first_byte, families.in_flight] {
            let [labels] = &series(&telemetry, instrument.name)[..] else { panic!("{}", instrument.name) };
            let names: Vec<&str> = labels.iter().map(|(name, _)| &**name).collect();
            assert_eq!(names, instrument.labels, "{}", instrument.name);
            for fold in families.folds {
                assert!(
                    instrument.name == HTTP_SERVER_ACTIVE.name || names.contains(fold),
                    "{}",
                    instrument.name
                );
            }
        }
    }
}

#[test]
fn spans_are_named_after_what_is_asked_for() {
    for (is_grpc, is_server, operation, expected) in [
        (false, true, "/frames/{id}", "GET /frames/{id}"),
        (false, true, UNMATCHED, "GET"),
        (false, false, "", "GET"),
        (true, true, "its.v1.Frames/Analyse", "its.v1.Frames/Analyse"),
    ] {
        assert_eq!(&*name(&key(is_grpc, is_server, operation, "")), expected);
    }
    let unknown = OwnedKey { method: OTHER_METHOD, ..key(false, true, "/a", "") };
    assert_eq!(&*name(&unknown), "HTTP /a");
}

#[test]
fn too_many_kinds_fold_and_known_ones_stay() {
    let telemetry = telemetry();
    let core = telemetry.core();
    let number = |protocol, operation: &str, address: &str| {
        let key = RequestKey { protocol, method: "GET", operation, address, port: 80 };
        let number = core.requests.number(core, &key);
        core.requests.get(number).expect("a kind").in_flight().add(1);
        number
    };
    let server = Protocol { is_grpc: false, is_server: true };
    let first = number(server, "/0", "");
    for n in 1..3_000 {
        number(server, &format!("/{n}"), "");
    }
    assert_eq!(number(server, "/0", ""), first);
    let client = Protocol { is_grpc: false, is_server: false };
    for n in 0..10 {
        number(client, "", &format!("host-{n}"));
    }
    let grpc = Protocol { is_grpc: true, is_server: false };
    number(grpc, "a/b", "host");
    let folded = core.requests.get(number(server, "/2999", "")).expect("a kind");
    assert_eq!((folded.labels()[1], folded.in_flight().value()), (("http_route", OTHER), 3_002));
    let labels = [("http_request_method", "GET"), ("server_address", OTHER), ("server_port", OTHER)];
    assert_eq!(series(&telemetry, HTTP_CLIENT_ACTIVE.name), [labels.map(|(n, v)| (n.into(), v.into()))]);
    let labels = [("rpc_method", OTHER), ("server_address", OTHER), ("server_port", OTHER)];
    assert_eq!(series(&telemetry, RPC_CLIENT_ACTIVE.name), [labels.map(|(n, v)| (n.into(), v.into()))]);
}
