//! The bad night and the bad noon of [`crate::incidents`] in Prometheus: by these rules, and by sloth's formula.

use its_slo::Slo;
use its_slo::rules::{Options, rule_file};

use super::promtool::{Case, inlined, only, values};
use crate::incidents::{BIN, DAY, calls};
use crate::support::minutes;

const RECORDED: [&str; 5] = [
    "slo:events:rate5m",
    "slo:bad:rate5m",
    "slo:events:increase5m",
    "slo:bad:increase5m",
    "slo:sli_error:ratio_rate5m",
];

#[test]
fn prometheus_is_as_right_as_the_process_where_sloth_is_not() {
    let mut options = Options::default();
    options.interval = minutes(5);
    let rules = rule_file(&[Slo::availability("detect").build().expect("objective")], &options);
    let remaining = inlined(&rules, "slo-detect", "slo:error_budget_remaining:ratio", &RECORDED);
    // The mean of the ratios of five minutes.
    let ratio = "slo:sli_error:ratio_rate5m[30d]";
    let sloth = format!("sum_over_time({ratio}) / count_over_time({ratio}) / 0.001");
    let cases = [3, 12].map(|hour| {
        let (mut good, mut bad) = (vec![Some(0)], vec![Some(0)]);
        for bin in 0..30 * DAY / BIN {
            let (all, failed) = calls(bin * BIN, hour * 3_600);
            // Two scrapes in each five minutes: Prometheus 3 needs them.
            for (part, failed) in [(all / 2, failed / 2), (all - all / 2, failed - failed / 2)] {
                good.push(good[good.len() - 1].map(|sum| sum + part - failed));
                bad.push(bad[bad.len() - 1].map(|sum| sum + failed));
            }
        }
        Case::new(BIN / 2)
            .series("its_slo_objective_ratio{slo=\"detect\"}", "0.999x17280")
            .samples("its_slo_events_total{slo=\"detect\",result=\"good\"}", &good)
            .samples("its_slo_events_total{slo=\"detect\",result=\"bad\"}", &bad)
            .asks(30 * DAY, &remaining)
            .asks(30 * DAY, &sloth)
    });
    let found = values(&only(rules, &RECORDED), 300, &cases);
    let percent: Vec<_> = found.into_iter().map(|value| 100.0 * value.expect("a value")).collect();
    let [night, sloth_night, noon, sloth_noon] = percent[..] else { panic!("{percent:?}") };
    let (night, noon) = (100.0 - night, 100.0 - noon);
    println!("night {night:.2} % (sloth {sloth_night:.2} %), noon {noon:.2} % (sloth {sloth_noon:.2} %)");
    assert!((15.5..16.5).contains(&night) && (380.0..390.0).contains(&noon), "{night} {noon}");
    assert!((138.0..141.0).contains(&sloth_night), "{sloth_night}");
    assert!((138.0..141.0).contains(&sloth_noon), "{sloth_noon}");
}
