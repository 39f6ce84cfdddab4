//! Error codes, which belong to the statuses that have an example of them.

use super::answers::has;
use super::spot::Spot;
use super::{Diff, Impact};
use crate::conformance::operation::{Answer, Operation};
use crate::conformance::walk::Writer;

impl<'c> Diff<'c> {
    /// A code with another status is breaking, since programs choose by either. What a status that is
    /// new or gone says of codes is said with the status.
    pub fn codes(&mut self, old: &'c Operation, new: &'c Operation) {
        for code in codes(old) {
            let (was, is) = (answers(old, code), answers(new, code));
            let known = |key: &str| {
                old.answer_at(key)
                    .is_some_and(|it| it.codes.iter().any(|it| it == code))
            };
            if let Some(moved) = is.iter().find(|it| !known(&it.key)) {
                let what = format!("comes with {}, and came with {}", keys(&is), keys(&was));
                self.code(code, Impact::Breaking, moved, what);
                continue;
            }
            for gone in was {
                let stays = is.iter().any(|it| it.key == gone.key);
                if !stays && has(new, &gone.key) {
                    let what = format!("no longer comes with {}", gone.key);
                    self.code(code, Impact::Additive, gone, what);
                }
            }
        }
        for code in codes(new) {
            if !answers(old, code).is_empty() {
                continue;
            }
            for answer in answers(new, code) {
                if has(old, &answer.key) {
                    let what = format!("comes with {} now", answer.key);
                    self.code(code, Impact::Additive, answer, what);
                }
            }
        }
    }

    fn code(&mut self, code: &str, impact: Impact, answer: &Answer, what: String) {
        let spot = Spot::new(Writer::Api, "the error code");
        let pointer = format!("{}/content/application~1json", answer.pointer);
        self.report(&spot, impact, &pointer, format!("`{code}` {what}"));
    }
}

/// Each code once.
fn codes(operation: &Operation) -> Vec<&str> {
    let mut codes: Vec<&str> = Vec::new();
    for code in operation.answers.iter().flat_map(|it| &it.codes) {
        if !codes.contains(&code.as_str()) {
            codes.push(code);
        }
    }
    codes
}

/// The answers that a code comes with.
fn answers<'c>(operation: &'c Operation, code: &str) -> Vec<&'c Answer> {
    let answers = operation.answers.iter();
    let of = answers.filter(|it| it.codes.iter().any(|it| it == code));
    of.collect()
}

fn keys(answers: &[&Answer]) -> String {
    let keys: Vec<_> = answers.iter().map(|it| it.key.as_str()).collect();
    keys.join(", ")
}
