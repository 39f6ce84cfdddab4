//! `watsi conversations`

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use chrono::SecondsFormat;
use comfy_table::{Table, presets};
use watsi::operations::ListConversations;
use watsi::types::Conversation;

use crate::args::{Conversations, Format};
use crate::failure::Failure;
use crate::terminal::{json, plain, progress};

pub async fn run(args: Conversations) -> Result<ExitCode, Failure> {
    let client = args.api.client()?;
    let mut list = client.list_conversations();
    if let Some(status) = &args.status {
        list = list.status(status.as_str());
    }
    if let Some(user) = &args.assigned_user_id {
        list = list.assigned_user_id(user.as_str());
    }
    if let Some(limit) = args
        .limit
        .or(args.all.then_some(ListConversations::LIMIT_MAXIMUM))
    {
        list = list.limit(limit);
    }
    let mut table = table();
    let mut count = 0;
    let mut more = false;
    let mut pages = list.pages();
    let show_progress = args.all && args.format == Format::Human && std::io::stderr().is_terminal();
    let mut ended = None;
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                ended = Some(error);
                break;
            }
        };
        count += page.chats.len();
        more = page.has_more;
        for conversation in &page.chats {
            match args.format {
                Format::Human => drop(table.add_row(row(conversation))),
                Format::Json => {
                    writeln!(std::io::stdout(), "{}", json(conversation)?)?;
                }
            }
        }
        if !args.all {
            break;
        }
        if show_progress {
            progress(&format!("{count} conversations"));
        }
    }
    if show_progress {
        progress("");
    }
    if args.format == Format::Human && (ended.is_none() || count > 0) {
        if count > 0 {
            writeln!(anstream::stdout(), "{}", table.trim_fmt())?;
        }
        let more = if more && !args.all {
            "; use --all to list older ones"
        } else {
            ""
        };
        let plural = if count == 1 { "" } else { "s" };
        writeln!(anstream::stdout(), "{count} conversation{plural}{more}")?;
    }
    // The conversations received before the error are shown anyway.
    ended.map_or(Ok(ExitCode::SUCCESS), |error| Err(error.into()))
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
        plain(customer.phone.as_ref().map_or("", |phone| phone.as_str())),
        plain(customer.name.as_deref().unwrap_or_default()),
    ]
}
