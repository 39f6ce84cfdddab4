//! Streams over lists with cursor pagination. See <https://docs.watsi.ai/guides/pagination>.

mod cursor;
mod list;
mod reader;
mod stream;

use chrono::{DateTime, Utc};

pub use cursor::Checkpoint;
pub use list::ListItem;
pub use stream::{Items, Pages};
pub(crate) use stream::{items, pages};

use crate::error::Error;
use crate::http::{Request, Response};

/// A list that the contract marks with `x-cursor-list`; generated for each.
pub(crate) trait CursorList: Clone + Send + 'static {
    type Page: Send + 'static;
    type Item: Send + 'static;

    /// The query parameter for the length of a page.
    const LIMIT: &'static str;
    /// The query parameter for the cursor.
    const BEFORE: &'static str;
    const LIMIT_MAXIMUM: i64;

    fn operation(&self) -> &'static str;
    fn limit(&self) -> Option<i64>;
    fn with_limit(self, limit: i64) -> Self;
    fn with_before(self, before: DateTime<Utc>) -> Self;
    /// The request as it would be sent; its path and query identify the list.
    fn request(&self) -> Result<Request, Error>;
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
            /// Returns a lazy stream of the list's pages, which buffers one page at a time. The filters of this
            /// request builder apply, and `limit` is the length of a page.
            ///
            /// Items with equal timestamps are returned once each. The API's cursor is an exclusive timestamp in
            /// milliseconds, so the next page is requested from the last timestamp plus 1 ms, and items that were
            /// already returned are removed from it. A page can therefore be shorter than `limit`. An item
            /// without a timestamp is returned at the position at which the API lists it.
            ///
            /// If an item's timestamp changes while the list is read, the item moves to the beginning of the list. If
            /// the item was not returned before, the stream misses it: read the list again to get it.
            ///
            /// Deadline and retries apply to each page. After a transient error, continue with
            /// [`pages_from`](Self::pages_from) the stream's checkpoint.
            ///
            /// # Errors
            ///
            /// The stream returns the errors of [`send`](Self::send), and ends after an error. It also returns:
            ///
            /// - [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if `limit` is not between 1 and
            ///   [`LIMIT_MAXIMUM`](Self::LIMIT_MAXIMUM). Nothing is sent.
            /// - [`ErrorKind::Cursor`](crate::ErrorKind::Cursor) if the list cannot continue without a gap: all items
            ///   of a page of maximum length share one timestamp, or the server returns pages that do not allow the
            ///   stream to continue.
            pub fn pages(self) -> $crate::Pages<$page> {
                $crate::pagination::pages(self, None)
            }

            /// Returns a stream of the list's pages that continues after a [`Checkpoint`](crate::Checkpoint). See
            /// [`pages`](Self::pages).
            ///
            /// # Errors
            ///
            /// The stream returns the errors of [`pages`](Self::pages), and
            /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the checkpoint belongs to another
            /// operation or to other filters.
            pub fn pages_from(self, checkpoint: &$crate::Checkpoint) -> $crate::Pages<$page> {
                $crate::pagination::pages(self, Some(checkpoint))
            }

            /// Returns a stream of the list's items. See [`pages`](Self::pages).
            ///
            /// # Errors
            ///
            /// The stream returns the errors of [`pages`](Self::pages).
            pub fn items(self) -> $crate::Items<$item> {
                $crate::pagination::items(self, None)
            }

            /// Returns a stream of the list's items that continues after a [`Checkpoint`](crate::Checkpoint). See
            /// [`pages`](Self::pages).
            ///
            /// # Errors
            ///
            /// The stream returns the errors of [`pages_from`](Self::pages_from).
            pub fn items_from(self, checkpoint: &$crate::Checkpoint) -> $crate::Items<$item> {
                $crate::pagination::items(self, Some(checkpoint))
            }
        }
    };
}
pub(crate) use cursor_list;
