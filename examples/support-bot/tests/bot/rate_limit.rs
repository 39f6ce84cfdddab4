use std::time::Duration;

use watsi::chrono::TimeDelta;
use watsi_sandbox::Fault;

use crate::engine::{Engine, on_each_engine};
use crate::process::Bot;
use crate::replies::{replies, send_requests};

on_each_engine!(nothing_is_sent_before_retry_after_even_by_another_process,);

async fn nothing_is_sent_before_retry_after_even_by_another_process(engine: Engine) {
    let mut bot = Bot::start(engine).await;
    let limited = Fault::status(429)
        .retry_after("120")
        .operation("send_message");
    bot.sandbox.add_fault(limited).unwrap();
    bot.sandbox.customer_writes("+5491155551234", "Hi");
    crate::process::eventually("sending is paused", || {
        bot.query("SELECT count(*) FROM pause") == 1
    });
    let limited_at = bot.sandbox.now();
    bot.sandbox
        .customer_writes("+5491155559999", "Good morning");
    bot.sandbox.settled().await;
    bot.kill();
    bot.run();
    bot.pass(Duration::from_secs(150)).await;
    bot.await_state("sent", 2);
    let earliest = limited_at + TimeDelta::seconds(119);
    assert!(
        replies(&bot.sandbox)
            .iter()
            .all(|reply| reply.created_at >= earliest)
    );
    assert_eq!(send_requests(&bot.sandbox), 3);
}
