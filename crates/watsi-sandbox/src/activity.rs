//! What a sandbox reports to an observer.

use std::sync::Arc;

use http::{Method, StatusCode};

use super::delivery::Delivery;

/// Something that a sandbox has done, for a log. It contains no bodies, parameters or credentials.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Activity<'a> {
    /// A request was answered, or its response was lost.
    Request(RequestActivity<'a>),
    /// A request for another host was rejected with 421. The value is its `Host` header, if it is ASCII.
    OtherHost(Option<&'a str>),
    /// A delivery attempt ended. The event in it has the customer's message.
    Delivery(&'a Delivery),
}

/// A request to the API or the control API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestActivity<'a> {
    /// The method.
    pub method: &'a Method,
    /// The documented path, with its parameters in braces, or `None` if the path or the method is not documented.
    pub path: Option<&'a str>,
    /// True if the request is for the control API.
    pub is_control: bool,
    /// The status code, or `None` if the response was lost.
    pub status: Option<StatusCode>,
    /// The code of an error in the API's envelope, e.g. `VALIDATION_ERROR`.
    pub code: Option<&'a str>,
    /// True if a fault affected the response.
    pub is_faulty: bool,
}

/// A function that is called with each activity.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&Activity<'_>) + Send + Sync>);

impl Observer {
    pub fn new(observe: impl Fn(&Activity<'_>) + Send + Sync + 'static) -> Self {
        Observer(Arc::new(observe))
    }

    pub fn observe(&self, activity: &Activity<'_>) {
        (self.0)(activity);
    }
}
