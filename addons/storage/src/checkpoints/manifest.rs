//! The body of a checkpoint frame: which chunks a checkpoint consists of, and the new ones among them.

use super::cut::MAX_CHUNK_BYTES;

/// Before the table of chunks.
pub const HEADER_BYTES: usize = 24;
/// A row of the table of chunks.
pub const CHUNK_BYTES: usize = 24;
/// Longest id.
pub const MAX_ID_BYTES: usize = 512;
/// Largest checkpoint that any option allows.
pub const MAX_CHECKPOINT_BYTES: u64 = 1 << 29;
/// Frames begin behind the header of their segment.
const FIRST_FRAME_OFFSET: u64 = 64;

/// A run of bytes of a checkpoint and where it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chunk {
    /// Number of the segment that holds the bytes.
    pub segment: u64,
    /// Where they begin in the segment's file.
    pub offset: u64,
    /// 1 to 65,536.
    pub length: u32,
    /// CRC of the bytes.
    pub crc: u32,
}

/// What a checkpoint consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Number of the save.
    pub seq: u64,
    /// Sum of the chunks' lengths.
    pub bytes: u64,
    /// Segment in which the frame of this manifest stands.
    pub home: u64,
    /// In order.
    pub chunks: Vec<Chunk>,
}

/// Where a body stands.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// Number of the segment.
    pub segment: u64,
    /// Of the body's first byte in the segment's file.
    pub body_offset: u64,
    /// Sequence number of the frame.
    pub seq: u64,
}

impl Manifest {
    /// Header, table and id: the body without the new chunks.
    pub fn encode(&self, id: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(encoded_bytes(self.chunks.len(), id));
        out.extend_from_slice(&(id.len() as u16).to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&(self.chunks.len() as u32).to_le_bytes());
        out.extend_from_slice(&self.bytes.to_le_bytes());
        out.extend_from_slice(&self.seq.to_le_bytes());
        for chunk in &self.chunks {
            out.extend_from_slice(&chunk.segment.to_le_bytes());
            out.extend_from_slice(&chunk.offset.to_le_bytes());
            out.extend_from_slice(&chunk.length.to_le_bytes());
            out.extend_from_slice(&chunk.crc.to_le_bytes());
        }
        out.extend_from_slice(id.as_bytes());
        out
    }

    /// Reads the body of a frame whose CRCs held.
    ///
    /// The bytes may be hostile all the same: nothing is allocated that they are not long enough for, and a reference to the
    /// body itself must lie in it. Whether other segments are there is for the caller to say, once it is known which
    /// manifests count.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn decode(body: &[u8], position: Position) -> Result<(String, Self), &'static str> {
        let header = body
            .first_chunk::<HEADER_BYTES>()
            .ok_or("is too short for its header")?;
        let id_bytes = usize::from(u16::from_le_bytes([header[0], header[1]]));
        let count = u32_at(header, 4) as usize;
        let bytes = u64_at(header, 8);
        let seq = u64_at(header, 16);
        if id_bytes == 0 || id_bytes > MAX_ID_BYTES || header[2..4] != [0; 2] {
            return Err("has an id of an impossible length");
        }
        let table_bytes = count as u64 * CHUNK_BYTES as u64;
        if table_bytes + id_bytes as u64 > (body.len() - HEADER_BYTES) as u64 {
            return Err("is too short for its table of chunks");
        }
        if seq > position.seq {
            return Err("has the number of a later save");
        }
        let (table, rest) = body[HEADER_BYTES..].split_at(table_bytes as usize);
        let (id, _) = rest.split_at(id_bytes);
        let id = std::str::from_utf8(id).map_err(|_| "has an id that is not UTF-8")?;
        let data_start = position.body_offset + (HEADER_BYTES + table.len() + id_bytes) as u64;
        let end = position.body_offset + body.len() as u64;
        let chunks = decode_chunks(table, position, data_start, end)?;
        if chunks.iter().map(|chunk| u64::from(chunk.length)).sum::<u64>() != bytes {
            return Err("has chunks that do not add up to its length");
        }
        if bytes > MAX_CHECKPOINT_BYTES {
            return Err("is longer than any checkpoint can be");
        }
        let home = position.segment;
        Ok((
            id.to_owned(),
            Self {
                seq,
                bytes,
                home,
                chunks,
            },
        ))
    }
}

/// Length of what [`Manifest::encode`] gives.
pub fn encoded_bytes(chunks: usize, id: &str) -> usize {
    HEADER_BYTES + chunks * CHUNK_BYTES + id.len()
}

fn decode_chunks(
    table: &[u8],
    position: Position,
    data_start: u64,
    end: u64,
) -> Result<Vec<Chunk>, &'static str> {
    let home = position.segment;
    let mut chunks = Vec::with_capacity(table.len() / CHUNK_BYTES);
    // New chunks stand one after the other in the order of their first use.
    let mut next_new = data_start;
    for row in table.chunks_exact(CHUNK_BYTES) {
        let chunk = Chunk {
            segment: u64_at(row, 0),
            offset: u64_at(row, 8),
            length: u32_at(row, 16),
            crc: u32_at(row, 20),
        };
        if chunk.length == 0 || chunk.length as usize > MAX_CHUNK_BYTES {
            return Err("has a chunk of an impossible length");
        }
        let stop = chunk.offset.checked_add(u64::from(chunk.length)).ok_or(OUTSIDE)?;
        let is_before = stop <= position.body_offset;
        let is_new_before = chunk.offset >= data_start && stop <= next_new;
        if chunk.segment == home && chunk.offset == next_new {
            next_new = stop;
        } else if chunk.offset < FIRST_FRAME_OFFSET
            || chunk.segment > home
            || (chunk.segment == home && !is_before && !is_new_before)
        {
            return Err(OUTSIDE);
        }
        chunks.push(chunk);
    }
    if next_new != end {
        return Err("has new chunks that do not fill it");
    }
    Ok(chunks)
}

const OUTSIDE: &str = "refers to bytes that are not there";

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4]
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8]
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests;
