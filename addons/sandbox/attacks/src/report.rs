//! What an attack says of itself: one line of JSON. The judge is the host; this line is evidence only where the success
//! of a call is all that can be seen.

use crate::os::Outcome;

#[derive(Default)]
pub struct Report {
    attempts: Vec<(String, Outcome)>,
    /// Bytes that should not have been readable.
    got: Vec<u8>,
}

impl Report {
    /// Notes how one attempt ended.
    pub fn attempt(&mut self, what: impl Into<String>, outcome: Outcome) {
        self.attempts.push((what.into(), outcome));
    }

    pub fn got(&mut self, bytes: &[u8]) {
        self.got.extend_from_slice(bytes);
        self.got.push(b'\n');
    }

    pub fn print(&self) {
        let attempts: Vec<String> = self
            .attempts
            .iter()
            .map(|(what, outcome)| {
                let (ok, value, errno) = match outcome {
                    Ok(value) => (true, *value, 0),
                    Err(errno) => (false, -1, *errno),
                };
                format!(
                    r#"{{"what":{},"ok":{ok},"value":{value},"errno":{errno}}}"#,
                    quoted(what.as_bytes())
                )
            })
            .collect();
        println!(
            r#"{{"attempts":[{}],"got":{}}}"#,
            attempts.join(","),
            quoted(&self.got)
        );
    }
}

/// A JSON string; bytes that are not printable ASCII become `\u00XX`, so that nothing read can break the line.
fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from('"');
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => {
                text.push('\\');
                text.push(byte as char);
            }
            0x20..=0x7e => text.push(byte as char),
            _ => text.push_str(&format!("\\u{byte:04x}")),
        }
    }
    text.push('"');
    text
}
