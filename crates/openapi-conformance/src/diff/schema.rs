//! Compares the schemas that apply to a value: queues them, relates them, and compares their types and nullability.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::Value;

use super::Diff;
use super::applied::Applied;
use super::ids::{self, Id};
use super::location::{Direction, Location};
use super::shape::Shape;
use crate::Contract;
use crate::ids::RESPONSE;
use crate::schema::Types;
use crate::validate::{Sender, Validator};

/// The maximum number of schemas and properties that are compared or related. Hostile contracts could cause
/// exponentially many.
const MAX_STEPS: usize = 5_000_000;
/// The maximum depth of alternatives and conditions within each other.
const MAX_DEPTH: usize = 50;

/// How schemas are compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Context {
    sender: Sender,
    /// Whether values are written as text without quotes.
    is_text: bool,
    /// Whether every value counts that is valid, instead of only those with documented properties.
    sets: bool,
}

impl Context {
    /// For alternatives, an object is what its properties describe.
    pub fn of_documented(location: &Location) -> Self {
        Context {
            sender: location.sender,
            is_text: location.is_text,
            sets: false,
        }
    }

    pub fn documented(self) -> Self {
        Context {
            sets: false,
            ..self
        }
    }

    /// For conditions, an object without an undocumented property is as valid as one with it.
    pub fn of_sets(location: &Location) -> Self {
        Context {
            sets: true,
            ..Context::of_documented(location)
        }
    }
}

/// Two compositions of schemas, which are compared once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pair {
    context: Context,
    old: Applied,
    new: Applied,
}

/// A pair to be compared. Schemas are queued, because they may contain each other in chains of any length.
struct Pending<'c> {
    location: Location,
    /// The location of the schemas around it, for a composition without schemas.
    around: &'c str,
    pair: usize,
}

/// What comparing a pair results in. The next operation that uses the schemas has the same changes.
struct Compared {
    pair: Pair,
    /// The number of the last operation that uses the pair.
    last: usize,
    is_done: bool,
    /// The positions of the changes.
    changes: Vec<usize>,
    /// The pairs within the values.
    inner: Vec<usize>,
}

/// The schemas that are being related: tested for which of them allows more values.
struct Relating {
    direction: Option<Direction>,
    pending: VecDeque<Pair>,
    context: Context,
}

/// How a pair is related, as far as known.
#[derive(Clone, Copy)]
enum Related {
    Known(Option<Direction>),
    /// The pair is a part of itself. It is assumed to be equal at this depth, until it is found to be.
    Assumed(usize),
}

/// The state of the comparison of schemas.
#[derive(Default)]
pub struct Comparison<'c> {
    all: Vec<Compared>,
    positions: HashMap<Pair, usize>,
    pending: VecDeque<Pending<'c>>,
    /// The pair whose changes are reported.
    current: Option<usize>,
    relating: Option<Relating>,
    related: HashMap<Pair, Related>,
    /// The pairs assumed to be equal.
    assumed: Vec<Pair>,
    /// The least depth of an assumption that was used.
    least_assumed: usize,
    depth: usize,
    steps: usize,
    too_complex: bool,
}

impl Comparison<'_> {
    /// Adds a direction to those of the schemas being related. Returns false if changes are reported instead.
    pub fn relates(&mut self, direction: Direction) -> bool {
        if let Some(relating) = &mut self.relating {
            relating.direction = Direction::join(relating.direction, Some(direction));
            return true;
        }
        false
    }

    pub fn is_relating(&self) -> bool {
        self.relating.is_some()
    }

    /// Returns true if the schemas being related count with every valid value.
    pub fn relates_sets(&self) -> bool {
        self.relating
            .as_ref()
            .is_some_and(|relating| relating.context.sets)
    }

    /// Remembers a change of the pair being compared.
    pub fn remember(&mut self, change: usize) {
        if let Some(current) = self.current {
            self.all[current].changes.push(change);
        }
    }

    fn position(&mut self, pair: Pair) -> usize {
        if let Some(position) = self.positions.get(&pair) {
            return *position;
        }
        self.all.push(Compared {
            pair: pair.clone(),
            last: usize::MAX,
            is_done: false,
            changes: Vec::new(),
            inner: Vec::new(),
        });
        self.positions.insert(pair, self.all.len() - 1);
        self.all.len() - 1
    }
}

impl<'c> Diff<'c> {
    /// Compares two compositions after those before them.
    pub fn schema(&mut self, location: Location, around: &'c str, old: Applied, new: Applied) {
        if old.is_any() && new.is_any() || self.is_unchanged(&old, &new) {
            return;
        }
        if let Some(relating) = &mut self.schemas.relating {
            let context = Context {
                is_text: location.is_text,
                ..relating.context
            };
            relating.pending.push_back(Pair { context, old, new });
            return;
        }
        let context = Context::of_documented(&location);
        let pair = self.schemas.position(Pair { context, old, new });
        if let Some(current) = self.schemas.current {
            self.schemas.all[current].inner.push(pair);
        }
        self.schemas.pending.push_back(Pending {
            location,
            around,
            pair,
        });
    }

    /// Returns true if both refer to a component that is the same in both contracts.
    fn is_unchanged(&self, old: &Applied, new: &Applied) -> bool {
        let target = new.reference(&self.new.schemas);
        target.is_some_and(|target| {
            self.unchanged.is_target(target)
                && old.reference(&self.old.schemas) == Some(target)
                && old.is_like(new)
        })
    }

    /// Compares what is pending, including what that adds.
    pub fn compare_pending(&mut self) {
        while let Some(pending) = self.schemas.pending.pop_front() {
            let Pending {
                location,
                around,
                pair: position,
            } = pending;
            let compared = &mut self.schemas.all[position];
            let is_visited = compared.last == self.operations;
            let is_done = compared.is_done;
            let pair = compared.pair.clone();
            self.renamed(&location, around, &pair.old, &pair.new);
            if is_visited {
                continue;
            }
            if is_done {
                self.repeat(position);
                continue;
            }
            let compared = &mut self.schemas.all[position];
            compared.last = self.operations;
            compared.is_done = true;
            self.schemas.current = Some(position);
            self.pair(&location, around, &pair);
            self.schemas.current = None;
        }
    }

    /// Counts the operation as one with the changes of a pair, and of those within it.
    fn repeat(&mut self, position: usize) {
        let mut open = vec![position];
        while let Some(position) = open.pop() {
            let compared = &mut self.schemas.all[position];
            if compared.last == self.operations {
                continue;
            }
            compared.last = self.operations;
            open.extend(compared.inner.iter().rev());
            for index in 0..compared.changes.len() {
                let change = self.schemas.all[position].changes[index];
                self.affects_operation(change);
            }
        }
    }

    /// Returns which of two compositions allows more values, or `None` if they are equal. Pairs within themselves are
    /// assumed to be equal.
    pub fn relation(
        &mut self,
        context: Context,
        old: &Applied,
        new: &Applied,
    ) -> Option<Direction> {
        if old.is_any() && new.is_any() || self.is_unchanged(old, new) {
            return None;
        }
        let pair = Pair {
            context,
            old: old.clone(),
            new: new.clone(),
        };
        match self.schemas.related.get(&pair) {
            Some(Related::Known(direction)) => return *direction,
            Some(Related::Assumed(depth)) => {
                self.schemas.least_assumed = self.schemas.least_assumed.min(*depth);
                return None;
            }
            None => {}
        }
        if self.schemas.depth >= MAX_DEPTH {
            self.schemas.too_complex = true;
            return Some(Direction::Different);
        }
        let first_assumed = self.schemas.assumed.len();
        let outer_assumed = std::mem::replace(&mut self.schemas.least_assumed, usize::MAX);
        let around = self.schemas.relating.replace(Relating {
            direction: None,
            pending: VecDeque::from([pair.clone()]),
            context,
        });
        self.schemas.depth += 1;
        self.relate_pending();
        self.schemas.depth -= 1;
        let relating = std::mem::replace(&mut self.schemas.relating, around);
        let direction = relating.and_then(|relating| relating.direction);
        self.conclude(pair, first_assumed, direction);
        self.schemas.least_assumed = self.schemas.least_assumed.min(outer_assumed);
        direction
    }

    fn relate_pending(&mut self) {
        loop {
            let Some(relating) = &mut self.schemas.relating else {
                return;
            };
            if relating.direction == Some(Direction::Different) {
                return;
            }
            let context = relating.context;
            let Some(pair) = relating.pending.pop_front() else {
                return;
            };
            match self.schemas.related.get(&pair) {
                Some(Related::Known(direction)) => {
                    if let Some(direction) = *direction {
                        self.schemas.relates(direction);
                    }
                }
                Some(Related::Assumed(depth)) => {
                    self.schemas.least_assumed = self.schemas.least_assumed.min(*depth);
                }
                None => {
                    let assumed = Related::Assumed(self.schemas.depth);
                    self.schemas.related.insert(pair.clone(), assumed);
                    self.schemas.assumed.push(pair.clone());
                    let mut location = Location::new(context.sender, "");
                    location.is_text = pair.context.is_text;
                    self.pair(&location, "", &pair);
                }
            }
        }
    }

    /// Keeps what is known for certain after a pair has been related.
    fn conclude(&mut self, pair: Pair, first_assumed: usize, direction: Option<Direction>) {
        let least_assumed = self.schemas.least_assumed;
        let depends_on_outer = least_assumed <= self.schemas.depth;
        if direction.is_none() && depends_on_outer {
            // Whether the pairs are equal is known when the outer one is.
            for assumed in &self.schemas.assumed[first_assumed..] {
                let related = Related::Assumed(least_assumed);
                self.schemas.related.insert(assumed.clone(), related);
            }
            return;
        }
        for assumed in self.schemas.assumed.drain(first_assumed..) {
            if direction.is_none() {
                self.schemas.related.insert(assumed, Related::Known(None));
            } else {
                self.schemas.related.remove(&assumed);
            }
        }
        if direction == Some(Direction::Different) || !depends_on_outer {
            self.schemas.related.insert(pair, Related::Known(direction));
        }
        if !depends_on_outer {
            self.schemas.least_assumed = usize::MAX;
        }
    }

    fn pair(&mut self, location: &Location, around: &'c str, pair: &Pair) {
        self.schemas.steps += 1;
        let old = Shape::of(&pair.old, &self.old.schemas, location.sender);
        let new = Shape::of(&pair.new, &self.new.schemas, location.sender);
        for shape in [&old, &new].into_iter().flatten() {
            self.schemas.steps += shape.size;
        }
        match (old, new) {
            (Some(old), Some(mut new)) if self.schemas.steps <= MAX_STEPS => {
                if new.pointer.is_empty() {
                    new.pointer = around;
                }
                let pointer = pair.new.pointer(&self.new.schemas).unwrap_or(around);
                self.null(location, pointer, &old, &new);
                self.shapes(location, pair, &old, &new);
            }
            _ => {
                self.schemas.too_complex = true;
                self.schemas.relates(Direction::Different);
                if !self.schemas.is_relating() {
                    self.schemas.pending = VecDeque::new();
                }
            }
        }
    }

    fn null(&mut self, location: &Location, pointer: &str, old: &Shape, new: &Shape) {
        let (direction, what) = match (old.nullable, new.nullable) {
            (true, false) => (Direction::Narrower, "may no longer be null"),
            (false, true) => (Direction::Wider, "may now be null"),
            _ => return,
        };
        let is_extreme = |shape: &Shape| {
            if shape.nullable {
                shape.possible == Types::ALL.without(Types::NULL)
            } else {
                shape.possible == Types::NONE
            }
        };
        if old.possible != new.possible && (is_extreme(old) || is_extreme(new)) {
            // The change of the type includes null.
            return;
        }
        self.differ(location, &ids::NULL, direction, pointer, || what.to_owned());
    }

    fn shapes(&mut self, location: &Location, pair: &Pair, old: &Shape<'c>, new: &Shape<'c>) {
        if self.accepts_listed(location, pair, old, new) {
            return self.closed_enum(location, old, new);
        }
        match (&old.alternatives[..], &new.alternatives[..]) {
            ([], []) => {}
            ([group], []) if old.has_only_alternatives() => {
                return self.whole(location, new.pointer, &pair.new, group, Direction::Wider);
            }
            ([], [group]) if new.has_only_alternatives() => {
                return self.whole(location, new.pointer, &pair.old, group, Direction::Narrower);
            }
            _ => self.groups(location, &pair.old, &pair.new, old, new),
        }
        let types = type_direction(location, old, new);
        if let Some(direction) = types {
            self.differ(location, &ids::TYPE, direction, new.pointer, || {
                format!(
                    "is {} instead of {}",
                    name(new.possible),
                    name(old.possible)
                )
            });
            if direction == Direction::Different {
                return;
            }
        }
        let common = old.possible.and(new.possible);
        if common == Types::NONE {
            return;
        }
        self.keywords(location, common, old, new);
        if common.contains(Types::OBJECT) {
            self.objects(location, old, new);
        }
        if common.contains(Types::ARRAY) {
            self.arrays(location, old, new);
        }
        if !old.content.is_any() || !new.content.is_any() {
            let (before, after) = (old.content.clone(), new.content.clone());
            self.schema(location.content(), new.pointer, before, after);
        }
        self.conditions(location, common, old, new);
        self.required_order(location, &pair.new, old, new);
    }

    /// Returns whether the values of closed enums tell everything: those of one side, all of which the other side accepts,
    /// or those of both sides, all of which their own side accepts.
    fn accepts_listed(
        &mut self,
        location: &Location,
        pair: &Pair,
        old: &Shape,
        new: &Shape,
    ) -> bool {
        let (before, after) = (&old.keywords.values, &new.keywords.values);
        let values = before.iter().chain(after);
        self.schemas.steps += values.map(BTreeMap::len).sum::<usize>();
        let old_accepts = |values| accept(self.old, &pair.old, location.sender, values);
        let new_accepts = |values| accept(self.new, &pair.new, location.sender, values);
        match (before, after) {
            (Some(before), Some(after)) => old_accepts(before) && new_accepts(after),
            (Some(before), None) => new_accepts(before),
            (None, Some(after)) => old_accepts(after),
            (None, None) => false,
        }
    }

    fn arrays(&mut self, location: &Location, old: &Shape<'c>, new: &Shape<'c>) {
        let (before, after) = (&old.array, &new.array);
        for index in 0..before.first.len().max(after.first.len()) {
            let item_before = before.first.get(index).unwrap_or(&before.rest).clone();
            let item_after = after.first.get(index).unwrap_or(&after.rest).clone();
            self.schema(
                location.item_at(index),
                new.pointer,
                item_before,
                item_after,
            );
        }
        let (rest_before, rest_after) = (before.rest.clone(), after.rest.clone());
        self.schema(location.item(), new.pointer, rest_before, rest_after);
    }

    /// Reports once if schemas were too complex.
    pub fn report_too_complex(&mut self) {
        if self.schemas.too_complex {
            self.operation = None;
            self.operations += 1;
            let location = Location::new(Sender::Api, "the contract");
            let what = format!(
                "is not compared completely, because it has alternatives that are nested more than {MAX_DEPTH} deep, \
                 compositions that are too large, or needs more than {MAX_STEPS} steps"
            );
            self.report(&location, Id::SchemaTooComplex, "", what);
        }
    }
}

/// Returns whether schemas accept all of these values, of which there is at least one.
fn accept(
    contract: &Contract,
    applied: &Applied,
    sender: Sender,
    values: &BTreeMap<String, &Value>,
) -> bool {
    let schemas = &contract.schemas;
    let accepts = |value: &Value| {
        let mut validator = Validator::new(schemas, sender, RESPONSE, "");
        let mut parts = applied.schemas();
        applied.types().contains(Types::of(value, schemas.dialect))
            && parts.all(|schema| validator.conforms(schema, value))
    };
    !values.is_empty() && values.values().all(|value| accepts(value))
}

/// Returns the direction of a change of the types. As text, every scalar is a string without other rules.
fn type_direction(location: &Location, old: &Shape, new: &Shape) -> Option<Direction> {
    if old.possible == new.possible || old.types == new.types {
        return None;
    }
    let scalars = Types::BOOLEAN.or(Types::NUMBER);
    let written = |shape: &Shape| {
        if location.is_text && shape.possible.contains(Types::STRING) && shape.accepts_any_text() {
            return shape.possible.or(scalars);
        }
        shape.possible
    };
    let (before, after) = (written(old), written(new));
    Direction::of_sets(before.contains(after), after.contains(before))
}

fn name(types: Types) -> String {
    if types == Types::ALL.without(Types::NULL) {
        "any value".to_owned()
    } else if types == Types::NONE {
        "no value".to_owned()
    } else {
        types.sentence()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Audience, Diff};
    use super::MAX_STEPS;
    use crate::Contract;

    #[test]
    fn comparison_ends_after_the_maximum_number_of_steps() {
        let contract = |schema: &str| {
            let content = json!({"application/json": {"schema": {"type": schema}}});
            let paths = json!({"/a": {"post": {"requestBody": {"content": content}}}});
            let document = json!({"openapi": "3.1.0", "paths": paths});
            Contract::parse(&document.to_string()).unwrap()
        };
        let (old, new) = (contract("string"), contract("integer"));
        for (steps, too_complex) in [(0, false), (MAX_STEPS, true)] {
            let now = std::time::SystemTime::UNIX_EPOCH;
            let mut diff = Diff::new(&old, &new, Audience::Wire, now);
            diff.schemas.steps = steps;
            diff.contracts();
            assert_eq!(diff.schemas.too_complex, too_complex, "{steps} steps");
        }
    }
}
