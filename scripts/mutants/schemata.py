"""Compiles all mutants of cargo-mutants at once: each one is chosen at run time.

A mutated expression becomes `(if crate::mutant::on(17) {mutated} else {original})`, a mutated function body begins with
`if crate::mutant::on(17) { return value; }`, and a deleted match arm gets the guard `if !crate::mutant::on(17)`.
"""

import re

import tree_sitter
import tree_sitter_rust

# The module `mutant`, appended to each instrumented crate.
MODULE = """
mod mutant {
    #![allow(missing_docs, dead_code)]
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{LazyLock, Mutex};

    static ON: LazyLock<Option<usize>> = LazyLock::new(|| std::env::var("MUTANT").ok()?.parse().ok());
    static LOG: LazyLock<Option<Mutex<std::fs::File>>> = LazyLock::new(|| {
        let path = std::env::var_os("MUTANTS_REACHED")?;
        std::fs::OpenOptions::new().create(true).append(true).open(path).ok().map(Mutex::new)
    });
    static REACHED: [AtomicBool; 8192] = [const { AtomicBool::new(false) }; 8192];

    pub fn on(id: usize) -> bool {
        if let Some(log) = &*LOG {
            if !REACHED[id].swap(true, Ordering::Relaxed) {
                let _ = log.lock().unwrap().write_all(format!("{id}\\n").as_bytes());
            }
        }
        *ON == Some(id)
    }
}
"""

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_rust.language()))
OPERATORS = ("binary_expression", "compound_assignment_expr")


class NotSupported(Exception):
    """The mutant has no form that is chosen at run time."""


def instrument(source, mutants):
    """Returns the source with the mutants `{id: mutant}`, and those that are not supported as `{id: reason}`."""
    text = source.encode()
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))

    def offset(position):
        line = position["line"] - 1
        return starts[line] + len(lines[line][: position["column"] - 1].encode())

    root = PARSER.parse(text).root_node
    file = File(text)
    unsupported = {}
    for number, mutant in mutants.items():
        start, end = offset(mutant["span"]["start"]), offset(mutant["span"]["end"])
        try:
            file.add(number, mutant, root, start, end)
        except NotSupported as reason:
            unsupported[number] = str(reason)
    shown = file.render(root)
    assert not file.prefixes, "each function body has a first statement"
    return shown, unsupported


def condition(number):
    return f"crate::mutant::on({number})"


class File:
    def __init__(self, text):
        self.text = text
        self.prefixes = {}  # offset of a function's first statement: the returns before it
        self.iterators = {}  # result of a function that returns `impl Iterator`: [(number, other iterator)]
        self.choices = {}  # node: [(number, mutated text)]
        self.deleted = {}  # match arm: the number that deletes it
        self.guards = {}  # guard: [(number, value)]

    def add(self, number, mutant, root, start, end):
        genre, replacement = mutant["genre"], mutant["replacement"]
        node = root.descendant_for_byte_range(start, end)
        if genre == "FnValue":
            function = ancestor(node, "function_item")
            if any(it.type == "function_modifiers" and b"const" in it.text for it in function.children):
                raise NotSupported("in a const function")
            if mutant["function"]["return_type"].startswith("-> impl Iterator"):
                body = function.child_by_field_name("body")
                result = [it for it in body.named_children if "comment" not in it.type][-1]
                self.iterators.setdefault(result.id, []).append((number, replacement))
                return
            if "::std::iter::" in replacement:
                raise NotSupported("within the return type is an `impl Iterator`")
            self.prefixes.setdefault(start, []).append(f"if {condition(number)} {{ return {replacement}; }} ")
        elif genre in ("BinaryOperator", "UnaryOperator"):
            if node.parent.type == "let_chain":
                raise NotSupported("unviable: `let` is allowed only between `&&`")
            kinds = OPERATORS if genre == "BinaryOperator" else ("unary_expression",)
            if node.parent.type not in kinds:
                raise NotSupported(f"in {node.parent.type}")
            whole = node.parent
            # Another operator may bind its operands differently, so the alternatives are whole expressions.
            while whole.parent.type in OPERATORS:
                whole = whole.parent
            self.choose(number, whole, start, end, replacement)
        elif genre == "StructField":
            whole = ancestor(node, "struct_expression")
            self.choose(number, whole, start, end + (self.text[end : end + 1] == b","), replacement)
        elif genre == "MatchArm":
            arm = ancestor(node, "match_arm")
            patterns = [it.child_by_field_name("pattern") for it in arm.parent.named_children if it.type == "match_arm"]
            catch_all = any(it.text == b"_" for it in patterns)
            if not catch_all and not arm.child_by_field_name("pattern").child_by_field_name("condition"):
                raise NotSupported("unviable: no other arm has its values")
            self.deleted[arm.id] = number
        elif genre == "MatchArmGuard":
            if node.type in ("let_chain", "let_condition"):
                raise NotSupported("a guard with `let`")
            self.guards.setdefault((start, end), []).append((number, replacement))
        else:
            raise NotSupported(genre)

    def choose(self, number, node, start, end, replacement):
        mutated = self.text[node.start_byte : start] + replacement.encode() + self.text[end : node.end_byte]
        self.choices.setdefault(node.id, []).append((number, mutated.decode()))

    def render(self, node):
        if node.type == "match_pattern":
            shown = self.render_pattern(node)
        else:
            shown = self.render_children(node)
        for number, mutated in self.choices.get(node.id, []):
            shown = f"(if {condition(number)} {{ {mutated} }} else {{ {shown} }})"
        if node.id in self.iterators:
            shown = of_one_type(shown, self.iterators[node.id])
        if node.start_byte in self.prefixes and node.parent.type == "block":
            shown = "".join(self.prefixes.pop(node.start_byte)) + shown
        return shown

    def render_children(self, node):
        shown, position = [], node.start_byte
        for child in node.children:
            shown += [self.text[position : child.start_byte].decode(), self.render(child)]
            position = child.end_byte
        return "".join(shown) + self.text[position : node.end_byte].decode()

    def render_pattern(self, pattern):
        """Renders the pattern of a match arm and its guard."""
        guard = pattern.child_by_field_name("condition")
        deleted = self.deleted.get(pattern.parent.id)
        if not guard:
            shown = self.render_children(pattern)
            return shown if deleted is None else f"{shown} if !{condition(deleted)}"
        shown = self.render(guard)
        for number, value in self.guards.get((guard.start_byte, guard.end_byte), []):
            shown = f"(if {condition(number)} {{ {value} }} else {{ {shown} }})"
        if deleted is not None:
            shown = shown if "let" in guard.type else f"({shown})"
            shown = f"!{condition(deleted)} && {shown}"
        return self.text[pattern.start_byte : guard.start_byte].decode() + shown


def of_one_type(iterator, others):
    """Returns an expression for the iterator or one of the others, which are empty or have one item."""
    other = " || ".join(condition(number) for number, _ in others)
    shown = f"({iterator}).take(if {other} {{ 0 }} else {{ usize::MAX }})"
    for number, replacement in others:
        if one := re.fullmatch(r"::std::iter::once\((.*)\)", replacement):
            shown += f".chain(if {condition(number)} {{ Some({one[1]}) }} else {{ None }})"
    return shown


def ancestor(node, kind):
    while node and node.type != kind:
        node = node.parent
    if not node:
        raise NotSupported(f"not in a {kind}")
    return node


def rejected(text, errors):
    """Returns the mutants that cause these compile errors, `[(start, end, message)]` by bytes: `{id: message}`."""
    root = PARSER.parse(text).root_node
    found = {}
    for start, end, message in errors:
        node = root.descendant_for_byte_range(start, end)
        while node:
            numbers = numbers_of(node)
            if numbers:
                found |= {number: message for number in numbers}
                break
            node = node.parent
    return found


def numbers_of(node):
    """Returns the mutant that this node switches, if any."""
    if node.type == "match_arm":
        guard = re.search(rb"if !crate::mutant::on\((\d+)\)", node.child_by_field_name("pattern").text)
        return [int(guard.group(1))] if guard else []
    if node.type != "if_expression":
        return []
    return [int(it) for it in re.findall(rb"^crate::mutant::on\((\d+)\)", node.child_by_field_name("condition").text)]
