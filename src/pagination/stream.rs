//! The streams of pages and items.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use chrono::{DateTime, Utc};
use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};

use super::PagedList;
use super::cursor::{Checkpoint, Cursor, timestamp};
use super::reader::Reader;
use crate::error::Error;
use crate::http::Response;

/// A page or its items, and the position after it.
struct Read<P> {
    /// `None` at the end of the list, which the last page may not tell.
    page: Option<P>,
    cursor: Cursor,
}

type Reads<P> = Pin<Box<dyn Stream<Item = Result<Read<P>, Error>> + Send>>;

/// A [`Stream`] of the pages of a list.
#[must_use = "a stream does nothing until its next element is requested"]
pub struct Pages<P> {
    reads: Reads<Response<P>>,
    checkpoint: Checkpoint,
}

/// A [`Stream`] of the items of a list.
#[must_use = "a stream does nothing until its next element is requested"]
pub struct Items<T> {
    reads: Reads<Vec<T>>,
    /// The position after the current page.
    checkpoint: Checkpoint,
    /// The position before it.
    before: Cursor,
    /// What was not yet returned of the current page.
    rest: vec::IntoIter<T>,
    /// The ids and timestamps of what was returned of it.
    returned: Vec<(String, Option<DateTime<Utc>>)>,
    id: fn(&T) -> Cow<'_, str>,
    timestamp: fn(&T) -> Option<DateTime<Utc>>,
}

pub(crate) fn pages<L: PagedList>(list: L, from: Option<&Checkpoint>) -> Pages<L::Page> {
    pages_of(list, from, |page| page)
}

/// Returns a stream of the pages of a list, as another type.
pub(super) fn pages_of<L: PagedList, P: 'static>(
    list: L,
    from: Option<&Checkpoint>,
    convert: fn(L::Page) -> P,
) -> Pages<P> {
    let checkpoint = from
        .cloned()
        .unwrap_or_else(|| Checkpoint::beginning(&list));
    let reads = read(list, checkpoint.clone()).map_ok(move |read| Read {
        page: read.page.map(|page| page.map(convert)),
        cursor: read.cursor,
    });
    Pages {
        reads: Box::pin(reads),
        checkpoint,
    }
}

pub(crate) fn items<L: PagedList>(list: L, from: Option<&Checkpoint>) -> Items<L::Item> {
    let checkpoint = from
        .cloned()
        .unwrap_or_else(|| Checkpoint::beginning(&list));
    let reads = read(list, checkpoint.clone()).map_ok(|read| Read {
        page: read
            .page
            .map(|mut page| std::mem::take(L::items_of(page.value_mut()))),
        cursor: read.cursor,
    });
    Items {
        before: checkpoint.cursor.clone(),
        checkpoint,
        reads: Box::pin(reads),
        rest: Vec::new().into_iter(),
        returned: Vec::new(),
        id: L::id,
        timestamp: timestamp::<L>,
    }
}

fn read<L: PagedList>(
    list: L,
    from: Checkpoint,
) -> impl Stream<Item = Result<Read<Response<L::Page>>, Error>> + Send {
    stream::try_unfold(Reader::new(list, from), next)
}

async fn next<L: PagedList>(
    started: Result<Reader<L>, Error>,
) -> Result<Option<(Read<Response<L::Page>>, Result<Reader<L>, Error>)>, Error> {
    let mut reader = started?;
    if reader.ended {
        return Ok(None);
    }
    let page = reader.next_page().await?;
    reader.ended = page.is_none();
    let cursor = reader.cursor.clone();
    Ok(Some((Read { page, cursor }, Ok(reader))))
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
        loop {
            match ready!(self.reads.as_mut().poll_next(context)) {
                Some(Ok(read)) => {
                    self.checkpoint.cursor = read.cursor;
                    if let Some(page) = read.page {
                        return Poll::Ready(Some(Ok(page)));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
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
            checkpoint.cursor.remember(&self.returned);
        } else {
            checkpoint.cursor.skip(&self.returned);
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
                let returned = ((self.id)(&item).into_owned(), (self.timestamp)(&item));
                self.returned.push(returned);
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.reads.as_mut().poll_next(context)) {
                Some(Ok(read)) => {
                    self.before = std::mem::replace(&mut self.checkpoint.cursor, read.cursor);
                    self.returned.clear();
                    self.rest = read.page.unwrap_or_default().into_iter();
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
