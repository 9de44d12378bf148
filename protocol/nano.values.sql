-- What the console shows of a value, beside where it occurs. The first line of a comment says the kind of value, and what
-- the query tells of it.

-- block_hash: What it says
-- Blocks of the old types lack fields that a state block has.
select distinct content_table as type, account, previous, representative, balance, link, source, destination
from block
where hash = :value;

-- block_hash: Where it was seen first
-- Of a block that came in an answer of the legacy bootstrap the time is that of the request.
select
  m.id as message_id, m.flow_id, m.time_us, m.msg_type,
  iif((m.msg_type = 6) = m.direction, f.srcip, f.dstip) as srcip,
  iif((m.msg_type = 6) = m.direction, f.srcport, f.dstport) as srcport,
  iif((m.msg_type = 6) = m.direction, f.dstip, f.srcip) as dstip,
  iif((m.msg_type = 6) = m.direction, f.dstport, f.srcport) as dstport
from message as m join flow as f on f.id = m.flow_id
where m.id in (select packet_id from block where hash = :value)
order by m.time_us, m.id
limit 1;

-- block_hash: How it spread
-- Who sent it to whom, how long after it was first seen, and in how many messages: in more than one, it was sent again.
select
  iif((m.msg_type = 6) = m.direction, f.srcip, f.dstip) as srcip,
  iif((m.msg_type = 6) = m.direction, f.srcport, f.dstport) as srcport,
  iif((m.msg_type = 6) = m.direction, f.dstip, f.srcip) as dstip,
  iif((m.msg_type = 6) = m.direction, f.dstport, f.srcport) as dstport,
  min(m.time_us) as first_us,
  (min(m.time_us) - min(min(m.time_us)) over ()) / 1000.0 as delay_ms,
  count(*) as messages
from message as m join flow as f on f.id = m.flow_id
where m.id in (select packet_id from block where hash = :value)
group by 1, 2, 3, 4
order by first_us, srcip, srcport, dstip, dstport
limit 500;

-- block_hash: Who asked for it
-- For votes on it, for the chain that it begins, or for what comes up to it.
select p.id as message_id, p.flow_key as flow_id, m.time_us, p.msg_type, p.srcip, p.srcport, p.dstip, p.dstport
from packet as p join message as m on m.id = p.id
where p.id in (
  select packet_id from confirm_req_pair where hash = :value
  union all
  select packet_id from asc_pull_request where start = :value
  union all
  select packet_id from bulk_pull_request where start = :value or "end" = :value)
order by m.time_us, p.id
limit 500;

-- block_hash: Who voted when
-- The delay is from when the block was first seen; where it was not, there is none. A final vote is not changed any more.
select
  v.account, v.sequence = -1 as is_final, min(m.time_us) as first_us,
  (min(m.time_us) - (select min(time_us) from message where id in (select packet_id from block where hash = :value)))
    / 1000.0 as delay_ms,
  count(*) as messages
from vote as v join message as m on m.id = v.packet_id
where v.id in (select vote_id from vote_hash where hash = :value)
group by 1, 2
order by first_us, account, is_final
limit 500;

-- block_hash: Votes that came again
-- The same vote, on the same way: by account, timestamp, sender and receiver.
select v.account, v.sequence, p.srcip, p.srcport, p.dstip, p.dstport, count(*) as messages
from vote as v join packet as p on p.id = v.packet_id
where v.id in (select vote_id from vote_hash where hash = :value)
group by 1, 2, 3, 4, 5, 6
having count(*) > 1
order by messages desc, v.account, v.sequence, p.srcport, p.dstport
limit 500;

-- account: Its blocks
-- The latest first.
select
  b.hash, b.content_table as type, b.previous, b.representative, b.balance, b.link, b.source, min(m.time_us) as first_us,
  count(*) as messages
from block as b join message as m on m.id = b.packet_id
where b.account = :account
group by 1, 2, 3, 4, 5, 6, 7
order by first_us desc, b.hash
limit 200;

-- account: What was sent to it
-- Of a state block the link is also what it receives, or nothing.
select b.hash, b.content_table as type, b.account, b.balance, min(m.time_us) as first_us, count(*) as messages
from (
  select * from block where link = :key
  union all
  select * from block where destination = :account) as b join message as m on m.id = b.packet_id
group by 1, 2, 3, 4
order by first_us desc, b.hash
limit 200;

-- account: Votes by it
-- The latest first.
select v.packet_id as message_id, m.time_us, v.sequence = -1 as is_final, v.vote_count, v.hashes
from vote as v join message as m on m.id = v.packet_id
where v.account = :account
order by m.time_us desc, v.packet_id desc
limit 200;

-- account: Accounts that it represents
-- By the blocks that were seen.
select account, count(distinct hash) as blocks
from block
where representative = :account and account is not null
group by account
order by blocks desc, account
limit 200;

-- node_id: Handshakes
-- Who has shown this identity, and to whom.
select p.id as message_id, p.flow_key as flow_id, m.time_us, p.srcip, p.srcport, p.dstip, p.dstport, p.version_using
from nodeid_response as r join packet as p on p.id = r.packet_id join message as m on m.id = p.id
where r.nodeid = :key
order by m.time_us, p.id
limit 500;

-- node_id: Telemetry over time
-- What it says of itself.
select
  t.packet_id as message_id, m.time_us, t.majorversion || '.' || t.minorversion || '.' || t.patchversion as version,
  t.protocolversion, t.blockcount, t.cementedcount, t.uncheckedcount, t.accountcount, t.peercount, t.bandwidthcap, t.uptime
from telemetry as t join message as m on m.id = t.packet_id
where t.nodeid = :key
order by m.time_us, t.packet_id
limit 500;

-- node_id: What it sent, by type
-- On the connections on which it has shown this identity.
select m.msg_type, count(*) as messages, sum(m.length) as bytes, min(m.time_us) as first_us, max(m.time_us) as last_us
from message as m join (
  select distinct h.flow_id, h.direction
  from nodeid_response as r join message as h on h.id = r.packet_id
  where r.nodeid = :key) as own on own.flow_id = m.flow_id and own.direction = m.direction
group by m.msg_type
order by bytes desc, m.msg_type;

-- address: Nodes there
-- Identities that were shown from there.
select r.nodeid_as_account, p.srcport, min(m.time_us) as first_us, max(m.time_us) as last_us, count(*) as messages
from nodeid_response as r join packet as p on p.id = r.packet_id join message as m on m.id = p.id
where p.srcip = :value
group by 1, 2
order by first_us, r.nodeid_as_account, p.srcport
limit 200;

-- address: Telemetry over time
-- What nodes there say of themselves.
select
  t.packet_id as message_id, m.time_us, p.srcport, t.nodeid_as_account,
  t.majorversion || '.' || t.minorversion || '.' || t.patchversion as version,
  t.blockcount, t.cementedcount, t.uncheckedcount, t.peercount, t.bandwidthcap, t.uptime
from telemetry as t join packet as p on p.id = t.packet_id join message as m on m.id = p.id
where p.srcip = :value
order by m.time_us, t.packet_id
limit 500;

-- address: Traffic by type
select
  m.msg_type,
  sum(iif(m.direction, f.dstip, f.srcip) = :value) as sent,
  sum(iif(iif(m.direction, f.dstip, f.srcip) = :value, m.length, 0)) as sent_bytes,
  sum(iif(m.direction, f.srcip, f.dstip) = :value) as received,
  sum(iif(iif(m.direction, f.srcip, f.dstip) = :value, m.length, 0)) as received_bytes
from message as m join flow as f on f.id = m.flow_id
where f.srcip = :value or f.dstip = :value
group by m.msg_type
order by sent_bytes + received_bytes desc, m.msg_type;

-- address: Connections
-- The latest first.
select
  id as flow_id, opened_us, closed_us, close_reason, srcip, srcport, dstip, dstport, bytes_forward, bytes_backward,
  lost_bytes
from flow
where srcip = :value or dstip = :value
order by opened_us desc, id desc
limit 200;
