//! Runs every case once a round, each in a process of its own, and prints medians over the rounds.

use std::collections::BTreeMap;
use std::env;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use crate::Case;

/// Overrides how many rounds there are.
const ROUNDS: &str = "ITS_BENCH_ROUNDS";
/// Overrides how long a case is measured in one round, in seconds.
const SECONDS: &str = "ITS_BENCH_SECONDS";
/// Tells a process that it is one case.
const CASE: &str = "ITS_BENCH_CASE";
/// With it a case visits so many cameras, ten calls each, or does its work so many times, and measures nothing: for
/// `valgrind --tool=callgrind`.
const VISITS: &str = "ITS_BENCH_VISITS";

/// A benchmark: its cases, in the order in which they take turns, and what is divided by what.
#[derive(Debug)]
pub struct Bench {
    /// Name, and what runs it.
    pub cases: &'static [(&'static str, fn(&Case))],
    /// Cases that are measured once, since they take long and do not depend on the host's speed.
    pub once: &'static [(&'static str, fn(&Case))],
    /// Ratios between cases, by name.
    pub ratios: &'static [Ratio],
}

/// `dividend / divisor`, each less what is measured anyway.
#[derive(Debug)]
pub struct Ratio {
    /// The name above the line.
    pub dividend: &'static str,
    /// The name below the line.
    pub divisor: &'static str,
    /// What both contain and neither is charged for.
    pub over: Option<&'static str>,
}

impl Ratio {
    /// `dividend / divisor`.
    pub const fn of(dividend: &'static str, divisor: &'static str) -> Self {
        Self { dividend, divisor, over: None }
    }

    /// The same, each over the case `base`.
    #[must_use]
    pub const fn over(self, base: &'static str) -> Self {
        Self { over: Some(base), ..self }
    }

    fn in_round(&self, round: &Figures) -> Option<f64> {
        let ns = |case: &str| round.get(&("ns".to_owned(), case.to_owned())).copied();
        let base = self.over.map_or(Some(0.0), ns)?;
        Some((ns(self.dividend)? - base) / (ns(self.divisor)? - base))
    }
}

/// Figures by unit and case.
type Figures = BTreeMap<(String, String), f64>;
type Figure = ((String, String), f64);

impl Bench {
    /// Runs the benchmark. Arguments are parts of names: only those cases run.
    pub fn main(&self) -> ExitCode {
        if let Ok(name) = env::var(CASE) {
            return self.run_case(&name);
        }
        let wanted: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
        let wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part));
        let names = |of: &'static [(&'static str, fn(&Case))]| {
            of.iter().map(|case| case.0).filter(|name| wanted(name)).collect::<Vec<_>>()
        };
        match Self::rounds(&names(self.cases), &names(self.once)) {
            Ok(rounds) => self.print(&rounds),
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        }
        ExitCode::SUCCESS
    }

    fn rounds(cases: &[&str], once: &[&str]) -> Result<Vec<Figures>, String> {
        let rounds = number(ROUNDS, 7);
        println!("{}; {rounds} rounds", machine());
        let round = |number| {
            let cases = cases.iter().chain(once.iter().filter(|_| number == 0));
            cases.map(|case| measure(case)).collect::<Result<Vec<_>, _>>().map(|all| all.concat())
        };
        (0..rounds).map(|number| Ok(round(number)?.into_iter().collect())).collect()
    }

    fn all(&self) -> impl Iterator<Item = &(&'static str, fn(&Case))> {
        self.cases.iter().chain(self.once)
    }

    fn run_case(&self, name: &str) -> ExitCode {
        let Some((_, run)) = self.all().find(|case| case.0 == name) else {
            eprintln!("there is no case {name}");
            return ExitCode::FAILURE;
        };
        let profiled = env::var(VISITS).ok().and_then(|visits| visits.parse().ok());
        run(&Case::new(Duration::from_secs_f64(number(SECONDS, 0.2)), profiled));
        ExitCode::SUCCESS
    }

    fn print(&self, rounds: &[Figures]) {
        // The times come last, before the ratios that are made of them.
        for unit in ["allocations", "bytes", "heap", "ns"] {
            for (case, _) in self.all() {
                let key = (unit.to_owned(), (*case).to_owned());
                let values: Vec<f64> = rounds.iter().filter_map(|round| round.get(&key).copied()).collect();
                line(&format!("{unit} {case}"), values);
            }
        }
        for ratio in self.ratios {
            let values = rounds.iter().filter_map(|round| ratio.in_round(round)).collect();
            line(&format!("ratio {}/{}", ratio.dividend, ratio.divisor), values);
        }
    }
}

/// The median of a figure; on standard error the range over the rounds too.
fn line(name: &str, mut values: Vec<f64>) {
    if values.is_empty() {
        return;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let median =
        if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 };
    eprintln!("# {name}: {} to {}", rounded(values[0]), rounded(values[values.len() - 1]));
    println!("{name} {}", rounded(median));
}

fn rounded(value: f64) -> String {
    match value.abs() {
        v if v.fract() == 0.0 || v >= 1_000.0 => format!("{value:.0}"),
        v if v >= 100.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Runs one case in a new process and reads its figures.
fn measure(case: &str) -> Result<Vec<Figure>, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let child = Command::new(program).env(CASE, case).stderr(Stdio::inherit()).output();
    let output = child.map_err(|error| format!("{case}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{case}: {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let figures = text.lines().filter_map(|line| {
        let (unit, value) = line.split_once(' ')?;
        Some(((unit.to_owned(), case.to_owned()), value.parse().ok()?))
    });
    Ok(figures.collect())
}

/// A number from the environment.
pub fn number<T: std::str::FromStr>(variable: &str, default: T) -> T {
    env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Processor and compiler, as they belong into the header of a benchmark.
fn machine() -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo").ok();
    let processor = processor.as_deref().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim())
    });
    let processors = std::thread::available_parallelism().map_or(0, |n| n.get());
    let compiler = Command::new("rustc").arg("--version").output().ok();
    let compiler = compiler.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!(
        "{processors} x {}; {}",
        processor.unwrap_or("unknown processor"),
        compiler.as_deref().unwrap_or("unknown compiler")
    )
}
