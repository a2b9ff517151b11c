//! Questions to a Prometheus server.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use ureq::Agent;

/// How long a server may think about a month of events.
const TIMEOUT: Duration = Duration::from_secs(120);

/// How often a server is asked whether it has scraped.
const POLL: Duration = Duration::from_millis(200);

#[derive(Debug, clap::Args)]
pub(crate) struct Server {
    /// Address of the Prometheus server, such as http://localhost:9090
    #[arg(long, env = "PROMETHEUS_URL", value_name = "URL")]
    prometheus: String,
    /// Only series with these labels, such as 'service="gateway",instance="gateway-1:9464"'
    #[arg(long, default_value = "")]
    selector: String,
}

#[derive(Debug)]
pub(crate) struct Prometheus<'a> {
    agent: Agent,
    server: &'a Server,
}

/// Counts by name of the objective and tenant.
pub(crate) type CountsBySlo = BTreeMap<(String, Option<String>), Counted>;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) good: f64,
    pub(crate) bad: f64,
}

impl Counted {
    pub(crate) fn all(self) -> f64 {
        self.good + self.bad
    }
}

/// In seconds since the Unix epoch.
pub(crate) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

pub(crate) fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIMEOUT)).build().into()
}

/// The body of an answer, whatever its status.
pub(crate) fn get(agent: &Agent, url: &str, query: &[(&str, &str)]) -> Result<String, String> {
    let answer = agent.get(url).query_pairs(query.iter().copied()).call();
    let mut answer =
        answer.map_err(|error| format!("{url}: no answer: {error}; is the address right, and is it up?"))?;
    let status = answer.status();
    let text = answer.body_mut().read_to_string().map_err(|error| format!("{url}: {error}"))?;
    if status.is_success() || text.starts_with('{') {
        return Ok(text);
    }
    Err(format!("{url}: the answer is {status}; is the address right?"))
}

impl<'a> Prometheus<'a> {
    pub(crate) fn new(server: &'a Server) -> Self {
        Self { agent: agent(), server }
    }

    /// What `counter` counted of each objective in the `length` that ended at `end`, in seconds since the Unix epoch.
    ///
    /// The sum is taken over counts, so that busy times and busy replicas weigh what they should.
    pub(crate) fn counted(&self, counter: &str, length: Duration, end: f64) -> Result<CountsBySlo, String> {
        let (selector, millis) = (&self.server.selector, length.as_millis());
        let promql = format!("sum by (slo, tenant, result) (increase({counter}{{{selector}}}[{millis}ms]))");
        let mut counts = CountsBySlo::new();
        for (labels, value) in self.query(&promql, end)? {
            let label = |name: &str| labels[name].as_str().map(str::to_owned);
            let Some(slo) = label("slo") else { continue };
            let counted =
                counts.entry((slo, label("tenant").filter(|tenant| !tenant.is_empty()))).or_default();
            match label("result").as_deref() {
                Some("good") => counted.good += value,
                Some("bad") => counted.bad += value,
                _ => {}
            }
        }
        Ok(counts)
    }

    /// Waits until there is a scrape that came after `time`, in seconds since the Unix epoch, or for so long in vain.
    pub(crate) fn wait_for_scrape(&self, time: f64, limit: Duration) -> Result<(), String> {
        let selector = &self.server.selector;
        let newest = format!("max(timestamp({{__name__=~\"its_slo_(events|slices)_total\",{selector}}}))");
        let begin = Instant::now();
        loop {
            let found = self.query(&newest, now())?;
            if found.iter().any(|(_, newest)| *newest > time) || begin.elapsed() >= limit {
                return Ok(());
            }
            thread::sleep(POLL.min(limit));
        }
    }

    fn query(&self, promql: &str, time: f64) -> Result<Vec<(Value, f64)>, String> {
        let url = format!("{}/api/v1/query", self.server.prometheus.trim_end_matches('/'));
        let text = get(&self.agent, &url, &[("query", promql), ("time", &format!("{time:.3}"))])?;
        let mut answer: Value = serde_json::from_str(&text)
            .map_err(|_| format!("{url}: the answer is not Prometheus'; is the address right?"))?;
        if answer["status"] != "success" {
            let error = answer["error"].as_str().unwrap_or("it does not say why");
            return Err(format!("{url}: Prometheus refuses {promql}: {error}"));
        }
        let Value::Array(series) = answer["data"]["result"].take() else {
            return Err(format!("{url}: the answer has no result; is the address right?"));
        };
        let value = |mut series: Value| {
            let value = series["value"][1].as_str()?.parse().ok()?;
            Some((series["metric"].take(), value))
        };
        Ok(series.into_iter().filter_map(value).collect())
    }
}
