//! Streams over lists with cursor pagination. See <https://docs.watsi.ai/guides/pagination>.

mod cursor;
mod reader;
mod stream;

use chrono::{DateTime, Utc};

pub use cursor::Checkpoint;
pub use stream::{Items, Pages};
pub(crate) use stream::{items, pages};

use crate::error::Error;
use crate::http::Response;

/// A list that the contract marks with `x-cursor-list`; generated for each.
pub(crate) trait CursorList: Clone + Send + 'static {
    type Page: Send + 'static;
    type Item: Send + 'static;

    const OPERATION: &'static str;
    const LIMIT_MAXIMUM: i64;

    fn limit(&self) -> Option<i64>;
    fn with_limit(self, limit: i64) -> Self;
    fn with_before(self, before: DateTime<Utc>) -> Self;
    /// The request as it would be sent; its path and query identify the list.
    fn request(&self) -> Result<reqwest::Request, Error>;
    fn page(self) -> impl Future<Output = Result<Response<Self::Page>, Error>> + Send;
    fn items_of(page: &mut Self::Page) -> &mut Vec<Self::Item>;
    fn has_more(page: &Self::Page) -> bool;
    fn id(item: &Self::Item) -> &str;
    /// The timestamp by which the list is sorted.
    fn timestamp(item: &Self::Item) -> Option<DateTime<Utc>>;
}

/// The methods of a list's request builder.
macro_rules! cursor_list {
    ($list:ident, $page:ty, $item:ty) => {
        impl $list {
            /// Returns a stream of the list's pages, with the filters that are set. `limit` is the length of a page.
            /// The stream is lazy and buffers one page at a time.
            ///
            /// Items with equal timestamps are returned once each. The API's cursor is an exclusive timestamp in
            /// milliseconds, so the next page is requested from the last timestamp plus 1 ms, and items that were
            /// already returned are removed from it. A page can therefore be shorter than `limit`. An item
            /// without a timestamp is returned where the API lists it.
            ///
            /// If an item's timestamp changes while the list is read, the item moves to the list's beginning. If it
            /// was not returned before, it is missing then: read the list again to see it.
            ///
            /// # Errors
            ///
            /// The stream returns the errors of [`send`](Self::send), and ends after an error. It also returns
            /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if `limit` is not between 1 and
            /// [`LIMIT_MAXIMUM`](Self::LIMIT_MAXIMUM), before anything is sent, and
            /// [`ErrorKind::Cursor`](crate::ErrorKind::Cursor) if the list cannot continue without a gap: as many
            /// items share one timestamp as the longest page can hold, or the server's pages do not lead on.
            pub fn pages(self) -> $crate::Pages<$page> {
                $crate::pagination::pages(self, None)
            }

            /// Returns a stream of the list's pages that continues after a [`Checkpoint`](crate::Checkpoint). See
            /// [`pages`](Self::pages).
            ///
            /// # Errors
            ///
            /// As [`pages`](Self::pages), and
            /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the checkpoint is that of another
            /// operation, or of other filters.
            pub fn pages_from(self, checkpoint: &$crate::Checkpoint) -> $crate::Pages<$page> {
                $crate::pagination::pages(self, Some(checkpoint))
            }

            /// Returns a stream of the list's items. See [`pages`](Self::pages).
            ///
            /// # Errors
            ///
            /// As [`pages`](Self::pages).
            pub fn items(self) -> $crate::Items<$item> {
                $crate::pagination::items(self, None)
            }

            /// Returns a stream of the list's items that continues after a [`Checkpoint`](crate::Checkpoint). See
            /// [`pages`](Self::pages).
            ///
            /// # Errors
            ///
            /// As [`pages_from`](Self::pages_from).
            pub fn items_from(self, checkpoint: &$crate::Checkpoint) -> $crate::Items<$item> {
                $crate::pagination::items(self, Some(checkpoint))
            }
        }
    };
}
pub(crate) use cursor_list;
