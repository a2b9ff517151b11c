//! What a GPU answers, found out once in each generation.

use super::calls::Call;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Known {
    #[default]
    Unknown,
    Yes,
    No,
}

/// Which calls a GPU supports.
#[derive(Clone, Debug)]
pub(crate) struct Support {
    known: Vec<Known>,
    changed: bool,
}

impl Support {
    /// Nothing is known yet.
    pub(crate) fn new() -> Self {
        Self { known: vec![Known::Unknown; Call::ALL.len()], changed: true }
    }

    /// Whether there is a point in asking.
    #[inline]
    pub(crate) fn may(&self, call: Call) -> bool {
        self.known[call as usize] != Known::No
    }

    #[inline]
    pub(crate) fn set(&mut self, call: Call, answers: bool) {
        let known = if answers { Known::Yes } else { Known::No };
        if self.known[call as usize] != known {
            self.known[call as usize] = known;
            self.changed = true;
        }
    }

    /// Asks again, as after a change of the GPU's mode.
    pub(crate) fn forget(&mut self) {
        *self = Self::new();
    }

    /// What is known by function, when that has changed since the last time.
    pub(crate) fn take_changed(&mut self) -> Option<Vec<(&'static str, bool)>> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        let mut functions: Vec<(&'static str, bool)> = Vec::new();
        for (call, known) in Call::ALL.iter().zip(&self.known).filter(|(_, known)| **known != Known::Unknown)
        {
            let answers = *known == Known::Yes;
            match functions.iter_mut().find(|(function, _)| *function == call.function()) {
                Some((_, any)) => *any |= answers,
                None => functions.push((call.function(), answers)),
            }
        }
        functions.sort_unstable();
        Some(functions)
    }
}
