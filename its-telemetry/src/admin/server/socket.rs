//! A socket that tells how far it is.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::progress::Progress;

/// Passes bytes through and notes that they came, or that they are gone.
#[pin_project]
#[derive(Debug)]
pub(super) struct Socket {
    #[pin]
    inner: TcpStream,
    progress: Progress,
}

impl Socket {
    pub(super) fn new(inner: TcpStream, progress: Progress) -> Self {
        Self { inner, progress }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.project();
        let before = buffer.filled().len();
        let read = ready!(this.inner.poll_read(task, buffer));
        if buffer.filled().len() > before {
            this.progress.received();
        }
        if read.is_err() {
            // Reset, because the client closed with bytes unread.
            this.progress.in_transit().lost();
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write(task, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write_vectored(task, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    /// Called when everything before has been written.
    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.project();
        let flushed = ready!(this.inner.poll_flush(task));
        this.progress.flushed();
        Poll::Ready(flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_shutdown(task)
    }
}
