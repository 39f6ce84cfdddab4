"""Tests the bot against a sandbox, over HTTP only.

    scripts/with-sandbox python3 -m unittest discover --start-directory examples/python-bot
"""

import json
import os
import threading
import unittest
import urllib.request

from bot import Bot

URL = os.environ["WATSI_BASE_URL"]
API_KEY = os.environ["WATSI_API_KEY"]
SECRET = os.environ["WATSI_WEBHOOK_SECRET"]
PHONE = "+5491155551234"
EVENTS = ["message.received", "message.status"]


def call(method, path, body=None):
    """Calls the API or the control API of the sandbox."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{URL}{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=70) as response:
        text = response.read()
    return json.loads(text) if text else None


def customer_writes(text):
    return call("POST", "/_sandbox/customer-writes", {"phone": PHONE, "text": text})["conversation_id"]


def fault(**fault):
    call("POST", "/_sandbox/faults", fault)


def settle():
    """Waits until no delivery to the bot is in progress or due."""
    assert call("GET", "/_sandbox/settled?wait=60")["settled"]


def replies():
    messages = call("GET", "/_sandbox/messages?direction=outbound")["messages"]
    return [message["body"] for message in messages]


class BotTest(unittest.TestCase):
    def setUp(self):
        call("POST", "/_sandbox/reset", {})
        self.waits = []
        self.bot = Bot(URL, API_KEY, SECRET, sleep=self.waits.append)
        self.server = self.bot.serve()
        threading.Thread(target=self.server.serve_forever).start()
        url = f"http://127.0.0.1:{self.server.server_port}/"
        call("POST", "/webhooks", {"url": url, "events": EVENTS})

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def test_message_is_confirmed(self):
        customer_writes("Hi")
        settle()
        self.assertEqual(replies(), ["Received: Hi"])

    def test_nothing_is_left_of_an_earlier_test(self):
        self.assertEqual(call("GET", "/conversations")["chats"], [])
        self.assertEqual(replies(), [])

    def test_message_is_not_sent_after_the_window_closed(self):
        conversation_id = customer_writes("Hi")
        settle()
        call("POST", "/_sandbox/advance", {"seconds": 25 * 60 * 60})
        self.assertEqual(self.bot.send(conversation_id, "Are you still there?"), "closed")
        self.assertEqual(replies(), ["Received: Hi"])

    def test_message_whose_response_is_lost_is_not_sent_twice(self):
        fault(fault="lose_response", operation="send_message")
        customer_writes("Hi")
        settle()
        self.assertEqual(replies(), ["Received: Hi"])
        self.assertEqual(self.bot.unknown, {PHONE[1:]: []}, "the status of the message reconciles it")

    def test_rate_limited_message_is_sent_after_the_wait(self):
        fault(fault="status", status=429, retry_after="7", operation="send_message", next=2)
        customer_writes("Hi")
        settle()
        self.assertEqual(self.waits, [7, 7])
        self.assertEqual(replies(), ["Received: Hi"])

    def test_redelivered_event_is_confirmed_once(self):
        customer_writes("Hi")
        settle()
        delivered = call("GET", "/_sandbox/deliveries?event_type=message.received")["deliveries"]
        call("POST", "/_sandbox/redeliver", {"event_id": delivered[0]["event"]["id"]})
        settle()
        delivered = call("GET", "/_sandbox/deliveries?event_type=message.received")["deliveries"]
        self.assertEqual([delivery["outcome"] for delivery in delivered], ["accepted"] * 2)
        self.assertEqual(replies(), ["Received: Hi"])

    def test_events_out_of_order_are_put_in_order(self):
        fault(fault="reorder_delivery", event_type="message.received")
        conversation_id = customer_writes("first")
        customer_writes("second")
        settle()
        self.assertEqual(replies(), ["Received: second", "Received: first"])
        texts = [text for _, text in self.bot.transcripts[conversation_id]]
        self.assertEqual(texts, ["first", "second"])

    def test_delivery_with_a_wrong_signature_is_rejected(self):
        self.assertEqual(self.bot.receive(b"{}", "0" * 64), 401)
        self.assertEqual(self.bot.receive(b"{}", "\u00e9"), 401)


if __name__ == "__main__":
    unittest.main()
