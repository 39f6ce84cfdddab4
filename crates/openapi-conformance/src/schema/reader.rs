//! Reads the schemas of a contract and follows references.

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;

use super::anchors::{Anchors, canonical};
use super::keywords::Schema;
use super::{Dialect, SchemaId, Schemas, cycles, pattern};
use crate::note::{self, Notes};
use crate::place::Place;

/// The maximum number of schemas, each of which takes about a kilobyte of memory.
const MAX_SCHEMAS: usize = 1_000_000;

/// Reads the schemas of a contract, each one once.
pub struct Reader<'a> {
    pub root: Place<'a>,
    pub notes: Notes,
    /// Why the contract cannot be used.
    pub errors: Vec<String>,
    pub(super) schemas: Schemas,
    pub(super) patterns: pattern::Compiler,
    /// Read when the first reference needs them.
    anchors: OnceCell<Anchors>,
    /// References whose targets have not been read yet. Following them at once would recurse as deep as the longest
    /// chain of references.
    pending: VecDeque<SchemaId>,
    is_read: Vec<bool>,
}

impl<'a> Reader<'a> {
    pub fn new(root: &'a Value, dialect: Dialect) -> Self {
        Reader {
            root: Place::root(root),
            notes: Notes::default(),
            errors: Vec::new(),
            schemas: Schemas {
                dialect,
                ..Schemas::default()
            },
            patterns: pattern::Compiler::default(),
            anchors: OnceCell::new(),
            pending: VecDeque::new(),
            is_read: Vec::new(),
        }
    }

    /// Reads everything that has been referenced, and returns all schemas.
    pub fn finish(mut self) -> (Schemas, Notes, Vec<String>) {
        while let Some(id) = self.pending.pop_front() {
            let pointer = self.schemas[id].pointer.clone();
            match self.root.pointer(&pointer) {
                Some(place) => _ = self.schema(&place),
                None => self
                    .errors
                    .push(format!("{pointer}: referenced, but missing")),
            }
        }
        for cycle in cycles::cut(&mut self.schemas) {
            let pointer = &self.schemas[cycle.from].pointer;
            if cycle.is_chain {
                self.errors
                    .push(format!("{pointer}: the reference leads to itself"));
            } else {
                self.notes.add(note::SCHEMA_ENDLESS, "", pointer);
            }
        }
        (self.schemas, self.notes, self.errors)
    }

    /// Follows the reference of a parameter, a response or another object that is not a schema.
    pub fn resolved(&mut self, place: &Place<'a>) -> Place<'a> {
        let mut target = place.clone();
        for _ in 0..super::LONGEST_CHAIN {
            let Some(reference) = target.text("$ref") else {
                return target;
            };
            let next = self
                .target(reference)
                .and_then(|pointer| self.root.pointer(&pointer));
            let Some(next) = next else {
                self.unresolved(&target.pointer, reference);
                return target;
            };
            target = next;
        }
        let pointer = &place.pointer;
        self.errors
            .push(format!("{pointer}: the reference leads to itself"));
        target
    }

    /// Reads the schema at a place of the contract.
    pub fn schema(&mut self, place: &Place<'a>) -> SchemaId {
        let id = self.reserve(&place.pointer);
        if !std::mem::replace(&mut self.is_read[id.0 as usize], true) {
            let mut schema = self.keywords(place, self.schemas[id].pointer.clone());
            schema.lists = schema.count_lists();
            self.schemas.all[id.0 as usize] = schema;
        }
        id
    }

    fn reserve(&mut self, pointer: &str) -> SchemaId {
        if let Some(id) = self.schemas.at(pointer) {
            return id;
        }
        let count = self.schemas.all.len();
        if count == MAX_SCHEMAS {
            let reason = format!("the document has more than {MAX_SCHEMAS} schemas");
            if self.errors.last() != Some(&reason) {
                self.errors.push(reason);
            }
            return SchemaId(0);
        }
        let id = SchemaId(u32::try_from(count).unwrap_or(u32::MAX));
        let pointer: Arc<str> = pointer.into();
        self.schemas.all.push(Schema {
            pointer: pointer.clone(),
            ..Schema::default()
        });
        self.is_read.push(false);
        self.schemas.by_pointer.insert(pointer, id);
        id
    }

    pub(super) fn reference(&mut self, pointer: &str, reference: &str) -> Option<SchemaId> {
        let Some(target) = self.target(reference) else {
            self.unresolved(pointer, reference);
            return None;
        };
        let id = self.reserve(&target);
        if !self.is_read[id.0 as usize] {
            self.pending.push_back(id);
        }
        Some(id)
    }

    /// Returns the location that a reference leads to, or `None` if that is outside the document.
    fn target(&self, reference: &str) -> Option<String> {
        canonical(reference).or_else(|| {
            let anchors = self.anchors.get_or_init(|| Anchors::of(self.root.value));
            anchors.target(reference)
        })
    }

    fn unresolved(&mut self, pointer: &str, reference: &str) {
        self.errors.push(match canonical(reference) {
            Some(target) => format!("{pointer}/$ref: `#{target}` is missing"),
            None if reference.starts_with('#') => {
                format!("{pointer}/$ref: `{reference}` is missing")
            }
            None => format!("{pointer}/$ref: only references within the document are supported"),
        });
    }
}
