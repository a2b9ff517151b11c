//! The lines of a histogram's buckets: most of what a page consists of.

use super::number::{self, LINE_END};

/// Room for `le="` and `"} ` around the longest number that a float can be, which together are one byte shorter.
const LE: usize = 32;
/// Room behind the head of a line for `le`, the count and the line break.
const ROOM: usize = LE + LINE_END;

/// Writes the buckets of one series after the other. What lines have in common is put together once.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// `name_bucket{`
    name: Vec<u8>,
    le: Vec<Le>,
    /// What the lines of a series begin with, up to `le`, and the room behind it.
    head: Vec<u8>,
}

/// `le="0.1"} `
#[derive(Debug)]
struct Le {
    text: [u8; LE],
    len: usize,
}

impl Le {
    fn new(bound: &str) -> Self {
        let text = format!("le=\"{bound}\"}} ");
        let mut le = Self { text: [0; LE], len: text.len().min(LE - 1) };
        le.text[..le.len].copy_from_slice(&text.as_bytes()[..le.len]);
        le
    }

    /// Writes `le`, the count and the line break. Returns how long they are.
    #[inline]
    fn write(&self, room: &mut [u8; ROOM], count: u64) -> usize {
        room[..LE].copy_from_slice(&self.text);
        // Always less; said so that no check is left.
        let len = self.len % LE;
        let Some(room) = room[len..].first_chunk_mut() else { return len };
        len + number::write_line_end(room, count)
    }
}

impl Buckets {
    /// Begins a family.
    pub(super) fn open<'a>(&mut self, name: &str, bounds: impl Iterator<Item = &'a str>) {
        self.name.clear();
        self.name.extend_from_slice(name.as_bytes());
        self.name.extend_from_slice(b"_bucket{");
        self.le.clear();
        self.le.extend(bounds.map(Le::new));
    }

    /// Begins a series.
    pub(super) fn series(&mut self, labels: &str) {
        self.head.clear();
        self.head.extend_from_slice(&self.name);
        self.head.extend_from_slice(labels.as_bytes());
        if !labels.is_empty() {
            self.head.push(b',');
        }
        self.head.extend_from_slice(&[0; ROOM]);
    }

    /// Writes the lines of `buckets`, which are not cumulative. Returns how many values are in them.
    #[inline]
    pub(super) fn write(
        &self,
        out: &mut Vec<u8>,
        buckets: &[u64],
        mut after_line: impl FnMut(&mut Vec<u8>, usize),
    ) -> u64 {
        let mut count = 0_u64;
        for (bucket, (n, le)) in buckets.iter().zip(&self.le).enumerate() {
            count = count.wrapping_add(*n);
            // The room is copied with the head and what is left of it is cut off: moves of fixed size cost less than
            // calls that copy just enough.
            out.extend_from_slice(&self.head);
            let Some(room) = out.last_chunk_mut() else { break };
            let used = le.write(room, count);
            out.truncate(out.len() - ROOM + used);
            after_line(out, bucket);
        }
        count
    }
}
