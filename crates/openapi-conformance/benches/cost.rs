//! Shows how the cost of comparing contracts grows: each hostile input is doubled until it takes long enough to measure,
//! and the exponent of the growth is printed. 1 is proportional to the input, 2 is its square.
//!
//! ```text
//! taskset -c 0 cargo bench -p openapi-conformance --bench cost
//! ```

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use openapi_conformance::Contract;
use serde_json::{Map, Value, json};

/// Inputs are doubled until one takes this long.
const LONG_ENOUGH: Duration = Duration::from_millis(400);
const ROUNDS: usize = 3;
const SMALLEST: usize = 250;
const LARGEST: usize = 128_000;
/// The number of doublings from which the exponent is computed.
const DOUBLINGS: usize = 2;

/// The old and the new contract of a size.
type Input = fn(usize) -> [Value; 2];

fn main() {
    let inputs: [(&str, Input); 11] = [
        ("equal alternatives in another order", |size| {
            let mut reversed = alternatives(size, 0);
            reversed.reverse();
            schemas(
                json!({"anyOf": alternatives(size, 0)}),
                json!({"anyOf": reversed}),
            )
        }),
        ("alternatives, all of them different", |size| {
            schemas(
                json!({"anyOf": alternatives(size, 0)}),
                json!({"anyOf": alternatives(size, size)}),
            )
        }),
        ("alternatives of different bounds", |size| {
            let bounds = |first: usize| -> Value {
                (first..first + size)
                    .map(|bound| json!({"type": "integer", "minimum": bound}))
                    .collect()
            };
            schemas(json!({"oneOf": bounds(0)}), json!({"oneOf": bounds(1)}))
        }),
        ("added operations", |size| [paths(0, 0), paths(size, 0)]),
        ("moved operations", |size| {
            [paths(size, 0), paths(size, size)]
        }),
        ("a doubled allOf", |size| {
            let chain = |last: &str| {
                let mut components = Map::new();
                for index in 0..size {
                    let next = json!({"$ref": format!("#/components/schemas/S{}", index + 1)});
                    let whole = json!({"allOf": [next, next]});
                    components.insert(format!("S{index}"), whole);
                }
                components.insert(format!("S{size}"), json!({"type": last}));
                let first = json!({"$ref": "#/components/schemas/S0"});
                document(&first, Value::Object(components))
            };
            [chain("string"), chain("integer")]
        }),
        ("added properties", |size| {
            schemas(json!({"type": "object"}), properties(size, "string"))
        }),
        ("properties with another type", |size| {
            schemas(properties(size, "string"), properties(size, "integer"))
        }),
        ("values of an enum", |size| {
            let values = |first: usize| -> Value { (first..first + size).collect() };
            schemas(json!({"enum": values(0)}), json!({"enum": values(size)}))
        }),
        ("conditions", |size| {
            let conditions = |first: usize| -> Value {
                let names = (first..first + size).map(|name| format!("p{name}"));
                let required = names.map(|name| (name.clone(), json!([format!("{name}x")])));
                json!({"type": "object", "dependentRequired": Value::Object(required.collect())})
            };
            schemas(conditions(0), conditions(size / 2))
        }),
        ("operations with the same changed schema", |size| {
            let with = |kind: &str| {
                let mut contract = paths(size, 0);
                contract["components"] = json!({"schemas": {"S": properties(100, kind)}});
                for (_, item) in contract["paths"].as_object_mut().expect("an object") {
                    let schema = json!({"$ref": "#/components/schemas/S"});
                    let content = json!({"application/json": {"schema": schema}});
                    item["get"]["responses"]["200"]["content"] = content;
                }
                contract
            };
            [with("string"), with("integer")]
        }),
    ];
    for (name, input) in inputs {
        let mut size = SMALLEST;
        let mut costs = vec![cost(input, size)];
        loop {
            size *= 2;
            let last = cost(input, size);
            costs.push(last);
            if costs.len() > DOUBLINGS && (last >= LONG_ENOUGH || size >= LARGEST) {
                let first = costs[costs.len() - 1 - DOUBLINGS];
                let growth = (last.as_secs_f64() / first.as_secs_f64()).log2();
                let exponent = growth / DOUBLINGS as f64;
                println!("{exponent:5.2}  {last:>10.1?}  {name} ({size})");
                break;
            }
        }
    }
}

/// Returns the CPU time of this process, or the time since the first call where it is not known.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let statistics = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let running = statistics
        .split(' ')
        .next()
        .and_then(|nanos| nanos.parse().ok());
    running.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Returns the least time of several rounds to parse and compare.
fn cost(input: Input, size: usize) -> Duration {
    let [old, new] = input(size).map(|contract| contract.to_string());
    let mut least = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = now();
        let old = Contract::parse(&old).expect("it is a valid contract");
        let new = Contract::parse(&new).expect("it is a valid contract");
        for change in old.changes_to(&new) {
            black_box(new.position(&change.pointer));
        }
        least = least.min(now().saturating_sub(start));
    }
    least
}

fn schemas(old: Value, new: Value) -> [Value; 2] {
    [old, new].map(|schema| document(&schema, json!({})))
}

fn document(schema: &Value, components: Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": {
            "requestBody": {"required": true, "content": content},
            "responses": {"200": {"description": "d", "content": content}},
        }}},
        "components": {"schemas": components},
    })
}

fn alternatives(size: usize, first: usize) -> Vec<Value> {
    let alternative = |index: usize| {
        let name = format!("p{}", index + first);
        json!({"type": "object", "required": [name], "properties": {name: {"type": "string"}}})
    };
    (0..size).map(alternative).collect()
}

fn properties(size: usize, kind: &str) -> Value {
    let named = (0..size).map(|index| (format!("p{index}"), json!({"type": kind})));
    json!({"type": "object", "properties": Value::Object(named.collect())})
}

/// Returns a contract with this many operations.
fn paths(size: usize, first: usize) -> Value {
    let mut paths = Map::new();
    for index in 0..size {
        let get =
            json!({"operationId": format!("o{index}"), "responses": {"200": {"description": "d"}}});
        paths.insert(format!("/p{}", index + first), json!({"get": get}));
    }
    json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})
}
