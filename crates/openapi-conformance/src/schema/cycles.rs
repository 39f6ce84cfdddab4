//! Finds schemas that are a part of themselves without a step into the value. They have no meaning: whether a value is
//! valid would depend on whether it is valid.

use super::{Schema, SchemaId, Schemas};

/// A schema whose parts are being followed.
struct Open {
    schema: SchemaId,
    parts: Vec<SchemaId>,
}

/// A part that leads back to a schema around it.
struct Cycle {
    from: SchemaId,
    to: SchemaId,
}

/// Replaces each part that leads back to a schema around it by a schema without keywords, and returns the schemas that
/// had such a part.
pub fn cut(schemas: &mut Schemas) -> Vec<SchemaId> {
    let mut cut = Vec::new();
    for Cycle { from, to } in find(schemas) {
        let any = SchemaId(u32::try_from(schemas.all.len()).unwrap_or(u32::MAX));
        schemas.all.push(Schema {
            pointer: schemas[to].pointer.clone(),
            ..Schema::default()
        });
        schemas.all[from.0 as usize].replace_in_place(to, any);
        cut.push(from);
    }
    cut
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
                Some(part) if states[part.0 as usize] == State::Open => cycles.push(Cycle {
                    from: last.schema,
                    to: part,
                }),
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
