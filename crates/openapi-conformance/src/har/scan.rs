//! Finds where a JSON value ends, before it is parsed.

/// The state of a scan, which continues from one chunk to the next. It only follows brackets and quotes; the parser
/// then validates the value.
#[derive(Default)]
pub(super) struct Scan {
    depth: usize,
    inside: Inside,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Brackets,
    String,
    Escape,
    /// A number, a boolean or null that is the whole value.
    Scalar,
}

impl Scan {
    /// Scans the next bytes, and returns how many of them belong to the value, if it ends in them. The value starts
    /// with its first byte.
    pub fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match self.inside {
                Inside::String => {
                    let special = |byte: &u8| matches!(byte, b'"' | b'\\');
                    at += bytes[at..].iter().position(special)?;
                    self.inside = if bytes[at] == b'"' {
                        Inside::Brackets
                    } else {
                        Inside::Escape
                    };
                    if self.inside == Inside::Brackets && self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                Inside::Escape => self.inside = Inside::String,
                Inside::Scalar => {
                    if matches!(byte, b',' | b':' | b'"' | b'{' | b'}' | b'[' | b']')
                        || byte.is_ascii_whitespace()
                    {
                        return Some(at);
                    }
                }
                Inside::Brackets => match byte {
                    b'"' => self.inside = Inside::String,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => {
                        self.depth = self.depth.saturating_sub(1);
                        if self.depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ if self.depth == 0 => self.inside = Inside::Scalar,
                    _ => {}
                },
            }
            at += 1;
        }
        None
    }

    /// Returns whether the value also ends with the file.
    pub fn is_scalar(&self) -> bool {
        self.inside == Inside::Scalar
    }
}
