//! Compares error codes. A code belongs to the status codes that have an example of it.

use super::Diff;
use super::answers::has;
use super::ids::Id;
use super::spot::Spot;
use crate::conformance::operation::{Answer, Operation};
use crate::conformance::walk::Writer;

impl<'c> Diff<'c> {
    /// A code that moved to another status code is breaking, because programs branch on either. Codes of a status code
    /// that was added or removed are covered by the change of the status code.
    pub fn codes(&mut self, old: &'c Operation, new: &'c Operation) {
        for code in codes(old) {
            let (was, is) = (answers(old, code), answers(new, code));
            let known = |key: &str| {
                old.answer_at(key)
                    .is_some_and(|it| it.codes.iter().any(|it| it == code))
            };
            if let Some(moved) = is.iter().find(|it| !known(&it.key)) {
                let what = format!(
                    "comes with status code {} instead of {}",
                    keys(&is),
                    keys(&was)
                );
                self.code(code, Id::ErrorCodeMoved, moved, what);
                continue;
            }
            for gone in was {
                let stays = is.iter().any(|it| it.key == gone.key);
                if !stays && has(new, &gone.key) {
                    let what = format!("no longer comes with status code {}", gone.key);
                    self.code(code, Id::ErrorCodeRemoved, gone, what);
                }
            }
        }
        for code in codes(new) {
            if !answers(old, code).is_empty() {
                continue;
            }
            for answer in answers(new, code) {
                if has(old, &answer.key) {
                    let what = format!("now comes with status code {}", answer.key);
                    self.code(code, Id::ErrorCodeAdded, answer, what);
                }
            }
        }
    }

    fn code(&mut self, code: &str, id: Id, answer: &Answer, what: String) {
        let spot = Spot::new(Writer::Api, "the error code");
        let pointer = format!("{}/content/application~1json", answer.pointer);
        self.report(&spot, id, &pointer, format!("`{code}` {what}"));
    }
}

/// Returns each code once.
fn codes(operation: &Operation) -> Vec<&str> {
    let mut codes: Vec<&str> = Vec::new();
    for code in operation.answers.iter().flat_map(|it| &it.codes) {
        if !codes.contains(&code.as_str()) {
            codes.push(code);
        }
    }
    codes
}

/// Returns the responses that have an example of a code.
fn answers<'c>(operation: &'c Operation, code: &str) -> Vec<&'c Answer> {
    let answers = operation.answers.iter();
    let of = answers.filter(|it| it.codes.iter().any(|it| it == code));
    of.collect()
}

fn keys(answers: &[&Answer]) -> String {
    let keys: Vec<_> = answers.iter().map(|it| it.key.as_str()).collect();
    keys.join(", ")
}
