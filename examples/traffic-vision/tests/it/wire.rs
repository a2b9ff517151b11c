//! Frames survive the wire; what is not a frame is refused with a reason.

use std::time::{Duration, SystemTime};

use traffic_vision::Frame;
use traffic_vision::wire::{DEFAULT_MAX_DATA_BYTES, HEADER_BYTES, WireError, decode, decode_into, encode};

fn frame() -> Frame {
    let mut frame = Frame::new(5, 3);
    frame.data = (0..15).collect();
    frame.sequence = u64::MAX - 7;
    frame.timestamp = Duration::from_nanos(123_456_789_012);
    frame.captured_at = SystemTime::UNIX_EPOCH + Duration::from_nanos(1_790_000_000_123_456_789);
    frame
}

fn body() -> Vec<u8> {
    let mut body = Vec::new();
    encode(&frame(), &mut body).expect("a frame");
    body
}

#[test]
fn a_frame_comes_back_as_it_was() {
    assert_eq!(body().len(), HEADER_BYTES + 15);
    assert_eq!(decode(&body(), 15), Ok(frame()));
}

#[test]
fn buffers_are_reused_both_ways() {
    let mut body = body();
    let mut read = Frame::default();
    decode_into(&body, DEFAULT_MAX_DATA_BYTES, &mut read).expect("a frame");
    let (sent, received) = (body.as_ptr(), read.data.as_ptr());
    encode(&read, &mut body).expect("a frame");
    decode_into(&body, DEFAULT_MAX_DATA_BYTES, &mut read).expect("a frame");
    assert_eq!((sent, received), (body.as_ptr(), read.data.as_ptr()));
}

#[test]
fn every_shorter_or_longer_body_is_refused() {
    let body = body();
    for length in 0..HEADER_BYTES {
        assert_eq!(decode(&body[..length], 15), Err(WireError::Truncated { found: length }));
    }
    for length in HEADER_BYTES..body.len() {
        let found = length - HEADER_BYTES;
        assert_eq!(decode(&body[..length], 15), Err(WireError::Length { expected: 15, found }));
    }
    let longer = [&body[..], &[0]].concat();
    assert_eq!(decode(&longer, 15), Err(WireError::Length { expected: 15, found: 16 }));
}

#[test]
fn a_changed_header_is_refused_and_leaves_the_frame_alone() {
    let refused = |at: usize, byte: u8| {
        let mut body = body();
        body[at] = byte;
        let mut kept = frame();
        let error = decode_into(&body, 1_000, &mut kept).expect_err("must be refused");
        assert_eq!(kept, frame());
        error
    };
    assert_eq!(refused(0, b'X'), WireError::NotAFrame);
    assert_eq!(refused(4, 2), WireError::UnsupportedVersion { found: 2 });
    assert_eq!(refused(5, 1), WireError::UnsupportedFormat { found: 1 });
    assert_eq!(refused(7, 0), WireError::Geometry { width: 0, height: 3 });
    assert_eq!(refused(9, 0), WireError::Geometry { width: 5, height: 0 });
    assert_eq!(refused(6, 0xff), WireError::TooLarge { announced: 0xff05 * 3, limit: 1_000 });
    assert_eq!(refused(9, 4), WireError::Length { expected: 20, found: 15 });
}

#[test]
fn a_frame_that_does_not_fit_the_header_is_not_sent() {
    let mut body = Vec::new();
    let wide = Frame::new(65_536, 1);
    assert_eq!(encode(&wide, &mut body), Err(WireError::Geometry { width: 65_536, height: 1 }));
    assert_eq!(encode(&Frame::default(), &mut body), Err(WireError::Geometry { width: 0, height: 0 }));
    let mut short = frame();
    short.data.pop();
    assert_eq!(encode(&short, &mut body), Err(WireError::Length { expected: 15, found: 14 }));
}
