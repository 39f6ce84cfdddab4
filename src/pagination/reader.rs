//! Reads a list page by page.

use super::CursorList;
use super::cursor::{Checkpoint, Cursor, error};
use crate::error::{Error, ErrorKind};
use crate::http::Response;

/// Reads one page after the other.
pub(super) struct Reader<L: CursorList> {
    list: L,
    pub cursor: Cursor,
    /// Why the list cannot continue.
    stuck: Option<&'static str>,
}

impl<L: CursorList> Reader<L> {
    /// # Errors
    ///
    /// An error if the checkpoint belongs to another list.
    pub fn new(list: L, from: Checkpoint) -> Result<Self, Error> {
        from.check(&list)?;
        Ok(Reader {
            list,
            cursor: from.cursor,
            stuck: None,
        })
    }

    /// Returns the next page with a new item; `None` at the end.
    pub async fn next_page(&mut self) -> Result<Option<Response<L::Page>>, Error> {
        let limit = self.list.limit();
        if limit.is_some_and(|limit| !(1..=L::LIMIT_MAXIMUM).contains(&limit)) {
            let reason = format!("`limit` is not between 1 and {}", L::LIMIT_MAXIMUM);
            return Err(error(&self.list, ErrorKind::InvalidRequest, 0, reason));
        }
        let mut widened = limit == Some(L::LIMIT_MAXIMUM);
        let mut list = self.list.clone();
        loop {
            if let Some(reason) = self.stuck {
                return Err(error(&self.list, ErrorKind::Cursor, 1, reason));
            }
            if self.cursor.end {
                return Ok(None);
            }
            let first = self.cursor.edge.is_none();
            let request = match self.cursor.before() {
                Some(before) => list.clone().with_before(before),
                None => list.clone(),
            };
            let mut page = request.page().await?;
            let more = L::has_more(&page);
            let items = L::items_of(page.value_mut());
            let length = items.len();
            let taken = self.cursor.take::<L>(items);
            taken.map_err(|reason| error(&self.list, ErrorKind::Cursor, 1, reason))?;
            let new = !items.is_empty();
            if !more {
                self.cursor.end = true;
            } else if self.cursor.edge.is_none() {
                self.stuck = Some("no item of a page has a timestamp, but more items follow");
            }
            if new || (first && !more) {
                return Ok(Some(page));
            }
            if more && length == 0 {
                self.stuck = Some("a page is empty, but more items follow");
            } else if more && widened {
                self.stuck = Some(
                    "a whole page of items shares one timestamp, which the cursor cannot pass",
                );
            } else if more {
                // All items of this page were returned before: look as far as the API allows.
                widened = true;
                list = list.with_limit(L::LIMIT_MAXIMUM);
            }
        }
    }
}
