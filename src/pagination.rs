//! Streams over the lists whose next page is asked for with `before`.
//! See <https://docs.watsi.ai/guides/pagination>.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::pin::Pin;
use std::task::{Context, Poll};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream::{self, Stream, StreamExt};
use progenitor_client::ResponseValue;

use crate::builder;
use crate::call::Call;
use crate::error::{Error, ErrorKind, Failed};
use crate::types::{Conversation, ConversationId, ConversationPage};

/// A list that the contract describes with the parameters `limit` and `before`.
trait CursorList: Clone + Send {
    type Page: Send;
    type Item: Send;
    type Id: Clone + Eq + Hash + Send;

    const OPERATION: &'static str;
    const LIMIT_MAXIMUM: i64;

    /// The limit that was set; none also where it could not be read, which `ask` then reports.
    fn limit(&self) -> Option<i64>;
    fn with_limit(self, limit: i64) -> Self;
    fn with_before(self, before: DateTime<Utc>) -> Self;
    fn ask(self) -> impl Future<Output = Result<ResponseValue<Self::Page>, Error>> + Send;
    fn items(page: &mut Self::Page) -> &mut Vec<Self::Item>;
    fn has_more(page: &Self::Page) -> bool;
    fn id(item: &Self::Item) -> &Self::Id;
    /// The item's timestamp, by which the list is sorted.
    fn at(item: &Self::Item) -> Option<DateTime<Utc>>;
}

/// `operation: Builder => Page { field of the items: Item { field of the id: Id, field of the timestamp } }`
macro_rules! cursor_lists {
    ($($operation:ident: $builder:ident =>
        $page:ident { $items:ident: $item:ident { $id:ident: $id_type:ident, $at:ident } })+) => {$(
        impl CursorList for builder::$builder<'_> {
            type Page = $page;
            type Item = $item;
            type Id = $id_type;

            const OPERATION: &'static str = stringify!($operation);
            const LIMIT_MAXIMUM: i64 = builder::$builder::LIMIT_MAXIMUM;

            fn limit(&self) -> Option<i64> {
                self.limit.as_ref().ok().copied().flatten()
            }

            fn with_limit(self, limit: i64) -> Self {
                self.limit(limit)
            }

            fn with_before(self, before: DateTime<Utc>) -> Self {
                self.before(before)
            }

            fn ask(self) -> impl Future<Output = Result<ResponseValue<$page>, Error>> + Send {
                self.send()
            }

            fn items(page: &mut $page) -> &mut Vec<$item> {
                &mut page.$items
            }

            fn has_more(page: &$page) -> bool {
                page.has_more
            }

            fn id(item: &$item) -> &$id_type {
                &item.$id
            }

            fn at(item: &$item) -> Option<DateTime<Utc>> {
                item.$at
            }
        }

        impl<'a> builder::$builder<'a> {
            /// Reads the list page by page, with the filters that were set; a page is asked for when
            /// the stream is, and only one is held. `limit` is the length of a page.
            ///
            /// Two items with one timestamp are both delivered: the API's cursor is an exclusive
            /// timestamp in milliseconds, so the next page is asked for from the last timestamp plus
            /// 1 ms, and what was already delivered is left out of it. So a page can be shorter than
            /// `limit`. An item without a timestamp is delivered where it comes.
            ///
            /// What the API gives no means to guarantee: an item whose timestamp changes while the
            /// list is read moves to its beginning, and if it was not delivered before, it is not
            /// delivered any more. Read on from the beginning to see it.
            ///
            /// To resume later, set [`before`](Self::before) to the timestamp of the last item that
            /// was delivered plus 1 ms, and leave out what you have of that timestamp.
            ///
            /// # Errors
            ///
            /// As [`send`](Self::send). After an error the stream ends. Besides:
            /// [`ErrorKind::InvalidRequest`] for a `limit` that is not from 1 to the contract's maximum,
            /// before any request; [`ErrorKind::Cursor`] where the list cannot be read on without a gap,
            /// after everything before it was delivered: as many items share one timestamp as a page
            /// can hold, or the server's pages do not lead on.
            pub fn pages(self) -> Pages<'a, $page> {
                Pages(Box::pin(pages(self)))
            }

            /// Reads the list item by item; what is said of [`pages`](Self::pages) holds here too.
            ///
            /// # Errors
            ///
            /// As [`pages`](Self::pages).
            pub fn items(self) -> Items<'a, $item> {
                Items(Box::pin(items(self)))
            }
        }
    )+};
}

cursor_lists! {
    list_conversations: ListConversations =>
        ConversationPage { chats: Conversation { id: ConversationId, last_message_at } }
}

macro_rules! named_stream {
    ($(#[$meta:meta])* $name:ident<$parameter:ident>, $item:ty) => {
        $(#[$meta])*
        #[must_use = "a stream does nothing until it is asked for its next element"]
        pub struct $name<'a, $parameter>(Pin<Box<dyn Stream<Item = Result<$item, Error>> + Send + 'a>>);

        impl<$parameter> $name<'_, $parameter> {
            /// The next element; `None` at the end, and after an error. What `StreamExt::next` does,
            /// without its import.
            ///
            /// # Errors
            ///
            /// Those of the method that made the stream.
            pub async fn next(&mut self) -> Option<Result<$item, Error>> {
                self.0.next().await
            }
        }

        impl<$parameter> Stream for $name<'_, $parameter> {
            type Item = Result<$item, Error>;

            fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                self.0.as_mut().poll_next(context)
            }
        }

        impl<$parameter> fmt::Debug for $name<'_, $parameter> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

named_stream! {
    /// The pages of a list, as a [`Stream`].
    Pages<P>, ResponseValue<P>
}

named_stream! {
    /// The items of a list, as a [`Stream`].
    Items<T>, T
}

fn pages<L: CursorList>(
    list: L,
) -> impl Stream<Item = Result<ResponseValue<L::Page>, Error>> + Send {
    stream::unfold(Some(Reader::new(list)), |reader| async {
        let mut reader = reader?;
        let page = reader.next_page().await.transpose()?;
        let reader = Some(reader).filter(|_| page.is_ok());
        Some((page, reader))
    })
    // A stream that has ended may be asked again.
    .fuse()
}

fn items<L: CursorList>(list: L) -> impl Stream<Item = Result<L::Item, Error>> + Send {
    pages(list).flat_map(|page| {
        let (items, error) = match page {
            Ok(mut page) => (std::mem::take(L::items(&mut page)), None),
            Err(error) => (Vec::new(), Some(Err(error))),
        };
        stream::iter(items.into_iter().map(Ok).chain(error))
    })
}

/// Where the next page begins.
enum Next {
    /// With the filters as they were set.
    First,
    /// At this timestamp, which the last page ended with.
    Edge(DateTime<Utc>),
    /// Nowhere: what came does not lead on.
    Nowhere(&'static str),
    End,
}

struct Reader<L: CursorList> {
    list: L,
    next: Next,
    /// What was delivered and may come again: items from the edge, and those without a timestamp.
    delivered: HashMap<L::Id, Option<DateTime<Utc>>>,
}

impl<L: CursorList> Reader<L> {
    fn new(list: L) -> Self {
        Reader {
            list,
            next: Next::First,
            delivered: HashMap::new(),
        }
    }

    /// The next page with something new in it; none at the end.
    async fn next_page(&mut self) -> Result<Option<ResponseValue<L::Page>>, Error> {
        let limit = self.list.limit();
        if limit.is_some_and(|limit| !(1..=L::LIMIT_MAXIMUM).contains(&limit)) {
            let reason = format!("`limit` is from 1 to {}", L::LIMIT_MAXIMUM);
            return Err(failed::<L>(ErrorKind::InvalidRequest, 0, reason));
        }
        let mut widened = limit == Some(L::LIMIT_MAXIMUM);
        let mut list = self.list.clone();
        loop {
            let edge = match self.next {
                Next::First => None,
                Next::Edge(edge) => Some(edge),
                Next::Nowhere(reason) => {
                    return Err(failed::<L>(ErrorKind::Cursor, 1, reason.to_owned()));
                }
                Next::End => return Ok(None),
            };
            let asked = match edge {
                Some(edge) => list.clone().with_before(after(edge)),
                None => list.clone(),
            };
            let mut page = asked.ask().await?;
            let more = L::has_more(&page);
            let came = L::items(&mut page).len();
            let new = self.take(L::items(&mut page), edge)?;
            if !more {
                self.next = Next::End;
            }
            if new || (edge.is_none() && !more) {
                return Ok(Some(page));
            }
            if more && (came == 0 || widened) {
                self.next = Next::Nowhere(if came == 0 {
                    "a page is empty, and says that more follow"
                } else {
                    "a whole page of items shares one timestamp, and the cursor cannot pass it"
                });
            } else if more {
                // All of this page is delivered: look as far as the API lets us.
                widened = true;
                list = list.with_limit(L::LIMIT_MAXIMUM);
            }
        }
    }

    /// Leaves out of `items` what was delivered, and moves the edge to the last of them. Returns
    /// whether something is left.
    fn take(
        &mut self,
        items: &mut Vec<L::Item>,
        edge: Option<DateTime<Utc>>,
    ) -> Result<bool, Error> {
        let beyond = edge.map(after);
        if items
            .iter()
            .any(|item| L::at(item) > beyond && beyond.is_some())
        {
            let reason = "the server answers with items from after the cursor".to_owned();
            return Err(failed::<L>(ErrorKind::Cursor, 1, reason));
        }
        let last = items.iter().rev().find_map(L::at).or(edge);
        let next = last.map(|last| edge.map_or(last, |edge| edge.min(last)));
        // The list is sorted: what lies between the edges did not come before and does not come again.
        let again = next.map(after);
        let between = |at: DateTime<Utc>| {
            edge.is_none_or(|edge| at < edge) && again.is_some_and(|again| at > again)
        };
        items.retain(|item| {
            let at = L::at(item);
            let alone = at.is_some_and(between);
            alone || self.delivered.insert(L::id(item).clone(), at).is_none()
        });
        self.delivered
            .retain(|_, at| at.is_none_or(|at| Some(at) <= again));
        self.next = match next {
            Some(edge) => Next::Edge(edge),
            None => Next::Nowhere("no item of a page has a timestamp, and more follow"),
        };
        Ok(!items.is_empty())
    }
}

/// The first instant that `before` must name so that items of `edge` come again.
fn after(edge: DateTime<Utc>) -> DateTime<Utc> {
    edge.checked_add_signed(TimeDelta::milliseconds(1))
        .unwrap_or(edge)
}

fn failed<L: CursorList>(kind: ErrorKind, attempts: u32, reason: String) -> Error {
    let call = Call {
        operation: L::OPERATION,
        attempts,
        safe: true,
    };
    Error::from(Failed {
        detail: Some(reason),
        ..Failed::new(kind, call)
    })
}
