//! Sides take turns, round by round, and a ratio is the median of the rounds' ratios. Other load on the machine
//! therefore affects all sides. (Benchmark harnesses that measure one side after the other would measure that load
//! instead.)

use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 101;

/// What one side does. All sides must return the same.
pub type Work<'a> = Box<dyn Fn() -> usize + 'a>;

/// Prints the head of a table of comparisons.
pub fn head(sides: &[&str]) {
    let others = sides[1..].iter();
    let ratios: Vec<_> = others.map(|side| format!("{side}: ratio")).collect();
    println!("| | {} | {} |", sides.join(" | "), ratios.join(" | "));
    println!("|---{}|", "|---".repeat(sides.len() + ratios.len()));
}

/// Runs all sides in turn for a fixed number of rounds, each of them `times` times a round. Prints a row with the
/// medians of all sides, and the ratios of all but the first side to the first, with their interquartile ranges.
pub fn compare(name: &str, times: u32, sides: &[Work]) {
    let expected = sides[0]();
    for side in sides {
        assert_eq!(side(), expected, "{name}: the sides do not do the same");
    }
    let mut measured = vec![Vec::new(); sides.len()];
    for round in 0..ROUNDS {
        // A later side may find a warmer cache.
        for turn in 0..sides.len() {
            let side = (round + turn) % sides.len();
            let start = Instant::now();
            for _ in 0..times {
                black_box(sides[side]());
            }
            measured[side].push(start.elapsed() / times);
        }
    }
    let medians = measured.iter().map(|times| {
        let mut times = times.clone();
        times.sort();
        format!("{:.1?}", times[ROUNDS / 2])
    });
    let ratios = measured[1..].iter().map(|times| ratio(times, &measured[0]));
    let cells: Vec<String> = medians.chain(ratios).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

fn ratio(times: &[Duration], base: &[Duration]) -> String {
    let rounds = times.iter().zip(base);
    let mut ratios: Vec<f64> = rounds
        .map(|(time, base)| time.as_secs_f64() / base.as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    let [low, median, high] = [ROUNDS / 4, ROUNDS / 2, ROUNDS * 3 / 4].map(|at| ratios[at]);
    format!("{median:.2} ({low:.2} to {high:.2})")
}
