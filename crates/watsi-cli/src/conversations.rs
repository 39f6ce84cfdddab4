//! `watsi conversations`

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use chrono::SecondsFormat;
use watsi::operations::ListConversations;
use watsi::types::Conversation;

use crate::args::{self, Conversations, Format};
use crate::failure::Failure;
use crate::table::{Table, terminal_width};
use crate::terminal::{json, plain, progress, say};

pub async fn run(args: Conversations) -> Result<ExitCode, Failure> {
    let client = args.server.client()?;
    if let Some(warning) = args::warning(&args::statuses(), "status", &args.status) {
        say!("{}", plain(&warning));
    }
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
    let mut table = Table::new(["ID", "STATUS", "LAST MESSAGE", "PHONE", "NAME"]);
    let mut count = 0;
    let mut more = false;
    let mut pages = list.pages();
    // Conversations that are printed to a terminal are progress enough.
    let prints_to_terminal = args.format == Format::Json && std::io::stdout().is_terminal();
    let show_progress = args.all && !prints_to_terminal && std::io::stderr().is_terminal();
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
                Format::Human => table.add(row(conversation)),
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
            for line in table.lines(terminal_width()) {
                writeln!(anstream::stdout(), "{line}")?;
            }
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

fn row(conversation: &Conversation) -> [String; 5] {
    let last_message_at = conversation
        .last_message_at
        .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let customer = &conversation.customer;
    [
        plain(conversation.id.as_str()),
        plain(conversation.status.as_str()),
        last_message_at.unwrap_or_default(),
        plain(customer.phone.as_ref().map_or("", |phone| phone.as_str())),
        plain(customer.name.as_deref().unwrap_or_default()),
    ]
}
