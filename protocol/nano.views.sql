-- The names that the original nanocap gave to messages and connections.

-- A message, with the addresses of its sender and its receiver.
CREATE VIEW packet AS
SELECT
  m.id,
  m.flow_id AS flow_key,
  f.ipv,
  m.msg_type,
  m.version_using,
  m.version_min,
  CASE WHEN m.msg_type IN (3, 4, 5) THEN m.block_type END AS block_type,
  m.extensions,
  m.content_table,
  m.content_id,
  iif(m.direction, f.dstip, f.srcip) AS srcip,
  iif(m.direction, f.dstport, f.srcport) AS srcport,
  iif(m.direction, f.srcip, f.dstip) AS dstip,
  iif(m.direction, f.srcport, f.dstport) AS dstport,
  datetime(m.time_us / 1000000, 'unixepoch') AS time,
  m.time_us % 1000000 AS time_usec
FROM message AS m
JOIN flow AS f ON f.id = m.flow_id;

-- What happens on a connection: its events, and its messages by name.
CREATE VIEW connection AS
SELECT
  2 * e.id AS id,
  f.ipv,
  f.srcip,
  f.srcport,
  f.dstip,
  f.dstport,
  f.id AS flowkey,
  e.event,
  datetime(e.time_us / 1000000, 'unixepoch') AS time,
  f.closed_us IS NOT NULL AS closed
FROM flow_event AS e
JOIN flow AS f ON f.id = e.flow_id
UNION ALL
SELECT
  2 * m.id + 1,
  f.ipv,
  f.srcip,
  f.srcport,
  f.dstip,
  f.dstport,
  f.id,
  coalesce(t.name, m.msg_type),
  datetime(m.time_us / 1000000, 'unixepoch'),
  f.closed_us IS NOT NULL
FROM message AS m
JOIN flow AS f ON f.id = m.flow_id
LEFT JOIN enum_message_type AS t ON t.value = m.msg_type;

-- A block of any type, with the fields that its type has, as often as it came.
CREATE VIEW block AS
SELECT
  'block_state' AS content_table,
  id AS content_id,
  packet_id,
  hash,
  account,
  previous,
  representative,
  balance,
  link,
  NULL AS source,
  NULL AS destination
FROM block_state
UNION ALL
SELECT 'block_send', id, packet_id, hash, NULL, previous, NULL, balance, NULL, NULL, destination
FROM block_send
UNION ALL
SELECT 'block_receive', id, packet_id, hash, NULL, previous, NULL, NULL, NULL, source, NULL
FROM block_receive
UNION ALL
SELECT 'block_open', id, packet_id, hash, account, NULL, representative, NULL, NULL, source, NULL
FROM block_open
UNION ALL
SELECT 'block_change', id, packet_id, hash, NULL, previous, representative, NULL, NULL, NULL, NULL
FROM block_change;
