//! Random ids: xoshiro256++ with one state for each thread.
//!
//! 256 bits of state, because with 64 the sequences of many threads and replicas would overlap.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher, RandomState};

thread_local! {
    static STATE: Cell<[u64; 4]> = const { Cell::new([0; 4]) };
}

/// A random number that is never zero.
#[inline]
pub(crate) fn next() -> u64 {
    let [n] = several();
    n
}

/// Several of them, with one look at the state.
#[inline]
pub(crate) fn several<const N: usize>() -> [u64; N] {
    let [mut a, mut b, mut c, mut d] = STATE.get();
    // Zero before the first number, and once in 2^64 numbers, which then begin anew.
    if d == 0 {
        seed();
        [a, b, c, d] = STATE.get();
    }
    let numbers = std::array::from_fn(|_| {
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let t = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = d.rotate_left(45);
        result.max(1)
    });
    STATE.set([a, b, c, d]);
    numbers
}

/// Each `RandomState` of the standard library has keys of its own, taken from the operating system once a thread.
#[cold]
fn seed() {
    let random = |n: u64| {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u64(n);
        hasher.finish() | 1
    };
    STATE.set([random(0), random(1), random(2), random(3)]);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn threads_do_not_repeat_each_other() {
        let threads: Vec<_> = (0..8)
            .map(|_| std::thread::spawn(|| (0..10_000).map(|_| super::next()).collect::<Vec<_>>()))
            .collect();
        let all: Vec<u64> = threads.into_iter().flat_map(|t| t.join().expect("thread")).collect();
        assert!(!all.contains(&0));
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }
}
