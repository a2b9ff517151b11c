//! A bounded set of followed subjects, addressed by number.

use std::hash::Hash;

use hashbrown::HashMap;

/// Subjects by key. A number is never given twice, so an old one cannot point at a new subject.
#[derive(Debug)]
pub(super) struct Tracks<K, T> {
    numbers: HashMap<K, u64>,
    tracks: HashMap<u64, (K, T)>,
    next: u64,
}

impl<K: Clone + Eq + Hash + Ord, T> Tracks<K, T> {
    pub(super) fn new() -> Self {
        Self { numbers: HashMap::new(), tracks: HashMap::new(), next: 0 }
    }

    pub(super) fn find(&self, key: &K) -> Option<u64> {
        self.numbers.get(key).copied()
    }

    /// The number of `key`, made when `room` allows it.
    pub(super) fn find_or_make(
        &mut self,
        key: K,
        room: impl FnOnce(&Self) -> bool,
        make: impl FnOnce() -> T,
    ) -> Option<u64> {
        if let Some(number) = self.find(&key) {
            return Some(number);
        }
        if !room(self) {
            return None;
        }
        let number = self.next;
        self.next += 1;
        self.tracks.insert(number, (key.clone(), make()));
        self.numbers.insert(key, number);
        Some(number)
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        self.tracks.get_mut(&number).map(|(_, track)| track)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &T)> + Clone {
        self.tracks.values().map(|(key, track)| (key, track))
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.tracks.values_mut().map(|(_, track)| track)
    }

    /// All subjects, in the order of their keys.
    pub(super) fn sorted(&self) -> Vec<(&K, &T)> {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all
    }

    pub(super) fn len(&self) -> usize {
        self.tracks.len()
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        let Self { numbers, tracks, .. } = self;
        tracks.retain(|_, (key, track)| {
            let kept = keep(track);
            if !kept {
                numbers.remove(key);
            }
            kept
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_subject_makes_room_and_its_number_is_gone() {
        let mut tracks = Tracks::new();
        let mut make = |key: &'static str| tracks.find_or_make(key, |t| t.len() < 2, || key.len());
        assert_eq!(make("b"), Some(0));
        assert_eq!(make("aa"), Some(1));
        assert_eq!(make("b"), Some(0));
        assert_eq!(make("c"), None);
        tracks.retain(|length| *length == 2);
        assert_eq!(tracks.get_mut(0), None);
        assert_eq!(tracks.find_or_make("c", |t| t.len() < 2, || 1), Some(2));
        assert_eq!(tracks.sorted(), [(&"aa", &2), (&"c", &1)]);
    }
}
