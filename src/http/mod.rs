//! How a call travels: a request, its attempts until the deadline, and the response.

mod body;
pub(crate) mod decode;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod retry;
mod telemetry;
pub(crate) mod transport;

pub use request::Request;
pub use response::Response;
pub use retry::RetryPolicy;
