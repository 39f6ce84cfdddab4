//! JSON as servers write it.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

/// Deserializes `T`, replacing lone surrogates with U+FFFD. A server that truncates a UTF-16 string inside an emoji
/// writes such an escape, and one name must not make a whole list unreadable. The body may begin with a byte-order mark.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    let body = without_byte_order_mark(body);
    serde_json::from_slice(body).or_else(|error| match replace_lone_surrogates(body) {
        Cow::Owned(replaced) => serde_json::from_slice(&replaced).map_err(|_| error),
        Cow::Borrowed(_) => Err(error),
    })
}

pub(crate) fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Returns `body` with every escape of a lone surrogate replaced, at the same length.
pub(crate) fn replace_lone_surrogates(body: &[u8]) -> Cow<'_, [u8]> {
    let mut replaced = Cow::Borrowed(body);
    let mut at = 0;
    while at < body.len() {
        if body[at] != b'\\' {
            at += 1;
            continue;
        }
        match (escape(body, at), escape(body, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(0xd800..=0xdfff), _) => {
                replaced.to_mut()[at..at + 6].copy_from_slice(b"\\ufffd");
                at += 6;
            }
            // Any other escape is a backslash and one character that does not start an escape.
            _ => at += 2,
        }
    }
    replaced
}

/// Returns the code unit of the `\uXXXX` escape at this position.
pub(crate) fn escape(body: &[u8], at: usize) -> Option<u32> {
    let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}
