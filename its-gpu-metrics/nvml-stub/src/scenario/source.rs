//! From JSON to a scenario: short forms, merging, checks.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Gpu, Scenario};
use crate::symbols::SYMBOLS;

/// Reads a scenario. Beside [`Scenario`]'s fields it may have `count`, the number of GPUs, and `each`, what is laid
/// under every one of `gpus`.
pub(crate) fn parse(mut source: Value) -> Result<Scenario, String> {
    let root = source.as_object_mut().ok_or("a scenario is an object")?;
    let each = root.remove("each").unwrap_or_else(|| Value::Object(Map::new()));
    let count = root.remove("count").map(|count| count.as_u64().ok_or("count is a number")).transpose()?;
    // The others are as `each` says, or, when no GPU is listed at all, there is one.
    let (listed, listed_count) = match root.remove("gpus") {
        None => (Map::new(), u64::from(count.is_none())),
        Some(Value::Array(gpus)) => {
            let count = gpus.len() as u64;
            (gpus.into_iter().enumerate().map(|(place, gpu)| (place.to_string(), gpu)).collect(), count)
        }
        Some(Value::Object(gpus)) => (gpus, 0),
        Some(_) => return Err("gpus is a list, or an object with places as keys".into()),
    };
    let count = usize::try_from(count.unwrap_or(0).max(listed_count)).map_err(|error| error.to_string())?;
    let mut gpus = Vec::new();
    for place in 0..count {
        let mut gpu = to_value(&Gpu::at(place))?;
        merge(&mut gpu, &each);
        gpus.push(gpu);
    }
    root.insert("gpus".into(), Value::Array(gpus));
    merge(&mut source, &serde_json::json!({ "gpus": listed }));
    let mut scenario: Scenario = serde_json::from_value(source).map_err(|error| error.to_string())?;
    for (place, gpu) in scenario.gpus.iter_mut().enumerate() {
        gpu.mig.identify(place);
    }
    check(&scenario)?;
    Ok(scenario)
}

/// Lays a patch over a value: objects are merged, lists with objects of places too, everything else is replaced.
pub(crate) fn merge(value: &mut Value, patch: &Value) {
    match (value, patch) {
        (Value::Object(fields), Value::Object(patch)) => {
            for (name, patch) in patch {
                merge(fields.entry(name.as_str()).or_insert(Value::Null), patch);
            }
        }
        (Value::Array(items), Value::Object(patch)) => {
            for (place, patch) in patch {
                match place.parse::<usize>().ok().and_then(|place| items.get_mut(place)) {
                    Some(item) => merge(item, patch),
                    // What cannot be placed becomes an item that no type accepts.
                    None => items.push(Value::String(format!("there is no item {place} to patch"))),
                }
            }
        }
        (value, patch) => *value = patch.clone(),
    }
}

fn check(scenario: &Scenario) -> Result<(), String> {
    if let Some(place) = scenario.order.iter().find(|&&place| place >= scenario.gpus.len()) {
        return Err(format!("order names GPU {place}, and there are {}", scenario.gpus.len()));
    }
    let mut uuids = BTreeSet::new();
    for gpu in &scenario.gpus {
        let instances = gpu.mig.instances.iter().map(|instance| &instance.uuid);
        if let Some(twice) = instances.chain([&gpu.uuid]).find(|&uuid| !uuids.insert(uuid)) {
            return Err(format!("{twice} is the UUID of two devices"));
        }
    }
    let of_gpus = scenario
        .gpus
        .iter()
        .flat_map(|gpu| gpu.not_supported.iter().chain(gpu.codes.keys()).chain(gpu.hang.keys()));
    let unknown = scenario
        .codes
        .keys()
        .chain(scenario.hang.keys())
        .chain(of_gpus)
        .find(|name| !SYMBOLS.contains(&name.as_str()));
    unknown.map_or(Ok(()), |name| Err(format!("{name} is no function of the stub")))
}

fn to_value(gpu: &Gpu) -> Result<Value, String> {
    serde_json::to_value(gpu).map_err(|error| error.to_string())
}
