//! Exports all conversations into the database.

use tracing::info;
use watsi::types::Conversation;
use watsi::{Checkpoint, serde_json};

use crate::database::{DatabaseError, Transaction};
use crate::{Database, Error};

/// Reads all conversations, and returns how many it read. If an earlier export did not end, continues after its last
/// page.
///
/// A conversation that gets a message meanwhile moves to the beginning of the list. The next export updates it.
///
/// # Errors
///
/// Returns an error if the API or the database fails. The pages read so far are kept.
pub async fn run(client: &watsi::Client, database: &Database) -> Result<usize, Error> {
    let list = client.list_conversations().limit(100);
    let mut pages = match database.transaction(checkpoint).await? {
        Some(checkpoint) => list.pages_from(&serde_json::from_str::<Checkpoint>(&checkpoint)?),
        None => list.pages(),
    };
    let mut count = 0;
    while let Some(page) = pages.next().await {
        let rows = page?
            .into_inner()
            .chats
            .iter()
            .map(row)
            .collect::<Result<Vec<_>, _>>()?;
        count += rows.len();
        let checkpoint = serde_json::to_string(&pages.checkpoint())?;
        database
            .transaction(move |transaction| store(transaction, &rows, &checkpoint))
            .await?;
        info!(conversations = count, "page exported");
    }
    database
        .transaction(|transaction| transaction.execute("DELETE FROM export", &[]))
        .await?;
    Ok(count)
}

fn row(conversation: &Conversation) -> serde_json::Result<(String, String)> {
    Ok((
        conversation.id.to_string(),
        serde_json::to_string(conversation)?,
    ))
}

fn checkpoint(transaction: &Transaction<'_>) -> Result<Option<String>, DatabaseError> {
    transaction.query_row("SELECT checkpoint FROM export", &[], |row| row.get(0))
}

/// Stores a page and the position after it in one transaction, so that no page is lost or read again.
fn store(
    transaction: &Transaction<'_>,
    rows: &[(String, String)],
    checkpoint: &str,
) -> Result<(), DatabaseError> {
    for (id, json) in rows {
        transaction.execute(
            "INSERT INTO conversations (id, json) VALUES ($1, $2)
             ON CONFLICT (id) DO UPDATE SET json = excluded.json",
            &[id, json],
        )?;
    }
    transaction.execute(
        "INSERT INTO export (id, checkpoint) VALUES (1, $1)
         ON CONFLICT (id) DO UPDATE SET checkpoint = excluded.checkpoint",
        &[&checkpoint],
    )?;
    Ok(())
}
