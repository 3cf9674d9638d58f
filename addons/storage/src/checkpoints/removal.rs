//! The body of a removal frame: the ids that are gone.

use super::manifest::MAX_ID_BYTES;

/// A 4-byte number of ids, then each as a 2-byte length and UTF-8.
pub fn encode<'a>(ids: impl ExactSizeIterator<Item = &'a str>) -> Vec<u8> {
    let mut out = Vec::from((ids.len() as u32).to_le_bytes());
    for id in ids {
        out.extend_from_slice(&(id.len() as u16).to_le_bytes());
        out.extend_from_slice(id.as_bytes());
    }
    out
}

/// Hands each id to `visit`.
///
/// # Errors
/// What is wrong, for people.
pub fn decode(body: &[u8], mut visit: impl FnMut(&str)) -> Result<(), &'static str> {
    let (count, mut rest) = body
        .split_first_chunk::<4>()
        .ok_or("is too short for its header")?;
    for _ in 0..u32::from_le_bytes(*count) {
        let (length, after) = rest.split_first_chunk::<2>().ok_or("is too short for its ids")?;
        let length = usize::from(u16::from_le_bytes(*length));
        if length == 0 || length > MAX_ID_BYTES {
            return Err("has an id of an impossible length");
        }
        let (id, after) = after.split_at_checked(length).ok_or("is too short for its ids")?;
        visit(std::str::from_utf8(id).map_err(|_| "has an id that is not UTF-8")?);
        rest = after;
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err("goes on behind its ids")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids_of(body: &[u8]) -> Result<Vec<String>, &'static str> {
        let mut ids = Vec::new();
        decode(body, |id| ids.push(id.to_owned()))?;
        Ok(ids)
    }

    #[test]
    fn ids_come_back() {
        let body = encode(["a", "häß"].into_iter());
        assert_eq!(body, b"\x02\0\0\0\x01\0a\x05\0h\xC3\xA4\xC3\x9F");
        assert_eq!(ids_of(&body).unwrap(), ["a", "häß"]);
        assert!(ids_of(&encode([].into_iter())).unwrap().is_empty());
    }

    #[test]
    fn i17_hostile_removals_are_refused() {
        let good = encode(["a", "bc"].into_iter());
        for length in 0..good.len() {
            assert!(ids_of(&good[..length]).is_err(), "{length}");
        }
        assert!(ids_of(&[good.clone(), vec![0]].concat()).is_err());
        assert!(ids_of(b"\xFF\xFF\xFF\xFF").is_err());
        assert!(ids_of(b"\x01\0\0\0\0\0").is_err(), "an empty id");
        assert!(ids_of(b"\x01\0\0\0\x01\0\xFF").is_err(), "not UTF-8");
        assert!(ids_of(&[b"\x01\0\0\0\x01\x02".as_slice(), &[b'a'; 513]].concat()).is_err());
    }
}
