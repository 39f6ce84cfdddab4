use std::time::{Duration, Instant};

use watsi_sandbox::Fault;

use crate::engine::{Engine, on_postgres_alone};
use crate::process::Bot;
use crate::replies::replies;

const EVENTS: usize = 1_000;

/// How long the sandbox takes for each request, so that the time of a run depends on it and not on this machine.
const LATENCY: Duration = Duration::from_millis(200);

on_postgres_alone!(
    #[ignore = "a measurement"]
    two_instances_need_half_the_time_of_one,
);

/// Returns how long the instances need for the replies to one message of each customer.
async fn time(engine: Engine, instances: usize) -> Duration {
    let bot = Bot::behind_a_balancer(engine, instances).await;
    let mut bot = bot.with_system_clock();
    let slow = Fault::delay(LATENCY).operation("send_message").every(1);
    bot.sandbox.add_fault(slow).unwrap();
    bot.run();
    let started = Instant::now();
    for customer in 0..EVENTS {
        let phone = format!("+549115555{customer:04}");
        bot.sandbox.customer_writes(&phone, "Hi");
    }
    while bot.replies_in_state("sent") < i64::try_from(EVENTS).unwrap() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(replies(&bot.sandbox).len(), EVENTS);
    started.elapsed()
}

async fn two_instances_need_half_the_time_of_one(engine: Engine) {
    let one = time(engine, 1).await;
    let engine = Engine::postgres_alone("two instances").await.unwrap();
    let two = time(engine, 2).await;
    let ratio = two.as_secs_f64() / one.as_secs_f64();
    println!(
        "{EVENTS} events, {LATENCY:?} per request: {one:?}, two instances {two:?}, {ratio:.2}"
    );
}
