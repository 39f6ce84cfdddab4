//! The streams of pages and items.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use chrono::{DateTime, Utc};
use futures_util::stream::{self, Stream, StreamExt};

use super::CursorList;
use super::cursor::{Checkpoint, Cursor};
use super::reader::Reader;
use crate::error::Error;
use crate::http::Response;

/// Pages, or their items, each with the position after it.
type Read<P> = Pin<Box<dyn Stream<Item = Result<(P, Cursor), Error>> + Send>>;

/// A [`Stream`] of the pages of a list.
#[must_use = "a stream does nothing until its next element is requested"]
pub struct Pages<P> {
    read: Read<Response<P>>,
    checkpoint: Checkpoint,
}

/// A [`Stream`] of the items of a list.
#[must_use = "a stream does nothing until its next element is requested"]
pub struct Items<T> {
    read: Read<Vec<T>>,
    /// The position after the current page.
    checkpoint: Checkpoint,
    /// The position before it.
    before: Cursor,
    /// What was not yet returned of the current page.
    rest: vec::IntoIter<T>,
    /// What was returned of it.
    returned: Returned,
    id: fn(&T) -> &str,
    timestamp: fn(&T) -> Option<DateTime<Utc>>,
}

pub(crate) fn pages<L: CursorList>(list: L, from: Option<&Checkpoint>) -> Pages<L::Page> {
    let checkpoint = from
        .cloned()
        .unwrap_or_else(|| Checkpoint::beginning(&list));
    Pages {
        read: Box::pin(read(list, checkpoint.clone())),
        checkpoint,
    }
}

pub(crate) fn items<L: CursorList>(list: L, from: Option<&Checkpoint>) -> Items<L::Item> {
    let checkpoint = from
        .cloned()
        .unwrap_or_else(|| Checkpoint::beginning(&list));
    let read = read(list, checkpoint.clone()).map(|read| {
        let (mut page, cursor) = read?;
        Ok((std::mem::take(L::items_of(page.value_mut())), cursor))
    });
    Items {
        before: checkpoint.cursor.clone(),
        checkpoint,
        read: Box::pin(read),
        rest: Vec::new().into_iter(),
        returned: Returned::default(),
        id: L::id,
        timestamp: L::timestamp,
    }
}

fn read<L: CursorList>(
    list: L,
    from: Checkpoint,
) -> impl Stream<Item = Result<(Response<L::Page>, Cursor), Error>> + Send {
    let checked = from.check(&list);
    let reader = checked.map(|()| Reader::new(list, from.cursor));
    let read = stream::unfold(Some(reader), |reader| async {
        let page = async |reader: &mut Reader<L>| {
            let page = reader.next_page().await?;
            Ok(page.map(|page| (page, reader.cursor.clone())))
        };
        match reader? {
            Err(error) => Some((Err(error), None)),
            Ok(mut reader) => match page(&mut reader).await {
                Ok(page) => Some((Ok(page?), Some(Ok(reader)))),
                Err(error) => Some((Err(error), None)),
            },
        }
    });
    // The stream may be polled after its end.
    read.fuse()
}

impl<P> Pages<P> {
    /// Returns the next page, or `None` at the end of the list and after an error. This is `StreamExt::next` without
    /// the import.
    ///
    /// # Errors
    ///
    /// Returns the errors listed at the method that created the stream.
    pub async fn next(&mut self) -> Option<Result<Response<P>, Error>> {
        StreamExt::next(self).await
    }

    /// Returns the position after the last page that was returned.
    pub fn checkpoint(&self) -> Checkpoint {
        self.checkpoint.clone()
    }
}

impl<P> Stream for Pages<P> {
    type Item = Result<Response<P>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let read = ready!(self.read.as_mut().poll_next(context));
        Poll::Ready(read.map(|read| {
            let (page, cursor) = read?;
            self.checkpoint.cursor = cursor;
            Ok(page)
        }))
    }
}

impl<P> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

impl<T> Items<T> {
    /// Returns the next item, or `None` at the end of the list and after an error. This is `StreamExt::next` without
    /// the import.
    ///
    /// # Errors
    ///
    /// Returns the errors listed at the method that created the stream.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        StreamExt::next(self).await
    }

    /// Returns the position after the last item that was returned.
    pub fn checkpoint(&self) -> Checkpoint {
        let mut checkpoint = self.checkpoint.clone();
        let rest = self.rest.as_slice();
        if rest.is_empty() {
            return checkpoint;
        }
        checkpoint.cursor = self.before.clone();
        if rest.iter().any(|item| (self.timestamp)(item).is_none()) {
            // A cursor that moves on may not list the items without a timestamp.
            checkpoint.cursor.remember(self.returned.iter());
        } else {
            checkpoint.cursor.skip(self.returned.iter());
        }
        checkpoint
    }
}

// Items are moved, never pinned.
impl<T> Unpin for Items<T> {}

impl<T> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.rest.next() {
                let (id, at) = ((self.id)(&item), (self.timestamp)(&item));
                self.returned.push(id, at);
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.read.as_mut().poll_next(context)) {
                Some(Ok((items, cursor))) => {
                    self.before = std::mem::replace(&mut self.checkpoint.cursor, cursor);
                    self.returned.clear();
                    self.rest = items.into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

/// The ids and timestamps of items, without an allocation for each.
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
