//! The streams of pages and items.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use chrono::{DateTime, Utc};
use futures_util::stream::{Stream, StreamExt};

use super::CursorList;
use super::cursor::{Checkpoint, Cursor, error};
use crate::error::{Error, ErrorKind};
use crate::http::Response;

/// A stream that knows its position.
trait Resumable: Stream + Send {
    fn checkpoint(&self) -> Checkpoint;
}

macro_rules! list_stream {
    ($(#[$meta:meta])* $name:ident<$parameter:ident>, $item:ty, $element:literal) => {
        $(#[$meta])*
        #[must_use = "a stream does nothing until its next element is requested"]
        pub struct $name<$parameter>(Pin<Box<dyn Resumable<Item = Result<$item, Error>>>>);

        impl<$parameter> $name<$parameter> {
            #[doc = concat!("Returns the next ", $element, ", or `None` at the end of the list and after an error.")]
            /// This is `StreamExt::next` without the import.
            ///
            /// # Errors
            ///
            /// The errors of the method that created the stream.
            pub async fn next(&mut self) -> Option<Result<$item, Error>> {
                self.0.next().await
            }

            #[doc = concat!("Returns the position after the last ", $element, " that was returned.")]
            pub fn checkpoint(&self) -> Checkpoint {
                self.0.checkpoint()
            }
        }

        impl<$parameter> Stream for $name<$parameter> {
            type Item = Result<$item, Error>;

            fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                self.0.as_mut().poll_next(context)
            }
        }

        impl<$parameter> fmt::Debug for $name<$parameter> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

list_stream! {
    /// A [`Stream`] of the pages of a list.
    Pages<P>, Response<P>, "page"
}

list_stream! {
    /// A [`Stream`] of the items of a list.
    Items<T>, T, "item"
}

pub(crate) fn pages<L: CursorList>(list: L, from: Option<&Checkpoint>) -> Pages<L::Page> {
    Pages(Box::pin(PageStream::new(list, from)))
}

pub(crate) fn items<L: CursorList>(list: L, from: Option<&Checkpoint>) -> Items<L::Item> {
    let pages = PageStream::new(list, from);
    Items(Box::pin(ItemStream {
        before: pages.cursor.clone(),
        pages,
        rest: Vec::new().into_iter(),
        returned: Returned::default(),
    }))
}

type Page<L> = Result<Response<<L as CursorList>::Page>, Error>;

struct PageStream<L: CursorList> {
    list: L,
    /// The position after the last page that was returned.
    cursor: Cursor,
    state: State<L>,
}

type Reading<L> = Pin<Box<dyn Future<Output = (Reader<L>, Option<Page<L>>)> + Send>>;

enum State<L: CursorList> {
    Ready(Reader<L>),
    Reading(Reading<L>),
    /// The checkpoint is invalid.
    Failed(Error),
    Ended,
}

impl<L: CursorList> PageStream<L> {
    fn new(list: L, from: Option<&Checkpoint>) -> Self {
        let cursor = from.map_or(Ok(Cursor::default()), |checkpoint| checkpoint.cursor(&list));
        let (cursor, state) = match cursor {
            Ok(cursor) => {
                let reader = Reader::new(list.clone(), cursor.clone());
                (cursor, State::Ready(reader))
            }
            Err(error) => (Cursor::default(), State::Failed(error)),
        };
        PageStream {
            list,
            cursor,
            state,
        }
    }
}

impl<L: CursorList> Stream for PageStream<L> {
    type Item = Page<L>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Page<L>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ready(mut reader) => {
                    self.state = State::Reading(Box::pin(async move {
                        let page = reader.next_page().await.transpose();
                        (reader, page)
                    }));
                }
                State::Reading(mut future) => match future.as_mut().poll(context) {
                    Poll::Pending => {
                        self.state = State::Reading(future);
                        return Poll::Pending;
                    }
                    Poll::Ready((reader, page)) => {
                        // After an error, and at the end, the state stays `Ended`.
                        if !matches!(page, Some(Err(_))) {
                            self.cursor = reader.cursor.clone();
                        }
                        if matches!(page, Some(Ok(_))) {
                            self.state = State::Ready(reader);
                        }
                        return Poll::Ready(page);
                    }
                },
                State::Failed(error) => return Poll::Ready(Some(Err(error))),
                State::Ended => return Poll::Ready(None),
            }
        }
    }
}

impl<L: CursorList> Resumable for PageStream<L> {
    fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(&self.list, self.cursor.clone())
    }
}

struct ItemStream<L: CursorList> {
    pages: PageStream<L>,
    /// The position before the current page.
    before: Cursor,
    /// What was not yet returned of the current page.
    rest: vec::IntoIter<L::Item>,
    /// What was returned of it.
    returned: Returned,
}

impl<L: CursorList> Stream for ItemStream<L> {
    type Item = Result<L::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.rest.next() {
                self.returned.push(L::id(&item), L::timestamp(&item));
                return Poll::Ready(Some(Ok(item)));
            }
            let after = self.pages.cursor.clone();
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                Some(Ok(mut page)) => {
                    self.before = after;
                    self.returned.clear();
                    self.rest = std::mem::take(L::items_of(page.value_mut())).into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<L: CursorList> Resumable for ItemStream<L> {
    fn checkpoint(&self) -> Checkpoint {
        if self.rest.len() == 0 {
            return self.pages.checkpoint();
        }
        let mut cursor = self.before.clone();
        let mut rest = self.rest.as_slice().iter();
        if rest.any(|item| L::timestamp(item).is_none()) {
            // A cursor that moves on may not list the items without a timestamp.
            cursor.remember(self.returned.iter());
        } else {
            cursor.skip(self.returned.iter());
        }
        Checkpoint::new(&self.pages.list, cursor)
    }
}

/// The ids and timestamps of items, in one allocation per page.
#[derive(Default)]
struct Returned {
    ids: String,
    /// Where each id ends, and the timestamp.
    items: Vec<(usize, Option<DateTime<Utc>>)>,
}

impl Returned {
    fn push(&mut self, id: &str, at: Option<DateTime<Utc>>) {
        self.ids.push_str(id);
        self.items.push((self.ids.len(), at));
    }

    fn clear(&mut self) {
        self.ids.clear();
        self.items.clear();
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, Option<DateTime<Utc>>)> + Clone {
        (0..self.items.len()).map(|index| {
            let start = index
                .checked_sub(1)
                .map_or(0, |before| self.items[before].0);
            let (end, at) = self.items[index];
            (&self.ids[start..end], at)
        })
    }
}

/// Reads one page after the other.
struct Reader<L: CursorList> {
    list: L,
    cursor: Cursor,
    /// Why the list cannot continue.
    stuck: Option<&'static str>,
}

impl<L: CursorList> Reader<L> {
    fn new(list: L, cursor: Cursor) -> Self {
        Reader {
            list,
            cursor,
            stuck: None,
        }
    }

    /// Returns the next page with a new item; `None` at the end.
    async fn next_page(&mut self) -> Result<Option<Response<L::Page>>, Error> {
        let limit = self.list.limit();
        if limit.is_some_and(|limit| !(1..=L::LIMIT_MAXIMUM).contains(&limit)) {
            let reason = format!("`limit` is not between 1 and {}", L::LIMIT_MAXIMUM);
            return Err(error::<L>(ErrorKind::InvalidRequest, 0, reason));
        }
        let mut widened = limit == Some(L::LIMIT_MAXIMUM);
        let mut list = self.list.clone();
        loop {
            if let Some(reason) = self.stuck {
                return Err(error::<L>(ErrorKind::Cursor, 1, reason));
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
            let listed = items.len();
            let taken = self.cursor.take::<L>(items);
            taken.map_err(|reason| error::<L>(ErrorKind::Cursor, 1, reason))?;
            let new = !items.is_empty();
            if !more {
                self.cursor.end = true;
            } else if self.cursor.edge.is_none() {
                self.stuck = Some("no item of a page has a timestamp, and more follow");
            }
            if new || (first && !more) {
                return Ok(Some(page));
            }
            if more && listed == 0 {
                self.stuck = Some("a page is empty, and more follow");
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
