-- The messages that customers sent. An event that is delivered again has the same id.
CREATE TABLE inbox (
    event_id    TEXT PRIMARY KEY,
    received_at BIGINT NOT NULL, -- as all times here, in milliseconds since 1970
    text        TEXT
);

-- The replies. Each has a ticket number, which its text contains.
CREATE TABLE outbox (
    ticket          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id        TEXT NOT NULL UNIQUE REFERENCES inbox,
    conversation_id TEXT NOT NULL,
    recipient       TEXT NOT NULL, -- the customer's phone number, digits only
    state           TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'sending', 'unknown', 'accepted', 'sent', 'failed', 'rejected', 'window_closed')),
    requested_at    BIGINT,        -- when the latest request was made
    message_id      TEXT UNIQUE    -- the message that the reply is, if an event showed it
);
CREATE INDEX outbox_pending ON outbox (ticket) WHERE state = 'pending';
CREATE INDEX outbox_recipient ON outbox (recipient, state, ticket);

-- At most one reply per customer awaits its first event, so it is known which reply an event belongs to.
CREATE UNIQUE INDEX outbox_in_progress ON outbox (recipient)
    WHERE state IN ('sending', 'unknown', 'accepted');

-- All messages that `message.status` events are about, also those that are not the bot's.
CREATE TABLE messages (message_id TEXT PRIMARY KEY);

-- Until when no reply is sent.
CREATE TABLE pause (
    id    BIGINT PRIMARY KEY CHECK (id = 1),
    until BIGINT NOT NULL
);

-- The exported conversations, and the position after the last page.
CREATE TABLE conversations (
    id   TEXT PRIMARY KEY,
    json TEXT NOT NULL
);
CREATE TABLE export (
    id         BIGINT PRIMARY KEY CHECK (id = 1),
    checkpoint TEXT NOT NULL
);
