//! Field values: each with its own type, code and scope.

use its_test_support::NvmlStub;
use nvml_wrapper_sys::bindings::nvmlFieldValue_t;
use serde_json::json;

use crate::support::{call, open};

#[test]
fn fields_have_their_own_type_code_and_scope() {
    let stub = NvmlStub::start(&json!({ "each": { "temperature": { "memory": 77 }, "fields": {
        "138/0": 5_000_000_000_u64, "138/1": { "type": "ulonglong", "value": 6 }, "190": -4, "191": 1.5,
        "192": { "code": 27 }, "186": null, "200": { "type": "ushort", "value": 70_000 },
    } } }));
    let nvml = open(&stub);
    let device = nvml.device_by_index(0).expect("there is a GPU");
    // SAFETY: used while NVML is initialised.
    let handle = unsafe { device.handle() };
    let asked =
        [(82, 0), (138, 0), (138, 1), (138, 2), (190, 0), (191, 0), (192, 0), (186, 0), (200, 0), (91, 0)];
    let mut values = asked.map(|(field, scope)| {
        // SAFETY: plain numbers.
        let mut value: nvmlFieldValue_t = unsafe { std::mem::zeroed() };
        (value.fieldId, value.scopeId) = (field, scope);
        value
    });
    assert_eq!(call!(nvml, nvmlDeviceGetFieldValues(handle, values.len() as i32, values.as_mut_ptr())), 0);
    let codes = values.map(|value| value.nvmlReturn);
    assert_eq!(codes, [0, 0, 0, 3, 0, 0, 27, 3, 999, 0]);
    let types = values.map(|value| value.valueType);
    assert_eq!(types, [1, 3, 3, 0, 4, 0, 0, 0, 0, 1]);
    // SAFETY: the member that the type names.
    unsafe {
        assert_eq!((values[0].value.uiVal, values[9].value.uiVal), (77, 18));
        assert_eq!((values[1].value.ullVal, values[2].value.ullVal), (5_000_000_000, 6));
        assert_eq!((values[4].value.sllVal, values[5].value.dVal), (-4, 1.5));
    }
    assert!(values[0].timestamp > 0 && values[0].latencyUsec > 0);
    assert_eq!(call!(nvml, nvmlDeviceGetFieldValues(handle, 0, values.as_mut_ptr())), 2);
    assert_eq!(call!(nvml, nvmlDeviceGetFieldValues(handle, 1, std::ptr::null_mut())), 2);
}
