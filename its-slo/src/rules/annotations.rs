//! What people are told.

use std::collections::BTreeMap;

use super::context::Context;
use super::expr::promql_number;
use crate::duration::promql;
use crate::objective::Tier;

/// Whose budget it is, in a template.
pub(super) const WHOSE: &str = "{{ $labels.slo }}{{ with $labels.tenant }} of {{ . }}{{ end }}";

/// How much was spent, and when nothing will be left.
pub(super) fn burn(context: &Context<'_>, tier: &Tier) -> BTreeMap<String, String> {
    let period = context.slo.window().nominal();
    let long = promql(tier.long);
    let pace = of_tenant(context, &format!("slo:burn_rate:ratio{long}"));
    let left = of_tenant(context, "slo:error_budget_remaining:ratio");
    let share = promql_number(tier.long.as_secs_f64() / period.as_secs_f64());
    let seconds = promql_number(period.as_secs_f64());
    let spent = format!(
        "{{{{ with printf \"{pace} * {share}\" $labels.tenant | query }}}}{{{{ . | first | value | humanizePercentage \
         }}}} of the error budget went in {long}.{{{{ end }}}}"
    );
    let empty = format!(
        "{{{{ with printf \"clamp_min({left}, 0) / {pace} * {seconds}\" $labels.tenant $labels.tenant | query }}}} At this \
         pace it is empty in {{{{ . | first | value | humanizeDuration }}}}.{{{{ end }}}}"
    );
    let summary = format!("{WHOSE}: the error budget burns {{{{ $value | humanize }}}} times too fast");
    BTreeMap::from([
        ("summary".into(), summary),
        ("description".into(), format!("{spent}{empty}{}", promise(context))),
    ])
}

/// The user's description, as a further sentence.
pub(super) fn promise(context: &Context<'_>) -> String {
    match context.slo.description().trim() {
        "" => String::new(),
        text => format!(" {}", super::context::literal(text)),
    }
}

/// A series of the alert's tenant, in a format string of a template.
fn of_tenant(context: &Context<'_>, name: &str) -> String {
    let series = context.series_with(name, "tenant=TENANT");
    series.replace('\\', r"\\").replace('"', r#"\""#).replace('%', "%%").replace("TENANT", "%q")
}
