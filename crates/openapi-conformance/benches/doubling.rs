//! Doubles the size of inputs and prints how the time to validate them grows: an exponent of 1 is linear growth.
//!
//! ```text
//! cargo bench -p openapi-conformance --bench doubling
//! ```

use std::hint::black_box;
use std::time::Instant;

use http::Request;
use openapi_conformance::{Contract, Finding};
use serde_json::{Map, Value, json};

const ROUNDS: usize = 15;

/// An input that can be made in any size.
struct Input {
    name: &'static str,
    size: usize,
    make: fn(usize) -> Case,
}

/// A contract, and what is validated against it.
struct Case {
    contract: Contract,
    value: Value,
    query: String,
}

const INPUTS: [Input; 9] = [
    Input {
        name: "alternatives that do not match",
        size: 1600,
        make: |count| {
            let alternative = |index: usize| json!({"required": [format!("p{index}")]});
            value(json!({"anyOf": range(count, alternative)}), json!({}))
        },
    },
    Input {
        name: "alternatives with a discriminator",
        size: 1600,
        make: |count| {
            let alternative = |index: usize| json!({"properties": {"kind": {"const": index}}});
            value(
                json!({"oneOf": range(count, alternative)}),
                json!({"kind": 0}),
            )
        },
    },
    Input {
        name: "undocumented properties",
        size: 50_000,
        make: |count| {
            let object = (0..count).map(|index| (format!("p{index}"), Value::Null));
            value(
                json!({"properties": {"a": {}}}),
                object.collect::<Map<_, _>>().into(),
            )
        },
    },
    Input {
        name: "wrong items",
        size: 50_000,
        make: |count| {
            let items = json!({"allOf": [{"type": "integer"}, {"minimum": 0}]});
            value(json!({"items": items}), range(count, |_| json!("x")))
        },
    },
    Input {
        name: "missing properties",
        size: 50_000,
        make: |count| {
            let names = range(count, |index| json!(format!("p{index}")));
            value(
                json!({"allOf": [{"required": names}, {"properties": {"a": {}}}]}),
                json!({}),
            )
        },
    },
    Input {
        name: "items of recursive alternatives",
        size: 20_000,
        make: |count| {
            let list = json!({"items": {"$ref": "#/components/schemas/A"}, "type": "array"});
            let schema = json!({"anyOf": [list, {"type": "integer"}, {"type": "string"}]});
            value(schema, range(count, |index| json!([[index, "a"]])))
        },
    },
    Input {
        name: "levels of doubled allOf",
        size: 60,
        make: |count| {
            let mut schema = json!({"type": "object"});
            let mut schemas = Map::new();
            for level in 0..count {
                let name = format!("S{level}");
                let part = json!({"$ref": format!("#/components/schemas/{name}")});
                schemas.insert(name, schema);
                schema = json!({"allOf": [part, part]});
            }
            schemas.insert("A".to_owned(), schema);
            // Many values, because a single one is too fast to be measured.
            schemas.insert(
                "List".to_owned(),
                json!({"items": {"$ref": "#/components/schemas/A"}}),
            );
            case(schemas, range(1000, |_| json!({})), String::new())
        },
    },
    Input {
        name: "unique items",
        size: 50_000,
        make: |count| {
            value(
                json!({"uniqueItems": true}),
                range(count, |index| json!(index)),
            )
        },
    },
    Input {
        name: "pairs of a query",
        size: 2000,
        make: |count| {
            let pairs: Vec<_> = (0..count).map(|index| format!("p{index}=1")).collect();
            case(Map::new(), Value::Null, pairs.join("&"))
        },
    },
];

fn range(count: usize, item: impl Fn(usize) -> Value) -> Value {
    (0..count).map(item).collect()
}

fn value(schema: Value, value: Value) -> Case {
    case(
        Map::from_iter([("A".to_owned(), schema)]),
        value,
        String::new(),
    )
}

fn case(schemas: Map<String, Value>, value: Value, query: String) -> Case {
    let parameter = json!({"name": "p0", "in": "query", "schema": {"type": "integer"}});
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"operationId": "get", "parameters": [parameter]}}},
        "components": {"schemas": schemas},
    });
    Case {
        contract: Contract::parse(&document.to_string()).expect("it is valid"),
        value,
        query,
    }
}

fn validate(case: &Case) -> Vec<Finding> {
    if case.query.is_empty() {
        let list = case
            .contract
            .validate_value("/components/schemas/List", &case.value);
        let value = || {
            case.contract
                .validate_value("/components/schemas/A", &case.value)
        };
        return list.or_else(value).expect("there is such a schema");
    }
    let operation = case.contract.operation("get").expect("it is documented");
    let request = Request::get(format!("/a?{}", case.query)).body("");
    case.contract
        .validate_request(operation, &request.expect("it is valid"))
}

fn seconds(case: &Case) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        black_box(validate(case));
        start.elapsed().as_secs_f64()
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn main() {
    println!("| input | size | ms | ms, doubled | exponent |");
    println!("|---|---|---|---|---|");
    for Input { name, size, make } in INPUTS {
        let (once, twice) = (seconds(&make(size)), seconds(&make(2 * size)));
        let exponent = (twice / once).log2();
        println!(
            "| {name} | {size} | {:.2} | {:.2} | {exponent:.2} |",
            once * 1e3,
            twice * 1e3
        );
    }
}
