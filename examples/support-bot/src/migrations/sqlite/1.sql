-- The messages that customers sent. An event that is delivered again has the same id.
CREATE TABLE IF NOT EXISTS inbox (
    event_id    TEXT PRIMARY KEY,
    received_at INTEGER NOT NULL, -- as all times here, in milliseconds since 1970
    text        TEXT
) STRICT;

-- The replies. Each has a ticket number, which its text contains.
CREATE TABLE IF NOT EXISTS outbox (
    ticket          INTEGER PRIMARY KEY,
    event_id        TEXT NOT NULL UNIQUE REFERENCES inbox,
    conversation_id TEXT NOT NULL,
    recipient       TEXT NOT NULL, -- the customer's phone number, digits only
    state           TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'sending', 'unknown', 'accepted', 'sent', 'failed', 'rejected', 'window_closed')),
    requested_at    INTEGER        -- when the latest request was made
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (ticket) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS outbox_recipient ON outbox (recipient);

-- At most one reply per customer awaits its first event, so it is known which reply an event belongs to.
CREATE UNIQUE INDEX IF NOT EXISTS outbox_in_progress ON outbox (recipient)
    WHERE state IN ('sending', 'unknown', 'accepted');

-- The messages that `message.status` events are about. A message without a ticket is not the bot's.
CREATE TABLE IF NOT EXISTS messages (
    message_id TEXT PRIMARY KEY,
    ticket     INTEGER UNIQUE REFERENCES outbox
) STRICT;

-- Until when no reply is sent.
CREATE TABLE IF NOT EXISTS pause (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    until INTEGER NOT NULL
) STRICT;

-- The exported conversations, and the position after the last page.
CREATE TABLE IF NOT EXISTS conversations (
    id   TEXT PRIMARY KEY,
    json TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS export (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    checkpoint TEXT NOT NULL
) STRICT;
