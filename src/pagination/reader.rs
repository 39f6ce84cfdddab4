//! Reads a list page by page.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use reqwest::Url;

use super::cursor::{Checkpoint, Cursor, error};
use super::next::{Following, Parameters, following, set_parameters};
use super::{Next, PagedList};
use crate::error::{Error, ErrorKind};
use crate::http::{Request, Response};

/// Reads one page after the other.
pub(super) struct Reader<L: PagedList> {
    list: L,
    pub cursor: Cursor,
    /// The end of the list was reached, and told.
    pub ended: bool,
    /// Why the list cannot continue.
    stuck: Option<&'static str>,
    /// The hashes of the positions of all pages so far.
    positions: HashSet<u64>,
    /// The number of pages in a row without a new item.
    without_new_item: u32,
}

/// A page, and the URL of its list, without the cursor.
struct Received<P> {
    page: Response<P>,
    url: Url,
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
            positions: HashSet::new(),
            without_new_item: 0,
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
        match L::NEXT {
            Next::Timestamp { .. } => self.before_the_edge(limit).await,
            _ => self.at_the_position().await,
        }
    }

    /// Returns the next page of a list that continues before a timestamp.
    async fn before_the_edge(
        &mut self,
        limit: Option<i64>,
    ) -> Result<Option<Response<L::Page>>, Error> {
        let mut widened = limit == Some(L::LIMIT_MAXIMUM);
        let mut list = self.list.clone();
        loop {
            self.check()?;
            if self.cursor.end {
                return Ok(None);
            }
            let first = self.cursor.edge.is_none();
            let request = match self.cursor.before() {
                Some(before) => list.clone().with_before(L::NEXT.mirrored(before)),
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

    /// Returns the next page of a list that continues at a cursor, a number or a link.
    async fn at_the_position(&mut self) -> Result<Option<Response<L::Page>>, Error> {
        loop {
            self.check()?;
            if self.cursor.end {
                return Ok(None);
            }
            let first = self.cursor == Cursor::default();
            self.positions.insert(hash(&self.cursor.parameters));
            let Received { mut page, url } =
                receive::<L>(self.list.request()?, &self.cursor.parameters).await?;
            let count = L::items_of(page.value_mut()).len();
            let following = self.following(&page, &url, count);
            let items = L::items_of(page.value_mut());
            match following {
                Ok(Following::Page(parameters)) => self.cursor.turn::<L>(items, parameters),
                Ok(Following::End) => {
                    self.cursor.turn::<L>(items, Vec::new());
                    self.cursor.end = true;
                }
                Err(reason) => {
                    let same = self.cursor.parameters.clone();
                    self.cursor.turn::<L>(items, same);
                    self.stuck = Some(reason);
                }
            }
            let new = !items.is_empty();
            if new || (first && self.cursor.end) {
                self.without_new_item = 0;
                return Ok(Some(page));
            }
            self.without_new_item += 1;
            if self.without_new_item > L::NEXT.pages_without_new_items() && !self.cursor.end {
                self.stuck = Some("the server returns pages without new items");
            }
        }
    }

    /// Returns what follows a page of `count` items.
    ///
    /// # Errors
    ///
    /// The reason why the list cannot continue.
    fn following(
        &self,
        page: &Response<L::Page>,
        url: &Url,
        count: usize,
    ) -> Result<Following, &'static str> {
        let following = following::<L>(page, url, &self.cursor.parameters, count)?;
        match &following {
            Following::Page(parameters) if self.positions.contains(&hash(parameters)) => {
                Err("a page refers to an earlier page")
            }
            _ => Ok(following),
        }
    }

    /// # Errors
    ///
    /// An error if the list cannot continue.
    fn check(&self) -> Result<(), Error> {
        match self.stuck {
            Some(reason) => Err(error(&self.list, ErrorKind::Cursor, 1, reason)),
            None => Ok(()),
        }
    }
}

/// Requests the page with these parameters.
async fn receive<L: PagedList>(
    request: Request,
    parameters: &Parameters,
) -> Result<Received<L::Page>, Error> {
    let (client, call) = (request.client.clone(), request.unsent());
    let mut built = request.build()?;
    let url = built.url().clone();
    set_parameters(built.url_mut(), parameters);
    let page = crate::http::send(&client, call, built).await?;
    Ok(Received { page, url })
}

fn hash(parameters: &Parameters) -> u64 {
    let mut hasher = DefaultHasher::new();
    parameters.hash(&mut hasher);
    hasher.finish()
}
