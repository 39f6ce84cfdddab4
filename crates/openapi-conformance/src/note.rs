//! Notes about parts of a contract that are not validated.

use std::collections::HashMap;
use std::fmt;

use super::location;

/// A note about a part of a contract that is not validated. Each kind is listed once, with its first occurrence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Note {
    /// The stable id of the kind of note, e.g. `format-unsupported`. `docs/ids.md` lists all ids.
    pub id: &'static str,
    /// A JSON pointer to the first occurrence.
    pub pointer: String,
    /// The number of occurrences.
    pub count: usize,
    /// A description, e.g. ``the format `iban` is not validated``. Its wording may change.
    pub sentence: String,
}

impl Note {
    /// Returns all ids, each with its meaning.
    pub fn ids() -> &'static [(&'static str, &'static str)] {
        ALL
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Note {
            id: _,
            pointer,
            count,
            sentence,
        } = self;
        match location::in_other(pointer) {
            Some(other) => {
                let name = other.document.unwrap_or_default();
                write!(f, "{sentence} ({name}#{}", other.pointer)?;
            }
            None => write!(f, "{sentence} (#{pointer}")?,
        }
        if *count > 1 {
            write!(f, " and {} more", count - 1)?;
        }
        f.write_str(")")
    }
}

/// The id of a note. Only this module can create one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Id(&'static str);

macro_rules! ids {
    ($($name:ident: $id:literal, $meaning:literal;)*) => {
        $(pub(super) const $name: Id = Id($id);)*

        const ALL: &[(&'static str, &'static str)] = &[$(($id, $meaning),)*];
    };
}

ids! {
    KEYWORD_UNSUPPORTED: "keyword-unsupported",
        "A keyword of a schema is not validated, or is unknown in this version of OpenAPI.";
    KEYWORD_INVALID: "keyword-invalid",
        "The value of a keyword has the wrong type, so the keyword is ignored.";
    SCHEMA_INVALID: "schema-invalid",
        "A schema is neither an object nor a boolean, so every value is valid.";
    SCHEMA_ENDLESS: "schema-endless",
        "A schema refers to itself without a step into the value. The reference that closes the circle is ignored.";
    FORMAT_UNSUPPORTED: "format-unsupported",
        "A format is unknown and is not validated.";
    PATTERN_UNSUPPORTED: "pattern-unsupported",
        "A regular expression is invalid, too large, or requires backtracking, and is not validated.";
    MEDIA_TYPE_UNSUPPORTED: "media-type-unsupported",
        "The bodies of a media type are not validated.";
    PARAMETER_UNSUPPORTED: "parameter-unsupported",
        "The values of a parameter are not validated, because of its style or its place in the path.";
    CALLBACK_UNSUPPORTED: "callback-unsupported",
        "The requests of callbacks are not validated.";
    PART_INVALID: "part-invalid",
        "A part of the document has the wrong type or lacks a required key, and is ignored.";
    PART_UNSUPPORTED: "part-unsupported",
        "A part of the document belongs to OpenAPI 3.2, and is not validated.";
    SECURITY_UNSUPPORTED: "security-unsupported",
        "The credentials of a security scheme are not validated.";
}

/// The notes of a contract, each with its position in the list.
#[derive(Default)]
pub(super) struct Notes {
    all: Vec<Note>,
    positions: HashMap<(&'static str, String), usize>,
}

impl Notes {
    /// Adds a note, or counts another place of a known one. The subject is the keyword, the format or the like.
    pub fn add(&mut self, id: Id, subject: &str, pointer: &str) {
        let key = (id.0, subject.to_owned());
        if let Some(known) = self.positions.get(&key) {
            self.all[*known].count += 1;
            return;
        }
        self.positions.insert(key, self.all.len());
        let subject_in = |before: &str, after: &str| format!("{before} `{subject}` {after}");
        let sentence = match id {
            KEYWORD_UNSUPPORTED => subject_in("the keyword", "is not validated"),
            KEYWORD_INVALID => subject_in("the keyword", "has the wrong type and is ignored"),
            SCHEMA_ENDLESS => "the schema refers to itself endlessly".to_owned(),
            SCHEMA_INVALID => "the schema is neither an object nor a boolean".to_owned(),
            FORMAT_UNSUPPORTED => subject_in("the format", "is not validated"),
            PATTERN_UNSUPPORTED => "the regular expression is not validated".to_owned(),
            MEDIA_TYPE_UNSUPPORTED => subject_in("bodies of type", "are not validated"),
            PARAMETER_UNSUPPORTED => subject_in("the parameter", "is not validated"),
            SECURITY_UNSUPPORTED => subject_in("the security scheme", "is not validated"),
            PART_UNSUPPORTED => subject_in("the key", "of OpenAPI 3.2 is not validated"),
            CALLBACK_UNSUPPORTED => "callbacks are not validated".to_owned(),
            _ => subject_in("the key", "is missing or has the wrong type"),
        };
        self.all.push(Note {
            id: id.0,
            pointer: pointer.to_owned(),
            count: 1,
            sentence,
        });
    }

    pub fn into_vec(self) -> Vec<Note> {
        self.all
    }
}
