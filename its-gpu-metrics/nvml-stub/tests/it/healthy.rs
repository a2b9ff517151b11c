use its_test_support::NvmlStub;
use serde_json::json;

use crate::support::open;

#[test]
fn every_gpu_is_found_by_index_and_by_uuid() {
    for count in [1, 8, 16] {
        let stub = NvmlStub::start(&json!({ "count": count }));
        let nvml = open(&stub);
        assert_eq!(nvml.device_count().expect("GPUs are counted"), count);
        for index in 0..count {
            let device = nvml.device_by_index(index).expect("the GPU is there");
            let uuid = device.uuid().expect("a GPU has a UUID");
            let by_uuid = nvml.device_by_uuid(uuid).expect("the UUID is known");
            assert_eq!(by_uuid.index().expect("a GPU has an index"), index);
        }
    }
}

#[test]
fn every_listed_symbol_is_exported() {
    let stub = NvmlStub::start(&json!({}));
    // SAFETY: only looked up, not called.
    let library = unsafe { libloading::Library::new(stub.path()) }.expect("the library loads");
    for name in NvmlStub::symbols() {
        // SAFETY: only looked up, not called.
        let symbol = unsafe { library.get::<unsafe extern "C" fn()>(name.as_bytes()) };
        assert!(symbol.is_ok(), "{name}");
    }
}
