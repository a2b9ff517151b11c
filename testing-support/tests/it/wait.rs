use std::time::Duration;

use its_test_support::wait_until;

#[test]
fn returns_when_the_condition_holds() {
    let mut asked = 0;
    let value = wait_until(Duration::from_secs(10), "third time", || {
        asked += 1;
        if asked == 3 { Ok("done") } else { Err(String::new()) }
    });
    assert_eq!((value, asked), ("done", 3));
}

#[test]
#[should_panic(expected = "no frame within 0ns; last seen: a black picture")]
fn says_what_was_seen_instead() {
    wait_until(Duration::ZERO, "frame", || Err::<(), _>("a black picture".to_owned()));
}
