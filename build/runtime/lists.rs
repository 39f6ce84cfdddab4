//! Lists that continue at a cursor, a number or a link.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};
use url::form_urlencoded;

use crate::error::{Error, ErrorKind};
use crate::http::{Request, Response, decode, transport};
use crate::pagination::cursor::{Cursor, Parameters};
use crate::pagination::{PagedList, Reader};

/// A list that does not continue at a timestamp.
pub(crate) trait ContinuedList: PagedList<Progress = Progress> {
    const NEXT: Next;

    /// The cursor or the URL of the next page, if the page has one.
    fn next(_: &Self::Page) -> Option<String> {
        None
    }
}

/// How a list continues, as the contract describes it.
pub(crate) enum Next {
    /// At the cursor that the page contains.
    Cursor(&'static str),
    /// At the number of the next page. `first` is that of the first page.
    Page { parameter: &'static str, first: i64 },
    /// After the number of items so far.
    Offset(&'static str),
    /// At the target of a `Link` header with this relation.
    Link(&'static str),
    /// At the URL that the page contains.
    Url,
}

impl Next {
    /// The number of pages in a row that may have no new item: the server may filter pages, or repeat some items of a
    /// list that grew. More are an endless list.
    fn pages_without_new_items(&self) -> u32 {
        match self {
            Next::Cursor(_) | Next::Link(_) | Next::Url => 100,
            Next::Page { .. } | Next::Offset(_) => 1,
        }
    }
}

/// How far a list was read.
#[derive(Default)]
pub(crate) struct Progress {
    /// The hashes of the positions of all pages so far.
    positions: HashSet<u64>,
    /// The number of pages in a row without a new item.
    without_new_item: u32,
}

/// What follows a page.
enum Following {
    End,
    Page(Parameters),
}

/// A page, and the URL of its list, without the cursor.
struct Received<P> {
    page: Response<P>,
    url: Url,
}

/// Returns the next page with a new item; `None` at the end.
pub(crate) async fn next_page<L: ContinuedList>(
    reader: &mut Reader<L>,
) -> Result<Option<Response<L::Page>>, Error> {
    loop {
        reader.check()?;
        if reader.cursor.end {
            return Ok(None);
        }
        let first = reader.cursor == Cursor::default();
        let position = hash(&reader.cursor.parameters);
        reader.progress.positions.insert(position);
        let Received { mut page, url } =
            receive::<L>(reader.list.request()?, &reader.cursor.parameters).await?;
        let count = L::items_of(page.value_mut()).len();
        let following = unvisited(reader, &page, &url, count);
        let items = L::items_of(page.value_mut());
        match following {
            Ok(Following::Page(parameters)) => reader.cursor.turn::<L>(items, parameters),
            Ok(Following::End) => {
                reader.cursor.turn::<L>(items, Vec::new());
                reader.cursor.end = true;
            }
            Err(reason) => {
                let same = reader.cursor.parameters.clone();
                reader.cursor.turn::<L>(items, same);
                reader.stuck = Some(reason);
            }
        }
        let new = !items.is_empty();
        if new || (first && reader.cursor.end) {
            reader.progress.without_new_item = 0;
            return Ok(Some(page));
        }
        reader.progress.without_new_item += 1;
        let too_many = reader.progress.without_new_item > L::NEXT.pages_without_new_items();
        if too_many && !reader.cursor.end {
            reader.stuck = Some("the server returns pages without new items");
        }
    }
}

/// Returns what follows a page of `count` items, which is no earlier page.
///
/// # Errors
///
/// The reason why the list cannot continue.
fn unvisited<L: ContinuedList>(
    reader: &Reader<L>,
    page: &Response<L::Page>,
    url: &Url,
    count: usize,
) -> Result<Following, &'static str> {
    let following = following::<L>(page, url, &reader.cursor.parameters, count)?;
    match &following {
        Following::Page(parameters) if reader.progress.positions.contains(&hash(parameters)) => {
            Err("a page refers to an earlier page")
        }
        _ => Ok(following),
    }
}

impl Cursor {
    /// Removes the items of the last page that are listed again, and moves on to the page with these parameters.
    fn turn<L: PagedList>(&mut self, items: &mut Vec<L::Item>, parameters: Parameters) {
        let ids = items.iter().map(|item| (L::id(item).into_owned(), None));
        let listed = ids.collect();
        items.retain(|item| !self.seen.contains_key(L::id(item).as_ref()));
        self.seen = listed;
        self.parameters = parameters;
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
    let page = transport::call(&client, call, built, decode::json).await?;
    Ok(Received { page, url })
}

fn hash(parameters: &Parameters) -> u64 {
    let mut hasher = DefaultHasher::new();
    parameters.hash(&mut hasher);
    hasher.finish()
}

/// Returns what follows a page of `count` items. `url` is that of the list, and `position` the parameters of the page.
///
/// # Errors
///
/// The reason why the list cannot continue.
fn following<L: ContinuedList>(
    page: &Response<L::Page>,
    url: &Url,
    position: &Parameters,
    count: usize,
) -> Result<Following, &'static str> {
    let more = L::has_more(page);
    if more == Some(false) {
        return Ok(Following::End);
    }
    let next = match L::NEXT {
        Next::Cursor(parameter) => L::next(page)
            .filter(|cursor| !cursor.is_empty())
            .map(|cursor| vec![(parameter.to_owned(), cursor)]),
        Next::Page { parameter, first } => (count > 0)
            .then(|| number(url, position, parameter, first)?.checked_add(1))
            .flatten()
            .map(|number| vec![(parameter.to_owned(), number.to_string())]),
        Next::Offset(parameter) => (count > 0)
            .then(|| number(url, position, parameter, 0)?.checked_add(i64::try_from(count).ok()?))
            .flatten()
            .map(|number| vec![(parameter.to_owned(), number.to_string())]),
        Next::Link(relation) => link(page.headers(), relation)
            .map(|target| parameters(url, &target))
            .transpose()?,
        Next::Url => L::next(page)
            .filter(|target| !target.is_empty())
            .map(|target| parameters(url, &target))
            .transpose()?,
    };
    match next {
        Some(parameters) => Ok(Following::Page(parameters)),
        None if more == Some(true) => {
            Err("more items follow, but the page does not tell how to continue")
        }
        None => Ok(Following::End),
    }
}

/// Returns the number in a query parameter of a page.
fn number(url: &Url, position: &Parameters, parameter: &str, default: i64) -> Option<i64> {
    if let [(_, number)] = position.as_slice() {
        return number.parse().ok();
    }
    let mut pairs = url.query_pairs();
    match pairs.find(|(name, _)| name == parameter) {
        Some((_, value)) => value.parse().ok(),
        None => Some(default),
    }
}

/// Returns the query parameters in which a link differs from the URL of the list. Only they are followed: the API key is
/// sent to no other server.
fn parameters(url: &Url, target: &str) -> Result<Parameters, &'static str> {
    let target = url
        .join(target)
        .map_err(|_| "the link to the next page is not a valid URL")?;
    // The server may know itself by another name, and below another path.
    let last = |url: &Url| url.path().rsplit('/').next().map(str::to_owned);
    if last(&target) != last(url) {
        return Err("the link to the next page leads to another endpoint");
    }
    let known: Vec<_> = url.query_pairs().collect();
    let changed = target.query_pairs().filter(|pair| !known.contains(pair));
    Ok(changed
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect())
}

/// Returns the target of the first link with this relation (RFC 8288).
fn link(headers: &HeaderMap, relation: &str) -> Option<String> {
    for value in headers.get_all(LINK) {
        let mut rest = value.to_str().unwrap_or_default();
        while let Some((_, link)) = rest.split_once('<') {
            let (target, link) = link.split_once('>')?;
            let (attributes, following) = attributes(link);
            rest = following;
            let mut relations = attributes
                .iter()
                .filter_map(|attribute| attribute.split_once('='))
                .filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"))
                .flat_map(|(_, relations)| relations.trim().trim_matches('"').split(' '));
            if relations.any(|other| other.eq_ignore_ascii_case(relation)) {
                return Some(target.to_owned());
            }
        }
    }
    None
}

/// Returns the attributes of a link, and what follows it.
fn attributes(link: &str) -> (Vec<&str>, &str) {
    let mut attributes = Vec::new();
    let (mut start, mut is_quoted) = (0, false);
    for (index, byte) in link.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b';' | b',' if !is_quoted => {
                attributes.push(&link[start..index]);
                start = index + 1;
                if byte == b',' {
                    return (attributes, &link[start..]);
                }
            }
            _ => {}
        }
    }
    attributes.push(&link[start..]);
    (attributes, "")
}

/// Replaces query parameters of a URL, and appends those that it does not have.
fn set_parameters(url: &mut Url, parameters: &[(String, String)]) {
    if parameters.is_empty() {
        return;
    }
    let name = |pair: &str| {
        let mut pairs = form_urlencoded::parse(pair.as_bytes());
        pairs.next().map(|(name, _)| name.into_owned())
    };
    let is_replaced = |pair: &str| {
        let replaced = name(pair);
        parameters
            .iter()
            .any(|(other, _)| replaced.as_ref() == Some(other))
    };
    // The other pairs stay as they are written, because arrays may have encoded separators.
    let others: Vec<_> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_replaced(pair))
        .collect();
    let mut query = form_urlencoded::Serializer::new(others.join("&"));
    query.extend_pairs(parameters);
    let query = query.finish();
    url.set_query(Some(&query));
}

/// What the streams of a list with cursors or links guarantee, and why they end with an error.
macro_rules! cursor {
    (guarantees) => {
        "The next page is the one that the last page refers to. An item that the next page repeats is returned once."
    };
    (failures) => {
        "- [`ErrorKind::Cursor`](crate::ErrorKind::Cursor) if a page refers to an earlier page, to another endpoint, or to \
         no page although more items follow, and after 100 pages without a new item."
    };
}
pub(crate) use cursor;

/// What the streams of a list with numbers guarantee, and why they end with an error.
macro_rules! position {
    (guarantees) => {
        "The next page begins after the number of pages or items so far. If an item is added meanwhile, the next page \
         repeats an item, which is returned once. If an item is removed meanwhile, the stream misses another one: read \
         the list again to get it."
    };
    (failures) => {
        "- [`ErrorKind::Cursor`](crate::ErrorKind::Cursor) if the server returns the same page again, or an empty page \
         although more items follow."
    };
}
pub(crate) use position;
