//! Invalid files are errors, and files of any size can be read.

use std::cell::Cell;
use std::io::{self, Read};
use std::mem;

use openapi_conformance::har::{HarError, Recording};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{entries, har, listed, read, read_of, with};
use crate::contract::CONTRACT;

#[track_caller]
fn read_error(har: impl AsRef<[u8]>) -> HarError {
    read(har).result.unwrap_err()
}

#[test]
fn empty_file_is_an_error() {
    for har in ["", "\u{feff}"] {
        assert_eq!(read_error(har), HarError::Empty);
    }
}

#[test]
fn utf16_is_read() {
    let har = format!("\u{feff}{}", har(&[listed()]));
    let bytes = |order: fn(u16) -> [u8; 2]| har.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    for bytes in [bytes(u16::to_le_bytes), bytes(u16::to_be_bytes)] {
        let read = read(bytes);
        assert_eq!(read.result, Ok(()));
        assert_eq!(read.entries, entries(|count| count.validated = 1));
    }
}

#[test]
fn compressed_file_is_an_error() {
    for har in [b"\x1f\x8b\x08\x00".as_slice(), b"PK\x03\x04"] {
        assert_eq!(read_error(har), HarError::Compressed);
    }
    assert!(HarError::Compressed.to_string().contains("decompress it"));
}

#[test]
fn invalid_json_is_an_error_with_line_and_column() {
    for (har, line, column) in [
        ("x", 1, 1),
        ("{\"log\":\n  {\"entries\": [x]}}", 2, 16),
        ("\u{feff}{\"log\": {\"entries\": []}} x", 1, 26),
        ("{\"\\ud83d\" x", 1, 11),
        ("{\"a\": \"\u{1}\"", 1, 8),
        ("{\"a\": [x, 1", 1, 8),
        ("{\"a\": [\n1], x", 2, 5),
        ("{\"a\": tru, \"b\": 1}", 1, 10),
    ] {
        assert_eq!(read_error(har), HarError::NotJson { line, column }, "{har}");
    }
}

#[test]
fn truncated_file_is_an_error() {
    let compact = har(&[listed(), with(listed(), "/_literal", json!(true)), listed()]);
    let whole: Value = serde_json::from_str(&compact).unwrap();
    for har in [compact, serde_json::to_string_pretty(&whole).unwrap()] {
        let in_literal = har.find("true").unwrap() + 2;
        for end in (1..har.len()).step_by(11).chain([in_literal]) {
            let text = &har[..end];
            let column = end - text.rfind('\n').map_or(0, |last| last + 1);
            let line = text.matches('\n').count() + 1;
            assert_eq!(
                read_error(text),
                HarError::Truncated { line, column },
                "{text}"
            );
        }
    }
}

#[test]
fn file_without_an_array_of_entries_is_an_error() {
    for har in [
        "7",
        "null",
        "\"log\"",
        "[]",
        "{}",
        r#"{"entries": []}"#,
        r#"{"log": null}"#,
        r#"{"log": []}"#,
        r#"{"log": {"pages": []}}"#,
        r#"{"log": {"entries": {}}}"#,
        r#"{"log": {"entries": null}}"#,
        r#"{"log": {"entries": "x"}}"#,
    ] {
        assert_eq!(read_error(har), HarError::NoEntries, "{har}");
    }
}

#[test]
fn findings_before_an_error_are_reported() {
    let url = json!("https://api.example.com/api/v1/contacts");
    let har = har(&[with(listed(), "/request/url", url), json!("END")]);
    let read = read(har.replace("\"END\"", "{\"a\" x}"));
    assert!(matches!(read.result, Err(HarError::NotJson { .. })));
    assert_eq!(read.found.len(), 1);
}

#[test]
fn recording_can_be_read_after_an_invalid_one() {
    let mut recording = Recording::new(&CONTRACT, None).unwrap();
    let whole = har(&[listed()]);
    let cut = recording.read(&whole.as_bytes()[..whole.len() - 1], |_| ());
    assert!(matches!(cut, Err(HarError::Truncated { .. })));
    assert_eq!(recording.read(whole.as_bytes(), |_| ()), Ok(()));
    assert_eq!(*recording.entries(), entries(|count| count.validated = 2));
}

#[test]
fn properties_may_be_unordered_and_duplicated() {
    let entry = listed().to_string();
    let doubled = entry.replace("\"method\"", "\"method\": \"PUT\", \"url\": 7, \"method\"");
    let har = format!(
        "\u{feff}{{\"a\": [[{{}}]], \"log\": {{\"entries\": [{doubled}], \"pages\": [], \"version\": 1}}, \"b\": 0}} "
    );
    let read = read(har);
    assert_eq!(read.result, Ok(()));
    assert_eq!(read.found, [""; 0]);
    assert_eq!(read.entries, entries(|count| count.validated = 1));
}

#[test]
fn properties_of_the_wrong_type_are_ignored() {
    for pointer in [
        "/request/headers",
        "/request/headers/0/comment",
        "/request/bodySize",
        "/request/postData",
        "/request/_extra",
        "/response/headers/0/comment",
        "/response/bodySize",
        "/response/content/encoding",
        "/response/content/mimeType",
        "/startedDateTime",
    ] {
        for wrong in [
            "null",
            "true",
            "-1",
            "0.5",
            "\"x\"",
            "[1, [{}]]",
            "{\"a\": {}}",
            "1e300",
        ] {
            let wrong: Value = serde_json::from_str(wrong).unwrap();
            let har = har(&[with(listed(), pointer, wrong.clone())]);
            let read = read(har);
            assert_eq!(read.result, Ok(()), "{pointer} {wrong}");
            assert_eq!(read.found, [""; 0], "{pointer} {wrong}");
        }
    }
}

#[test]
fn deep_nesting_outside_of_request_and_response_is_ignored() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let har = har(&[with(listed(), "/_extra", json!("DEEP"))]);
    let har = har.replace("\"version\"", "\"pages\": \"DEEP\", \"version\"");
    let read = read(har.replace("\"DEEP\"", &deep));
    assert_eq!(read.result, Ok(()));
    assert_eq!(read.entries, entries(|count| count.validated = 1));
}

/// Fails to read.
struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(io::ErrorKind::TimedOut, "sk-test-key"))
    }
}

#[test]
fn compressed_file_is_recognized_by_its_first_four_bytes() {
    let read = read_of(&CONTRACT, None, b"PK\x03\x04".chain(Failing));
    assert_eq!(read.result, Err(HarError::Compressed));
}

#[test]
fn failing_reader_is_an_error_of_its_kind() {
    for start in ["", "{\"log\": {"] {
        let read = read_of(&CONTRACT, None, start.as_bytes().chain(Failing));
        assert_eq!(read.result, Err(HarError::Read(io::ErrorKind::TimedOut)));
    }
}

#[test]
fn interrupted_read_is_retried() {
    struct Interrupted(bool);
    impl Read for Interrupted {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            if mem::replace(&mut self.0, false) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            Ok(0)
        }
    }
    let whole = har(&[listed()]);
    let read = read_of(&CONTRACT, None, Interrupted(true).chain(whole.as_bytes()));
    assert_eq!(read.result, Ok(()));
}

/// Returns the bytes in chunks of this length.
struct Chunks<'b>(&'b [u8], usize);

impl Read for Chunks<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(to.len());
        let (piece, rest) = self.0.split_at(count);
        to[..count].copy_from_slice(piece);
        self.0 = rest;
        Ok(count)
    }
}

#[test]
fn chunk_size_of_the_reader_does_not_matter() {
    let text = r#"{\"chats\": [], \"hasMore\": false, \"\ud83d\ud83d\ude00é\\\\\ude00\": 0}"#;
    let har = har(&[with(listed(), "/response/content", json!({"text": "TEXT"}))]);
    let har = format!("\u{feff}{}", har.replace("TEXT", text));
    let mut bytes = har.into_bytes();
    let at = bytes.iter().position(|byte| *byte == 0xc3).unwrap();
    bytes.insert(at, 0xe2);
    let name = "\u{fffd}\u{1f600}\u{fffd}é\\\u{fffd}";
    let expected = format!("0 additive response-property-unknown /response/body/{name}");
    for length in 1..20 {
        let read = read_of(&CONTRACT, None, Chunks(&bytes, length));
        assert_eq!(read.result, Ok(()), "{length}");
        assert_eq!(read.found, [&*expected], "{length}");
    }
}

#[test]
fn findings_are_reported_while_the_recording_is_read() {
    let request = json!({"method": "GET", "url": "https://api.example.com/api/v1/contacts"});
    let entry = json!({"request": request, "response": {"status": 200}}).to_string();
    let (count, given) = (2_000, Cell::new(0));
    let pieces = (0..=count).map(|index| match index {
        0 => format!("{{\"log\": {{\"entries\": [{entry}"),
        index if index < count => format!(",{entry}"),
        _ => "]}}".to_owned(),
    });
    let mut rest = io::Cursor::new(Vec::new());
    let mut pieces = pieces.inspect(|_| given.set(given.get() + 1));
    struct Made<F>(F);
    impl<F: FnMut(&mut [u8]) -> usize> Read for Made<F> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            Ok((self.0)(to))
        }
    }
    let reader = Made(|to: &mut [u8]| {
        loop {
            match rest.read(to) {
                Ok(0) if !to.is_empty() => match pieces.next() {
                    Some(piece) => rest = io::Cursor::new(piece.into_bytes()),
                    None => return 0,
                },
                read => return read.unwrap(),
            }
        }
    });
    let mut recording = Recording::new(&CONTRACT, None).unwrap();
    let mut found = 0;
    let result = recording.read(reader, |one| {
        assert_eq!(one.entry, found);
        found += 1;
        assert!(given.get() < found + 1000, "{} of {found}", given.get());
    });
    assert_eq!(result, Ok(()));
    assert_eq!(found, count);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_read_as_a_body(text: String, size: Option<i64>, encoding in "(base64)?") {
        let content = json!({"text": text, "size": size, "encoding": encoding});
        let read = read(har(&[with(listed(), "/response/content", content)]));
        prop_assert_eq!(read.result, Ok(()));
    }
}
