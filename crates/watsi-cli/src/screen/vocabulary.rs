//! The words of which names may consist that are shown.

use std::collections::HashSet;
use std::sync::LazyLock;

use heck::ToSnakeCase;
use serde_json::Value;

/// Common words of APIs in their basic form. Names of persons are not among them.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("words.txt").split_whitespace().collect());

/// Endings of a basic form, and what they replace.
const ENDINGS: [(&str, &str); 6] = [
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("d", ""),
    ("ed", ""),
    ("ing", ""),
];

/// Keywords whose values are not prose: examples can be data of persons.
const SAMPLES: [&str; 4] = ["default", "example", "examples", "pattern"];

/// Shorter words of a contract could make up any text.
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
        self.0
            .extend(words(text).filter(|word| word.len() >= SHORTEST));
    }

    /// Returns true if a name such as `hasMore` consists of known words, and of numbers that follow them.
    pub(super) fn has_words_of(&self, name: &str) -> bool {
        words(name).all(|word| {
            let word = word.as_str();
            self.0.contains(word) || is_common(word)
        })
    }
}

fn is_common(word: &str) -> bool {
    let is_inflected = |(ending, replaced): (&str, &str)| {
        let stem = word.strip_suffix(ending);
        stem.is_some_and(|stem| COMMON.contains(format!("{stem}{replaced}").as_str()))
    };
    COMMON.contains(word) || ENDINGS.into_iter().any(is_inflected)
}

/// Returns the words of a text in lower case, without the numbers at their ends.
fn words(text: &str) -> impl Iterator<Item = String> {
    let snake_case = text.to_snake_case();
    let words: Vec<_> = snake_case
        .split('_')
        .map(|word| word.trim_matches(|letter: char| letter.is_ascii_digit()))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.into_iter()
}
