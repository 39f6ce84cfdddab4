//! Pairs the operations of two contracts by method and URL, then by `operationId`.

use std::collections::{HashMap, HashSet};

use super::ids::Id;
use super::location::Location;
use super::{Diff, Kind};
use crate::operation::Operation;
use crate::validate::Sender;

/// The method and the path as sent over the wire, where parameter names do not matter.
type Address<'c> = (&'c str, String);

/// The part of a base URL that precedes the path, and the path.
fn split(url: &str) -> (&str, &str) {
    let scheme = url.find("://").map_or(0, |index| index + 3);
    let path = match (scheme, url[scheme..].find('/')) {
        (_, Some(index)) => scheme + index,
        (_, None) => url.len(),
    };
    let (origin, path) = url.split_at(path);
    (origin, path.trim_end_matches('/'))
}

fn address<'c>(base: &str, operation: &'c Operation) -> Address<'c> {
    let mut parts = operation.path.split('{');
    let mut shape = base.to_owned();
    shape.extend(parts.next());
    for part in parts {
        shape.push_str("{}");
        shape.push_str(part.split_once('}').map_or(part, |(_, after)| after));
    }
    (operation.method.as_str(), shape)
}

impl<'c> Diff<'c> {
    pub fn contracts(&mut self) {
        let (old, new) = (self.old, self.new);
        let (was, is) = (split(old.base_url()), split(new.base_url()));
        let addresses = |base: &str, operations: &'c [Operation]| -> HashSet<Address<'c>> {
            operations.iter().map(|own| address(base, own)).collect()
        };
        // A server may be split differently into a base URL and paths. If that pairs nothing, the server has moved.
        let before = addresses(was.1, &old.operations);
        let is_split = !before.is_disjoint(&addresses(is.1, &new.operations));
        let bases = if is_split { [was.1, is.1] } else { ["", ""] };
        let moved = was.0 != is.0 || !is_split && was.1 != is.1;
        if moved {
            let location = Location::new(Sender::Client, "the base URL");
            let what = format!("changes from {} to {}", old.base_url(), new.base_url());
            let pointer = match new.json().pointer("/servers/0/url") {
                Some(_) => "/servers/0/url",
                None => "",
            };
            self.report(&location, Id::BaseUrlChanged, pointer, what);
        }
        self.operations(bases, &old.operations, &new.operations, Kind::Call);
        self.operations(["", ""], &old.events, &new.events, Kind::Event);
    }

    fn operations(
        &mut self,
        [old_base, new_base]: [&str; 2],
        old: &'c [Operation],
        new: &'c [Operation],
        kind: Kind,
    ) {
        let mut here: HashMap<Address<'c>, Vec<usize>> = HashMap::new();
        for (index, now) in new.iter().enumerate() {
            here.entry(address(new_base, now)).or_default().push(index);
        }
        let addresses: HashSet<_> = old.iter().map(|own| address(old_base, own)).collect();
        let mut moved: HashMap<&str, usize> = HashMap::new();
        for (index, now) in new.iter().enumerate() {
            if !addresses.contains(&address(new_base, now)) {
                moved.entry(now.id()).or_insert(index);
            }
        }
        let mut kept = HashSet::new();
        for before in old {
            let at = here.get(&address(old_base, before));
            let at = at.and_then(|at| at.iter().find(|index| !kept.contains(*index)));
            let is_moved = at.is_none();
            let index = at.or_else(|| moved.get(before.id())).copied();
            let index = index.filter(|index| !kept.contains(index));
            let now = index.map(|index| &new[index]);
            self.visited.clear();
            self.operation = Some(now.unwrap_or(before).id());
            match now {
                Some(now) => {
                    kept.extend(index);
                    self.paired(before, now, kind, is_moved);
                }
                None => {
                    let id = match kind {
                        Kind::Call => Id::OperationRemoved,
                        Kind::Event => Id::EventRemoved,
                    };
                    self.whole(before, kind, id, "is removed");
                }
            }
        }
        for (_, now) in new
            .iter()
            .enumerate()
            .filter(|(index, _)| !kept.contains(index))
        {
            self.operation = Some(now.id());
            let id = match kind {
                Kind::Call => Id::OperationAdded,
                Kind::Event => Id::EventAdded,
            };
            self.whole(now, kind, id, "is added");
        }
        self.operation = None;
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn base_url_is_split_into_origin_and_path() {
        assert_eq!(split("https://h/api/v1/"), ("https://h", "/api/v1"));
        assert_eq!(split("https://h"), ("https://h", ""));
        assert_eq!(split("/api"), ("", "/api"));
        assert_eq!(split("/"), ("", ""));
    }
}
