//! Where checkpoints are kept.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where checkpoints are kept: a file, or what you make of it.
pub trait Store: Send + Sync + fmt::Debug {
    /// The last checkpoint, if there is one.
    ///
    /// # Errors
    /// When it cannot be read. A checkpoint that does not exist is no error.
    fn load(&self) -> io::Result<Option<Vec<u8>>>;

    /// Replaces the checkpoint: afterwards there is the new one, or still the old one, never half of it.
    ///
    /// # Errors
    /// When it cannot be written. It is tried again a minute later.
    fn save(&self, checkpoint: &[u8]) -> io::Result<()>;

    /// Makes the checkpoint this process's own, until [`release`](Self::release). It is called before the first load and
    /// each save, and may be called again by whoever has it. A store that nobody else can have need not do anything.
    ///
    /// # Errors
    /// [`io::ErrorKind::ResourceBusy`] when it is another process's; the past is then read all the same, and nothing is
    /// saved.
    fn claim(&self) -> io::Result<()> {
        Ok(())
    }

    /// Gives the checkpoint up, after the last one was written.
    fn release(&self) {}
}

/// A file, replaced as a whole. Its directory must exist.
///
/// It belongs to one process: beside it lies an empty file with `.lock` at the end of its name, which the process locks
/// (`flock`, `LockFileEx`) from its start to its planned stop, or its death. A second process reads the past that it finds,
/// and cannot save until the first has ended: so two replicas do not overwrite each other's budget. In a restart in which
/// the new process comes up before the old one goes down the new one has the past up to the last checkpoint, a minute old
/// at most; what the old one counts after that is lost, since the new one's checkpoint replaces it.
/// [`Restored::in_use`] and [`Slos::failed_checkpoints`] tell that it happened. Where the file cannot be locked (the file
/// system knows no locks, or it belongs to another user and must not be opened) nothing is noticed, and each saves.
///
/// [`Restored::in_use`]: super::Restored::in_use
/// [`Slos::failed_checkpoints`]: crate::Slos::failed_checkpoints
#[derive(Clone, Debug)]
pub struct FileStore {
    path: PathBuf,
    /// The locked file.
    lock: Arc<Mutex<Option<File>>>,
}

impl FileStore {
    /// The largest file that is read, in bytes; a checkpoint of ten thousand trackers is smaller.
    pub const LARGEST: u64 = 512 * 1024 * 1024;

    /// Checkpoints in the file of this name.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), lock: Arc::default() }
    }

    /// The name of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn beside(&self, extension: &str) -> PathBuf {
        let mut name = self.path.file_name().map(OsString::from).unwrap_or_default();
        name.push(extension);
        self.path.with_file_name(name)
    }
}

impl Store for FileStore {
    fn load(&self) -> io::Result<Option<Vec<u8>>> {
        match fs::metadata(&self.path) {
            Ok(metadata) if !metadata.is_file() => Err(no_file()),
            Ok(metadata) if metadata.len() > Self::LARGEST => {
                Err(io::Error::new(io::ErrorKind::FileTooLarge, "too large to be a checkpoint"))
            }
            Ok(_) => fs::read(&self.path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn save(&self, checkpoint: &[u8]) -> io::Result<()> {
        let new = self.beside(".new");
        let written = File::create(&new).and_then(|mut file| {
            file.write_all(checkpoint)?;
            file.sync_all()
        });
        if let Err(error) = written.and_then(|()| fs::rename(&new, &self.path)) {
            // Half a file is of no use; that it cannot be removed either is not the news.
            let _ = fs::remove_file(&new);
            return Err(error);
        }
        // The rename is in the directory.
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
            _ => File::open(".")?.sync_all(),
        }
    }

    fn claim(&self) -> io::Result<()> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock.is_some() {
            return Ok(());
        }
        // Nothing is put beside a device.
        if fs::metadata(&self.path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(no_file());
        }
        // It stays when it is unlocked: who removed it could take it from under a third process.
        let name = self.beside(".lock");
        let opened = File::options().create(true).truncate(false).write(true).open(&name);
        // One of another user can be read, perhaps, and so locked. Without a lock all is as it was before there were any.
        let Ok(file) = opened.or_else(|_| File::open(&name)) else { return Ok(()) };
        match file.try_lock() {
            Ok(()) => *lock = Some(file),
            Err(TryLockError::WouldBlock) => {
                let message = format!(
                    "{} is the checkpoint of another process that runs; give each process a file of its own",
                    self.path.display()
                );
                return Err(io::Error::new(io::ErrorKind::ResourceBusy, message));
            }
            Err(TryLockError::Error(_)) => {}
        }
        Ok(())
    }

    fn release(&self) {
        // Closed, it is unlocked.
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn no_file() -> io::Error {
    io::Error::other("it is not a file")
}
