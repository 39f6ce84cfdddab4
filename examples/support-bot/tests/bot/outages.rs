use crate::engine::{Engine, on_postgres_alone};
use crate::process::Bot;
use crate::replies::replies;

on_postgres_alone!(bot_goes_on_after_a_restart_of_the_server);

async fn bot_goes_on_after_a_restart_of_the_server(engine: Engine) {
    let mut bot = Bot::start(engine).await;
    for text in ["first", "second"] {
        bot.engine.restart();
        bot.sandbox.customer_writes("+5491155551234", text);
        bot.sandbox.settled().await;
    }
    bot.pass_until_state("sent", 2).await;
    assert_eq!(replies(&bot.sandbox).len(), 2);
    assert!(bot.terminate().success());
}
