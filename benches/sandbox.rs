//! Requests a second of the sandbox, client and server on one core, with few and with many conversations:
//!
//! ```text
//! taskset -c 0 cargo bench --features full --bench sandbox
//! ```

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;
use tokio::runtime::Runtime;
use watsi::sandbox::Sandbox;

fn sandbox(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut group = criterion.benchmark_group("sandbox");
    group.throughput(Throughput::Elements(1)).sample_size(20);
    for count in [100, 100_000] {
        let builder = Sandbox::builder().record_requests(false);
        let sandbox = runtime.block_on(builder.start()).unwrap();
        sandbox.seed(count);
        let list = async |query: &str| {
            let request = http.get(format!("{}/conversations{query}", sandbox.uri()));
            let answer = request.bearer_auth(sandbox.api_key()).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            answer.bytes().await.unwrap()
        };
        let back = chrono::TimeDelta::seconds(i64::try_from(count).unwrap() / 2);
        let middle =
            (chrono::Utc::now() - back).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let middle = format!("?before={middle}");
        for (name, query) in [("first page", ""), ("page in the middle", middle.as_str())] {
            group.bench_function(format!("{name} of {count}"), |bencher| {
                bencher.iter(|| runtime.block_on(list(query)));
            });
        }
        let id = sandbox.receive("+5491155551234", "Hi");
        let message = json!({"conversation_id": id, "body": "Hello!"});
        group.bench_function(format!("send, with {count}"), |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    let request = http
                        .post(format!("{}/messages", sandbox.uri()))
                        .json(&message);
                    let answer = request.bearer_auth(sandbox.api_key()).send().await.unwrap();
                    assert_eq!(answer.status(), 200);
                });
            });
        });
    }
}

criterion_group!(benches, sandbox);
criterion_main!(benches);
