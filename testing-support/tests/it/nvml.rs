use std::collections::BTreeMap;

use its_test_support::NvmlStub;
use serde_json::json;

#[test]
fn a_scenario_is_completed_patched_and_replaced() {
    let stub = NvmlStub::start(&json!({ "count": 2, "each": { "pstate": 8 }, "gpus": [{ "minor": 5 }] }));
    let gpus = stub.scenario()["gpus"].take();
    assert_eq!((&gpus[0]["minor"], &gpus[1]["minor"], &gpus[1]["pstate"]), (&json!(5), &json!(1), &json!(8)));
    assert_ne!(gpus[0]["uuid"], gpus[1]["uuid"]);

    stub.patch(&json!({ "each": { "pstate": 0 }, "gpus": { "1": { "temperature": { "gpu": 90 } } } }));
    let patched = stub.scenario()["gpus"].take();
    assert_eq!((&patched[0]["pstate"], &patched[1]["pstate"]), (&json!(0), &json!(0)));
    assert_eq!((&patched[0]["minor"], &patched[1]["temperature"]["gpu"]), (&json!(5), &json!(90)));
    assert_eq!(patched[1]["temperature"]["memory"], gpus[1]["temperature"]["memory"]);

    stub.set(&json!({}));
    assert_eq!(stub.scenario()["gpus"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_library_is_named_as_the_drivers_and_nothing_has_called_it() {
    let stub = NvmlStub::start(&json!({}));
    assert_eq!(stub.path(), stub.folder().join("libnvidia-ml.so.1"));
    assert!(stub.path().is_file());
    assert_eq!(NvmlStub::symbols().len(), 82);
    assert_eq!(stub.all_calls(), BTreeMap::new());
    assert_eq!(stub.calls("nvmlInit_v2"), 0);
}

#[test]
#[should_panic(expected = "unknown field `temprature`")]
fn a_misspelt_scenario_panics_with_its_error() {
    let _stub = NvmlStub::start(&json!({ "each": { "temprature": {} } }));
}

#[test]
#[should_panic(expected = "nvmlDeviceGetPower is no function of the stub")]
fn a_misspelt_function_panics() {
    let _stub = NvmlStub::without_symbol("nvmlDeviceGetPower", &json!({}));
}
