//! The words of which names may consist that are shown.

use std::collections::HashSet;
use std::sync::LazyLock;

use heck::ToSnakeCase;
use serde_json::Value;

/// Common words of APIs in their basic form. Names of persons are not among them.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("words.txt").split_whitespace().collect());

/// Endings of a basic form, what it has in their place, and how it can end before them.
const ENDINGS: [(&str, &str, &[&str]); 6] = [
    ("s", "", &[""]),
    ("es", "", &["s", "x", "z", "ch", "sh", "o"]),
    ("ies", "y", &[""]),
    ("d", "", &["e"]),
    ("ed", "", &[""]),
    ("ing", "", &[""]),
];

/// Keywords whose values are not prose: examples can be data of persons.
const SAMPLES: [&str; 4] = ["default", "example", "examples", "pattern"];

/// Shorter words of a contract could make up any text, and shorter words with an ending are names of persons.
const SHORTEST: usize = 3;

/// The words of a contract.
#[derive(Clone, Default)]
pub(super) struct Vocabulary(HashSet<String>);

impl Vocabulary {
    pub(super) fn of(contract: &Value) -> Self {
        let mut vocabulary = Vocabulary::default();
        vocabulary.read(contract);
        vocabulary
    }

    fn read(&mut self, value: &Value) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    self.add(name);
                    if !SAMPLES.contains(&name.as_str()) {
                        self.read(value);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.read(item)),
            Value::String(text) => self.add(text),
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        for word in words(text) {
            let stem = without_numbers(&word);
            if stem.len() >= SHORTEST {
                self.0.extend([stem.to_owned(), word]);
            }
        }
    }

    /// Returns true if a name such as `hasMore` consists of known words, and of single digits that follow them. A
    /// longer number can be a part of a password or an identifier.
    pub(super) fn has_words_of(&self, name: &str) -> bool {
        words(name).all(|word| {
            let stem = without_numbers(&word);
            let has_digit = word.len() <= stem.len() + 1;
            self.has(&word) || has_digit && (stem.is_empty() || self.has(stem))
        })
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(word) || is_common(word)
    }
}

fn is_common(word: &str) -> bool {
    let is_inflected = |(ending, replaced, ends): (&str, &str, &[&str])| {
        word.strip_suffix(ending).is_some_and(|stem| {
            stem.len() >= SHORTEST
                && ends.iter().any(|end| stem.ends_with(end))
                && COMMON.contains(format!("{stem}{replaced}").as_str())
        })
    };
    COMMON.contains(word) || ENDINGS.into_iter().any(is_inflected)
}

/// Returns the words of a text in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    let snake_case = text.to_snake_case();
    let words = snake_case.split('_').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn without_numbers(word: &str) -> &str {
    word.trim_matches(|letter: char| letter.is_ascii_digit())
}
