-- The message that a reply is, if an event showed it, so that one statement can decide on the state of a reply.
ALTER TABLE outbox ADD COLUMN message_id TEXT;
UPDATE outbox SET message_id = (SELECT message_id FROM messages WHERE messages.ticket = outbox.ticket);
CREATE UNIQUE INDEX outbox_message ON outbox (message_id);

-- All messages that `message.status` events are about, also those that are not the bot's.
ALTER TABLE messages RENAME TO linked_messages;
CREATE TABLE messages (message_id TEXT PRIMARY KEY) STRICT;
INSERT INTO messages SELECT message_id FROM linked_messages;
DROP TABLE linked_messages;

-- The next reply to each customer.
DROP INDEX outbox_recipient;
CREATE INDEX outbox_recipient ON outbox (recipient, state, ticket);
