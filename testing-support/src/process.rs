use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::wait_until;

/// A program started by a test, with its output collected line by line; killed when dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: Arc<Log>,
}

#[derive(Debug, Default)]
struct Log {
    state: Mutex<LogState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct LogState {
    lines: Vec<String>,
    open_streams: usize,
}

impl Process {
    /// Starts `command` with its standard output and error collected; `name` is for messages.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
    #[must_use]
    #[track_caller]
    pub fn spawn(name: &str, command: &mut Command) -> Self {
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child =
            spawned.unwrap_or_else(|error| panic!("{name} does not start ({command:?}): {error}"));
        let log = Arc::new(Log::default());
        log.lock().open_streams = 2;
        collect(child.stdout.take().expect("stdout is piped"), &log);
        collect(child.stderr.take().expect("stderr is piped"), &log);
        Self { name: name.to_owned(), child, log }
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The lines written so far to standard output and error, in the order they were read.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.log.lock().lines.clone()
    }

    /// Waits for the first line, past or future, for which `select` gives a value, and returns that value.
    ///
    /// # Panics
    ///
    /// When `timeout` passes or the program closes its output before such a line.
    #[track_caller]
    pub fn wait_for_line<T>(
        &self,
        timeout: Duration,
        what: &str,
        mut select: impl FnMut(&str) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + timeout;
        let mut read = 0;
        let mut state = self.log.lock();
        loop {
            if let Some(value) = state.lines[read..].iter().find_map(|line| select(line)) {
                return value;
            }
            read = state.lines.len();
            let left = deadline.saturating_duration_since(Instant::now());
            let ended = state.open_streams == 0;
            if ended || left.is_zero() {
                let why = if ended { "it ended".to_owned() } else { format!("{timeout:?} passed") };
                let tail = tail(&state.lines);
                drop(state);
                panic!("{} did not print {what} before {why}; its last lines:\n{tail}", self.name);
            }
            state = self.log.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether the program has not ended yet.
    #[must_use]
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends SIGTERM.
    ///
    /// # Panics
    ///
    /// When the program has already ended.
    #[track_caller]
    pub fn terminate(&mut self) {
        assert!(self.is_running(), "{} had already ended:\n{}", self.name, tail(&self.lines()));
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("our own child takes signals");
    }

    /// Waits until the program has ended and all its output is read.
    ///
    /// # Panics
    ///
    /// When `timeout` passes first.
    #[track_caller]
    pub fn wait_for_exit(&mut self, timeout: Duration) -> ExitStatus {
        let what = format!("end of {}", self.name);
        wait_until(timeout, &what, || match self.child.try_wait() {
            Ok(Some(status)) if self.log.lock().open_streams == 0 => Ok(status),
            Ok(_) => Err(tail(&self.lines())),
            Err(error) => Err(error.to_string()),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when the child has been waited for already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, LogState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn collect(stream: impl Read + Send + 'static, log: &Arc<Log>) {
    let log = Arc::clone(log);
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            log.lock().lines.push(text);
            log.changed.notify_all();
            line.clear();
        }
        log.lock().open_streams -= 1;
        log.changed.notify_all();
    });
}

fn tail(lines: &[String]) -> String {
    lines[lines.len().saturating_sub(20)..].join("\n")
}
