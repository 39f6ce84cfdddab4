//! Compares the cost of this crate with code that a user would write by hand, both in one run:
//!
//! ```text
//! taskset -c 0 cargo bench --bench ratios   # times, and their ratios
//! scripts/performance/counts                # instructions and peak memory, of this same program
//! ```
//!
//! The two sides take turns, round by round, and the ratio is the median of the rounds' ratios. Other load on the
//! machine therefore affects both sides. (Benchmark harnesses that measure one side after the other would measure that
//! load instead.)

mod by_hand;
mod server;

use std::hint::black_box;
use std::io::Read;
use std::time::{Duration, Instant};

use by_hand::{Api, SendMessage};
use tokio::runtime::{Builder, Runtime};
use watsi::Client;
use watsi::types::{ConversationPage, SendMessageRequest};
use watsi::webhook::{Verifier, sign};

const KEY: &str = "test-key";
const SECRET: &str = "whsec_0123456789abcdef";
const TEXT: &str = "Hello from the Watsi API!";
const CONVERSATION: &str = "550e8400-e29b-41d4-a716-446655440000";

/// Both implementations of every call.
struct Sides {
    runtime: Runtime,
    hand: Api,
    watsi: Client,
}

impl Sides {
    fn new(base_url: &str) -> Self {
        let http = || {
            let http = reqwest::Client::builder().no_proxy();
            http.timeout(Duration::from_secs(30)).build().unwrap()
        };
        let hand = Api {
            http: http(),
            base_url: base_url.to_owned(),
            key: KEY.to_owned(),
        };
        let watsi = Client::builder().api_key(KEY).base_url(base_url);
        Sides {
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            hand,
            watsi: watsi.build().unwrap(),
        }
    }

    fn list_by_hand(&self, limit: u32) -> usize {
        let page = self.runtime.block_on(self.hand.list(limit, None)).unwrap();
        page.chats.len()
    }

    fn list_by_watsi(&self, limit: u32) -> usize {
        let call = self.watsi.list_conversations().limit(limit.into()).send();
        self.runtime.block_on(call).unwrap().chats.len()
    }

    fn send_by_hand(&self) -> usize {
        let message = SendMessage {
            conversation_id: CONVERSATION,
            body: TEXT,
        };
        let sent = self.runtime.block_on(self.hand.send(&message)).unwrap();
        sent.message.id.as_str().len()
    }

    fn send_by_watsi(&self) -> usize {
        let body = SendMessageRequest::new(CONVERSATION, TEXT);
        let call = self.watsi.send_message().body(body).send();
        self.runtime
            .block_on(call)
            .unwrap()
            .message
            .id
            .as_str()
            .len()
    }

    fn items_by_hand(&self) -> usize {
        self.runtime.block_on(self.hand.count()).unwrap()
    }

    fn items_by_watsi(&self) -> usize {
        self.runtime.block_on(async {
            let mut items = self.watsi.list_conversations().limit(100).items();
            let mut count = 0;
            while let Some(item) = items.next().await {
                black_box(item.unwrap());
                count += 1;
            }
            count
        })
    }
}

/// Runs both sides in turn for a fixed number of rounds, and prints both medians and the ratio.
fn compare<T: PartialEq + std::fmt::Debug>(
    name: &str,
    times: u32,
    mut hand: impl FnMut() -> T,
    mut watsi: impl FnMut() -> T,
) {
    assert_eq!(hand(), watsi(), "{name}: the sides do not do the same");
    let rounds = 101;
    let round = |side: &mut dyn FnMut() -> T| {
        let start = Instant::now();
        for _ in 0..times {
            black_box(side());
        }
        start.elapsed() / times
    };
    let mut measured: Vec<(Duration, Duration)> = Vec::new();
    for index in 0..rounds {
        // The second side may find a warmer cache.
        measured.push(if index % 2 == 0 {
            let first = round(&mut hand);
            (first, round(&mut watsi))
        } else {
            let first = round(&mut watsi);
            (round(&mut hand), first)
        });
    }
    let mut ratios: Vec<f64> = measured
        .iter()
        .map(|(hand, watsi)| watsi.as_secs_f64() / hand.as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let hand = median(measured.iter().map(|it| it.0).collect());
    let watsi = median(measured.iter().map(|it| it.1).collect());
    println!(
        "| {name} | {hand:.1?} | {watsi:.1?} | {:.2} | {:.2} to {:.2} |",
        ratios[rounds / 2],
        ratios[rounds / 4],
        ratios[rounds * 3 / 4],
    );
}

fn times() {
    println!("| | by hand | watsi | ratio | half of the rounds |\n|---|---|---|---|---|");
    let sides = Sides::new(&server::start(10_000));
    for limit in [20, 100] {
        compare(
            &format!("call: list of {limit}"),
            50,
            || sides.list_by_hand(limit),
            || sides.list_by_watsi(limit),
        );
    }
    compare(
        "call: send",
        50,
        || sides.send_by_hand(),
        || sides.send_by_watsi(),
    );
    for count in [20, 100] {
        let page = server::page(&server::conversations(count), true).into_bytes();
        compare(
            &format!("decoding: list of {count}"),
            100,
            || {
                serde_json::from_slice::<by_hand::Page>(black_box(&page))
                    .unwrap()
                    .chats
                    .len()
            },
            || {
                serde_json::from_slice::<ConversationPage>(black_box(&page))
                    .unwrap()
                    .chats
                    .len()
            },
        );
    }
    compare(
        "items: 10,000",
        1,
        || sides.items_by_hand(),
        || sides.items_by_watsi(),
    );
    let verifier = Verifier::new(SECRET).unwrap();
    for (name, size, times) in [
        ("300 B", 300, 2_000),
        ("4 kB", 4_000, 200),
        ("1 MB", 1_000_000, 2),
    ] {
        let body = vec![b'x'; size];
        let signature = sign(SECRET, &body);
        compare(
            &format!("verify: {name}"),
            times,
            || by_hand::verify(SECRET, black_box(&body), black_box(&signature)),
            || {
                verifier
                    .verify_signature(black_box(&body), black_box(&signature))
                    .is_ok()
            },
        );
    }
}

/// Makes `count` calls with one side to a server in another process, for external measurement, and prints the peak
/// memory.
fn repeat(base_url: &str, side: &str, count: usize) {
    let sides = Sides::new(base_url);
    let call: &dyn Fn() -> usize = match side {
        "list20/hand" => &|| sides.list_by_hand(20),
        "list20/watsi" => &|| sides.list_by_watsi(20),
        "list100/hand" => &|| sides.list_by_hand(100),
        "list100/watsi" => &|| sides.list_by_watsi(100),
        "send/hand" => &|| sides.send_by_hand(),
        "send/watsi" => &|| sides.send_by_watsi(),
        "items/hand" => &|| sides.items_by_hand(),
        "items/watsi" => &|| sides.items_by_watsi(),
        other => panic!("no side {other}"),
    };
    for _ in 0..count {
        black_box(call());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!(
        "{}",
        status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or("unknown")
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", count] => {
            println!("{}", server::start(count.parse().unwrap()));
            // Serve until the parent process closes standard input.
            let _ = std::io::stdin().read(&mut [0]);
        }
        ["repeat", base_url, side, count] => repeat(base_url, side, count.parse().unwrap()),
        _ => times(),
    }
}
