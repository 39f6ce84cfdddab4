//! The validator agrees with the crate `jsonschema` on which values conform to which schemas.

use jsonschema::Draft;
use openapi_conformance::{Contract, Severity};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value, json};

/// The version of OpenAPI, which determines the schema language.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Version {
    V30,
    V31,
}

const NAMES: [&str; 3] = ["a", "b", "c"];

fn values() -> impl Strategy<Value = Value> {
    let numbers = [
        "0",
        "1",
        "-1",
        "2",
        "1.0",
        "1.5",
        "0.3",
        "3",
        "1e2",
        "9007199254740993",
    ];
    let numbers = select(numbers.to_vec()).prop_map(|text| serde_json::from_str(text).unwrap());
    let texts = [
        "",
        "a",
        "ab",
        "abc",
        "\u{e9}",
        "7",
        "2026-01-31T00:00:00Z",
        "2026-01-31",
        "1.2.3.4",
        "::1",
        "P1D",
        "/a",
        "https://a.example/b?c",
        "a@b.example",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        numbers,
        select(texts.to_vec()).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(select(&NAMES[..]), inner, 0..4).prop_map(|members| json!(members)),
        ]
    })
}

fn types(version: Version) -> BoxedStrategy<Value> {
    let names = ["object", "array", "string", "number", "integer", "boolean"];
    let one = select(names.to_vec()).prop_map(|name| json!({"type": name}));
    match version {
        Version::V30 => (one, any::<bool>())
            .prop_map(|(mut schema, nullable)| {
                if nullable {
                    schema["nullable"] = json!(true);
                }
                schema
            })
            .boxed(),
        Version::V31 => {
            let all = [
                "object", "array", "string", "number", "integer", "boolean", "null",
            ];
            let several = subsequence(all.to_vec(), 1..4).prop_map(|names| json!({"type": names}));
            prop_oneof![one, several].boxed()
        }
    }
}

/// Keywords that apply to a value on its own.
fn assertions(version: Version) -> BoxedStrategy<Value> {
    let count = || 0..3u64;
    let bound = || select(&[-1.0, 0.0, 1.0, 1.5, 2.0][..]);
    let patterns = ["^a", "b$", "^[a-c]+$", r"^\d+$", r"^\w*$", "."];
    // Draft 4 has no other formats.
    let mut formats = vec!["date-time", "ipv4", "ipv6", "uri", "email", "hostname"];
    if version == Version::V31 {
        formats.extend([
            "date",
            "time",
            "duration",
            "uuid",
            "json-pointer",
            "uri-reference",
        ]);
    }
    let common = prop_oneof![
        count().prop_map(|count| json!({"minLength": count})),
        count().prop_map(|count| json!({"maxLength": count})),
        select(patterns.to_vec()).prop_map(|pattern| json!({"pattern": pattern})),
        select(formats).prop_map(|format| json!({"type": "string", "format": format})),
        bound().prop_map(|bound| json!({"minimum": bound})),
        bound().prop_map(|bound| json!({"maximum": bound})),
        select(&[1.0, 0.5, 0.1, 2.0][..]).prop_map(|factor| json!({"multipleOf": factor})),
        count().prop_map(|count| json!({"minItems": count})),
        count().prop_map(|count| json!({"maxItems": count})),
        Just(json!({"uniqueItems": true})),
        count().prop_map(|count| json!({"minProperties": count})),
        count().prop_map(|count| json!({"maxProperties": count})),
        subsequence(&NAMES[..], 1..3).prop_map(|names| json!({"required": names})),
        vec(values(), 1..3).prop_map(|mut values| {
            values.dedup();
            json!({"enum": values})
        }),
    ];
    match version {
        Version::V30 => prop_oneof![
            8 => common,
            1 => bound().prop_map(|bound| json!({"minimum": bound, "exclusiveMinimum": true})),
            1 => bound().prop_map(|bound| json!({"maximum": bound, "exclusiveMaximum": true})),
        ]
        .boxed(),
        Version::V31 => prop_oneof![
            8 => common,
            1 => bound().prop_map(|bound| json!({"exclusiveMinimum": bound})),
            1 => bound().prop_map(|bound| json!({"exclusiveMaximum": bound})),
            1 => values().prop_map(|value| json!({"const": value})),
            1 => (select(&NAMES[..]), subsequence(&NAMES[..], 1..3))
                .prop_map(|(name, required)| json!({"dependentRequired": {name: required}})),
        ]
        .boxed(),
    }
}

fn merged(parts: Vec<Value>) -> Value {
    let mut all = Map::new();
    for part in parts {
        all.extend(part.as_object().cloned().unwrap_or_default());
    }
    Value::Object(all)
}

fn schemas(version: Version) -> BoxedStrategy<Value> {
    let reference = select(&["A", "B"][..])
        .prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    let leaf = prop_oneof![
        3 => types(version),
        3 => assertions(version),
        1 => vec(prop_oneof![types(version), assertions(version)], 2..4).prop_map(merged),
        1 => reference,
        1 => Just(json!({})),
    ];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let list = || vec(inner.clone(), 1..3);
        let named = || btree_map(select(&NAMES[..]), inner.clone(), 1..3);
        let additional = prop_oneof![any::<bool>().prop_map(Value::from), inner.clone()];
        let object = (named(), option::of(additional)).prop_map(|(properties, additional)| {
            let mut schema = json!({"properties": properties});
            if let Some(additional) = additional {
                schema["additionalProperties"] = additional;
            }
            schema
        });
        let common = prop_oneof![
            object,
            inner.clone().prop_map(|schema| json!({"items": schema})),
            list().prop_map(|list| json!({"allOf": list})),
            list().prop_map(|list| json!({"anyOf": list})),
            list().prop_map(|list| json!({"oneOf": list})),
            inner.clone().prop_map(|schema| json!({"not": schema})),
        ];
        let new = prop_oneof![
            (list(), inner.clone())
                .prop_map(|(list, rest)| json!({"prefixItems": list, "items": rest})),
            (inner.clone(), option::of(0..2u64), option::of(0..3u64)).prop_map(
                |(schema, least, most)| {
                    let mut schema = json!({"contains": schema});
                    if let Some(least) = least {
                        schema["minContains"] = json!(least);
                    }
                    if let Some(most) = most {
                        schema["maxContains"] = json!(most);
                    }
                    schema
                }
            ),
            named().prop_map(|named| json!({"dependentSchemas": named})),
            (
                select(&["^a", "b", "[ab]"][..]),
                inner.clone(),
                option::of(any::<bool>())
            )
                .prop_map(|(pattern, schema, additional)| {
                    let mut schema = json!({"patternProperties": {pattern: schema}});
                    if let Some(additional) = additional {
                        schema["additionalProperties"] = json!(additional);
                    }
                    schema
                }),
            assertions(version).prop_map(|schema| json!({"propertyNames": schema})),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(test, then, other)| json!({"if": test, "then": then, "else": other})),
            (
                list(),
                named(),
                prop_oneof![Just(json!(false)), inner.clone()]
            )
                .prop_map(|(list, named, rest)| {
                    json!({"anyOf": list, "properties": named, "unevaluatedProperties": rest})
                }),
        ];
        let applied = match version {
            Version::V30 => common.boxed(),
            Version::V31 => prop_oneof![common, new].boxed(),
        };
        (
            applied,
            option::of(assertions(version)),
            option::of(types(version)),
        )
            .prop_map(|(applied, assertion, types)| {
                merged(
                    [Some(applied), assertion, types]
                        .into_iter()
                        .flatten()
                        .collect(),
                )
            })
            .boxed()
    })
    .boxed()
}

/// Converts the schemas of OpenAPI 3.0 to draft 4, which they are based on: `nullable` allows null.
fn draft_4(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(draft_4).collect(),
        Value::Object(keywords) => {
            let mut converted: Map<String, Value> = keywords
                .iter()
                .map(|(key, value)| match key.as_str() {
                    "enum" => (key.clone(), value.clone()),
                    _ => (key.clone(), draft_4(value)),
                })
                .collect();
            if converted.remove("nullable") == Some(json!(true))
                && let Some(name) = converted.get("type").cloned()
            {
                converted.insert("type".to_owned(), json!([name, "null"]));
            }
            Value::Object(converted)
        }
        other => other.clone(),
    }
}

fn assert_agreement(version: Version, schemas: &Value, value: &Value) -> Result<(), TestCaseError> {
    let components = json!({"schemas": schemas});
    let number = if version == Version::V30 {
        "3.0.3"
    } else {
        "3.1.0"
    };
    let document = json!({"openapi": number, "paths": {}, "components": components});
    // A schema that refers to itself without a step into the value has no meaning.
    let contract = match Contract::parse(&document.to_string()) {
        Err(error) if error.to_string().contains("leads to itself") => {
            return Err(TestCaseError::reject("cyclic"));
        }
        contract => contract.unwrap(),
    };
    if contract
        .notes()
        .iter()
        .any(|note| note.id == "schema-endless")
    {
        return Err(TestCaseError::reject("cyclic"));
    }
    prop_assert_eq!(contract.notes(), []);
    let (draft, components) = match version {
        Version::V30 => (Draft::Draft4, json!({"schemas": draft_4(schemas)})),
        Version::V31 => (Draft::Draft202012, components),
    };
    let root = json!({"allOf": [{"$ref": "#/components/schemas/C"}], "components": components});
    let oracle = jsonschema::options()
        .with_draft(draft)
        .should_validate_formats(true)
        .build(&root)
        .unwrap();
    let findings = contract
        .validate_value("/components/schemas/C", value)
        .unwrap();
    let mut findings = findings.iter();
    let valid = !findings.any(|finding| finding.severity == Severity::Breaking);
    prop_assert_eq!(valid, oracle.is_valid(value));
    Ok(())
}

fn documents(version: Version) -> impl Strategy<Value = (Value, Vec<Value>)> {
    let schemas = (schemas(version), schemas(version), schemas(version));
    let schemas = schemas.prop_map(|(a, b, c)| json!({"A": a, "B": b, "C": c}));
    (schemas, vec(values(), 8))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        // The same cases in every run, so that a failure can be reproduced.
        rng_seed: RngSeed::Fixed(31),
        ..ProptestConfig::default()
    })]

    #[test]
    fn openapi_3_0_schemas_are_validated_like_draft_4((schemas, values) in documents(Version::V30)) {
        for value in &values {
            assert_agreement(Version::V30, &schemas, value)?;
        }
    }

    #[test]
    fn openapi_3_1_schemas_are_validated_like_draft_2020_12((schemas, values) in documents(Version::V31)) {
        for value in &values {
            assert_agreement(Version::V31, &schemas, value)?;
        }
    }
}
