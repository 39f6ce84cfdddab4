//! Measures several sides that do the same, in one program. `scripts/performance/counts` runs it with other arguments.

pub mod by_hand;
pub mod rounds;
pub mod server;
pub mod side;

use std::hint::black_box;
use std::io::Read;

use rounds::Work;
use side::{ByHand, SECRET, Side, Watsi};
use watsi::webhook::{Verifier, sign};

type Sides = Vec<Box<dyn Side>>;

/// Runs what the command line asks for, with the sides that call a base URL.
pub fn run(sides: impl Fn(&str) -> Sides) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["serve", count] => {
            println!("{}", server::start(count.parse().unwrap()));
            // Serve until the parent process closes standard input.
            let _ = std::io::stdin().read(&mut [0]);
        }
        ["repeat", base_url, side, call, count] => {
            repeat(&sides(base_url), side, call, count.parse().unwrap());
        }
        _ => {
            let base_url = server::start(10_000);
            calls(&sides(&base_url));
            more(&base_url);
        }
    }
}

fn calls(sides: &Sides) {
    let names: Vec<_> = sides.iter().map(|side| side.name()).collect();
    rounds::head(&names);
    let compare = |name: &str, times, work: &dyn Fn(&dyn Side) -> usize| {
        let each = sides
            .iter()
            .map(|side| -> Work { Box::new(|| work(side.as_ref())) });
        rounds::compare(name, times, &each.collect::<Vec<_>>());
    };
    for limit in [20, 100] {
        compare(&format!("call: list of {limit}"), 50, &|side| {
            side.list(limit)
        });
    }
    compare("call: send", 50, &|side| side.send());
    for count in [20, 100] {
        let page = server::page(&server::conversations(count), true).into_bytes();
        compare(&format!("decoding: list of {count}"), 100, &|side| {
            side.decode(black_box(&page))
        });
    }
}

/// Compares what only the two of them do.
fn more(base_url: &str) {
    let (hand, watsi) = (ByHand::new(base_url), Watsi::new(base_url));
    println!();
    rounds::head(&[hand.name(), watsi.name()]);
    let (by_hand, by_watsi): (Work, Work) = (
        Box::new(|| hand.items().unwrap()),
        Box::new(|| watsi.items().unwrap()),
    );
    rounds::compare("items: 10,000", 1, &[by_hand, by_watsi]);
    let verifier = Verifier::new(SECRET).unwrap();
    for (name, size, times) in [
        ("300 B", 300, 2_000),
        ("4 kB", 4_000, 200),
        ("1 MB", 1_000_000, 2),
    ] {
        let body = vec![b'x'; size];
        let signature = sign(SECRET, &body);
        let by_hand: Work =
            Box::new(|| by_hand::verify(SECRET, black_box(&body), black_box(&signature)).into());
        let by_watsi: Work = Box::new(|| {
            let verified = verifier.verify_signature(black_box(&body), black_box(&signature));
            verified.is_ok().into()
        });
        rounds::compare(&format!("verify: {name}"), times, &[by_hand, by_watsi]);
    }
}

/// Makes `count` calls with one side to a server in another process, for external measurement, and prints the peak
/// memory.
fn repeat(sides: &Sides, side: &str, call: &str, count: usize) {
    let side = sides.iter().find(|it| it.name() == side).unwrap();
    for _ in 0..count {
        black_box(match call {
            "list20" => side.list(20),
            "list100" => side.list(100),
            "send" => side.send(),
            "items" => side.items().expect("it has pagination"),
            other => panic!("no call {other}"),
        });
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    println!("{}", peak.unwrap_or("unknown"));
}
