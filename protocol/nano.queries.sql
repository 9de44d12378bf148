-- What the console offers to begin with, and the command line's help shows.

-- Messages by type
select count(*), msg_type from packet group by msg_type;

-- Votes by number of hashes
select vote_count, count(*) from vote where vbh group by vote_count order by vote_count;

-- Handshake answers
select * from packet where msg_type = 0x0a and extensions & 2;

-- Votes for a hash
select count(*) from vote where hashes like '%8EB7%';

-- A block, with the packet that carried it
select P.* from block_open O inner join packet P on P.id = O.packet_id where O.hash like '09A2%';

-- Telemetry and where it came from
select telemetry.nodeid, packet.srcip from telemetry, packet where telemetry.packet_id = packet.id and srcip not like '192.168.%' limit 200;

-- Closed connections since
select * from connection where closed and time >= '2020-08-22 21:30:00';

-- Entries of frontier requests
select req.id, count(*) from frontier_request req, frontier_response res where res.frontier_request_id = req.id group by req.id;

-- How bootstrap requests ended
select * from connection where event like 'end of %';

-- The slowest answers of the ascending bootstrap
select delay_us / 1000.0 as ms, request_message_id, message_id from message_answer order by delay_us desc limit 100;

-- Requests of the ascending bootstrap without an answer
select * from packet where msg_type = 0x0e and id not in (select request_message_id from message_answer);

-- What happened on a connection
select * from connection where flowkey = 42;

-- Messages a second
select time, count(*) as messages from packet group by time order by time;

-- Bytes that are no message
select kind, path, count(*), sum(length) from decode_issue group by kind, path order by 3 desc;

-- Representatives by the delay of their votes
with ballot as (
  select v.account, h.value as hash, min(m.time_us) as first_us
  from vote as v join message as m on m.id = v.packet_id, json_each('["' || replace(v.hashes, ',', '","') || '"]') as h
  group by 1, 2)
select account, count(*) as blocks, round(avg(delay_us) / 1000, 3) as mean_ms, max(delay_us) / 1000.0 as greatest_ms
from (select account, first_us - min(first_us) over (partition by hash) as delay_us from ballot)
group by account
order by mean_ms desc, account;

-- Votes that came again, by representative
select account, count(*) as votes, count(*) - count(distinct signature) as duplicates from vote group by account order by duplicates desc, account;

-- The latest telemetry of each node
select
  t.nodeid_as_account, datetime(max(m.time_us) / 1000000, 'unixepoch') as time,
  t.majorversion || '.' || t.minorversion || '.' || t.patchversion as version, t.protocolversion, t.blockcount,
  t.cementedcount, t.uncheckedcount, t.accountcount, t.peercount, t.bandwidthcap, t.uptime
from telemetry as t join message as m on m.id = t.packet_id
group by t.nodeid_as_account
order by t.blockcount desc, t.nodeid_as_account;
