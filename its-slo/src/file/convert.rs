//! Each part of an objective: from the file's shape and back.

use super::schema::{
    AlertingTable, BudgetingTable, Calendar, Comparison, IndicatorTable, QueriesTable, SeverityWord,
    TierTable, Unit,
};
use super::syntax::Mark;
use super::text::{Length, Ratio, WordOr};
use crate::duration;
use crate::objective::{
    Alerting, Budgeting, CalendarUnit, CalendarWindow, Indicator, Operator, Queries, Severity, Tier, Window,
};

/// Those that a file may name.
pub(crate) const TIERS: [Tier; 5] =
    [Tier::FLASH, Tier::PAGE_FAST, Tier::PAGE_SLOW, Tier::TICKET_FAST, Tier::TICKET_SLOW];

pub(super) fn indicator(table: IndicatorTable) -> Indicator {
    match table {
        IndicatorTable::Availability => Indicator::Availability,
        IndicatorTable::Latency { threshold } => Indicator::Latency { threshold: threshold.0 },
        IndicatorTable::Freshness { max_age } => Indicator::Freshness { max_age: max_age.0 },
        IndicatorTable::Throughput { min_per_second } => Indicator::Throughput { min_per_second },
        IndicatorTable::Probe => Indicator::Probe,
        IndicatorTable::Events => Indicator::Events,
        IndicatorTable::Queries(table) => Indicator::Queries(queries(table)),
    }
}

pub(super) fn indicator_table(indicator: &Indicator) -> IndicatorTable {
    match indicator {
        Indicator::Availability => IndicatorTable::Availability,
        Indicator::Latency { threshold } => IndicatorTable::Latency { threshold: Length(*threshold) },
        Indicator::Freshness { max_age } => IndicatorTable::Freshness { max_age: Length(*max_age) },
        Indicator::Throughput { min_per_second } => {
            IndicatorTable::Throughput { min_per_second: *min_per_second }
        }
        Indicator::Probe => IndicatorTable::Probe,
        Indicator::Events => IndicatorTable::Events,
        Indicator::Queries(queries) => IndicatorTable::Queries(queries_table(queries.clone())),
    }
}

fn queries(table: QueriesTable) -> Queries {
    match table {
        QueriesTable::GoodRatio { good, total } => Queries::Ratio { part: good, part_is_good: true, total },
        QueriesTable::BadRatio { bad, total } => Queries::Ratio { part: bad, part_is_good: false, total },
        QueriesTable::SuccessRatio { query } => Queries::Raw { query, is_success: true },
        QueriesTable::FailureRatio { query } => Queries::Raw { query, is_success: false },
        QueriesTable::Threshold { query, operator, value } => {
            let operator = match operator {
                Comparison::Lt => Operator::Lt,
                Comparison::Lte => Operator::Lte,
                Comparison::Gt => Operator::Gt,
                Comparison::Gte => Operator::Gte,
            };
            Queries::Threshold { query, operator, value }
        }
    }
}

fn queries_table(queries: Queries) -> QueriesTable {
    match queries {
        Queries::Ratio { part: good, part_is_good: true, total } => QueriesTable::GoodRatio { good, total },
        Queries::Ratio { part: bad, part_is_good: false, total } => QueriesTable::BadRatio { bad, total },
        Queries::Raw { query, is_success: true } => QueriesTable::SuccessRatio { query },
        Queries::Raw { query, is_success: false } => QueriesTable::FailureRatio { query },
        Queries::Threshold { query, operator, value } => {
            let operator = match operator {
                Operator::Lt => Comparison::Lt,
                Operator::Lte => Comparison::Lte,
                Operator::Gt => Comparison::Gt,
                Operator::Gte => Comparison::Gte,
            };
            QueriesTable::Threshold { query, operator, value }
        }
    }
}

pub(super) fn window(window: WordOr<Calendar>) -> Result<Window, String> {
    match window {
        WordOr::Word(length) => duration::parse(&length).map(Window::Rolling),
        WordOr::Table(Calendar { calendar, time_zone }) => {
            let unit = match calendar {
                Unit::Week => CalendarUnit::Week,
                Unit::Month => CalendarUnit::Month,
                Unit::Quarter => CalendarUnit::Quarter,
            };
            CalendarWindow::new(unit, &time_zone).map(Window::Calendar).map_err(|error| error.to_string())
        }
    }
}

pub(super) fn window_text(window: &Window) -> WordOr<Calendar> {
    match window {
        Window::Rolling(length) => WordOr::Word(duration::write(*length)),
        Window::Calendar(window) => {
            let calendar = match window.unit() {
                CalendarUnit::Week => Unit::Week,
                CalendarUnit::Month => Unit::Month,
                CalendarUnit::Quarter => Unit::Quarter,
            };
            WordOr::Table(Calendar { calendar, time_zone: window.zone().into() })
        }
    }
}

pub(super) fn budgeting(table: BudgetingTable) -> Budgeting {
    match table {
        BudgetingTable::Occurrences => Budgeting::Occurrences,
        BudgetingTable::Timeslices { slice, target } => {
            Budgeting::Timeslices { slice: slice.0, target: target.0 }
        }
        BudgetingTable::RatioTimeslices { slice } => Budgeting::RatioTimeslices { slice: slice.0 },
    }
}

pub(super) fn budgeting_table(budgeting: &Budgeting) -> BudgetingTable {
    match budgeting {
        Budgeting::Occurrences => BudgetingTable::Occurrences,
        Budgeting::Timeslices { slice, target } => {
            BudgetingTable::Timeslices { slice: Length(*slice), target: Ratio(*target) }
        }
        Budgeting::RatioTimeslices { slice } => BudgetingTable::RatioTimeslices { slice: Length(*slice) },
    }
}

pub(super) fn alerting<S>(table: AlertingTable<S>) -> Result<Alerting, (Mark, String)> {
    let mut alerting = Alerting::standard();
    if let Some(tiers) = table.tiers {
        let tiers = tiers.into_iter().map(|found| tier(found.value).map_err(|error| (found.mark, error)));
        alerting.tiers = tiers.collect::<Result<_, _>>()?;
    }
    alerting.min_events = table.min_events.unwrap_or(alerting.min_events);
    alerting.min_bad_events = table.min_bad_events.unwrap_or(alerting.min_bad_events);
    alerting.resolve_ratio = table.resolve_ratio.map_or(alerting.resolve_ratio, |ratio| ratio.0);
    Ok(alerting)
}

pub(super) fn alerting_table<S>(alerting: &Alerting) -> AlertingTable<S> {
    AlertingTable {
        min_events: Some(alerting.min_events),
        min_bad_events: Some(alerting.min_bad_events),
        resolve_ratio: Some(Ratio(alerting.resolve_ratio)),
        tiers: Some(alerting.tiers.iter().map(|tier| tier_text(tier).into()).collect()),
    }
}

fn tier(text: WordOr<TierTable>) -> Result<Tier, String> {
    match text {
        WordOr::Word(word) => TIERS.into_iter().find(|tier| tier.name == word).ok_or_else(|| {
            let names = TIERS.map(|tier| tier.name).join(", ");
            format!("there is no tier {word:?}; name one of {names}, or write a table with name, severity, long, short and budget_share")
        }),
        WordOr::Table(TierTable { name, severity, long, short, budget_share }) => {
            let severity = match severity {
                SeverityWord::Page => Severity::Page,
                SeverityWord::Ticket => Severity::Ticket,
            };
            Ok(Tier { name: name.into(), severity, long: long.0, short: short.0, budget_share: budget_share.0 })
        }
    }
}

fn tier_text(tier: &Tier) -> WordOr<TierTable> {
    if TIERS.contains(tier) {
        return WordOr::Word(tier.name.to_string());
    }
    let severity = match tier.severity {
        Severity::Page => SeverityWord::Page,
        Severity::Ticket => SeverityWord::Ticket,
    };
    WordOr::Table(TierTable {
        name: tier.name.to_string(),
        severity,
        long: Length(tier.long),
        short: Length(tier.short),
        budget_share: Ratio(tier.budget_share),
    })
}

pub(super) fn tier_name(text: &WordOr<TierTable>) -> &str {
    match text {
        WordOr::Word(name) | WordOr::Table(TierTable { name, .. }) => name,
    }
}
