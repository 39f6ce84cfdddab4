//! Streams over lists, which are read page by page. See <https://docs.watsi.ai/guides/pagination>.

pub(crate) mod cursor;
mod list;
mod reader;
mod stream;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

pub use cursor::Checkpoint;
pub use list::ListItem;
pub(crate) use reader::Reader;
use stream::pages_of;
pub use stream::{Items, Pages};
pub(crate) use stream::{items, pages};

use crate::error::Error;
use crate::http::{Request, Response};

/// A list that the contract marks with `x-pagination`; generated for each.
pub(crate) trait PagedList: Clone + Send + 'static {
    type Page: DeserializeOwned + Send + 'static;
    type Item: Send + 'static;

    /// What the pages so far tell about the next one.
    type Progress: Default + Send;

    /// The query parameters of a page. All others are filters.
    const PARAMETERS: &'static [&'static str];
    /// The query parameter for the length of a page.
    const LIMIT: Option<&'static str> = None;
    const LIMIT_MAXIMUM: i64 = i64::MAX;
    /// The list begins with the oldest item.
    const ASCENDING: bool = false;

    fn operation(&self) -> &'static str;
    fn limit(&self) -> Option<i64> {
        None
    }
    /// Sets the length of a page, which only lists with timestamps need.
    fn with_limit(self, _: i64) -> Self {
        self
    }
    /// Sets the exclusive timestamp at which a list continues.
    fn with_before(self, _: DateTime<Utc>) -> Self {
        self
    }
    /// The request as it would be sent; its path and query identify the list.
    fn request(&self) -> Result<Request, Error>;
    fn items_of(page: &mut Self::Page) -> &mut Vec<Self::Item>;
    /// Whether another page follows, if the page tells.
    fn has_more(_: &Self::Page) -> Option<bool> {
        None
    }
    fn id(item: &Self::Item) -> Cow<'_, str>;
    /// The timestamp by which the list is sorted.
    fn timestamp(_: &Self::Item) -> Option<DateTime<Utc>> {
        None
    }
    /// Requests the next page with a new item; `None` at the end.
    fn next_page(
        reader: &mut Reader<Self>,
    ) -> impl Future<Output = Result<Option<Response<Self::Page>>, Error>> + Send {
        reader.before_the_edge()
    }
}

/// The methods of a list's request builder.
macro_rules! paged_list {
    ($list:ident, $page:ty, $item:ty, $($style:ident)::+) => {
        impl $list {
            /// Returns a lazy stream of the list's pages, which buffers one page at a time. The filters of this
            /// request builder apply, and its limit is the length of a page.
            ///
            #[doc = $($style)::+!(guarantees)]
            ///
            /// Deadline and retries apply to each page. After a transient error, continue with
            /// [`pages_from`](Self::pages_from) the stream's checkpoint.
            ///
            /// # Errors
            ///
            /// The stream returns the errors of [`send`](Self::send), and ends after an error. It also returns:
            ///
            /// - [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the length of a page is not between 1
            ///   and its documented maximum. Nothing is sent.
            #[doc = $($style)::+!(failures)]
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
pub(crate) use paged_list;

/// What the streams of a list with timestamps guarantee, and why they end with an error.
macro_rules! timestamp {
    (guarantees) => {
        "Items with equal timestamps are returned once each. The API's cursor is an exclusive timestamp, so the next page \
         is requested from just before the last timestamp, and items that were already returned are removed from it. A \
         page can therefore be shorter than the limit. An item without a timestamp is returned at the position at which \
         the API lists it.\n\n\
         If an item's timestamp changes while the list is read, the item moves to the beginning of the list. If the item \
         was not returned before, the stream misses it: read the list again to get it."
    };
    (failures) => {
        "- [`ErrorKind::Cursor`](crate::ErrorKind::Cursor) if the list cannot continue without a gap: all items of a page \
         of maximum length share one timestamp, or the server returns pages that do not allow the stream to continue."
    };
}
#[allow(unused_imports, reason = "the contract decides how its lists continue")]
pub(crate) use timestamp;
