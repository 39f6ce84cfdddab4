//! The schemas that apply to one value: one in most cases, several for a composition.

use std::collections::HashSet;

use crate::schema::{Schema, SchemaId, Schemas, Types};

/// The schemas that apply to one value, and the types that it may have. Without any schema, every value is valid.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Applied {
    parts: Vec<Part>,
    types: Types,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Part {
    schema: SchemaId,
    /// Whether null is allowed elsewhere: by another alternative.
    ignores_null: bool,
}

/// The alternatives of a schema, without those that are only null.
pub struct Alternatives {
    pub schemas: Vec<Applied>,
    /// The types besides null that they leave.
    pub types: Types,
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

/// How many references or wrappers lead to a component.
const LONGEST_CHAIN: usize = 16;

/// The maximum number of schemas in a composition.
const MAX_PARTS: usize = 1000;

impl Default for Applied {
    fn default() -> Self {
        Applied {
            parts: Vec::new(),
            types: Types::ALL,
        }
    }
}

impl Applied {
    pub fn of(schema: SchemaId) -> Self {
        Applied {
            parts: vec![Part {
                schema,
                ignores_null: false,
            }],
            types: Types::ALL,
        }
    }

    /// Returns the schemas without what they say about null, which is a property of all alternatives together.
    pub fn ignoring_null(mut self) -> Self {
        for part in &mut self.parts {
            part.ignores_null = true;
        }
        self
    }

    /// Returns the values of the schemas that have these types, or are null.
    pub fn of_types(&self, types: Types) -> Self {
        Applied {
            parts: self.parts.clone(),
            types: self.types.and(types.or(Types::NULL)),
        }
    }

    pub fn types(&self) -> Types {
        self.types
    }

    /// Adds a schema, unless every value conforms to it.
    pub fn add(&mut self, schema: SchemaId, schemas: &Schemas) {
        let part = Part {
            schema,
            ignores_null: false,
        };
        if !self.parts.contains(&part) && !is_any(&schemas[schema]) {
            self.parts.push(part);
        }
    }

    pub fn is_any(&self) -> bool {
        self.parts.is_empty() && self.types == Types::ALL
    }

    /// Returns the name of the component that a composition refers to, or to which null is the alternative.
    pub fn component<'c>(&self, schemas: &'c Schemas) -> Option<&'c str> {
        let mut id = self.first()?;
        for _ in 0..LONGEST_CHAIN {
            let schema = &schemas[id];
            let name = schema.pointer.strip_prefix("/components/schemas/");
            if let Some(name) = name.filter(|name| !name.contains('/')) {
                return Some(name);
            }
            let is_null = |id: &&SchemaId| schemas.types(**id) == Types::NULL;
            let alternatives = schema.any_of.iter().chain(&schema.one_of);
            let mut others = alternatives.filter(|id| !is_null(id));
            id = match (schema.reference, &schema.all_of[..]) {
                (Some(target), _) if schema.only_refers => target,
                (None, [part]) => *part,
                (None, []) => match (others.next(), others.next()) {
                    (Some(only), None) => *only,
                    _ => return None,
                },
                _ => return None,
            };
        }
        None
    }

    /// Returns whether no value is valid.
    pub fn is_never(&self, schemas: &Schemas) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| schemas[schemas.resolve(part.schema)].never)
    }

    /// Returns the location of the first schema.
    pub fn pointer<'c>(&self, schemas: &'c Schemas) -> Option<&'c str> {
        let first = self.parts.first()?;
        Some(&schemas[first.schema].pointer)
    }

    pub fn schemas(&self) -> impl Iterator<Item = SchemaId> {
        self.parts.iter().map(|part| part.schema)
    }

    pub fn first(&self) -> Option<SchemaId> {
        self.parts.first().map(|part| part.schema)
    }

    /// Returns the target of the only schema, if that is nothing but a reference.
    pub fn reference<'c>(&self, schemas: &'c Schemas) -> Option<&'c str> {
        let [part] = self.parts[..] else {
            return None;
        };
        let schema = &schemas[part.schema];
        let target = schema.reference.filter(|_| schema.only_refers)?;
        Some(&schemas[target].pointer)
    }

    /// Returns true if both have the same number of schemas and treat null and types in the same way.
    pub fn is_like(&self, other: &Applied) -> bool {
        let nulls = |applied: &Applied| -> Vec<bool> {
            applied.parts.iter().map(|part| part.ignores_null).collect()
        };
        self.types == other.types && nulls(self) == nulls(other)
    }

    /// Follows references and compositions. An alternative to null is a part like any other. Returns `None` if there
    /// are too many parts.
    pub fn flatten<'c>(&self, schemas: &'c Schemas) -> Option<Flattened<'c>> {
        let mut flat = Flattened {
            nullable: true,
            ..Flattened::default()
        };
        let mut open: Vec<Part> = self.parts.iter().rev().copied().collect();
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
            let mut allows_null = allows_null(schema) && !excludes_null(schema, schemas);
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
                let others: Vec<SchemaId> = all
                    .iter()
                    .zip(&types)
                    .filter(|(_, types)| **types != Types::NULL)
                    .map(|(id, _)| *id)
                    .collect();
                match others[..] {
                    [schema] => next.push(Part {
                        schema,
                        ignores_null: part.ignores_null || others.len() < all.len(),
                    }),
                    _ => {
                        allows_null &= null;
                        flat.alternatives.push(Alternatives {
                            schemas: others
                                .into_iter()
                                .map(|id| Applied::of(id).ignoring_null())
                                .collect(),
                            types: types.iter().fold(Types::NONE, |union, one| union.or(*one)),
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

/// Returns whether null is among the values that `not` excludes.
fn excludes_null(schema: &Schema, schemas: &Schemas) -> bool {
    let excluded = schema.not.map(|id| &schemas[schemas.resolve(id)]);
    excluded.is_some_and(|excluded| allows_null(excluded) && excluded.in_place().next().is_none())
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
        && schema.pattern_text.is_none()
        && schema.content_encoding.is_none()
        && schema.content_media_type.is_none()
        && schema.discriminator.is_none()
        && !schema.unique_items
        && schema.required.is_empty()
        && schema.property_names.is_none()
        && schema.dependent_required.is_empty()
        && schema.in_place().next().is_none()
        && schema.children().next().is_none()
}
