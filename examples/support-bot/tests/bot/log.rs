use watsi_sandbox::Fault;

use crate::engine::{Engine, on_each_engine};
use crate::process::Bot;

on_each_engine!(log_contains_ids_and_outcomes_but_no_personal_data_or_secrets,);

async fn log_contains_ids_and_outcomes_but_no_personal_data_or_secrets(engine: Engine) {
    let mut bot = Bot::start(engine).await;
    for fault in [
        Fault::lose_response(),
        Fault::status(400),
        Fault::status(401),
        Fault::status(429),
    ] {
        bot.sandbox
            .add_fault(fault.operation("send_message"))
            .unwrap();
    }
    for customer in 0..6 {
        let phone = format!("+549115555123{customer}");
        bot.sandbox
            .customer_writes(&phone, "a confidential question");
    }
    bot.pass_until_state("sent", 5).await;
    assert!(bot.command().arg("export").status().unwrap().success());
    assert!(bot.terminate().success());
    let log = bot.log();
    for expected in [
        "evt_",
        "Reply(1)",
        "Unknown",
        "Accepted",
        "page exported",
        "shutting down",
    ] {
        assert!(log.contains(expected), "{expected} is missing");
    }
    let secrets = [bot.sandbox.api_key(), bot.sandbox.webhook_secret()];
    let personal = ["549115555123", "confidential", "Thank you for your message"];
    for forbidden in secrets.iter().chain(&personal) {
        assert!(!log.contains(forbidden), "the log contains {forbidden}");
    }
    // WhatsApp encodes the customer's phone number in these ids.
    for message in bot.sandbox.messages() {
        assert!(
            !log.contains(message.id.as_str()),
            "the log contains {}",
            message.id
        );
    }
}
