//! Reads a list page by page.

use super::PagedList;
use super::cursor::{Checkpoint, Cursor, error, mirrored};
use crate::error::{Error, ErrorKind};
use crate::http::Response;

/// Reads one page after the other.
pub(crate) struct Reader<L: PagedList> {
    pub list: L,
    pub cursor: Cursor,
    /// The end of the list was reached, and told.
    pub ended: bool,
    /// Why the list cannot continue.
    pub stuck: Option<&'static str>,
    #[allow(dead_code, reason = "lists with timestamps need none")]
    pub progress: L::Progress,
}

impl<L: PagedList> Reader<L> {
    /// # Errors
    ///
    /// An error if the checkpoint belongs to another list.
    pub fn new(list: L, from: Checkpoint) -> Result<Self, Error> {
        from.check(&list)?;
        Ok(Reader {
            list,
            cursor: from.cursor,
            ended: false,
            stuck: None,
            progress: L::Progress::default(),
        })
    }

    /// Returns the next page with a new item; `None` at the end.
    pub async fn next_page(&mut self) -> Result<Option<Response<L::Page>>, Error> {
        let limit = self.list.limit();
        if limit.is_some_and(|limit| !(1..=L::LIMIT_MAXIMUM).contains(&limit)) {
            let name = L::LIMIT.unwrap_or_default();
            let reason = match L::LIMIT_MAXIMUM {
                i64::MAX => format!("`{name}` is less than 1"),
                maximum => format!("`{name}` is not between 1 and {maximum}"),
            };
            return Err(error(&self.list, ErrorKind::InvalidRequest, 0, reason));
        }
        L::next_page(self).await
    }

    /// Returns the next page of a list that continues before a timestamp.
    pub async fn before_the_edge(&mut self) -> Result<Option<Response<L::Page>>, Error> {
        let mut widened = self.list.limit() == Some(L::LIMIT_MAXIMUM);
        let mut list = self.list.clone();
        loop {
            self.check()?;
            if self.cursor.end {
                return Ok(None);
            }
            let first = self.cursor.edge.is_none();
            let request = match self.cursor.before() {
                Some(before) => list.clone().with_before(mirrored::<L>(before)),
                None => list.clone(),
            };
            let mut page = request.request()?.send::<L::Page>().await?;
            let more = L::has_more(&page) == Some(true);
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

    /// # Errors
    ///
    /// An error if the list cannot continue.
    pub fn check(&self) -> Result<(), Error> {
        match self.stuck {
            Some(reason) => Err(error(&self.list, ErrorKind::Cursor, 1, reason)),
            None => Ok(()),
        }
    }
}
