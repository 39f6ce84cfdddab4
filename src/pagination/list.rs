//! Lists that the contract does not describe.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor,
};

use super::{Checkpoint, Items, PagedList, Pages, items, pages_of};
use crate::client::Client;
use crate::error::Error;
use crate::http::Request;
use crate::http::request::invalid;

/// An item of a list that the contract does not describe; see [`Request::items`].
pub trait ListItem: DeserializeOwned + Send + 'static {
    /// The property of a page that holds the items, e.g. `customers`.
    const ITEMS: &'static str;

    /// Returns the id of the item. An item with the id of an earlier one counts as the same item, and can be left out.
    fn id(&self) -> &str;

    /// Returns the timestamp by which the list is sorted.
    fn timestamp(&self) -> Option<DateTime<Utc>>;
}

impl Request {
    /// Returns a stream of the items of a list with cursor pagination, with the guarantees of the lists of the contract,
    /// e.g. [`ListConversations::items`](crate::operations::ListConversations::items). The list must have the
    /// parameters `limit` and `before` and the property `hasMore`, as <https://docs.watsi.ai/guides/pagination>
    /// documents for all lists.
    ///
    /// ```no_run
    /// use watsi::ListItem;
    /// use watsi::chrono::{DateTime, Utc};
    /// use watsi::reqwest::Method;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Customer {
    ///     id: String,
    ///     created_at: DateTime<Utc>,
    /// }
    ///
    /// impl ListItem for Customer {
    ///     const ITEMS: &'static str = "customers";
    ///
    ///     fn id(&self) -> &str {
    ///         &self.id
    ///     }
    ///
    ///     fn timestamp(&self) -> Option<DateTime<Utc>> {
    ///         Some(self.created_at)
    ///     }
    /// }
    ///
    /// # async fn run(client: watsi::Client) -> Result<(), watsi::Error> {
    /// let request = client.request(Method::GET, "/customers").name("list_customers");
    /// let mut customers = request.query(&[("search", "Maria")]).items::<Customer>();
    /// while let Some(customer) = customers.next().await {
    ///     println!("{}", customer?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The stream returns the errors of the contract's lists. The request has no body, and a `limit` in its
    /// [`query`](Self::query) is the length of a page, 1 to 100.
    pub fn items<T: ListItem>(self) -> Items<T> {
        items(List::new(self), None)
    }

    /// Returns a stream of the list's items that continues after a [`Checkpoint`]. See [`items`](Self::items).
    ///
    /// # Errors
    ///
    /// The stream returns the errors of [`items`](Self::items), and
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the checkpoint belongs to a request with
    /// another name, path or query.
    pub fn items_from<T: ListItem>(self, checkpoint: &Checkpoint) -> Items<T> {
        items(List::new(self), Some(checkpoint))
    }

    /// Returns a stream of the list's pages, each with its items. See [`items`](Self::items).
    ///
    /// # Errors
    ///
    /// The stream returns the errors of [`items`](Self::items).
    pub fn pages<T: ListItem>(self) -> Pages<Vec<T>> {
        pages_of(List::new(self), None, |page| page.items)
    }

    /// Returns a stream of the list's pages that continues after a [`Checkpoint`]. See [`pages`](Self::pages).
    ///
    /// # Errors
    ///
    /// The stream returns the errors of [`items_from`](Self::items_from).
    pub fn pages_from<T: ListItem>(self, checkpoint: &Checkpoint) -> Pages<Vec<T>> {
        pages_of(List::new(self), Some(checkpoint), |page| page.items)
    }
}

/// A list that the contract does not describe.
struct List<T> {
    client: Client,
    operation: &'static str,
    /// The request without the parameters below.
    request: Result<Arc<reqwest::Request>, Error>,
    limit: Option<i64>,
    before: Option<DateTime<Utc>>,
    item: PhantomData<fn() -> T>,
}

impl<T: ListItem> List<T> {
    fn new(request: Request) -> Self {
        let mut list = List {
            client: request.client.clone(),
            operation: request.operation,
            request: Err(invalid(
                request.operation,
                "the request of a list has no body",
            )),
            limit: None,
            before: None,
            item: PhantomData,
        };
        match request.build() {
            Ok(request) if request.body().is_some() => {}
            Ok(request) => list.request = list.without_cursor(request),
            Err(error) => list.request = Err(error),
        }
        list
    }

    /// Takes `limit` and `before` from the query.
    fn without_cursor(
        &mut self,
        mut request: reqwest::Request,
    ) -> Result<Arc<reqwest::Request>, Error> {
        let mut others = Vec::new();
        for (name, value) in request.url().query_pairs() {
            let parsed = match name.as_ref() {
                "limit" => value.parse().map(|limit| self.limit = Some(limit)).is_ok(),
                "before" => value
                    .parse()
                    .map(|before| self.before = Some(before))
                    .is_ok(),
                _ => {
                    others.push((name.into_owned(), value.into_owned()));
                    true
                }
            };
            if !parsed {
                let reason = "`limit` is not an integer, or `before` is not a timestamp";
                return Err(invalid(self.operation, reason));
            }
        }
        request.url_mut().set_query(None);
        if !others.is_empty() {
            request.url_mut().query_pairs_mut().extend_pairs(others);
        }
        Ok(Arc::new(request))
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        List {
            client: self.client.clone(),
            request: self.request.clone(),
            ..*self
        }
    }
}

impl<T: ListItem> PagedList for List<T> {
    type Page = Page<T>;
    type Item = T;

    type Progress = ();

    const PARAMETERS: &'static [&'static str] = &["limit", "before"];
    const LIMIT: Option<&'static str> = Some("limit");
    /// That of all documented lists.
    const LIMIT_MAXIMUM: i64 = 100;

    fn operation(&self) -> &'static str {
        self.operation
    }
    fn limit(&self) -> Option<i64> {
        self.limit
    }
    fn with_limit(mut self, limit: i64) -> Self {
        self.limit = Some(limit);
        self
    }
    fn with_before(mut self, before: DateTime<Utc>) -> Self {
        self.before = Some(before);
        self
    }
    fn request(&self) -> Result<Request, Error> {
        let built = self.request.as_ref().map_err(Clone::clone)?;
        let mut request = reqwest::Request::new(built.method().clone(), built.url().clone());
        request.headers_mut().clone_from(built.headers());
        let request = Request::of_page(&self.client, self.operation, request);
        Ok(request
            .query(&[("before", &self.before)])
            .query(&[("limit", &self.limit)]))
    }
    fn items_of(page: &mut Page<T>) -> &mut Vec<T> {
        &mut page.items
    }
    fn has_more(page: &Page<T>) -> Option<bool> {
        Some(page.has_more)
    }
    fn id(item: &T) -> Cow<'_, str> {
        Cow::Borrowed(item.id())
    }
    fn timestamp(item: &T) -> Option<DateTime<Utc>> {
        item.timestamp()
    }
}

struct Page<T> {
    items: Vec<T>,
    has_more: bool,
}

impl<'de, T: ListItem> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PageVisitor(PhantomData))
    }
}

struct PageVisitor<T>(PhantomData<T>);

impl<'de, T: ListItem> Visitor<'de> for PageVisitor<T> {
    type Value = Page<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<T>, A::Error> {
        let (mut items, mut has_more) = (None, None);
        while let Some(property) = map.next_key::<String>()? {
            if property == T::ITEMS {
                items = Some(map.next_value()?);
            } else if property == "hasMore" {
                has_more = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Page {
            items: items.ok_or_else(|| A::Error::missing_field(T::ITEMS))?,
            has_more: has_more.ok_or_else(|| A::Error::missing_field("hasMore"))?,
        })
    }
}
