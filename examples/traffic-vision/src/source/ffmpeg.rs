//! Any file or URL that `ffmpeg` reads.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use super::command::{Ffmpeg, Picture};
use super::{FrameSource, SourceError};
use crate::Frame;

/// Frames decoded ahead; beyond them the pipe fills and `ffmpeg` waits.
const DECODED_AHEAD: usize = 2;

/// How a video is decoded.
#[derive(Debug, Clone)]
pub struct FfmpegOptions {
    /// Pixels in a row that the video is scaled to.
    pub width: u32,
    /// Rows that the video is scaled to.
    pub height: u32,
    /// Frames a second that the video is brought to.
    pub fps: u32,
    /// Deliver a file at the speed it was filmed. A live stream has its own speed.
    pub realtime: bool,
    /// How long to wait for a frame before [`SourceError::Stalled`].
    pub stall_timeout: Duration,
    /// The program to run: a name in `PATH` or a path.
    pub program: PathBuf,
}

impl Default for FfmpegOptions {
    fn default() -> Self {
        Self {
            width: 160,
            height: 90,
            fps: 10,
            realtime: false,
            stall_timeout: Duration::from_secs(10),
            program: PathBuf::from("ffmpeg"),
        }
    }
}

/// A video decoded by a child process, which is killed and waited for when the source is dropped.
#[derive(Debug)]
pub struct FfmpegSource {
    input: String,
    options: FfmpegOptions,
    ffmpeg: Ffmpeg,
    decoded: Option<Receiver<std::io::Result<Picture>>>,
    spent: SyncSender<Vec<u8>>,
    reader: Option<JoinHandle<()>>,
    frames: u64,
}

impl FfmpegSource {
    /// Starts `ffmpeg` on a file or URL. What is wrong with the input shows at the first frame.
    pub fn open(input: impl Into<String>, options: FfmpegOptions) -> Result<Self, SourceError> {
        let input = input.into();
        let sides = 16..=4096;
        if !sides.contains(&options.width) || !sides.contains(&options.height) {
            return Err(SourceError::Options("frame sides must be 16 to 4096 pixels"));
        }
        if !(1..=240).contains(&options.fps) {
            return Err(SourceError::Options("fps must be 1 to 240"));
        }
        let mut ffmpeg = Ffmpeg::spawn(&input, &options)?;
        let (decoded_sender, decoded) = sync_channel(DECODED_AHEAD);
        let (spent, spent_receiver) = sync_channel::<Vec<u8>>(DECODED_AHEAD + 2);
        let pictures = ffmpeg.pictures(options.width as usize * options.height as usize)?;
        let read = move || {
            let mut pictures = pictures;
            loop {
                let picture = pictures.read(spent_receiver.try_recv().unwrap_or_default());
                let last = !matches!(picture, Ok(Picture::Whole(_)));
                if decoded_sender.send(picture).is_err() || last {
                    return;
                }
            }
        };
        let reader = std::thread::Builder::new().name("ffmpeg-frames".into()).spawn(read)?;
        let (decoded, reader) = (Some(decoded), Some(reader));
        Ok(Self { input, options, ffmpeg, decoded, spent, reader, frames: 0 })
    }

    /// The process id that `ffmpeg` was started with.
    pub fn process_id(&self) -> u32 {
        self.ffmpeg.id()
    }

    /// The stream is over: says whether it ended well.
    fn end(&mut self, cut: Option<usize>) -> Result<bool, SourceError> {
        self.decoded = None;
        let input = self.input.clone();
        let (status, stderr) = self.ffmpeg.wait()?;
        let expected = self.options.width as usize * self.options.height as usize;
        match cut {
            _ if !status.success() => Err(SourceError::Ffmpeg { input, status, stderr }),
            Some(found) => Err(SourceError::Incomplete { input, expected, found }),
            None if self.frames == 0 => Err(SourceError::Empty { input }),
            None => Ok(false),
        }
    }
}

impl FrameSource for FfmpegSource {
    fn next_frame(&mut self, frame: &mut Frame) -> Result<bool, SourceError> {
        let Some(decoded) = &self.decoded else { return Ok(false) };
        let waited = self.options.stall_timeout;
        let picture = match decoded.recv_timeout(waited) {
            Ok(Ok(Picture::Whole(data))) => data,
            Ok(Ok(Picture::Cut(bytes))) => return self.end(Some(bytes)),
            Ok(Ok(Picture::End)) | Err(RecvTimeoutError::Disconnected) => return self.end(None),
            Ok(Err(error)) => {
                self.decoded = None;
                self.ffmpeg.kill();
                return Err(error.into());
            }
            Err(RecvTimeoutError::Timeout) => {
                return Err(SourceError::Stalled { input: self.input.clone(), waited });
            }
        };
        let spent = std::mem::replace(&mut frame.data, picture);
        // A reader that has ended, or has buffers enough, does without.
        let _ = self.spent.try_send(spent);
        frame.width = self.options.width;
        frame.height = self.options.height;
        frame.sequence = self.frames;
        frame.timestamp = Duration::from_nanos(self.frames * 1_000_000_000 / u64::from(self.options.fps));
        frame.captured_at = SystemTime::now();
        self.frames += 1;
        Ok(true)
    }
}

impl Drop for FfmpegSource {
    fn drop(&mut self) {
        // In this order: a reader waiting to send is let go, one waiting for the pipe sees it close.
        self.decoded = None;
        self.ffmpeg.kill();
        if let Some(reader) = self.reader.take() {
            // A panic in the reader was already reported by its thread.
            let _ = reader.join();
        }
    }
}
