use std::time::Duration;

use watsi_sandbox::Fault;

use crate::engine::{Engine, on_each_engine};
use crate::process::{Bot, DEADLINE};

on_each_engine!(request_in_progress_is_finished_and_the_rest_stays_in_the_database,);

async fn request_in_progress_is_finished_and_the_rest_stays_in_the_database(engine: Engine) {
    let mut bot = Bot::start(engine).await;
    let slow = Fault::delay(Duration::from_millis(500)).operation("send_message");
    bot.sandbox.add_fault(slow).unwrap();
    let dropped = Fault::drop_delivery().event_type("message.status").every(1);
    bot.sandbox.add_fault(dropped).unwrap();
    bot.sandbox.customer_writes("+5491155551234", "Hi");
    bot.sandbox.next_message(DEADLINE).await.unwrap();
    bot.sandbox.customer_writes("+5491155551234", "Hello?");
    bot.sandbox.settled().await;
    assert!(bot.terminate().success());
    bot.await_state("accepted", 1);
    bot.await_state("pending", 1);
}
