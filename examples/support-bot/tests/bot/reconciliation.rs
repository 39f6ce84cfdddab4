use std::time::Duration;

use watsi::chrono::TimeDelta;
use watsi_sandbox::Fault;

use crate::engine::{Engine, on_each_engine};
use crate::process::{Bot, DEADLINE, EVENT_WAIT};
use crate::replies::{replies, send_requests};

const PHONE: &str = "+5491155551234";

on_each_engine!(
    reply_whose_response_is_lost_is_not_sent_again,
    reply_whose_response_is_lost_is_confirmed_by_a_late_event,
    reply_that_was_not_processed_is_sent_again_after_the_wait,
    next_reply_to_the_customer_waits_for_the_unknown_one,
    late_event_of_an_earlier_reply_does_not_confirm_the_next_one,
    wait_starts_again_with_the_process,
    accepted_reply_without_an_event_does_not_block_the_customer_forever,
    reply_that_whatsapp_cannot_deliver_is_failed,
);

async fn reply_whose_response_is_lost_is_not_sent_again(engine: Engine) {
    let bot = Bot::start(engine).await;
    let lost = Fault::lose_response().operation("send_message");
    bot.sandbox.add_fault(lost).unwrap();
    bot.sandbox.customer_writes(PHONE, "Hi");
    bot.await_state("sent", 1);
    bot.pass(EVENT_WAIT * 2).await;
    bot.sandbox.customer_writes(PHONE, "Hello?");
    bot.await_state("sent", 2);
    assert_eq!(send_requests(&bot.sandbox), 2);
}

async fn reply_whose_response_is_lost_is_confirmed_by_a_late_event(engine: Engine) {
    let bot = Bot::start(engine).await;
    let lost = Fault::lose_response().operation("send_message");
    bot.sandbox.add_fault(lost).unwrap();
    let late = Fault::delay_delivery(EVENT_WAIT - Duration::from_secs(30));
    bot.sandbox
        .add_fault(late.event_type("message.status").next(3))
        .unwrap();
    bot.sandbox.customer_writes(PHONE, "Hi");
    bot.await_state("unknown", 1);
    bot.pass(EVENT_WAIT * 2).await;
    bot.await_state("sent", 1);
    assert_eq!(replies(&bot.sandbox).len(), 1);
}

async fn reply_that_was_not_processed_is_sent_again_after_the_wait(engine: Engine) {
    let bot = Bot::start(engine).await;
    let failed = Fault::status(503).operation("send_message");
    bot.sandbox.add_fault(failed).unwrap();
    bot.sandbox.customer_writes(PHONE, "Hi");
    bot.await_state("unknown", 1);
    let requested_at = bot.sandbox.now();
    bot.pass(EVENT_WAIT + Duration::from_secs(10)).await;
    let reply = bot.sandbox.next_message(DEADLINE).await.unwrap();
    let skew = TimeDelta::seconds(1);
    assert!(reply.created_at - requested_at + skew >= TimeDelta::from_std(EVENT_WAIT).unwrap());
    bot.await_state("sent", 1);
    assert_eq!(replies(&bot.sandbox).len(), 1);
}

async fn next_reply_to_the_customer_waits_for_the_unknown_one(engine: Engine) {
    let bot = Bot::start(engine).await;
    let failed = Fault::status(503).operation("send_message");
    bot.sandbox.add_fault(failed).unwrap();
    bot.sandbox.customer_writes(PHONE, "Hi");
    bot.await_state("unknown", 1);
    bot.sandbox.customer_writes(PHONE, "Hello?");
    bot.sandbox
        .customer_writes("+5491155559999", "Good morning");
    bot.pass(Duration::from_secs(10)).await;
    bot.await_state("sent", 1);
    bot.await_state("pending", 1);
    bot.pass(EVENT_WAIT).await;
    bot.await_state("sent", 3);
}

async fn late_event_of_an_earlier_reply_does_not_confirm_the_next_one(engine: Engine) {
    let bot = Bot::start(engine).await;
    bot.sandbox.customer_writes(PHONE, "Hi");
    bot.await_state("sent", 1);
    let failed = Fault::status(503).operation("send_message");
    bot.sandbox.add_fault(failed).unwrap();
    bot.sandbox.customer_writes(PHONE, "Hello?");
    bot.await_state("unknown", 1);
    // The first reply is delivered and read.
    bot.pass(Duration::from_secs(60)).await;
    bot.await_state("unknown", 1);
    bot.pass(EVENT_WAIT).await;
    bot.await_state("sent", 2);
    assert_eq!(replies(&bot.sandbox).len(), 2);
}

async fn wait_starts_again_with_the_process(engine: Engine) {
    let mut bot = Bot::start(engine).await;
    let lost = Fault::lose_response().operation("send_message");
    bot.sandbox.add_fault(lost).unwrap();
    let dropped = Fault::drop_delivery().event_type("message.status").every(1);
    let dropped = bot.sandbox.add_fault(dropped).unwrap();
    bot.sandbox.customer_writes(PHONE, "Hi");
    bot.await_state("unknown", 1);
    bot.kill();
    bot.sandbox.advance(EVENT_WAIT * 2);
    bot.run();
    bot.await_state("unknown", 1);
    bot.sandbox.remove_fault(dropped);
    bot.pass(EVENT_WAIT).await;
    bot.await_state("sent", 1);
    assert_eq!(replies(&bot.sandbox).len(), 1);
}

async fn accepted_reply_without_an_event_does_not_block_the_customer_forever(engine: Engine) {
    let bot = Bot::start(engine).await;
    let dropped = Fault::drop_delivery().event_type("message.status").every(1);
    bot.sandbox.add_fault(dropped).unwrap();
    bot.sandbox.customer_writes(PHONE, "Hi");
    bot.await_state("accepted", 1);
    bot.sandbox.customer_writes(PHONE, "Hello?");
    bot.pass(EVENT_WAIT + Duration::from_secs(10)).await;
    bot.await_state("sent", 1);
    bot.await_state("accepted", 1);
    assert_eq!(replies(&bot.sandbox).len(), 2);
}

async fn reply_that_whatsapp_cannot_deliver_is_failed(engine: Engine) {
    let bot = Bot::start(engine).await;
    bot.sandbox.customer_writes(PHONE, "Hi");
    bot.await_state("sent", 1);
    let reply = &replies(&bot.sandbox)[0];
    bot.sandbox.mark(&reply.id, "failed").unwrap();
    bot.await_state("failed", 1);
}
