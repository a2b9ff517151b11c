//! Pasts that are written, read, cut, changed and refused.

use std::io::{self, BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use its_slo::checkpoint::{FileStore, GapPolicy, Refusal, Store};
use its_slo::objective::{CalendarUnit, CalendarWindow, Window};
use its_slo::{ManualClock, Slo, Slos, Snapshot};
use proptest::prelude::*;

use crate::support::{days, hours, minutes, start};

/// A store in memory.
#[derive(Clone, Debug, Default)]
struct Memory(Arc<Mutex<Option<Vec<u8>>>>);

impl Memory {
    fn of(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(Some(bytes))))
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().expect("store").clone().expect("a checkpoint")
    }
}

impl Store for Memory {
    fn load(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.lock().expect("store").clone())
    }

    fn save(&self, checkpoint: &[u8]) -> io::Result<()> {
        *self.0.lock().expect("store") = Some(checkpoint.into());
        Ok(())
    }
}

fn detect() -> Slo {
    Slo::availability("detect").build().expect("objective")
}

fn fps() -> Slo {
    Slo::throughput("fps", 10.0).build().expect("objective")
}

fn month() -> Slo {
    let month = CalendarWindow::new(CalendarUnit::Month, "Asia/Tokyo").expect("zone");
    Slo::availability("month").window(Window::Calendar(month)).per_tenant(3).build().expect("objective")
}

fn slos(clock: &ManualClock, store: impl Store + 'static, gaps: GapPolicy) -> Slos {
    let builder = Slos::builder().clock(clock.clone()).store(store).gaps(gaps);
    builder.slo(detect()).slo(fps()).slo(month()).build().expect("objectives")
}

fn tick(slos: &Slos, clock: &ManualClock, time: Duration) {
    for _ in 0..time.as_secs() / 5 {
        clock.advance(Duration::from_secs(5));
        slos.tick();
    }
}

/// An hour of life.
fn lived(clock: &ManualClock, store: Memory) -> Slos {
    let slos = slos(clock, store, GapPolicy::Ignore);
    for minute in 0..60 {
        let tracker = |name, tenant| slos.tracker(name, tenant).expect("tracker");
        tracker("detect", None).record_items(100 + minute);
        tracker("detect", None).record(minute % 10 != 3);
        tracker("fps", None).record_items(590 + minute);
        tracker("month", Some("berlin")).record(minute % 7 != 0);
        tick(&slos, clock, minutes(1));
    }
    slos
}

/// What a tracker says of the past; what its process has counted is not in it.
fn past(slos: &Slos) -> Vec<Snapshot> {
    let forget = |mut snapshot: Snapshot| {
        snapshot.events = Default::default();
        snapshot.slices = snapshot.slices.map(|_| Default::default());
        snapshot
    };
    slos.snapshot().into_iter().map(forget).collect()
}

#[test]
fn the_past_comes_back_and_counters_start_at_zero() {
    let (clock, store) = (ManualClock::new(start()), Memory::default());
    let before = lived(&clock, store.clone());
    before.checkpoint().expect("written");
    let after = slos(&clock, store, GapPolicy::Ignore);
    assert_eq!(after.restored().trackers, 3);
    assert_eq!(past(&after), past(&before));
    let events = after.tracker("detect", None).expect("tracker").events();
    assert_eq!((events.good, events.bad), (0, 0));
    // And it goes on from there.
    for slos in [&before, &after] {
        slos.tracker("detect", None).expect("tracker").record(false);
    }
    tick(&before, &clock, minutes(1));
    after.tick();
    let window = |slos: &Slos| slos.tracker("detect", None).expect("tracker").window(hours(1));
    assert_eq!(window(&after), window(&before));
}

#[test]
fn the_time_between_is_a_gap() {
    for (policy, planned, bad) in [
        (GapPolicy::Ignore, false, 0.0),
        (GapPolicy::CountAsBad, false, 30.0),
        (GapPolicy::CountAsBad, true, 0.0),
    ] {
        let (clock, store) = (ManualClock::new(start()), Memory::default());
        let before = lived(&clock, store.clone());
        let stop = if planned { before.checkpoint_planned_stop() } else { before.checkpoint() };
        stop.expect("written");
        let was = before.tracker("fps", None).expect("tracker").window(days(1)).bad;
        clock.advance(minutes(30));
        let after = slos(&clock, store, policy);
        let tracker = after.tracker("fps", None).expect("tracker");
        assert_eq!(tracker.window(days(1)).bad - was, bad, "{policy:?}, planned: {planned}");
        assert_eq!(tracker.slices().map(|slices| slices.bad), Some(0), "never in the exported counter");
        assert_eq!(tracker.history(), minutes(60));
    }
}

#[test]
fn files_that_do_not_fit_are_refused_and_say_why() {
    let (clock, store) = (ManualClock::new(start()), Memory::default());
    lived(&clock, store.clone()).checkpoint().expect("written");
    let bytes = store.bytes();
    let refused = |bytes: Vec<u8>| {
        let slos = slos(&clock, Memory::of(bytes), GapPolicy::Ignore);
        assert_eq!(slos.restored().trackers, 0);
        assert!(slos.snapshot().iter().all(|snapshot| snapshot.history == Duration::ZERO), "empty");
        slos.restored().refused.first().expect("a refusal").to_string()
    };
    assert!(refused(b"{\"json\": true}".to_vec()).contains("not a checkpoint"));
    assert!(refused(Vec::new()).contains("not a checkpoint"));
    assert!(refused(bytes[..bytes.len() / 2].to_vec()).contains("corrupted"));
    let mut other = bytes.clone();
    other[8] = 9;
    assert!(refused(other).contains("version 9"));
    let mut flipped = bytes.clone();
    flipped[100] ^= 1;
    assert!(refused(flipped).contains("corrupted"));
    clock.set_wall(start() - days(2));
    let early = ManualClock::new(start() - days(2));
    let future = slos(&early, Memory::of(bytes), GapPolicy::Ignore);
    assert!(matches!(future.restored().refused[0], Refusal::FromTheFuture { .. }));
}

#[test]
fn a_changed_definition_refuses_its_own_past_only() {
    let (clock, store) = (ManualClock::new(start()), Memory::default());
    lived(&clock, store.clone()).checkpoint().expect("written");
    let changed = Slo::throughput("fps", 12.0).build().expect("objective");
    // Another target leaves what was counted as it is.
    let detect = Slo::availability("detect").target(0.99).build().expect("objective");
    let slos =
        Slos::builder().clock(clock).store(store).slo(detect).slo(changed).build().expect("objectives");
    assert_eq!(slos.restored().trackers, 1);
    let refused: Vec<String> = slos.restored().refused.iter().map(ToString::to_string).collect();
    assert!(refused.iter().any(|text| text.starts_with("fps: its definition has changed")), "{refused:?}");
    assert!(refused.iter().any(|text| text.starts_with("month: the checkpoint has it")), "{refused:?}");
}

#[test]
fn a_file_is_replaced_as_a_whole() {
    let directory = tempfile::tempdir().expect("directory");
    let store = FileStore::new(directory.path().join("budgets"));
    assert_eq!(store.load().expect("no error"), None);
    store.save(b"first").expect("written");
    store.save(b"second").expect("written");
    assert_eq!(store.load().expect("read").as_deref(), Some(b"second".as_slice()));
    assert_eq!(
        std::fs::read_dir(directory.path()).expect("directory").count(),
        1,
        "nothing is left beside it"
    );
    let nowhere = FileStore::new(directory.path().join("missing/budgets"));
    let slos = slos(&ManualClock::new(start()), nowhere, GapPolicy::Ignore);
    assert!(slos.checkpoint().is_err());
    assert_eq!(slos.failed_checkpoints(), 1);
}

/// Set for the second process of the test that has it.
const HOLD: &str = "ITS_SLO_HOLD_CHECKPOINT";

#[test]
fn a_checkpoint_belongs_to_one_process() {
    let clock = ManualClock::new(start());
    if let Some(path) = std::env::var_os(HOLD) {
        // The other process: it counts something, and ends with its standard input.
        let slos = slos(&clock, FileStore::new(path), GapPolicy::Ignore);
        slos.tracker("detect", None).expect("tracker").record(false);
        tick(&slos, &clock, minutes(1));
        slos.checkpoint().expect("written");
        println!("has it");
        io::copy(&mut io::stdin(), &mut io::sink()).expect("its end");
        return;
    }
    let directory = tempfile::tempdir().expect("directory");
    let path = directory.path().join("budgets");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "checkpoint::a_checkpoint_belongs_to_one_process", "--nocapture"]);
    let mut other =
        command.env(HOLD, &path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut said = BufReader::new(other.stdout.take().expect("stdout is piped")).lines();
    let has_it = |line: io::Result<String>| line.expect("a text").ends_with("has it");
    assert!(said.any(has_it), "the other process has ended");

    clock.advance(minutes(2));
    let slos = slos(&clock, FileStore::new(&path), GapPolicy::Ignore);
    assert!(slos.restored().in_use && slos.restored().refused.is_empty(), "{:?}", slos.restored());
    let bad = slos.tracker("detect", None).expect("tracker").window(hours(1)).bad;
    assert_eq!(bad, 1.0, "the past is taken up");
    let before = std::fs::read(&path).expect("the other's");
    let error = slos.checkpoint().expect_err("it is the other's");
    assert_eq!(error.kind(), io::ErrorKind::ResourceBusy);
    assert!(error.to_string().contains("give each process a file of its own"), "{error}");
    assert_eq!((slos.failed_checkpoints(), std::fs::read(&path).expect("the other's")), (1, before));

    drop(other.stdin.take());
    assert!(other.wait().expect("it ends").success());
    slos.checkpoint().expect("nobody else has it");
    slos.checkpoint().expect("and it is kept");
    let third = FileStore::new(&path);
    assert_eq!(third.claim().expect_err("it is taken").kind(), io::ErrorKind::ResourceBusy);
    slos.checkpoint_planned_stop().expect("written");
    third.claim().expect("it was given up");
}

#[test]
fn a_file_that_cannot_be_locked_is_written_all_the_same() {
    let directory = tempfile::tempdir().expect("directory");
    let path = directory.path().join("budgets");
    // Nobody can open this one to lock it, not even root.
    std::fs::create_dir(directory.path().join("budgets.lock")).expect("made");
    let clock = ManualClock::new(start());
    let slos = slos(&clock, FileStore::new(&path), GapPolicy::Ignore);
    assert!(!slos.restored().in_use && slos.restored().refused.is_empty(), "{:?}", slos.restored());
    slos.checkpoint().expect("written");
    assert_eq!(slos.failed_checkpoints(), 0);
}

#[cfg(unix)]
#[test]
fn a_lock_that_may_only_be_read_holds() {
    use std::os::unix::fs::PermissionsExt;

    let directory = tempfile::tempdir().expect("directory");
    let path = directory.path().join("budgets");
    let lock = directory.path().join("budgets.lock");
    std::fs::write(&lock, "").expect("made");
    std::fs::set_permissions(&lock, std::fs::Permissions::from_mode(0o444)).expect("its own");
    let first = FileStore::new(&path);
    first.claim().expect("nobody else has it");
    assert_eq!(FileStore::new(&path).claim().expect_err("taken").kind(), io::ErrorKind::ResourceBusy);
}

/// A store on a full disk.
#[derive(Debug)]
struct Full;

impl Store for Full {
    fn load(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(None)
    }

    fn save(&self, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }
}

#[test]
fn a_full_disk_is_counted_and_changes_nothing() {
    let clock = ManualClock::new(start());
    let slos = slos(&clock, Full, GapPolicy::Ignore);
    slos.tracker("detect", None).expect("tracker").record(false);
    assert!(slos.checkpoint().is_err());
    assert_eq!(slos.failed_checkpoints(), 1);
    tick(&slos, &clock, minutes(1));
    assert_eq!(slos.tracker("detect", None).expect("tracker").window(hours(1)).bad, 1.0);
}

#[test]
fn what_is_no_file_is_not_read() {
    let slos = slos(&ManualClock::new(start()), FileStore::new("/dev/zero"), GapPolicy::Ignore);
    assert!(matches!(slos.restored().refused[0], Refusal::Unreadable(_)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::support::short_or_full(200, 10_000)))]

    #[test]
    fn mutated_checkpoints_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
        with_checksum in any::<bool>(),
    ) {
        static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let bytes = BYTES.get_or_init(|| {
            let store = Memory::default();
            lived(&ManualClock::new(start()), store.clone()).checkpoint().expect("written");
            store.bytes()
        });
        let mut bytes = bytes.clone();
        for (index, byte) in changes {
            // The head is kept, so that what lies behind it is read.
            let at = 10 + index.index(bytes.len() - 10);
            bytes[at] = byte;
        }
        if cut.index(4) == 0 {
            bytes.truncate(10 + cut.index(bytes.len() - 10));
        }
        if with_checksum && bytes.len() > 14 {
            let end = bytes.len() - 4;
            let checksum = crc32fast::hash(&bytes[..end]);
            bytes[end..].copy_from_slice(&checksum.to_le_bytes());
        }
        let clock = ManualClock::new(start() + hours(2));
        let slos = slos(&clock, Memory::of(bytes), GapPolicy::CountAsBad);
        tick(&slos, &clock, minutes(1));
        prop_assert!(slos.snapshot().len() >= 2);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut file = b"ITS-SLO\n\x01\x00".to_vec();
        file.extend(&bytes);
        let checksum = crc32fast::hash(&file);
        file.extend(checksum.to_le_bytes());
        slos(&ManualClock::new(start()), Memory::of(bytes), GapPolicy::Ignore);
        slos(&ManualClock::new(start()), Memory::of(file), GapPolicy::CountAsBad);
    }
}
