//! Power, energy, heat and fans.

use super::Families;
use super::catalogue::{
    ENERGY, FAN_SPEED, POWER, POWER_LIMIT, TEMPERATURE, TEMPERATURE_LIMIT, TEMPERATURE_MARGIN,
};
use super::rows::number;

pub(super) fn write(into: &mut Families<'_>) {
    into.gauge(&POWER, |readings| readings.power.usage);
    into.gauge(&POWER_LIMIT, |readings| readings.power.limit);
    into.each(&ENERGY, |gpu, rows| rows.add_if([], gpu.totals.energy_joules));
    into.gauges(&TEMPERATURE, |readings, rows| {
        for (sensor, degrees) in [("gpu", readings.temperature.gpu), ("memory", readings.temperature.memory)]
        {
            rows.add_if([("hw_sensor_location", sensor.into())], degrees);
        }
    });
    into.gauges(&TEMPERATURE_LIMIT, |readings, rows| {
        let degrees = &readings.temperature;
        // The values of hw.limit_type in OpenTelemetry's conventions.
        let limits = [
            ("gpu", "high.degraded", degrees.slowdown),
            ("gpu", "high.critical", degrees.shutdown),
            ("gpu", "max", degrees.gpu_max),
            ("memory", "max", degrees.memory_max),
        ];
        for (sensor, limit, degrees) in limits {
            rows.add_if([("hw_sensor_location", sensor.into()), ("hw_limit_type", limit.into())], degrees);
        }
    });
    into.gauge(&TEMPERATURE_MARGIN, |readings| readings.temperature.margin);
    into.gauges(&FAN_SPEED, |readings, rows| {
        for fan in &readings.fans {
            rows.add([("fan", number(fan.fan))], fan.speed);
        }
    });
}
