-- The same views in ClickHouse's words. What belongs to a connection stands in message and flow_event themselves there,
-- and inner queries rename what an outer one has another meaning for. Servers of 2018 take IN for a constant where they
-- join both parts of a union; materialize keeps them from that.

-- A message, with the addresses of its sender and its receiver.
CREATE VIEW packet AS
SELECT
  id,
  flow_id AS flow_key,
  ipv,
  msg_type,
  version_using,
  version_min,
  if(msg_type IN (3, 4, 5), any_block_type, NULL) AS block_type,
  extensions,
  content_table,
  content_id,
  if(direction = 1, responder_ip, initiator_ip) AS srcip,
  if(direction = 1, responder_port, initiator_port) AS srcport,
  if(direction = 1, initiator_ip, responder_ip) AS dstip,
  if(direction = 1, initiator_port, responder_port) AS dstport,
  toDateTime(intDiv(time_us, 1000000), 'UTC') AS time,
  time_us % 1000000 AS time_usec
FROM (
  SELECT
    id,
    flow_id,
    ipv,
    msg_type,
    version_using,
    version_min,
    block_type AS any_block_type,
    extensions,
    content_table,
    content_id,
    direction,
    srcip AS initiator_ip,
    srcport AS initiator_port,
    dstip AS responder_ip,
    dstport AS responder_port,
    time_us
  FROM message
) AS m;

-- What happens on a connection: its events, and its messages by name.
CREATE VIEW connection AS
SELECT
  2 * event_id AS id,
  ipv,
  srcip,
  srcport,
  dstip,
  dstport,
  flow_id AS flowkey,
  toString(event_text) AS event,
  toDateTime(intDiv(time_us, 1000000), 'UTC') AS time,
  materialize(flow_id GLOBAL IN (SELECT id FROM flow_state WHERE closed_us IS NOT NULL)) AS closed
FROM (
  SELECT id AS event_id, flow_id, ipv, srcip, srcport, dstip, dstport, event AS event_text, time_us
  FROM flow_event
) AS e
UNION ALL
SELECT
  2 * message_id + 1 AS id,
  ipv,
  srcip,
  srcport,
  dstip,
  dstport,
  flow_id AS flowkey,
  if(name = '', toString(value), name) AS event,
  toDateTime(intDiv(time_us, 1000000), 'UTC') AS time,
  materialize(flow_id GLOBAL IN (SELECT id FROM flow_state WHERE closed_us IS NOT NULL)) AS closed
FROM (
  SELECT
    id AS message_id, flow_id, ipv, srcip, srcport, dstip, dstport, toInt64(msg_type) AS value, time_us
  FROM message
) AS m
ANY LEFT JOIN (SELECT value, name FROM enum_message_type) AS t USING value;

-- A block of any type, with the fields that its type has, as often as it came. Servers of 2018 unite only what can be NULL
-- with what is.
CREATE VIEW block AS
SELECT
  'block_state' AS content_table,
  id AS content_id,
  packet_id,
  hash,
  toNullable(own_account) AS account,
  toNullable(own_previous) AS previous,
  toNullable(own_representative) AS representative,
  toNullable(own_balance) AS balance,
  toNullable(own_link) AS link,
  nullIf(hash, hash) AS source,
  nullIf(hash, hash) AS destination
FROM (
  SELECT id, packet_id, hash, account AS own_account, previous AS own_previous,
    representative AS own_representative, balance AS own_balance, link AS own_link
  FROM block_state
) AS b
UNION ALL
SELECT
  'block_send' AS content_table,
  id AS content_id,
  packet_id,
  hash,
  nullIf(hash, hash) AS account,
  toNullable(own_previous) AS previous,
  nullIf(hash, hash) AS representative,
  toNullable(own_balance) AS balance,
  nullIf(hash, hash) AS link,
  nullIf(hash, hash) AS source,
  toNullable(own_destination) AS destination
FROM (
  SELECT id, packet_id, hash, previous AS own_previous, balance AS own_balance, destination AS own_destination FROM block_send
) AS b
UNION ALL
SELECT
  'block_receive' AS content_table,
  id AS content_id,
  packet_id,
  hash,
  nullIf(hash, hash) AS account,
  toNullable(own_previous) AS previous,
  nullIf(hash, hash) AS representative,
  nullIf(hash, hash) AS balance,
  nullIf(hash, hash) AS link,
  toNullable(own_source) AS source,
  nullIf(hash, hash) AS destination
FROM (
  SELECT id, packet_id, hash, previous AS own_previous, source AS own_source FROM block_receive
) AS b
UNION ALL
SELECT
  'block_open' AS content_table,
  id AS content_id,
  packet_id,
  hash,
  toNullable(own_account) AS account,
  nullIf(hash, hash) AS previous,
  toNullable(own_representative) AS representative,
  nullIf(hash, hash) AS balance,
  nullIf(hash, hash) AS link,
  toNullable(own_source) AS source,
  nullIf(hash, hash) AS destination
FROM (
  SELECT id, packet_id, hash, account AS own_account, representative AS own_representative, source AS own_source FROM block_open
) AS b
UNION ALL
SELECT
  'block_change' AS content_table,
  id AS content_id,
  packet_id,
  hash,
  nullIf(hash, hash) AS account,
  toNullable(own_previous) AS previous,
  toNullable(own_representative) AS representative,
  nullIf(hash, hash) AS balance,
  nullIf(hash, hash) AS link,
  nullIf(hash, hash) AS source,
  nullIf(hash, hash) AS destination
FROM (
  SELECT id, packet_id, hash, previous AS own_previous, representative AS own_representative FROM block_change
) AS b;
