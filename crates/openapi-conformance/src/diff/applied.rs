//! The schemas that apply to one value: one in most cases, several for a composition.

use std::collections::HashSet;

use crate::schema::{Schema, SchemaId, Schemas, Types};

/// The schemas that apply to one value. Without any, every value is valid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Applied(Vec<Part>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Part {
    schema: SchemaId,
    /// Whether null is allowed elsewhere: by another alternative.
    ignores_null: bool,
}

/// The alternatives of a schema, without those that are only null.
pub struct Alternatives {
    pub schemas: Vec<SchemaId>,
    /// Whether a value must match exactly one.
    pub exclusive: bool,
    /// Whether a value could match several, judging by the types.
    pub overlap: bool,
}

/// What a composition consists of.
#[derive(Default)]
pub struct Flattened<'c> {
    pub schemas: Vec<&'c Schema>,
    pub alternatives: Vec<Alternatives>,
    pub nullable: bool,
}

/// The maximum number of schemas in a composition.
const MAX_PARTS: usize = 1000;

impl Applied {
    pub fn of(schema: SchemaId) -> Self {
        Applied(vec![Part {
            schema,
            ignores_null: false,
        }])
    }

    /// Returns an alternative. Whether null is valid is a property of all alternatives together.
    pub fn alternative(schema: SchemaId) -> Self {
        Applied(vec![Part {
            schema,
            ignores_null: true,
        }])
    }

    /// Returns the same schemas as an alternative.
    pub fn ignoring_null(&self) -> Self {
        let parts = self.0.iter().map(|part| Part {
            ignores_null: true,
            ..*part
        });
        Applied(parts.collect())
    }

    /// Adds a schema, unless every value conforms to it.
    pub fn add(&mut self, schema: SchemaId, schemas: &Schemas) {
        let part = Part {
            schema,
            ignores_null: false,
        };
        if !self.0.contains(&part) && !is_any(&schemas[schema]) {
            self.0.push(part);
        }
    }

    pub fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether no value is valid.
    pub fn is_never(&self, schemas: &Schemas) -> bool {
        let mut parts = self.0.iter();
        parts.any(|part| schemas[schemas.resolve(part.schema)].never)
    }

    /// Returns the location of the first schema.
    pub fn pointer<'c>(&self, schemas: &'c Schemas) -> Option<&'c str> {
        let first = self.0.first()?;
        Some(&schemas[first.schema].pointer)
    }

    pub fn first(&self) -> Option<SchemaId> {
        self.0.first().map(|part| part.schema)
    }

    /// Follows references and compositions. An alternative to null is a part like any other. Returns `None` if there
    /// are too many parts.
    pub fn flatten<'c>(&self, schemas: &'c Schemas) -> Option<Flattened<'c>> {
        let mut flat = Flattened {
            nullable: true,
            ..Flattened::default()
        };
        let mut open: Vec<Part> = self.0.iter().rev().copied().collect();
        let mut seen: HashSet<Part> = HashSet::new();
        while let Some(part) = open.pop() {
            if !seen.insert(part) {
                continue;
            }
            if seen.len() > MAX_PARTS {
                return None;
            }
            let schema = &schemas[part.schema];
            flat.schemas.push(schema);
            let mut allows_null = allows_null(schema);
            let mut next: Vec<Part> = Vec::new();
            let parts = schema.reference.iter().chain(&schema.all_of);
            next.extend(parts.map(|schema| Part {
                schema: *schema,
                ..part
            }));
            for (all, exclusive) in [(&schema.any_of, false), (&schema.one_of, true)] {
                if all.is_empty() {
                    continue;
                }
                let types: Vec<_> = all.iter().map(|id| schemas.types(*id)).collect();
                let null = types.iter().any(|types| types.contains(Types::NULL));
                let others = all.iter().zip(&types);
                let others = others.filter(|(_, types)| **types != Types::NULL);
                let others: Vec<_> = others.map(|(id, _)| *id).collect();
                match others[..] {
                    [schema] => next.push(Part {
                        schema,
                        ignores_null: part.ignores_null || others.len() < all.len(),
                    }),
                    _ => {
                        allows_null &= null;
                        flat.alternatives.push(Alternatives {
                            schemas: others,
                            exclusive,
                            overlap: overlap(&types),
                        });
                    }
                }
            }
            flat.nullable &= part.ignores_null || allows_null;
            open.extend(next.into_iter().rev());
        }
        Some(flat)
    }
}

fn allows_null(schema: &Schema) -> bool {
    let types = schema.types.unwrap_or(Types::ALL);
    let listed = schema.values.as_ref();
    let constant = schema.constant.as_ref();
    types.contains(Types::NULL)
        && !schema.never
        && listed.is_none_or(|values| values.iter().any(serde_json::Value::is_null))
        && constant.is_none_or(serde_json::Value::is_null)
}

/// Returns whether a value could match several alternatives, judging by their types.
fn overlap(types: &[Types]) -> bool {
    let mut union = Types::NONE;
    types.iter().any(|types| {
        let known = union;
        union = union.or(*types);
        known.intersects(*types)
    })
}

/// Returns whether the schema has no keyword that restricts a value.
fn is_any(schema: &Schema) -> bool {
    let counts = [
        schema.min_length.or(schema.max_length),
        schema.min_items.or(schema.max_items),
        schema.min_properties.or(schema.max_properties),
    ];
    let numbers = [
        &schema.minimum,
        &schema.maximum,
        &schema.exclusive_minimum,
        &schema.exclusive_maximum,
        &schema.multiple_of,
    ];
    !schema.never
        && schema.types.is_none()
        && schema.values.is_none()
        && schema.constant.is_none()
        && schema.known_values.is_none()
        && counts.iter().all(Option::is_none)
        && numbers.iter().all(|number| number.is_none())
        && schema.format.is_none()
        && schema.pattern.is_none()
        && !schema.unique_items
        && schema.required.is_empty()
        && schema.property_names.is_none()
        && schema.dependent_required.is_empty()
        && schema.in_place().next().is_none()
        && schema.children().next().is_none()
}
