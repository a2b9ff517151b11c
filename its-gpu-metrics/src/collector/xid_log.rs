//! Log lines of Xid errors: a GPU that fails for good reports the same one without end.

use std::time::{Duration, Instant};

use super::log;

/// How often a code that repeats is logged.
const INTERVAL: Duration = Duration::from_secs(1);

/// Codes that are told apart; beyond them lines are left out.
const CODES: usize = 256;

/// A code, and the GPU instance of it.
type Key = (Option<u64>, Option<u32>);

/// What was logged of one GPU.
#[derive(Debug, Default)]
pub(super) struct XidLog {
    /// When a line was written last, and how many were left out since.
    codes: Vec<(Key, Instant, u64)>,
}

impl XidLog {
    pub(super) fn add(&mut self, uuid: &str, code: Option<u64>, mig: Option<(u32, Option<u32>)>) {
        let gpu_instance = mig.map(|(gpu, _)| gpu);
        if let Some(count) = self.count((code, gpu_instance), Instant::now()) {
            log::xid(uuid, code, gpu_instance, count);
        }
    }

    /// How many errors a line of this time is about, if there is to be one.
    fn count(&mut self, key: Key, now: Instant) -> Option<u64> {
        let has_room = self.codes.len() < CODES;
        match self.codes.iter_mut().find(|(known, _, _)| *known == key) {
            Some((_, last, left_out)) if now.saturating_duration_since(*last) < INTERVAL => {
                *left_out += 1;
                None
            }
            Some((_, last, left_out)) => {
                *last = now;
                Some(std::mem::take(left_out) + 1)
            }
            None => has_room.then(|| {
                self.codes.push((key, now, 0));
                1
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_repeats_is_logged_once_in_a_while() {
        let (mut log, start) = (XidLog::default(), Instant::now());
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(log.count((Some(31), None), at(0)), Some(1));
        for repeat in 1..1_000 {
            assert_eq!(log.count((Some(31), None), at(repeat)), None);
        }
        assert_eq!(log.count((Some(79), None), at(500)), Some(1), "another one");
        assert_eq!(log.count((Some(31), Some(2)), at(500)), Some(1), "of a part");
        assert_eq!(log.count((Some(31), None), at(1_000)), Some(1_000), "itself and those left out");
        assert_eq!(log.count((Some(31), None), at(2_000)), Some(1));
    }
}
