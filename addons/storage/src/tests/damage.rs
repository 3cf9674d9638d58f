//! One byte wrong, or an end missing, at every place of a log: what FORMAT.md's table says, and never a wrong event.

use std::path::Path;

use super::support::{DIR, open, read, small};
use crate::error::Code;
use crate::format::{FrameKind, Kind, SEGMENT_HEADER_BYTES, SegmentHeader, WRITER_NAME, segment_name};
use crate::journal::{Options, SegmentInfo, Step, Walker};
use crate::vfs::Vfs;
use crate::vfs::sim::{Random, SimFs};

/// About 64 KiB in one segment.
const CAPACITY: u64 = 65_536;

struct Sample {
    events: Vec<Vec<u8>>,
    /// Start, end of header and body, end of fill, whether it is a close.
    frames: Vec<(u64, u64, u64, bool)>,
    segment: Vec<u8>,
    writer: Vec<u8>,
}

/// A log with small and large frames, batches, and orderly closes in its middle and, if asked for, at its end.
fn sample(closed: bool) -> Sample {
    let fs = SimFs::new(7);
    let options = Options {
        segment_bytes: CAPACITY,
        ..small()
    };
    let mut random = Random::new(11);
    let mut events = Vec::new();
    let mut log = open(&fs, &options).unwrap();
    // To nearly the end, so that most of the bytes are those of frames.
    while (events.iter().map(Vec::len).sum::<usize>() as u64) < CAPACITY - 14_000 {
        let batch: Vec<Vec<u8>> = (0..1 + random.below(3))
            .map(|_| {
                let length = [5, 90, 600, 4000][random.below(4) as usize];
                let length = random.below(length) as usize;
                random.bytes(length)
            })
            .collect();
        let parts: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
        log.append_batch(&parts).unwrap();
        events.extend(batch);
        if random.once_in(5) {
            log.close().unwrap();
            log = open(&fs, &options).unwrap();
        }
    }
    log.append(b"the last one, of odd length").unwrap();
    events.push(b"the last one, of odd length".to_vec());
    if closed {
        log.close().unwrap();
    }
    let path = |name: &str| Path::new(DIR).join(name);
    let segment = fs.get(&path(&segment_name(0))).unwrap();
    let header = SegmentHeader::decode(segment[..64].try_into().unwrap(), 0, Kind::Events, CAPACITY).unwrap();
    let file = fs.open(&path(&segment_name(0)), false).unwrap();
    let mut walker = Walker::new(&*file, Kind::Events, SegmentInfo::from(header));
    let mut frames = Vec::new();
    while let Step::Frame(frame) = walker.step().unwrap() {
        let body_end = frame.offset + 40 + u64::from(frame.body_bytes);
        let is_close = frame.kind == FrameKind::Close as u8;
        frames.push((
            frame.offset,
            body_end,
            frame.offset + frame.total_bytes(),
            is_close,
        ));
    }
    assert_eq!(frames.last().unwrap().3, closed);
    assert!(
        frames.iter().filter(|frame| frame.3).count() > 2,
        "closes in the middle"
    );
    let writer = fs.get(&path(WRITER_NAME)).unwrap();
    Sample {
        events,
        frames,
        segment,
        writer,
    }
}

/// A machine that has just started with this directory.
fn disk(segment: &[u8], writer: Option<&[u8]>) -> SimFs {
    let fs = SimFs::new(1);
    fs.put(&Path::new(DIR).join(segment_name(0)), segment);
    if let Some(writer) = writer {
        fs.put(&Path::new(DIR).join(WRITER_NAME), writer);
    }
    fs
}

#[derive(Debug, PartialEq)]
enum Found {
    /// `ERR_CORRUPT` with this offset.
    Corrupt(u64),
    /// So many of the events, and so many bytes cut.
    Events(usize, u64),
}

fn find(sample: &Sample, segment: &[u8], writer: Option<&[u8]>) -> Found {
    let fs = disk(segment, writer);
    let corrupt = |error: crate::Error| {
        assert_eq!((error.code, error.segment), (Code::Corrupt, Some(0)), "{error}");
        Found::Corrupt(error.offset.unwrap())
    };
    let log = match open(&fs, &small()) {
        Ok(log) => log,
        Err(error) => return corrupt(error),
    };
    match read(&log, None) {
        Ok((_, events)) => {
            assert!(sample.events.starts_with(&events), "a wrong event");
            assert_eq!(log.next_seq(), events.len() as u64);
            Found::Events(events.len(), log.recovery().cut_bytes)
        }
        Err(error) => corrupt(error),
    }
}

/// What the table says of a wrong byte at `offset` of the segment.
fn check_flip(sample: &Sample, offset: u64, closed: bool, writer: Option<&[u8]>) {
    let mut segment = sample.segment.clone();
    segment[offset as usize] ^= 1 << (offset % 8);
    let found = find(sample, &segment, writer);
    let all = sample.events.len();
    let last = *sample.frames.last().unwrap();
    let in_frame = sample
        .frames
        .iter()
        .find(|frame| (frame.0..frame.1).contains(&offset));
    match in_frame {
        _ if offset < SEGMENT_HEADER_BYTES => assert_eq!(found, Found::Corrupt(0), "byte {offset}"),
        // The very last close, which takes no number: nothing can be missed.
        Some(frame) if *frame == last && closed => {
            assert!(
                matches!(found, Found::Events(events, cut) if events == all && cut > 0),
                "byte {offset}: {found:?}"
            );
        }
        Some(frame) if *frame == last && writer.is_none() => {
            assert!(
                matches!(found, Found::Events(events, cut) if events == all - 1 && cut > 0),
                "byte {offset}: {found:?}"
            );
        }
        Some(frame) => assert_eq!(found, Found::Corrupt(frame.0), "byte {offset}"),
        None if offset < last.2 => assert_eq!(found, Found::Events(all, 0), "fill {offset}"),
        None => assert_eq!(
            found,
            Found::Events(all, offset + 1 - last.2),
            "behind the end {offset}"
        ),
    }
}

#[test]
fn i06_i07_every_byte_of_an_open_log_flipped() {
    let sample = sample(false);
    for offset in 0..CAPACITY {
        check_flip(&sample, offset, false, Some(&sample.writer));
    }
}

#[test]
fn i06_i07_every_byte_of_a_closed_log_flipped_without_writer() {
    let sample = sample(true);
    for offset in 0..CAPACITY {
        check_flip(&sample, offset, true, None);
    }
}

#[test]
fn i06_i08_every_byte_of_an_open_log_flipped_without_writer() {
    let sample = sample(false);
    for offset in 0..CAPACITY {
        check_flip(&sample, offset, false, None);
    }
}

#[test]
fn i06_every_bit_of_writer_flipped() {
    let sample = sample(false);
    for bit in 0..sample.writer.len() * 8 {
        let mut writer = sample.writer.clone();
        writer[bit / 8] ^= 1 << (bit % 8);
        let found = find(&sample, &sample.segment, Some(&writer));
        assert_eq!(found, Found::Events(sample.events.len(), 0), "bit {bit}");
    }
}

#[test]
fn i06_every_truncation_is_refused() {
    let sample = sample(false);
    for length in 0..CAPACITY as usize {
        let found = find(&sample, &sample.segment[..length], Some(&sample.writer));
        assert!(matches!(found, Found::Corrupt(_)), "{length}: {found:?}");
    }
}

/// What a lost tail looks like in a file that keeps its length: zeros from some byte on.
#[test]
fn i06_i08_every_lost_tail_is_cut_or_refused() {
    let sample = sample(false);
    let mut segment = sample.segment.clone();
    for end in (SEGMENT_HEADER_BYTES..CAPACITY).rev() {
        segment[end as usize] = 0;
        // Frames that are wholly there: a body may have ended in zeros anyway.
        let whole = sample
            .frames
            .iter()
            .take_while(|frame| segment[..frame.1 as usize] == sample.segment[..frame.1 as usize])
            .count();
        let found = find(&sample, &segment, None);
        let Found::Events(events, _) = found else {
            panic!("zeros from {end}: {found:?}");
        };
        let counted: usize = sample.frames[..whole].iter().filter(|frame| !frame.3).count();
        assert!(
            events >= counted,
            "zeros from {end}: {events} of at least {counted}"
        );
        let found = find(&sample, &segment, Some(&sample.writer));
        if whole == sample.frames.len() {
            assert_eq!(found, Found::Events(sample.events.len(), 0), "zeros from {end}");
        } else {
            let expected = Found::Corrupt(sample.frames[whole].0);
            assert_eq!(found, expected, "zeros from {end}");
        }
    }
}

#[test]
fn i07_damage_in_a_sealed_segment_is_reported_where_it_is_read() {
    let fs = SimFs::new(3);
    let log = open(&fs, &small()).unwrap();
    for index in 0..12_u8 {
        log.append(&[index; 100]).unwrap();
    }
    log.close().unwrap();
    let path = Path::new(DIR).join(segment_name(1));
    let sealed = fs.get(&path).unwrap();
    let mut corrupt = 0;
    for offset in 0..sealed.len() {
        let fs = fs.snapshot();
        let mut bytes = sealed.clone();
        bytes[offset] ^= 0x10;
        fs.put(&path, &bytes);
        let outcome = open(&fs, &small()).and_then(|log| {
            let before = log.replay(None)?;
            // What stands before the damage is handed out.
            let mut before = before;
            let (mut buffer, mut ranges) = (Vec::new(), Vec::new());
            let chunk = before.next_chunk(&mut buffer, &mut ranges)?.unwrap();
            assert_eq!(chunk.first_seq, 0);
            read(&log, None)
        });
        match outcome {
            Err(error) => {
                assert_eq!(
                    (error.code, error.segment),
                    (Code::Corrupt, Some(1)),
                    "byte {offset}: {error}"
                );
                corrupt += 1;
            }
            // Fill, and zeros at the end of the segment.
            Ok((_, events)) => assert_eq!(events.len(), 12, "byte {offset}"),
        }
    }
    assert!(corrupt > 400, "{corrupt} of {} bytes", sealed.len());
}

#[test]
fn i07_a_missing_segment_is_reported() {
    let fs = SimFs::new(3);
    let log = open(&fs, &small()).unwrap();
    for index in 0..12_u8 {
        log.append(&[index; 100]).unwrap();
    }
    log.close().unwrap();
    let all = fs.list(Path::new(DIR)).unwrap().len() - 2;
    assert!(all > 3, "{all} segments");
    for missing in 1..all as u64 {
        let fs = fs.snapshot();
        fs.unlink(&Path::new(DIR).join(segment_name(missing))).unwrap();
        let error = open(&fs, &small()).err().unwrap();
        assert_eq!(error.code, Code::Corrupt, "{missing}: {error}");
    }
    for missing in 0..all as u64 {
        fs.unlink(&Path::new(DIR).join(segment_name(missing))).unwrap();
    }
    assert_eq!(open(&fs, &small()).err().unwrap().code, Code::Corrupt);
}
