//! Finds schemas that are a part of themselves without a step into the value. They have no meaning: whether a value is
//! valid would depend on whether it is valid.

use super::{Schema, SchemaId, Schemas};

/// A schema whose parts are being followed.
struct Open {
    schema: SchemaId,
    parts: Vec<SchemaId>,
}

/// A part that leads back to a schema around it.
pub struct Cycle {
    pub from: SchemaId,
    to: SchemaId,
    /// Whether there are only references on the way. Generators write other cycles: the parts of a union that extend it.
    pub is_chain: bool,
}

/// Replaces each part that leads back to a schema around it by a schema without keywords, and returns the cycles that
/// were there.
pub fn cut(schemas: &mut Schemas) -> Vec<Cycle> {
    let cycles = find(schemas);
    for &Cycle { from, to, .. } in &cycles {
        let any = SchemaId(u32::try_from(schemas.all.len()).unwrap_or(u32::MAX));
        schemas.all.push(Schema::default());
        schemas.all[from.0 as usize].replace_in_place(to, any);
    }
    cycles
}

/// Returns true for a schema that refers to another one and has no other parts.
fn is_link(schema: &Schema) -> bool {
    schema.reference.is_some() && schema.in_place().count() == 1
}

fn find(schemas: &Schemas) -> Vec<Cycle> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Unknown,
        Open,
        Done,
    }
    let mut cycles = Vec::new();
    let mut states = vec![State::Unknown; schemas.all.len()];
    let mut open: Vec<Open> = Vec::new();
    for start in (0u32..).take(schemas.all.len()).map(SchemaId) {
        let mut next = Some(start);
        loop {
            if let Some(schema) = next.take()
                && states[schema.0 as usize] == State::Unknown
            {
                states[schema.0 as usize] = State::Open;
                let parts = schemas[schema].in_place().collect();
                open.push(Open { schema, parts });
            }
            let Some(last) = open.last_mut() else {
                break;
            };
            match last.parts.pop() {
                Some(part) if states[part.0 as usize] == State::Open => {
                    let from = last.schema;
                    let within = open.iter().rev().map(|open| open.schema);
                    let links = within.take_while(|schema| *schema != part).chain([part]);
                    let is_chain = links.into_iter().all(|schema| is_link(&schemas[schema]));
                    cycles.push(Cycle {
                        from,
                        to: part,
                        is_chain,
                    });
                }
                Some(part) => next = Some(part),
                None => {
                    states[last.schema.0 as usize] = State::Done;
                    open.pop();
                }
            }
        }
    }
    cycles
}
