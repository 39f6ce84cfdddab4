//! Pairs the operations of two contracts by method and URL, then by `operationId`, and compares each pair.

use std::collections::{HashMap, HashSet};

use super::ids::Id;
use super::lifecycle::{self, Lifecycle};
use super::location::Location;
use super::{Diff, Kind};
use crate::operation::Operation;
use crate::validate::Sender;

/// The method and the path as sent over the wire, where parameter names do not matter.
#[derive(PartialEq, Eq, Hash)]
struct Address<'c> {
    method: &'c str,
    path: String,
}

impl<'c> Address<'c> {
    fn of(base: &str, operation: &'c Operation) -> Self {
        let mut parts = operation.path.split('{');
        let mut path = base.to_owned();
        path.extend(parts.next());
        for part in parts {
            path.push_str("{}");
            path.push_str(part.split_once('}').map_or(part, |(_, after)| after));
        }
        Address {
            method: operation.method.as_str(),
            path,
        }
    }
}

/// The parts of a base URL.
#[derive(Debug, PartialEq, Eq)]
struct BaseUrl<'c> {
    origin: &'c str,
    path: &'c str,
}

impl<'c> BaseUrl<'c> {
    fn of(url: &'c str) -> Self {
        let host = url.find("://").map_or(0, |index| index + 3);
        let path = url[host..]
            .find('/')
            .map_or(url.len(), |index| host + index);
        let (origin, path) = url.split_at(path);
        BaseUrl {
            origin,
            path: path.trim_end_matches('/'),
        }
    }
}

/// The operations of one side, by how those of the other side find them.
struct Directory<'c> {
    by_address: HashMap<Address<'c>, Vec<usize>>,
    /// Those whose address the other side does not have, by `operationId`.
    moved: HashMap<&'c str, usize>,
}

impl<'c> Directory<'c> {
    fn new(base: &str, operations: &'c [Operation], known: &HashSet<Address>) -> Self {
        let mut directory = Directory {
            by_address: HashMap::new(),
            moved: HashMap::new(),
        };
        for (index, operation) in operations.iter().enumerate().rev() {
            let address = Address::of(base, operation);
            if !known.contains(&address) {
                directory.moved.insert(operation.id(), index);
            }
            // The first one is taken first.
            directory.by_address.entry(address).or_default().push(index);
        }
        directory
    }
}

fn addresses<'c>(base: &str, operations: &'c [Operation]) -> HashSet<Address<'c>> {
    let operations = operations.iter();
    operations
        .map(|operation| Address::of(base, operation))
        .collect()
}

impl<'c> Diff<'c> {
    pub fn contracts(&mut self) {
        let (old, new) = (self.old, self.new);
        let before = BaseUrl::of(old.base_url());
        let after = BaseUrl::of(new.base_url());
        // A server may be split differently into a base URL and paths. If that pairs nothing, the server has moved.
        let known = addresses(before.path, &old.operations);
        let is_split = !known.is_disjoint(&addresses(after.path, &new.operations));
        if before.origin != after.origin || !is_split && before.path != after.path {
            let location = Location::new(Sender::Client, "the base URL");
            let what = format!("changes from {} to {}", old.base_url(), new.base_url());
            let pointer = "/servers/0/url";
            let exists = new.json().pointer(pointer).is_some();
            self.report(
                &location,
                Id::BaseUrlChanged,
                if exists { pointer } else { "" },
                what,
            );
        }
        let bases = if is_split {
            [before.path, after.path]
        } else {
            ["", ""]
        };
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
        let known = addresses(old_base, old);
        let mut directory = Directory::new(new_base, new, &known);
        let mut paired = vec![false; new.len()];
        for before in old {
            let address = Address::of(old_base, before);
            let here = directory.by_address.get_mut(&address).and_then(Vec::pop);
            let index = here.or_else(|| directory.moved.remove(before.id()));
            self.operations += 1;
            match index {
                Some(index) => {
                    paired[index] = true;
                    self.operation = Some(new[index].id());
                    self.operation(before, &new[index], kind, here.is_none());
                }
                None => {
                    self.operation = Some(before.id());
                    self.operation_removed(before, kind);
                }
            }
        }
        for (operation, is_paired) in new.iter().zip(paired) {
            if !is_paired {
                self.operations += 1;
                self.operation = Some(operation.id());
                self.operation_added(operation, kind);
            }
        }
        self.operation = None;
    }

    fn operation_removed(&mut self, operation: &Operation, kind: Kind) {
        let id = match kind {
            Kind::Call => Id::OperationRemoved,
            Kind::Event => Id::EventRemoved,
        };
        let lifecycle = Lifecycle::of_operation(operation);
        let ids = &lifecycle::OPERATION;
        self.removed(&location(kind), lifecycle, ids, id, &operation.pointer);
    }

    fn operation_added(&mut self, operation: &Operation, kind: Kind) {
        let id = match kind {
            Kind::Call => Id::OperationAdded,
            Kind::Event => Id::EventAdded,
        };
        self.report(
            &location(kind),
            id,
            &operation.pointer,
            "is added".to_owned(),
        );
    }

    /// Reports another base URL of an operation that has servers of its own.
    fn own_servers(&mut self, old: &Operation, new: &Operation) {
        if old.base_url.is_none() && new.base_url.is_none() {
            return;
        }
        let before = old.base_url.as_deref().unwrap_or(self.old.base_url());
        let after = new.base_url.as_deref().unwrap_or(self.new.base_url());
        if BaseUrl::of(before) != BaseUrl::of(after) {
            let what = format!("has the base URL {after} instead of {before}");
            self.report(
                &location(Kind::Call),
                Id::BaseUrlChanged,
                &new.pointer,
                what,
            );
        }
    }

    fn operation(&mut self, old: &'c Operation, new: &'c Operation, kind: Kind, is_moved: bool) {
        if is_moved {
            self.moved(old, new, kind);
        }
        // The name of an event in a client is its type.
        if kind == Kind::Call && old.id() != new.id() {
            let what = format!("has the name `{}` instead of `{}`", new.id(), old.id());
            self.report(&location(kind), Id::OperationIdChanged, &new.pointer, what);
        }
        if kind == Kind::Call {
            self.own_servers(old, new);
            self.security(old, new);
        }
        if !is_moved && self.is_operation_unchanged(old, new) {
            return;
        }
        let (before, after) = (Lifecycle::of_operation(old), Lifecycle::of_operation(new));
        self.lifecycle(
            &location(kind),
            &lifecycle::OPERATION,
            &new.pointer,
            before,
            after,
        );
        self.parameters(old, new, kind, is_moved);
        self.request_body(old, new, kind);
        self.compare_pending();
        self.responses(old, new, kind);
        self.compare_pending();
        self.list(old, new);
        self.callbacks(old, new);
    }

    fn moved(&mut self, old: &Operation, new: &Operation, kind: Kind) {
        let what = match kind {
            Kind::Call => format!(
                "moves from {} {} to {} {}",
                old.method, old.path, new.method, new.path
            ),
            Kind::Event if new.path == old.path => {
                format!("has the method {} instead of {}", new.method, old.method)
            }
            Kind::Event => format!("has the type `{}` instead of `{}`", new.path, old.path),
        };
        let id = match kind {
            Kind::Call => Id::OperationMoved,
            Kind::Event => Id::EventTypeChanged,
        };
        self.report(&location(kind), id, &new.pointer, what);
    }

    /// Returns true if everything below an operation is the same in both contracts.
    fn is_operation_unchanged(&self, old: &Operation, new: &Operation) -> bool {
        old.path == new.path && self.unchanged.is_same(&old.digest, &new.digest)
    }

    /// Compares the requests that the API sends to URLs from a request, as events of the operation.
    fn callbacks(&mut self, old: &'c Operation, new: &'c Operation) {
        let mut left: HashMap<Address, &Operation> = HashMap::new();
        for after in &new.callbacks {
            left.insert(Address::of("", after), after);
        }
        for before in &old.callbacks {
            match left.remove(&Address::of("", before)) {
                Some(after) => self.operation(before, after, Kind::Event, false),
                None => self.operation_removed(before, Kind::Event),
            }
        }
        for after in &new.callbacks {
            if left.contains_key(&Address::of("", after)) {
                self.operation_added(after, Kind::Event);
            }
        }
    }

    fn list(&mut self, old: &'c Operation, new: &'c Operation) {
        let location = Location::new(Sender::Api, "the list");
        match (&old.list, &new.list) {
            (Some(before), Some(after)) if before.names() != after.names() => {
                let (old_names, new_names) = (before.names(), after.names());
                if old_names.iter().all(|name| new_names.contains(name)) {
                    let what = "describes more of its pagination".to_owned();
                    return self.report(&location, Id::PaginationAdded, &after.pointer, what);
                }
                let what = format!(
                    "paginates by {} instead of {}",
                    shown(new_names),
                    shown(old_names)
                );
                self.report(&location, Id::PaginationChanged, &after.pointer, what);
            }
            (Some(before), None) => {
                let what = "no longer has pagination".to_owned();
                self.report(&location, Id::PaginationRemoved, &before.pointer, what);
            }
            (None, Some(after)) => {
                let what = "now has pagination".to_owned();
                self.report(&location, Id::PaginationAdded, &after.pointer, what);
            }
            _ => {}
        }
    }
}

fn shown(names: &[(String, String)]) -> String {
    let names = names.iter().map(|(key, name)| format!("`{key}: {name}`"));
    names.collect::<Vec<_>>().join(", ")
}

fn location(kind: Kind) -> Location {
    match kind {
        Kind::Call => Location::new(Sender::Client, "the operation"),
        Kind::Event => Location::new(Sender::Api, "the event"),
    }
}
