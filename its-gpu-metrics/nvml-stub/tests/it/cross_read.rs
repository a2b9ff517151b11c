//! The stub through NVIDIA's own nvidia-ml-py: what it reads is what the scenario says.

use its_test_support::NvmlStub;
use serde_json::{Value, json};

/// A machine on which no two values that could be confused are the same.
fn distinct() -> Value {
    serde_json::from_str(include_str!("distinct.json")).expect("the file is JSON")
}

/// What the reader adds to the names of the scenario.
const ONLY_READ: [&str; 3] = ["errors", "index", "instant_mw"];

/// Asserts that each value that was read is the scenario's; counts them.
#[track_caller]
fn assert_read(read: &Value, said: &Value, path: &str) -> usize {
    match (read, said) {
        (Value::Object(read), Value::Object(_)) => read
            .iter()
            .filter(|(name, _)| !ONLY_READ.contains(&name.as_str()))
            .map(|(name, read)| assert_read(read, &said[name], &format!("{path}.{name}")))
            .sum(),
        (Value::Array(read), Value::Array(items)) => {
            assert_eq!(read.len(), items.len(), "{path}");
            let places = read.iter().zip(items).enumerate();
            places.map(|(place, (read, said))| assert_read(read, said, &format!("{path}[{place}]"))).sum()
        }
        _ => {
            assert_eq!(read, said, "{path}");
            1
        }
    }
}

#[test]
fn nvidias_python_package_reads_the_scenario() {
    let stub = NvmlStub::start(&distinct());
    let (mut read, said) = (stub.read_with_pynvml(), stub.scenario());
    for name in ["driver_version", "nvml_version", "cuda_version"] {
        assert_eq!(read[name], said[name]);
    }
    let mut whole = read["gpus"]["GPU-c0ffee00-0000-4000-8000-000000000001"].take();
    assert_eq!((&whole["index"], &whole["errors"]), (&json!(0), &json!({})));
    assert_eq!(whole["power"]["instant_mw"], 23);
    assert_eq!(whole["mig"]["instances"].take(), json!({}));
    whole["mig"]["instances"] = json!([]);
    // Every value above but the scopes, the union of the fields and what the interface has no function for.
    assert!(assert_read(&whole, &said["gpus"][0], "gpus[0]") > 110);

    let partitioned = &said["gpus"][1];
    let mut read = read["gpus"][partitioned["uuid"].as_str().expect("a text")].take();
    assert_eq!(read["errors"], json!({ "energy_mj": 3, "process_utilization": 3 }));
    assert_eq!(read.get("energy_mj"), None);
    let mut instances = read["mig"]["instances"].take();
    assert_eq!(read["processes"]["compute"], partitioned["processes"]["compute"]);
    let mut first = instances["MIG-1"].take();
    assert_eq!(first["name"].take(), "NVIDIA H100 80GB HBM3 MIG 3g.71gb");
    assert_eq!(first["errors"], json!({ "utilization": 3 }));
    assert_eq!(first["processes"].take()["compute"], partitioned["processes"]["compute"]);
    for name in ["memory", "attributes", "gpm", "gpu_instance", "compute_instance"] {
        assert!(assert_read(&first[name], &partitioned["mig"]["instances"][0][name], name) > 0);
    }
    assert_eq!(instances["MIG-2"]["gpu_instance"], 5);
    assert_eq!(instances["MIG-2"]["processes"]["compute"], json!([]));
}

#[test]
fn what_a_lost_gpu_does_not_answer_is_absent() {
    let stub = NvmlStub::start(&json!({ "count": 8, "gpus": [{ "lost": true }] }));
    let read = stub.read_with_pynvml();
    assert_eq!(read["gpus"].as_object().map(serde_json::Map::len), Some(7));
    assert_eq!(read["errors"], json!({ "gpu 0": 15 }));
}
