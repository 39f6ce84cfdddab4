//! Finds schemas that are a part of themselves without a step into the value. They have no meaning: whether a value is
//! valid would depend on whether it is valid.

use super::{SchemaId, Schemas};

/// Returns the schemas on cycles of in-place references, or between two cycles.
pub fn cyclic(schemas: &Schemas) -> Vec<SchemaId> {
    let count = schemas.all.len();
    let mut forward = vec![Vec::new(); count];
    let mut backward = vec![Vec::new(); count];
    for (from, schema) in schemas.all.iter().enumerate() {
        for SchemaId(to) in schema.in_place() {
            forward[from].push(to as usize);
            backward[to as usize].push(from);
        }
    }
    let leads_to_cycle = remaining(&forward, &backward);
    let follows_cycle = remaining(&backward, &forward);
    let ids = (0u32..).take(count).map(SchemaId);
    ids.zip(leads_to_cycle.iter().zip(follows_cycle))
        .filter(|(_, (leads, follows))| **leads && *follows)
        .map(|(id, _)| id)
        .collect()
}

/// Removes nodes without edges until every remaining node has one, and returns which remain.
fn remaining(edges: &[Vec<usize>], reverse: &[Vec<usize>]) -> Vec<bool> {
    let mut open: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut removable: Vec<usize> = (0..open.len()).filter(|node| open[*node] == 0).collect();
    let mut remains = vec![true; open.len()];
    while let Some(node) = removable.pop() {
        remains[node] = false;
        for source in &reverse[node] {
            open[*source] -= 1;
            if open[*source] == 0 {
                removable.push(*source);
            }
        }
    }
    remains
}
