//! A frame as the body of an HTTP or gRPC request: a fixed header, then the raw picture.
//!
//! | offset | bytes | field (big-endian) |
//! |---|---|---|
//! | 0 | 4 | magic `ITSF` |
//! | 4 | 1 | version, 1 |
//! | 5 | 1 | pixel format, 0 = grey, 8 bits |
//! | 6 | 2 | width in pixels |
//! | 8 | 2 | height in pixels |
//! | 10 | 8 | sequence |
//! | 18 | 8 | media time in nanoseconds |
//! | 26 | 8 | capture time in nanoseconds since 1970 |
//! | 34 | width × height | grey values |

use std::time::{Duration, SystemTime};

use crate::Frame;

/// Bytes before the picture.
pub const HEADER_BYTES: usize = 34;

/// A limit on picture data that fits one frame of 4K video.
pub const DEFAULT_MAX_DATA_BYTES: usize = 3840 * 2160;

const MAGIC: [u8; 4] = *b"ITSF";
const VERSION: u8 = 1;
const GREY8: u8 = 0;

/// Why a frame could not be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The body is shorter than a header.
    #[error("a frame needs at least {HEADER_BYTES} bytes, got {found}")]
    Truncated {
        /// Bytes in the body.
        found: usize,
    },
    /// The body does not start with the magic bytes.
    #[error("not a frame: the body does not start with \"ITSF\"")]
    NotAFrame,
    /// A version this build cannot read.
    #[error("frame version {found} is not supported, only {VERSION} is")]
    UnsupportedVersion {
        /// The version in the header.
        found: u8,
    },
    /// A pixel format this build cannot read.
    #[error("pixel format {found} is not supported, only {GREY8} (grey, 8 bits) is")]
    UnsupportedFormat {
        /// The format in the header.
        found: u8,
    },
    /// A side is 0 or does not fit the header.
    #[error("a frame of {width}x{height} pixels cannot be sent: each side must be 1 to 65535")]
    Geometry {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The header announces more picture than the receiver takes.
    #[error("the picture has {announced} bytes, the limit is {limit}")]
    TooLarge {
        /// Picture bytes by the header.
        announced: usize,
        /// The receiver's limit.
        limit: usize,
    },
    /// The picture is shorter or longer than its geometry says.
    #[error("the picture should have {expected} bytes, got {found}")]
    Length {
        /// Width times height.
        expected: usize,
        /// Bytes present.
        found: usize,
    },
}

/// Replaces the contents of `body` with `frame`; its capacity is reused.
///
/// A capture time before 1970 is sent as 1970.
pub fn encode(frame: &Frame, body: &mut Vec<u8>) -> Result<(), WireError> {
    let geometry = WireError::Geometry { width: frame.width, height: frame.height };
    let side = |pixels: u32| u16::try_from(pixels).ok().filter(|&side| side > 0);
    let (Some(width), Some(height)) = (side(frame.width), side(frame.height)) else { return Err(geometry) };
    check_length(usize::from(width) * usize::from(height), frame.data.len())?;
    let captured_at = frame.captured_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();

    body.clear();
    body.reserve(HEADER_BYTES + frame.data.len());
    body.extend_from_slice(&MAGIC);
    body.extend_from_slice(&[VERSION, GREY8]);
    body.extend_from_slice(&width.to_be_bytes());
    body.extend_from_slice(&height.to_be_bytes());
    body.extend_from_slice(&frame.sequence.to_be_bytes());
    body.extend_from_slice(&saturating_nanos(frame.timestamp).to_be_bytes());
    body.extend_from_slice(&saturating_nanos(captured_at).to_be_bytes());
    body.extend_from_slice(&frame.data);
    Ok(())
}

/// Reads `body` into `frame`, whose buffer is reused. On an error `frame` is unchanged.
///
/// Nothing is allocated before the header has been checked against `max_data_bytes`.
pub fn decode_into(body: &[u8], max_data_bytes: usize, frame: &mut Frame) -> Result<(), WireError> {
    let Some((header, data)) = body.split_first_chunk::<HEADER_BYTES>() else {
        return Err(WireError::Truncated { found: body.len() });
    };
    if header[..4] != MAGIC {
        return Err(WireError::NotAFrame);
    }
    if header[4] != VERSION {
        return Err(WireError::UnsupportedVersion { found: header[4] });
    }
    if header[5] != GREY8 {
        return Err(WireError::UnsupportedFormat { found: header[5] });
    }
    let width = u32::from(u16::from_be_bytes([header[6], header[7]]));
    let height = u32::from(u16::from_be_bytes([header[8], header[9]]));
    if width == 0 || height == 0 {
        return Err(WireError::Geometry { width, height });
    }
    let announced = width as usize * height as usize;
    if announced > max_data_bytes {
        return Err(WireError::TooLarge { announced, limit: max_data_bytes });
    }
    check_length(announced, data.len())?;

    frame.width = width;
    frame.height = height;
    frame.sequence = read_u64(header, 10);
    frame.timestamp = Duration::from_nanos(read_u64(header, 18));
    frame.captured_at = SystemTime::UNIX_EPOCH + Duration::from_nanos(read_u64(header, 26));
    frame.data.clear();
    frame.data.extend_from_slice(data);
    Ok(())
}

/// Reads `body` as a new frame; see [`decode_into`].
pub fn decode(body: &[u8], max_data_bytes: usize) -> Result<Frame, WireError> {
    let mut frame = Frame::default();
    decode_into(body, max_data_bytes, &mut frame)?;
    Ok(frame)
}

fn check_length(expected: usize, found: usize) -> Result<(), WireError> {
    if expected == found { Ok(()) } else { Err(WireError::Length { expected, found }) }
}

fn saturating_nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn read_u64(header: &[u8; HEADER_BYTES], at: usize) -> u64 {
    header[at..at + 8].iter().fold(0, |value, &byte| value << 8 | u64::from(byte))
}
