"""What no client should send, and some will."""

NAUGHTY = [
    "", " ", "null", "true", "1e999", "NaN", "[]", "{}", '"text"', "{", "\x00", "\ufeff{}", "🧘", "\ud800",
    "'; DROP TABLE messages;--", "<script>alert(1)</script>", "${jndi:ldap://x}",
    '{"type": null}',
    '{"type": []}', '{"type": "message.send"}', '{"type":"nobody.knows"}', '{"type": {"a": 1}}',
    '{"type":"message.send","client_id":7,"text":"x"}', '{"type":"ping","id":{}}', "[" * 5_000,
    '{"type":"answer.resume","answer_id":"x","last_seq":0}', '{"type":"ping","extra":1}',
    '{"type":"message.send","client_id":"client-00001","text":"\\ud800"}', "9" * 5_000,
]  # fmt: skip
