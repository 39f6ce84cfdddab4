use std::time::Duration;

use watsi_sandbox::{Fault, Sandbox};

use crate::engine::{Engine, on_each_engine};
use crate::process::{Bot, eventually};
use crate::replies::send_requests;

const PHONE: &str = "+5491155551234";
const HOUR: Duration = Duration::from_secs(60 * 60);

on_each_engine!(
    reply_is_not_attempted_after_the_window,
    later_message_of_the_customer_keeps_the_window_open,
    reply_that_the_api_rejects_after_the_window_is_not_retried,
);

/// Starts a bot, and ends it before the reply to a message is sent.
async fn with_a_pending_reply(engine: Engine) -> Bot {
    let mut bot = Bot::start(engine).await;
    let limited = Fault::status(429)
        .retry_after("60")
        .operation("send_message");
    bot.sandbox.add_fault(limited).unwrap();
    bot.sandbox.customer_writes(PHONE, "Hi");
    eventually("sending is paused", || {
        bot.query("SELECT count(*) FROM pause") == 1
    });
    bot.kill();
    bot
}

async fn reply_is_not_attempted_after_the_window(engine: Engine) {
    let mut bot = with_a_pending_reply(engine).await;
    bot.sandbox.advance(24 * HOUR);
    bot.run();
    bot.await_state("window_closed", 1);
    assert_eq!(send_requests(&bot.sandbox), 1);
}

async fn later_message_of_the_customer_keeps_the_window_open(engine: Engine) {
    let mut bot = with_a_pending_reply(engine).await;
    bot.sandbox.advance(20 * HOUR);
    // Nothing is sent before the kill.
    bot.execute("UPDATE pause SET until = 9223372036854775807");
    bot.run();
    bot.sandbox.customer_writes(PHONE, "Hello?");
    bot.await_state("pending", 2);
    bot.kill();
    bot.sandbox.advance(5 * HOUR);
    bot.execute("DELETE FROM pause");
    bot.run();
    bot.await_state("sent", 2);
}

async fn reply_that_the_api_rejects_after_the_window_is_not_retried(engine: Engine) {
    let mut bot = Bot::stopped(engine, Sandbox::builder())
        .await
        .with_system_clock();
    bot.sandbox.customer_writes(PHONE, "Hi");
    bot.sandbox.settled().await;
    bot.sandbox.advance(25 * HOUR);
    bot.sandbox.settled().await;
    bot.run();
    bot.sandbox.advance(HOUR);
    bot.await_state("window_closed", 1);
    assert_eq!(send_requests(&bot.sandbox), 1);
}
