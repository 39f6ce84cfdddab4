use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use watsi::reqwest::Method;
use watsi::serde_json::Value;
use watsi_sandbox::{Fault, Sandbox};

use crate::engine::{Engine, on_each_engine, on_postgres_alone};
use crate::process::{Bot, EVENT_WAIT};
use crate::replies::{counts, replies, ticket};

on_each_engine!(each_message_gets_one_reply_despite_kills_and_faults);

on_postgres_alone!(
    each_message_gets_one_reply_from_three_instances,
    #[ignore = "takes a minute"]
    each_of_1000_messages_gets_one_reply_from_three_instances,
);

/// The faults during the whole test: about every third request and every second delivery fails in some way.
fn faults() -> [Fault; 9] {
    let send = |fault: Fault| fault.operation("send_message");
    [
        send(Fault::lose_response()).every(7),
        send(Fault::cut_body()).every(19),
        send(Fault::status(429).retry_after("5")).every(11),
        send(Fault::status(503)).every(29),
        // So that requests are often in progress at the moment of a kill.
        send(Fault::delay(Duration::from_millis(20))).every(2),
        Fault::drop_delivery().every(5),
        Fault::duplicate_delivery().every(3),
        Fault::reorder_delivery().every(8),
        Fault::delay_delivery(Duration::from_secs(40)).every(13),
    ]
}

/// What happens in a test.
struct Plan {
    instances: usize,
    kills: usize,
    events: usize,
    customers: usize,
}

/// Kills instances at random moments while customers write, and restarts the server once if there are several. Checks
/// that each message has one reply in the end.
async fn each_message_gets_one_reply(engine: Engine, plan: Plan) {
    let Plan {
        instances,
        kills,
        events,
        customers,
    } = plan;
    let seed = std::env::var("SUPPORT_BOT_SEED").ok();
    let seed = seed.map_or_else(|| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("SUPPORT_BOT_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let started = Instant::now();
    let mut bot = Bot::behind_a_balancer(engine, instances).await;
    for fault in faults() {
        bot.sandbox.add_fault(fault).unwrap();
    }
    bot.run();

    let mut killed_at = BTreeSet::new();
    while killed_at.len() < kills {
        killed_at.insert(random.usize(..events));
    }
    for number in 0..events {
        let phone = format!("+549115555{:04}", random.usize(..customers));
        bot.sandbox
            .customer_writes(&phone, &format!("message {number}"));
        bot.sandbox
            .advance(Duration::from_millis(random.u64(..3_000)));
        // The moment is random, and nothing depends on it.
        tokio::time::sleep(Duration::from_millis(random.u64(..10))).await;
        if killed_at.contains(&number) {
            let instance = random.usize(..instances);
            bot.kill_instance(instance);
            bot.run_instance(instance);
        }
        if instances > 1 && number == events / 2 {
            bot.engine.restart();
        }
        if number % 20 == 0 {
            // Time must not pass so fast that events are late.
            bot.sandbox.settled().await;
        }
    }

    let expected = i64::try_from(events).unwrap();
    bot.pass_until_state("sent", expected).await;
    // Nothing happens any more.
    bot.pass(EVENT_WAIT * 2).await;

    let tickets: BTreeSet<_> = replies(&bot.sandbox).iter().map(ticket).collect();
    assert_eq!(tickets.len(), events, "each message has a ticket");
    for (conversation, (written, replied)) in counts(&bot.sandbox) {
        assert_eq!(written, replied, "messages and replies in {conversation}");
    }
    let log = bot.log();
    let abandoned = log.split("abandoned=").skip(1);
    let abandoned =
        abandoned.filter_map(|rest| rest.split_whitespace().next()?.parse::<u32>().ok());
    println!(
        "{instances} instances, {events} events, {kills} kills, {} requests interrupted by them, {} outages, {:?}",
        abandoned.sum::<u32>(),
        log.matches("sending is interrupted").count(),
        started.elapsed()
    );
    report_faults(&bot.sandbox).await;
}

/// Prints how often each fault happened.
async fn report_faults(sandbox: &Sandbox) {
    let faults = sandbox.client().request(Method::GET, "/_sandbox/faults");
    let faults = faults.send::<Value>().await.unwrap();
    for fault in faults["faults"].as_array().unwrap() {
        println!(
            "{} {} {}",
            fault["fault"], fault["status"], fault["applied"]
        );
    }
}

async fn each_message_gets_one_reply_despite_kills_and_faults(engine: Engine) {
    let plan = Plan {
        instances: 1,
        kills: 3,
        events: 60,
        customers: 6,
    };
    each_message_gets_one_reply(engine, plan).await;
}

async fn each_message_gets_one_reply_from_three_instances(engine: Engine) {
    let plan = Plan {
        instances: 3,
        kills: 4,
        events: 60,
        customers: 6,
    };
    each_message_gets_one_reply(engine, plan).await;
}

async fn each_of_1000_messages_gets_one_reply_from_three_instances(engine: Engine) {
    let plan = Plan {
        instances: 3,
        kills: 50,
        events: 1_000,
        customers: 40,
    };
    each_message_gets_one_reply(engine, plan).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute"]
async fn each_of_1000_messages_gets_one_reply_despite_50_kills_and_faults() {
    let plan = Plan {
        instances: 1,
        kills: 50,
        events: 1_000,
        customers: 40,
    };
    each_message_gets_one_reply(Engine::sqlite(), plan).await;
}
