-- Those of nano.values.sql that have other words in ClickHouse.

-- block_hash: Where it was seen first
select
  id as message_id, flow_id, time_us, msg_type,
  if(is_forward, initiator_ip, responder_ip) as srcip, if(is_forward, initiator_port, responder_port) as srcport,
  if(is_forward, responder_ip, initiator_ip) as dstip, if(is_forward, responder_port, initiator_port) as dstport
from (
  select
    id, flow_id, time_us, msg_type, (msg_type = 6) = (direction = 1) as is_forward,
    srcip as initiator_ip, srcport as initiator_port, dstip as responder_ip, dstport as responder_port
  from message
  where id global in (select packet_id from block where hash = :value))
order by time_us, message_id
limit 1;

-- block_hash: How it spread
select
  srcip, srcport, dstip, dstport, min(time) as first_us,
  (first_us - (select min(time_us) from message where id global in (select packet_id from block where hash = :value)))
    / 1000 as delay_ms,
  count() as messages
from (
  select
    if(is_forward, initiator_ip, responder_ip) as srcip, if(is_forward, initiator_port, responder_port) as srcport,
    if(is_forward, responder_ip, initiator_ip) as dstip, if(is_forward, responder_port, initiator_port) as dstport,
    time
  from (
    select
      (msg_type = 6) = (direction = 1) as is_forward, time_us as time,
      srcip as initiator_ip, srcport as initiator_port, dstip as responder_ip, dstport as responder_port
    from message
    where id global in (select packet_id from block where hash = :value)))
group by srcip, srcport, dstip, dstport
order by first_us, srcip, srcport, dstip, dstport
limit 500;

-- block_hash: Who asked for it
select
  id as message_id, flow_id, time_us, msg_type,
  if(direction = 1, responder_ip, initiator_ip) as srcip, if(direction = 1, responder_port, initiator_port) as srcport,
  if(direction = 1, initiator_ip, responder_ip) as dstip, if(direction = 1, initiator_port, responder_port) as dstport
from (
  select
    id, flow_id, time_us, msg_type, direction,
    srcip as initiator_ip, srcport as initiator_port, dstip as responder_ip, dstport as responder_port
  from message
  where id global in (
    select packet_id from (
      select packet_id from confirm_req_pair where hash = :value
      union all
      select packet_id from asc_pull_request where start = :value
      union all
      select packet_id from bulk_pull_request where start = :value or "end" = :value)))
order by time_us, message_id
limit 500;

-- block_hash: Who voted when
select
  account, sequence = -1 as is_final, min(time_us) as first_us,
  (first_us - (
    select if(count() = 0, NULL, min(time_us)) from message
    where id global in (select packet_id from block where hash = :value))) / 1000 as delay_ms,
  count() as messages
from vote
where position(hashes, :value) > 0
group by account, is_final
order by first_us, account, is_final
limit 500;

-- block_hash: Votes that came again
select account, sequence, srcip, srcport, dstip, dstport, count() as messages
from (select packet_id, account, sequence from vote where position(hashes, :value) > 0) as v
all inner join (
  select id as packet_id, srcip, srcport, dstip, dstport
  from packet
  where id global in (select packet_id from vote where position(hashes, :value) > 0)) as p
using packet_id
group by account, sequence, srcip, srcport, dstip, dstport
having messages > 1
order by messages desc, account, sequence, srcport, dstport
limit 500;

-- account: Its blocks
select
  hash, content_table as type, previous, representative, balance, link, source, min(time_us) as first_us,
  count() as messages
from (
  select packet_id, hash, content_table, previous, representative, balance, link, source
  from block
  where account = :account) as b
all inner join (
  select id as packet_id, time_us
  from message
  where id global in (select packet_id from block where account = :account)) as m
using packet_id
group by hash, content_table, previous, representative, balance, link, source
order by first_us desc, hash
limit 200;

-- account: What was sent to it
select hash, content_table as type, account, balance, min(time_us) as first_us, count() as messages
from (
  select packet_id, hash, content_table, account, balance
  from block
  where link = :key or destination = :account) as b
all inner join (
  select id as packet_id, time_us
  from message
  where id global in (select packet_id from block where link = :key or destination = :account)) as m
using packet_id
group by hash, content_table, account, balance
order by first_us desc, hash
limit 200;

-- account: Votes by it
select packet_id as message_id, time_us, sequence = -1 as is_final, vote_count, hashes
from vote
where account = :account
order by time_us desc, message_id desc
limit 200;

-- node_id: Handshakes
select
  id as message_id, flow_id, time_us,
  if(direction = 1, responder_ip, initiator_ip) as srcip, if(direction = 1, responder_port, initiator_port) as srcport,
  if(direction = 1, initiator_ip, responder_ip) as dstip, if(direction = 1, initiator_port, responder_port) as dstport,
  version_using
from (
  select
    id, flow_id, time_us, direction, version_using,
    srcip as initiator_ip, srcport as initiator_port, dstip as responder_ip, dstport as responder_port
  from message
  where id global in (select packet_id from nodeid_response where nodeid = :key))
order by time_us, message_id
limit 500;

-- node_id: Telemetry over time
select
  packet_id as message_id, time_us,
  concat(toString(majorversion), '.', toString(minorversion), '.', toString(patchversion)) as version,
  protocolversion, blockcount, cementedcount, uncheckedcount, accountcount, peercount, bandwidthcap, uptime
from telemetry
where nodeid = :key
order by time_us, message_id
limit 500;

-- node_id: What it sent, by type
select msg_type, count() as messages, sum(length) as bytes, min(time_us) as first_us, max(time_us) as last_us
from message
where (flow_id, direction) global in (
  select flow_id, direction from message
  where id global in (select packet_id from nodeid_response where nodeid = :key))
group by msg_type
order by bytes desc, msg_type;

-- address: Nodes there
select nodeid_as_account, srcport, min(time_us) as first_us, max(time_us) as last_us, count() as messages
from (select packet_id, nodeid_as_account, time_us from nodeid_response) as r
all inner join (
  select id as packet_id, srcport
  from packet
  where srcip = :value and id global in (select packet_id from nodeid_response)) as p
using packet_id
group by nodeid_as_account, srcport
order by first_us, nodeid_as_account, srcport
limit 200;

-- address: Telemetry over time
select
  packet_id as message_id, time_us, srcport, nodeid_as_account,
  concat(toString(majorversion), '.', toString(minorversion), '.', toString(patchversion)) as version,
  blockcount, cementedcount, uncheckedcount, peercount, bandwidthcap, uptime
from telemetry as t
all inner join (
  select id as packet_id, srcport
  from packet
  where srcip = :value and id global in (select packet_id from telemetry)) as p
using packet_id
order by time_us, message_id
limit 500;

-- address: Traffic by type
select
  msg_type,
  sum(sender = :value) as sent, sum(if(sender = :value, length, 0)) as sent_bytes,
  sum(receiver = :value) as received, sum(if(receiver = :value, length, 0)) as received_bytes
from (
  select
    msg_type, length, if(direction = 1, dstip, srcip) as sender, if(direction = 1, srcip, dstip) as receiver
  from message
  where srcip = :value or dstip = :value)
group by msg_type
order by sent_bytes + received_bytes desc, msg_type;
