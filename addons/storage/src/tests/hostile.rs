//! Files that somebody made: no panic, no large allocation, a typed error.

use std::path::Path;

use super::support::{DIR, open, read, reader, small};
use crate::error::Code;
use crate::format::{Frame, FrameKind, Kind, SegmentHeader, WRITER_NAME, WriterState, segment_name};
use crate::vfs::sim::{Random, SimFs};

const CAPACITY: u64 = 512;
const SALT: u64 = 99;

fn header() -> SegmentHeader {
    SegmentHeader {
        kind: Kind::Events,
        number: 0,
        first_seq: 0,
        salt: SALT,
        capacity: CAPACITY,
    }
}

fn frame(count: u32, seq: u64, kind: u8, body: &[u8]) -> Frame {
    Frame {
        body_crc: crc32fast::hash(body),
        body_bytes: body.len() as u32,
        count,
        seq,
        flushed: 0,
        kind,
        flags: 0,
        segment: 0,
        offset: 64,
    }
}

fn segment(header: &SegmentHeader, frame: Option<(&Frame, &[u8])>) -> Vec<u8> {
    let mut bytes = vec![0; CAPACITY as usize];
    bytes[..64].copy_from_slice(&header.encode());
    if let Some((frame, body)) = frame {
        bytes[64..104].copy_from_slice(&frame.encode(header.salt));
        bytes[104..104 + body.len()].copy_from_slice(body);
    }
    bytes
}

/// The code of what goes wrong in opening or reading; `None` when nothing does.
fn outcome(bytes: &[u8]) -> Option<Code> {
    let fs = SimFs::new(1);
    fs.put(&Path::new(DIR).join(segment_name(0)), bytes);
    for options in [reader(), small()] {
        let read = open(&fs, &options).and_then(|log| read(&log, None));
        if let Err(error) = read {
            return Some(error.code);
        }
    }
    None
}

#[test]
fn i17_lengths_that_are_too_large_end_the_walk() {
    let body = 3_u32.to_le_bytes();
    for body_bytes in [400, 1 << 20, (1 << 30) + 1, u32::MAX - 40, u32::MAX] {
        let frame = Frame {
            body_bytes,
            ..frame(1, 0, 1, &body)
        };
        assert_eq!(
            outcome(&segment(&header(), Some((&frame, &body)))),
            None,
            "{body_bytes}"
        );
    }
}

#[test]
fn i17_counts_and_tables_that_do_not_fit_are_corrupt() {
    let table = |lengths: &[u32], more: usize| {
        let mut body: Vec<u8> = lengths.iter().flat_map(|length| length.to_le_bytes()).collect();
        body.resize(body.len() + more, 7);
        body
    };
    let cases = [
        (u32::MAX, table(&[1], 1)),
        (3, table(&[1, 1], 2)),
        (1, table(&[2], 1)),
        (1, table(&[1], 2)),
        (2, table(&[u32::MAX, 1], 0)),
        (1, Vec::new()),
    ];
    for (count, body) in cases {
        let frame = frame(count, 0, FrameKind::Events as u8, &body);
        let found = outcome(&segment(&header(), Some((&frame, &body))));
        assert_eq!(found, Some(Code::Corrupt), "count {count}, {} bytes", body.len());
    }
    let body = table(&[1], 1);
    let good = frame(1, 0, FrameKind::Events as u8, &body);
    assert_eq!(outcome(&segment(&header(), Some((&good, &body)))), None);
}

#[test]
fn i16_what_a_newer_version_wrote_is_refused() {
    for (kind, flags) in [(0, 0), (5, 0), (255, 0), (1, 1), (1, 128), (4, 2)] {
        let frame = Frame {
            flags,
            ..frame(0, 0, kind, &[])
        };
        let found = outcome(&segment(&header(), Some((&frame, &[]))));
        assert_eq!(found, Some(Code::FormatTooNew), "kind {kind}, flags {flags}");
    }
    let mut newer = header().encode();
    newer[8] = 2;
    let crc = crc32fast::hash(&newer[..60]);
    newer[60..].copy_from_slice(&crc.to_le_bytes());
    let mut bytes = vec![0; CAPACITY as usize];
    bytes[..64].copy_from_slice(&newer);
    assert_eq!(outcome(&bytes), Some(Code::FormatTooNew));
}

#[test]
fn i16_a_log_of_the_other_kind_is_refused() {
    let other = SegmentHeader {
        kind: Kind::Checkpoints,
        ..header()
    };
    assert_eq!(outcome(&segment(&other, None)), Some(Code::WrongKind));
    let body = [0; 4];
    for kind in [FrameKind::Checkpoint, FrameKind::Removal] {
        let frame = frame(1, 0, kind as u8, &body);
        assert_eq!(
            outcome(&segment(&header(), Some((&frame, &body)))),
            Some(Code::Corrupt),
            "{kind:?} in an event log"
        );
    }
}

#[test]
fn i17_headers_that_lie_are_corrupt() {
    let lies = [
        SegmentHeader {
            capacity: !7,
            ..header()
        },
        SegmentHeader {
            capacity: CAPACITY + 8,
            ..header()
        },
        SegmentHeader {
            capacity: 0,
            ..header()
        },
        SegmentHeader {
            number: 1,
            ..header()
        },
        SegmentHeader {
            first_seq: 1 << 53,
            ..header()
        },
    ];
    for lie in lies {
        assert_eq!(outcome(&segment(&lie, None)), Some(Code::Corrupt), "{lie:?}");
    }
    for length in [0, 1, 63] {
        assert_eq!(outcome(&vec![0; length]), Some(Code::Corrupt), "{length} bytes");
    }
}

#[test]
fn i17_numbers_at_their_limit_are_refused() {
    let last = SegmentHeader {
        first_seq: (1 << 53) - 1,
        ..header()
    };
    let body = 0_u32.to_le_bytes();
    let frame = frame(1, last.first_seq, 1, &body);
    assert_eq!(
        outcome(&segment(&last, Some((&frame, &body)))),
        Some(Code::Corrupt)
    );
    let fs = SimFs::new(1);
    fs.put(&Path::new(DIR).join(segment_name(0)), &segment(&last, None));
    let log = open(&fs, &small()).unwrap();
    assert_eq!(log.append(b"one too many").unwrap_err().code, Code::TooLarge);
    assert_eq!(log.next_seq(), last.first_seq);
}

#[test]
fn i17_a_writer_that_promises_what_is_not_there() {
    let said = WriterState {
        pid: 7,
        boot_id: [1; 16],
        acknowledged: 1 << 40,
        flushed: 0,
    };
    let fs = SimFs::new(1);
    fs.put(&Path::new(DIR).join(segment_name(0)), &segment(&header(), None));
    fs.put(&Path::new(DIR).join(WRITER_NAME), &said.encode());
    let log = open(&fs, &reader()).unwrap();
    assert_eq!(read(&log, None).unwrap_err().code, Code::Corrupt);
    let flushed = WriterState { flushed: 1, ..said };
    fs.put(&Path::new(DIR).join(WRITER_NAME), &flushed.encode());
    assert_eq!(open(&fs, &small()).err().unwrap().code, Code::Corrupt);
}

#[test]
fn i06_a_whole_frame_with_another_number_is_none() {
    let body = 0_u32.to_le_bytes();
    for seq in [1, 7, 1 << 40] {
        let frame = frame(1, seq, 1, &body);
        let fs = SimFs::new(1);
        let bytes = segment(&header(), Some((&frame, &body)));
        fs.put(&Path::new(DIR).join(segment_name(0)), &bytes);
        let log = open(&fs, &small()).unwrap();
        assert_eq!(
            (log.next_seq(), log.recovery().cut_offset),
            (0, 64),
            "number {seq}"
        );
        assert!(log.recovery().cut_bytes > 0);
        assert!(read(&log, None).unwrap().1.is_empty());
    }
}

#[test]
fn i17_random_bytes_never_panic() {
    let mut random = Random::new(5);
    for round in 0..3000 {
        let junk = random.bytes(CAPACITY as usize - 64);
        let mut bytes = segment(&header(), None);
        bytes[64..].copy_from_slice(&junk);
        let length = random.below(600) as usize;
        let any = random.bytes(length);
        let written = |bytes: &[u8]| {
            let fs = SimFs::new(1);
            fs.put(&Path::new(DIR).join(segment_name(0)), bytes);
            open(&fs, &small()).err().map(|error| error.code)
        };
        // Behind a good header nothing is promised, so it is cut.
        assert_eq!(written(&bytes), None);
        assert_eq!(written(&any), Some(Code::Corrupt));
        // A reader looks several times, with pauses.
        if round % 100 == 0 {
            assert_eq!(outcome(&any), Some(Code::Corrupt));
        }
    }
}
