//! Measures the sandbox's requests per second, with client and server on one core, for few and for many conversations:
//!
//! ```text
//! taskset -c 0 cargo bench -p watsi-sandbox --bench sandbox
//! ```

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::runtime::Runtime;
use watsi_sandbox::Sandbox;

/// Returns the requests per second, as the median of several rounds.
fn rate(runtime: &Runtime, mut request: impl AsyncFnMut()) -> f64 {
    runtime.block_on(async {
        let mut rates = Vec::new();
        for _ in 0..15 {
            let start = Instant::now();
            let mut count = 0.0;
            while start.elapsed() < Duration::from_millis(200) {
                request().await;
                count += 1.0;
            }
            rates.push(count / start.elapsed().as_secs_f64());
        }
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    })
}

fn main() {
    let runtime = Runtime::new().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    println!("| requests a second | 100 conversations | 100,000 |\n|---|---|---|");
    let mut rows: Vec<(&str, Vec<f64>)> = Vec::new();
    for count in [100, 100_000] {
        let sandbox = runtime.block_on(Sandbox::start());
        sandbox.seed(count);
        let id = sandbox.customer_writes("+5491155551234", "Hi");
        let back = chrono::TimeDelta::seconds(i64::try_from(count).unwrap() / 2);
        let middle =
            (chrono::Utc::now() - back).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let lists = [
            ("list: first page", String::new()),
            ("list: a page in the middle", format!("?before={middle}")),
            ("list: status active", "?status=active".to_owned()),
            (
                "list: a user without any",
                "?assigned_user_id=user_1".to_owned(),
            ),
        ];
        let mut measured = Vec::new();
        for (name, query) in lists {
            let url = format!("{}/conversations{query}", sandbox.uri());
            let list = async || {
                let request = http.get(&url).bearer_auth(sandbox.api_key());
                let response = request.send().await.unwrap();
                assert_eq!(response.status(), 200);
                response.bytes().await.unwrap();
            };
            measured.push((name, rate(&runtime, list)));
        }
        let url = format!("{}/conversations", sandbox.uri());
        let changed_list = async || {
            // A change of the state, which takes a few microseconds.
            sandbox.customer_writes("+5491155551234", "Hi");
            let request = http.get(&url).bearer_auth(sandbox.api_key());
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 200);
            response.bytes().await.unwrap();
        };
        measured.push(("list: changed each time", rate(&runtime, changed_list)));
        let message = json!({"conversation_id": id, "body": "Hello!"});
        let send = async || {
            let request = http
                .post(format!("{}/messages", sandbox.uri()))
                .json(&message);
            let response = request.bearer_auth(sandbox.api_key()).send().await.unwrap();
            assert_eq!(response.status(), 200);
        };
        measured.push(("send", rate(&runtime, send)));
        for (index, (name, rate)) in measured.into_iter().enumerate() {
            match rows.get_mut(index) {
                Some(row) => row.1.push(rate),
                None => rows.push((name, vec![rate])),
            }
        }
    }
    for (name, rates) in rows {
        println!("| {name} | {:.0} | {:.0} |", rates[0], rates[1]);
    }
}
