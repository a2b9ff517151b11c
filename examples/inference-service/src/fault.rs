//! Faults on demand, to see what they look like.

use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;
use std::time::Duration;

use crate::analysis::AnalysisError;

/// One frame in this many meets the fault.
const ONE_IN: f64 = 20.0;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// The analysis takes 150 ms longer.
    Slow,
    /// The analysis fails.
    Error,
    /// The analysis panics.
    Panic,
    /// The analysis never ends.
    Stall,
    /// A frame is given up before the analysis, with this probability.
    Drop(f64),
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let probability = |p: &str| p.parse().ok().filter(|p| (0.0..=1.0).contains(p));
        match text.split_once('=') {
            None if text == "slow" => Ok(Self::Slow),
            None if text == "error" => Ok(Self::Error),
            None if text == "panic" => Ok(Self::Panic),
            None if text == "stall" => Ok(Self::Stall),
            Some(("drop", p)) => {
                probability(p).map(Self::Drop).ok_or_else(|| "drop=P needs P from 0 to 1".into())
            }
            _ => Err("use slow, error, panic, stall or drop=P".into()),
        }
    }
}

/// The faults of a service.
#[derive(Clone, Debug)]
pub struct Faults {
    faults: Vec<Fault>,
    random: RandomState,
}

impl Faults {
    /// Faults that meet one frame in twenty each.
    pub fn new(faults: &[Fault]) -> Self {
        Self { faults: faults.to_vec(), random: RandomState::new() }
    }

    /// Whether the frame is to be given up before its analysis.
    pub fn drops(&self, sequence: u64) -> bool {
        let drops = |fault: &Fault| matches!(fault, Fault::Drop(p) if self.share(sequence, 0) < *p);
        self.faults.iter().any(drops)
    }

    /// Meets the frame with what was asked for.
    ///
    /// # Errors
    /// When the fault is an error.
    pub async fn meet(&self, sequence: u64) -> Result<(), AnalysisError> {
        for (n, fault) in self.faults.iter().enumerate() {
            if self.share(sequence, n as u64 + 1) * ONE_IN >= 1.0 {
                continue;
            }
            match fault {
                Fault::Slow => tokio::time::sleep(Duration::from_millis(150)).await,
                Fault::Error => return Err(AnalysisError::Injected),
                Fault::Panic => panic!("the fault that was asked for"),
                Fault::Stall => std::future::pending().await,
                Fault::Drop(_) => {}
            }
        }
        Ok(())
    }

    /// A number from 0 to 1 for this frame and fault.
    fn share(&self, sequence: u64, fault: u64) -> f64 {
        self.random.hash_one((sequence, fault)) as f64 / u64::MAX as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_from_the_command_line() {
        assert_eq!("drop=0.25".parse(), Ok(Fault::Drop(0.25)));
        assert_eq!("panic".parse(), Ok(Fault::Panic));
        assert!("drop=2".parse::<Fault>().is_err());
        assert!("slower".parse::<Fault>().is_err());
    }

    #[test]
    fn frames_are_dropped_with_the_probability_asked_for() {
        let faults = Faults::new(&[Fault::Drop(0.25)]);
        let dropped = (0..10_000).filter(|sequence| faults.drops(*sequence)).count();
        assert!((2_200..2_800).contains(&dropped), "{dropped} of 10,000");
    }
}
