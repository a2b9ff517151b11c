//! The arithmetic conserves what was counted.

use proptest::prelude::*;

use super::account::{ANY, SLOTS};
use super::settle::{Claim, Counted, Grant, settle};

fn sum(grants: &[Grant; SLOTS], left: &[super::settle::Left]) -> (f64, f64) {
    let seconds = grants.iter().map(|grant| grant.seconds).sum::<f64>();
    let joules = grants.iter().map(|grant| grant.seconds * grant.joules_per_second).sum::<f64>();
    (
        seconds + left.iter().map(|left| left.seconds).sum::<f64>(),
        joules + left.iter().map(|left| left.joules).sum::<f64>(),
    )
}

proptest! {
    #[test]
    fn granted_and_left_are_what_was_counted(
        gpus in proptest::collection::vec((0.0..30.0_f64, 0.0..9_000.0_f64), 1..20),
        claims in proptest::collection::vec(0.0..40.0_f64, SLOTS),
    ) {
        let counted: Vec<_> = gpus
            .iter()
            .enumerate()
            .map(|(place, (busy, joules))| {
                let slot = if place + 1 < SLOTS { place + 1 } else { ANY };
                Counted { slot, busy: Some(*busy), joules: *joules }
            })
            .collect();
        let claims: [Claim; SLOTS] = std::array::from_fn(|slot| Claim { seconds: claims[slot], is_fresh: true });
        let (grants, left) = settle(&counted, &claims, 30.0);
        let busy: f64 = gpus.iter().map(|(busy, _)| busy).sum();
        let energy: f64 = gpus.iter().map(|(_, joules)| joules).sum();
        let (seconds, joules) = sum(&grants, &left);
        prop_assert!((seconds - busy).abs() <= 1e-9 * busy.max(1.0), "{seconds} of {busy}");
        prop_assert!((joules - energy).abs() <= 1e-9 * energy.max(1.0), "{joules} of {energy}");
        for (grant, claim) in grants.iter().zip(&claims) {
            prop_assert!(grant.seconds >= 0.0 && grant.seconds <= claim.seconds + 1e-12);
            prop_assert!(grant.carried >= 0.0 && grant.seconds + grant.carried <= claim.seconds + 1e-9);
        }
        prop_assert!(left.iter().all(|left| left.seconds >= -1e-12 && left.joules >= -1e-9));
    }
}

fn claim(slot: usize, seconds: f64) -> [Claim; SLOTS] {
    let mut claims = [Claim::default(); SLOTS];
    claims[slot] = Claim { seconds, is_fresh: true };
    claims
}

#[test]
fn calls_that_overlap_get_no_more_than_the_gpu_did() {
    let gpu = Counted { slot: 1, busy: Some(5.0), joules: 1_000.0 };
    let (grants, left) = settle(&[gpu], &claim(1, 20.0), 10.0);
    assert_eq!(grants[1], Grant { seconds: 5.0, joules_per_second: 200.0, carried: 2.0 });
    assert_eq!((left[0].seconds, left[0].joules), (0.0, 0.0));
}

#[test]
fn a_gpu_that_does_not_count_is_believed_and_pays_for_its_share_of_the_time() {
    let gpu = Counted { slot: 1, busy: None, joules: 1_000.0 };
    let (grants, left) = settle(&[gpu], &claim(1, 2.5), 10.0);
    assert_eq!((grants[1].seconds, grants[1].joules_per_second), (2.5, 100.0));
    assert_eq!((left[0].seconds, left[0].joules), (0.0, 750.0));
    let (grants, left) = settle(&[gpu, Counted { slot: 2, ..gpu }], &claim(ANY, 5.0), 10.0);
    assert_eq!((grants[ANY].seconds, grants[ANY].joules_per_second), (5.0, 100.0));
    assert_eq!(left[1].joules, 750.0);
}

#[test]
fn without_a_gpu_nothing_is_attributed() {
    let (grants, left) = settle(&[], &claim(ANY, 5.0), 10.0);
    assert_eq!((grants[ANY].seconds, left.len()), (0.0, 0));
}

#[test]
fn what_is_carried_grows_with_the_gpus() {
    let gpu = |slot| Counted { slot, busy: Some(1.0), joules: 100.0 };
    let (grants, _) = settle(&[gpu(1), gpu(2), gpu(3)], &claim(ANY, 20.0), 10.0);
    assert_eq!((grants[ANY].seconds, grants[ANY].carried), (3.0, 6.0));
}
