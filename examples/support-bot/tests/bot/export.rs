use std::time::Duration;

use watsi_sandbox::{Fault, Sandbox};

use crate::engine::{Engine, on_each_engine};
use crate::process::{Bot, eventually};

on_each_engine!(
    export_continues_after_a_kill_without_gaps_or_duplicates,
    next_export_updates_the_conversations,
);

fn pages_read(sandbox: &Sandbox) -> usize {
    let requests = sandbox.requests();
    let lists = requests
        .iter()
        .filter(|request| request.uri().path() == "/conversations");
    lists.count()
}

async fn export_continues_after_a_kill_without_gaps_or_duplicates(engine: Engine) {
    let bot = Bot::stopped(engine, Sandbox::builder()).await;
    bot.sandbox.seed(1_000);
    let stuck = Fault::delay(Duration::from_secs(60))
        .operation("list_conversations")
        .every(4);
    bot.sandbox.add_fault(stuck).unwrap();
    let mut export = bot.command().arg("export").spawn().unwrap();
    eventually("the fourth page is requested", || {
        pages_read(&bot.sandbox) == 4
    });
    export.kill().unwrap();
    export.wait().unwrap();
    let exported = bot.query("SELECT count(*) FROM conversations");
    assert!((1..1_000).contains(&exported), "{exported}");
    bot.sandbox.clear_faults();

    assert!(bot.command().arg("export").status().unwrap().success());
    let resumed = format!("{} conversations", 1_000 - exported);
    assert!(
        bot.log().contains(&resumed),
        "the second run did not print {resumed}"
    );
    assert_eq!(bot.query("SELECT count(*) FROM conversations"), 1_000);
    assert_eq!(bot.query("SELECT count(*) FROM export"), 0);
}

async fn next_export_updates_the_conversations(engine: Engine) {
    let bot = Bot::stopped(engine, Sandbox::builder()).await;
    bot.sandbox.seed(3);
    assert!(bot.command().arg("export").status().unwrap().success());
    bot.sandbox.customer_writes("+5491155551234", "Hi");
    assert!(bot.command().arg("export").status().unwrap().success());
    assert_eq!(bot.query("SELECT count(*) FROM conversations"), 4);
}
