//! `watsi conversations`

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use chrono::SecondsFormat;
use comfy_table::{Table, presets};
use watsi::types::Conversation;

use crate::args::{Conversations, Format};
use crate::failure::Failure;

pub async fn run(args: Conversations) -> Result<ExitCode, Failure> {
    let client = args.api.client()?;
    let mut list = client.list_conversations();
    if let Some(status) = &args.status {
        list = list.status(status.as_str());
    }
    if let Some(user) = &args.assigned_user_id {
        list = list.assigned_user_id(user.as_str());
    }
    if let Some(limit) = args.limit.or(args.all.then_some(100)) {
        list = list.limit(limit);
    }
    let mut out = anstream::stdout().lock();
    let mut table = table();
    let mut count = 0;
    let mut more = false;
    let mut pages = list.pages();
    while let Some(page) = pages.next().await {
        let page = page?;
        count += page.chats.len();
        more = page.has_more;
        for conversation in &page.chats {
            match args.format {
                Format::Human => drop(table.add_row(row(conversation))),
                Format::Json => {
                    let line =
                        serde_json::to_string(conversation).map_err(std::io::Error::other)?;
                    writeln!(out, "{line}")?;
                }
            }
        }
        if !args.all {
            break;
        }
        if more && std::io::stderr().is_terminal() {
            eprint!("\r{count} conversations");
        }
    }
    if args.format == Format::Human {
        if count > 0 {
            writeln!(out, "{}", table.trim_fmt())?;
        }
        let more = if more && !args.all {
            ", and older ones (--all)"
        } else {
            ""
        };
        writeln!(out, "{count} conversations{more}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["ID", "STATUS", "LAST MESSAGE", "PHONE", "NAME"]);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

fn row(conversation: &Conversation) -> [String; 5] {
    let at = conversation.last_message_at;
    let at = at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let customer = &conversation.customer;
    [
        plain(conversation.id.as_str()),
        plain(conversation.status.as_str()),
        at.unwrap_or_default(),
        plain(customer.phone.as_deref().unwrap_or_default()),
        plain(customer.name.as_deref().unwrap_or_default()),
    ]
}

/// A text that someone else wrote, without what would command a terminal.
pub fn plain(text: &str) -> String {
    let letters = text.chars();
    letters
        .map(|it| if it.is_control() { '\u{fffd}' } else { it })
        .collect()
}
