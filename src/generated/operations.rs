/// The URL of the contract's server, which is the default base URL of a client.
pub const BASE_URL: &str = "https://api.watsi.ai/api/v1";
impl Client {
    /// Returns one page of the workspace's conversations, most recent first.
    ///
    /// To get the next page, the documentation sets `before` to the `last_message_at` of the page's
    /// last conversation. Because `before` is exclusive, this skips conversations with the same
    /// timestamp. The API key needs the scope `conversations`.
    ///
    /// To read the whole list, use [`items`](operations::ListConversations::items) or
    /// [`pages`](operations::ListConversations::pages), which skip no items with equal timestamps.
    ///
    /// `GET /conversations`, documented at <https://docs.watsi.ai/guides/pagination>.
    pub fn list_conversations(&self) -> operations::ListConversations {
        operations::ListConversations::new(self)
    }
    /// Sends a text message in an open conversation.
    ///
    /// Messages can be sent only within WhatsApp's 24-hour messaging window, which starts at the
    /// customer's last inbound message. The message's later statuses arrive by webhook
    /// (`message.status`). No idempotency key is documented, so sending the same request again sends
    /// a second message. The API key needs the scope `messages`.
    ///
    /// - `body`: The message, and the conversation it belongs to.
    ///
    /// `POST /messages`, documented at <https://docs.watsi.ai/quickstart>.
    pub fn send_message(
        &self,
        body: impl Into<types::SendMessageRequest>,
    ) -> operations::SendMessage {
        operations::SendMessage::new(self, body)
    }
    /// Subscribes a URL to events. According to the documentation, this part of the API may still
    /// change. The only documented fact about the response is that it contains a signing secret to store.
    ///
    /// - `body`: The URL, and the types of the events to post to it.
    ///
    /// `POST /webhooks`, documented at <https://docs.watsi.ai/webhooks/tutorial>.
    pub fn create_webhook(
        &self,
        body: impl Into<types::CreateWebhookRequest>,
    ) -> operations::CreateWebhook {
        operations::CreateWebhook::new(self, body)
    }
}
/// A request builder for [`list_conversations`](Client::list_conversations).
#[derive(Clone)]
#[must_use = "nothing is sent until `.send().await`"]
pub struct ListConversations {
    client: Client,
    limit: Option<i64>,
    before: Option<DateTime<Utc>>,
    status: Option<types::ConversationStatus>,
    assigned_user_id: Option<types::UserId>,
}
impl ListConversations {
    const OPERATION: &'static str = "list_conversations";
    /// The largest [`limit`](Self::limit) that the API accepts.
    pub const LIMIT_MAXIMUM: i64 = 100i64;
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            limit: None,
            before: None,
            status: None,
            assigned_user_id: None,
        }
    }
    /// The maximum number of conversations per page. At least 1. At most 100. Default: 20.
    pub fn limit(mut self, value: i64) -> Self {
        self.limit = Some(value);
        self
    }
    /// Limits the list to conversations before this timestamp (exclusive). It is the cursor of the list.
    pub fn before(mut self, value: impl Into<DateTime<Utc>>) -> Self {
        self.before = Some(value.into());
        self
    }
    /// Limits the list to conversations with this status.
    pub fn status(mut self, value: impl Into<types::ConversationStatus>) -> Self {
        self.status = Some(value.into());
        self
    }
    /// Limits the list to conversations that are assigned to this user.
    pub fn assigned_user_id(mut self, value: impl Into<types::UserId>) -> Self {
        self.assigned_user_id = Some(value.into());
        self
    }
    fn build(&self) -> Result<Request, Error> {
        let request = request::start(
                &self.client,
                Self::OPERATION,
                Method::GET,
                "/conversations",
                "application/json",
            )
            .query(&[("limit", &self.limit)])
            .query(&[("before", &self.before)])
            .query(&[("status", &self.status)])
            .query(&[("assigned_user_id", &self.assigned_user_id)]);
        Ok(request)
    }
    /// Sends the request and returns the response.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails. [`Error::outcome`] tells whether the request may have been
    /// processed.
    pub async fn send(self) -> Result<Response<types::ConversationPage>, Error> {
        self.build()?.send().await
    }
}
impl fmt::Debug for ListConversations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListConversations").finish_non_exhaustive()
    }
}
/// A request builder for [`send_message`](Client::send_message).
#[derive(Clone)]
#[must_use = "nothing is sent until `.send().await`"]
pub struct SendMessage {
    client: Client,
    body: types::SendMessageRequest,
}
impl SendMessage {
    const OPERATION: &'static str = "send_message";
    pub(crate) fn new(
        client: &Client,
        body: impl Into<types::SendMessageRequest>,
    ) -> Self {
        Self {
            client: client.clone(),
            body: body.into(),
        }
    }
    fn build(&self) -> Result<Request, Error> {
        let request = request::start(
                &self.client,
                Self::OPERATION,
                Method::POST,
                "/messages",
                "application/json",
            )
            .json(&self.body);
        Ok(request)
    }
    /// Sends the request and returns the response.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails. [`Error::outcome`] tells whether the request may have been
    /// processed.
    pub async fn send(self) -> Result<Response<types::SendMessageResponse>, Error> {
        self.build()?.send().await
    }
}
impl fmt::Debug for SendMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendMessage").finish_non_exhaustive()
    }
}
/// A request builder for [`create_webhook`](Client::create_webhook).
#[derive(Clone)]
#[must_use = "nothing is sent until `.send().await`"]
pub struct CreateWebhook {
    client: Client,
    body: types::CreateWebhookRequest,
}
impl CreateWebhook {
    const OPERATION: &'static str = "create_webhook";
    pub(crate) fn new(
        client: &Client,
        body: impl Into<types::CreateWebhookRequest>,
    ) -> Self {
        Self {
            client: client.clone(),
            body: body.into(),
        }
    }
    fn build(&self) -> Result<Request, Error> {
        let request = request::start(
                &self.client,
                Self::OPERATION,
                Method::POST,
                "/webhooks",
                "application/json",
            )
            .json(&self.body);
        Ok(request)
    }
    /// Sends the request and returns the response.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the call fails. [`Error::outcome`] tells whether the request may have been
    /// processed.
    pub async fn send(self) -> Result<Response<types::WebhookSubscription>, Error> {
        self.build()?.send().await
    }
}
impl fmt::Debug for CreateWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateWebhook").finish_non_exhaustive()
    }
}
impl PagedList for ListConversations {
    type Page = types::ConversationPage;
    type Item = types::Conversation;
    type Progress = ();
    fn with_before(self, before: DateTime<Utc>) -> Self {
        self.before(before)
    }
    fn timestamp(item: &Self::Item) -> Option<DateTime<Utc>> {
        item.last_message_at
    }
    const PARAMETERS: &'static [&'static str] = &["limit", "before"];
    const LIMIT: Option<&'static str> = Some("limit");
    const LIMIT_MAXIMUM: i64 = Self::LIMIT_MAXIMUM;
    fn limit(&self) -> Option<i64> {
        self.limit
    }
    fn with_limit(self, limit: i64) -> Self {
        self.limit(limit)
    }
    fn operation(&self) -> &'static str {
        Self::OPERATION
    }
    fn request(&self) -> Result<Request, Error> {
        self.build()
    }
    fn items_of(page: &mut Self::Page) -> &mut Vec<Self::Item> {
        &mut page.chats
    }
    fn has_more(page: &Self::Page) -> Option<bool> {
        Some(page.has_more)
    }
    fn id(item: &Self::Item) -> Cow<'_, str> {
        Cow::Borrowed(item.id.as_str())
    }
}
paged_list!(ListConversations, types::ConversationPage, types::Conversation, timestamp);
