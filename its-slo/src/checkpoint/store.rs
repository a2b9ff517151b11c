//! Where checkpoints are kept.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
}

/// A file, replaced as a whole. Its directory must exist and belong to one process only.
#[derive(Clone, Debug)]
pub struct FileStore(PathBuf);

impl FileStore {
    /// The largest file that is read, in bytes; a checkpoint of ten thousand trackers is smaller.
    pub const LARGEST: u64 = 512 * 1024 * 1024;

    /// Checkpoints in the file of this name.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The name of the file.
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn beside(&self) -> PathBuf {
        let mut name = self.0.file_name().map(OsString::from).unwrap_or_default();
        name.push(".new");
        self.0.with_file_name(name)
    }
}

impl Store for FileStore {
    fn load(&self) -> io::Result<Option<Vec<u8>>> {
        match fs::metadata(&self.0) {
            Ok(metadata) if !metadata.is_file() => Err(io::Error::other("it is not a file")),
            Ok(metadata) if metadata.len() > Self::LARGEST => {
                Err(io::Error::new(io::ErrorKind::FileTooLarge, "too large to be a checkpoint"))
            }
            Ok(_) => fs::read(&self.0).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn save(&self, checkpoint: &[u8]) -> io::Result<()> {
        let new = self.beside();
        let written = File::create(&new).and_then(|mut file| {
            file.write_all(checkpoint)?;
            file.sync_all()
        });
        if let Err(error) = written.and_then(|()| fs::rename(&new, &self.0)) {
            // Half a file is of no use; that it cannot be removed either is not the news.
            let _ = fs::remove_file(&new);
            return Err(error);
        }
        // The rename is in the directory.
        match self.0.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
            _ => File::open(".")?.sync_all(),
        }
    }
}
