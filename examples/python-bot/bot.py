"""A bot that confirms each customer message once. It needs only Python's standard library.

    watsi sandbox --listen 127.0.0.1:4010
    export WATSI_BASE_URL=http://127.0.0.1:4010 WATSI_API_KEY=sandbox-key WATSI_WEBHOOK_SECRET=sandbox-webhook-secret
    python3 bot.py 8000 &
    watsi subscribe http://127.0.0.1:8000/ message.received message.status

It keeps its state in memory. See examples/support-bot for a bot with a database.
"""

import hashlib
import hmac
import http.client
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_BODY = 1 << 20


class Bot:
    def __init__(self, base_url, api_key, secret, sleep=time.sleep):
        self.base_url = base_url
        self.api_key = api_key
        self.secret = secret.encode()
        self.sleep = sleep
        self.lock = threading.Lock()
        self.seen = set()
        # For each conversation, the received messages, ordered by the time of their events.
        self.transcripts = {}
        # For each phone number, the confirmations whose outcome is unknown.
        self.unknown = {}

    def receive(self, body, signature):
        """Handles a delivery and returns the status code of the response."""
        expected = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            return 401
        event = json.loads(body)
        with self.lock:
            # Events are delivered at least once.
            if event["id"] in self.seen:
                return 200
            self.seen.add(event["id"])
        if event["type"] == "message.received":
            self.confirm(event)
        elif event["type"] == "message.status":
            self.reconcile(event["data"])
        return 200

    def confirm(self, event):
        data = event["data"]
        conversation_id = data["conversationId"]
        with self.lock:
            transcript = self.transcripts.setdefault(conversation_id, [])
            transcript.append((event["created_at"], data["body"]))
            # Events can arrive out of order.
            transcript.sort()
        if self.send(conversation_id, f"Received: {data['body']}") == "unknown":
            with self.lock:
                self.unknown.setdefault(data["from"], []).append(conversation_id)

    def reconcile(self, status):
        """Resolves the oldest unknown outcome of a recipient: the status shows that a message was sent."""
        with self.lock:
            unknown = self.unknown.get(status["recipientId"])
            if unknown and status["status"] == "sent":
                unknown.pop(0)

    def send(self, conversation_id, text):
        """Sends a message at most once. Returns "sent", "closed" or "unknown"."""
        message = json.dumps({"conversation_id": conversation_id, "body": text}).encode()
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}
        while True:
            request = urllib.request.Request(f"{self.base_url}/messages", message, headers)
            try:
                with urllib.request.urlopen(request, timeout=10) as response:
                    json.load(response)
                return "sent"
            except urllib.error.HTTPError as error:
                if error.code == 429:
                    # The request was not processed, so it is safe to retry.
                    self.sleep(float(error.headers.get("Retry-After", 1)))
                    continue
                if error.code == 400:
                    return "closed"
                return "unknown"
            except (OSError, http.client.HTTPException, ValueError):
                # The request may have been processed. Sending it again could send the message twice.
                return "unknown"

    def serve(self, port=0):
        """Returns a server that handles deliveries."""
        bot = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                if length > LARGEST_BODY:
                    return self.respond(413)
                body = self.rfile.read(length)
                self.respond(bot.receive(body, self.headers.get("X-Watsi-Signature", "")))

            def respond(self, status):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    environment = [os.environ[name] for name in ("WATSI_BASE_URL", "WATSI_API_KEY", "WATSI_WEBHOOK_SECRET")]
    Bot(*environment).serve(int(sys.argv[1])).serve_forever()
