//! The child process and its pipes.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

use super::{FfmpegOptions, SourceError};

/// How much of the end of standard error is kept.
const STDERR_TAIL: usize = 2048;

/// A running `ffmpeg`.
#[derive(Debug)]
pub(super) struct Ffmpeg {
    child: Child,
    complaints: Option<JoinHandle<String>>,
}

/// The child's output, cut into pictures.
#[derive(Debug)]
pub(super) struct Pictures {
    stdout: ChildStdout,
    bytes: usize,
}

/// What was read.
#[derive(Debug)]
pub(super) enum Picture {
    /// A picture.
    Whole(Vec<u8>),
    /// The output ended after so many bytes of a picture.
    Cut(usize),
    /// The output ended where a picture ends.
    End,
}

impl Ffmpeg {
    pub(super) fn spawn(input: &str, options: &FfmpegOptions) -> Result<Self, SourceError> {
        let mut command = Command::new(&options.program);
        command.args(["-nostdin", "-hide_banner", "-loglevel", "error"]);
        if options.realtime {
            command.arg("-re");
        }
        let filter = format!("fps={},scale={}:{}", options.fps, options.width, options.height);
        command.args([
            "-i", input, "-map", "0:v:0", "-vf", &filter, "-pix_fmt", "gray", "-f", "rawvideo", "pipe:1",
        ]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                SourceError::FfmpegMissing { program: options.program.display().to_string() }
            }
            _ => SourceError::Io(error),
        })?;
        let stderr = child.stderr.take();
        let mut ffmpeg = Self { child, complaints: None };
        // From here on dropping `ffmpeg` ends the child, also when the thread cannot be started.
        if let Some(stderr) = stderr {
            let collect = move || tail(stderr);
            ffmpeg.complaints =
                Some(std::thread::Builder::new().name("ffmpeg-stderr".into()).spawn(collect)?);
        }
        Ok(ffmpeg)
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The output, once.
    pub(super) fn pictures(&mut self, bytes: usize) -> io::Result<Pictures> {
        let stdout =
            self.child.stdout.take().ok_or_else(|| io::Error::other("the output was already taken"))?;
        Ok(Pictures { stdout, bytes })
    }

    /// Waits for the end of a child that has closed its output. Returns how it ended and what it said last.
    pub(super) fn wait(&mut self) -> io::Result<(ExitStatus, String)> {
        let status = self.child.wait()?;
        let stderr = self.complaints.take().and_then(|reader| reader.join().ok()).unwrap_or_default();
        Ok((status, stderr))
    }

    /// Ends the child at once and takes it off the process table.
    pub(super) fn kill(&mut self) {
        // Both fail only when it has ended and been waited for.
        let _ = self.child.kill();
        let _ = self.wait();
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Pictures {
    /// Fills `buffer` with the next picture.
    pub(super) fn read(&mut self, mut buffer: Vec<u8>) -> io::Result<Picture> {
        buffer.resize(self.bytes, 0);
        let mut filled = 0;
        while filled < self.bytes {
            match self.stdout.read(&mut buffer[filled..]) {
                Ok(0) if filled == 0 => return Ok(Picture::End),
                Ok(0) => return Ok(Picture::Cut(filled)),
                Ok(bytes) => filled += bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Picture::Whole(buffer))
    }
}

/// Reads to the end, so that the child never blocks on a full pipe, and keeps the last part.
fn tail(mut stderr: ChildStderr) -> String {
    let mut kept = VecDeque::with_capacity(2 * STDERR_TAIL);
    let mut chunk = [0; STDERR_TAIL];
    loop {
        match stderr.read(&mut chunk) {
            Ok(0) => break,
            Ok(bytes) => kept.extend(&chunk[..bytes]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
        kept.drain(..kept.len().saturating_sub(STDERR_TAIL));
    }
    String::from_utf8_lossy(kept.make_contiguous()).trim().to_owned()
}
