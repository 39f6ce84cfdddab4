//! Lists that the contract does not describe.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor,
};

use super::{CursorList, cursor_list};
use crate::client::Client;
use crate::error::Error;
use crate::http::request::{JSON, invalid};
use crate::http::{Request, Response};

/// An item of a list that the contract does not describe; see [`Request::list`].
pub trait ListItem: DeserializeOwned + Send + 'static {
    /// The property of a page that holds the items, e.g. `customers`.
    const ITEMS: &'static str;

    /// Returns the id of the item.
    fn id(&self) -> &str;

    /// Returns the timestamp by which the list is sorted.
    fn timestamp(&self) -> Option<DateTime<Utc>>;
}

impl Request {
    /// Returns a request builder for a list with cursor pagination. The list must have the parameters `limit` and
    /// `before` and the property `hasMore`, as <https://docs.watsi.ai/guides/pagination> documents for all lists.
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
    /// let mut customers = request.query(&[("search", "Maria")]).list::<Customer>().items();
    /// while let Some(customer) = customers.next().await {
    ///     println!("{}", customer?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list<T: ListItem>(self) -> List<T> {
        let (client, operation) = (self.client.clone(), self.operation);
        List {
            client,
            operation,
            request: self
                .build(JSON)
                .and_then(|request| check(operation, request)),
            limit: None,
            before: None,
            item: PhantomData,
        }
    }
}

/// Returns the request if its parameters and its body can be sent for each page.
fn check(
    operation: &'static str,
    request: reqwest::Request,
) -> Result<Arc<reqwest::Request>, Error> {
    let mut names = request.url().query_pairs().map(|(name, _)| name);
    if names.any(|name| name == "limit" || name == "before") {
        return Err(invalid(
            operation,
            "the list has methods for `limit` and `before`",
        ));
    }
    if request.body().is_some() {
        return Err(invalid(operation, "the request of a list has no body"));
    }
    Ok(Arc::new(request))
}

/// A request builder for a list that the contract does not describe; see [`Request::list`].
#[must_use = "nothing is sent until `.send().await`"]
pub struct List<T> {
    client: Client,
    operation: &'static str,
    request: Result<Arc<reqwest::Request>, Error>,
    limit: Option<i64>,
    before: Option<DateTime<Utc>>,
    item: PhantomData<fn() -> T>,
}

impl<T: ListItem> List<T> {
    /// The largest [`limit`](Self::limit) that the API accepts.
    pub const LIMIT_MAXIMUM: i64 = 100;

    /// Limits the list to items before this timestamp (exclusive).
    pub fn before(mut self, value: impl Into<DateTime<Utc>>) -> Self {
        self.before = Some(value.into());
        self
    }

    /// Sets the maximum number of items per page. At least 1. At most 100. Default: that of the API.
    pub fn limit(mut self, value: i64) -> Self {
        self.limit = Some(value);
        self
    }

    /// Sends the request and returns one page.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails.
    pub async fn send(self) -> Result<Response<Page<T>>, Error> {
        self.request()?.send().await
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

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").finish_non_exhaustive()
    }
}

impl<T: ListItem> CursorList for List<T> {
    type Page = Page<T>;
    type Item = T;

    const LIMIT_MAXIMUM: i64 = Self::LIMIT_MAXIMUM;

    fn operation(&self) -> &'static str {
        self.operation
    }
    fn limit(&self) -> Option<i64> {
        self.limit
    }
    fn with_limit(self, limit: i64) -> Self {
        self.limit(limit)
    }
    fn with_before(self, before: DateTime<Utc>) -> Self {
        self.before(before)
    }
    fn request(&self) -> Result<Request, Error> {
        let built = self.request.as_ref().map_err(Clone::clone)?;
        let mut request = reqwest::Request::new(built.method().clone(), built.url().clone());
        request.headers_mut().clone_from(built.headers());
        let http = self.client.shared.http.clone();
        let request = Request {
            client: self.client.clone(),
            operation: self.operation,
            request: Ok(reqwest::RequestBuilder::from_parts(http, request)),
        };
        Ok(request
            .query(&[("before", &self.before)])
            .query(&[("limit", &self.limit)]))
    }
    fn page(self) -> impl Future<Output = Result<Response<Self::Page>, Error>> + Send {
        self.send()
    }
    fn items_of(page: &mut Self::Page) -> &mut Vec<T> {
        &mut page.items
    }
    fn has_more(page: &Self::Page) -> bool {
        page.has_more
    }
    fn id(item: &T) -> &str {
        item.id()
    }
    fn timestamp(item: &T) -> Option<DateTime<Utc>> {
        item.timestamp()
    }
}

cursor_list!(List<T>, Page<T>, T, T: ListItem);

/// A page of a list that the contract does not describe; see [`Request::list`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// More items follow.
    pub has_more: bool,
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
