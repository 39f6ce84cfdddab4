//! Compares alternatives: `anyOf` and `oneOf`. Equal ones are pairs, and so are those of the same component. The others
//! are added or removed.

use super::Diff;
use super::applied::Applied;
use super::client::component;
use super::families;
use super::ids::Id;
use super::location::{Direction, Location};
use super::shape::Shape;

impl<'c> Diff<'c> {
    /// Compares all alternatives of two schemas.
    pub fn groups(&mut self, location: &Location, old: &Shape<'c>, new: &Shape<'c>) {
        if old.alternatives.len() != new.alternatives.len() {
            let what = "has a different combination of alternatives".to_owned();
            return self.report(location, Id::SchemaChanged, new.pointer, what);
        }
        for (was, is) in old.alternatives.iter().zip(&new.alternatives) {
            if was.exclusive != is.exclusive && (was.overlap || is.overlap) {
                let what = "differs in whether several alternatives may match".to_owned();
                self.report(location, Id::SchemaChanged, new.pointer, what);
            }
            let all = |ids: &[_]| ids.iter().map(|id| Applied::alternative(*id)).collect();
            let (was, is) = (all(&was.schemas), all(&is.schemas));
            self.alternatives(location, new.pointer, was, is);
        }
    }

    pub fn alternatives(
        &mut self,
        location: &Location,
        pointer: &'c str,
        old: Vec<Applied>,
        mut new: Vec<Applied>,
    ) {
        let mut pairs = Vec::new();
        let mut left = Vec::new();
        for before in old {
            let equal = new
                .iter()
                .position(|now| self.equal(location.sender, &before, now));
            match equal {
                Some(index) => pairs.push((before, new.remove(index))),
                None => left.push(before),
            }
        }
        let mut removed = Vec::new();
        for before in left {
            let name = component(&before, &self.old.schemas);
            let named = name.and_then(|name| {
                let same = |now: &Applied| component(now, &self.new.schemas) == Some(name);
                new.iter().position(same)
            });
            match named {
                Some(index) => pairs.push((before, new.remove(index))),
                None => removed.push(before),
            }
        }
        if let ([_], [_]) = (&removed[..], &new[..]) {
            pairs.extend(removed.drain(..).zip(new.drain(..)));
        }
        for before in removed {
            let what = format!("has an alternative less: {}", self.old_name(&before));
            let id = families::ALTERNATIVE.id(Direction::Narrower, location.sender);
            let at = before.pointer(&self.old.schemas).unwrap_or(pointer);
            self.report(location, id, at, what);
        }
        for now in new {
            let name = component(&now, &self.new.schemas).unwrap_or("an inline schema");
            let id = families::ALTERNATIVE.id(Direction::Wider, location.sender);
            let at = now.pointer(&self.new.schemas).unwrap_or(pointer);
            let what = format!("has an additional alternative: {name}");
            self.report(location, id, at, what);
        }
        for (before, now) in pairs {
            self.schema(location.clone(), pointer, before, now);
        }
    }

    fn old_name(&self, alternative: &Applied) -> &'c str {
        component(alternative, &self.old.schemas).unwrap_or("an inline schema")
    }
}
