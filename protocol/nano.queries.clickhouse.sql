-- Those of nano.queries.sql that have other words in ClickHouse.

-- Handshake answers
select * from packet where msg_type = 0x0a and bitAnd(extensions, 2) != 0;

-- A block, with the packet that carried it
select * from packet where id in (select packet_id from block_open where hash like '09A2%');

-- Telemetry and where it came from
select nodeid, srcip from (select id, srcip from packet where srcip not like '192.168.%') as p all inner join (select packet_id as id, nodeid from telemetry) as t using id limit 200;

-- Entries of frontier requests
select frontier_request_id, count(*) from frontier_response where frontier_request_id is not null group by frontier_request_id;

-- Bytes that are no message
select kind, path, count(*) as issues, sum(length) from decode_issue group by kind, path order by issues desc;

-- Representatives by the delay of their votes
select account, count(*) as blocks, round(avg(first_us - least_us) / 1000, 3) as mean_ms, max(first_us - least_us) / 1000 as greatest_ms
from (select account, arrayJoin(splitByChar(',', assumeNotNull(hashes))) as hash, min(time_us) as first_us from vote group by account, hash)
all inner join (select arrayJoin(splitByChar(',', assumeNotNull(hashes))) as hash, min(time_us) as least_us from vote group by hash)
using hash
group by account
order by mean_ms desc, account;

-- Votes that came again, by representative
select account, count(*) as votes, count(*) - uniqExact(signature) as duplicates from vote group by account order by duplicates desc, account;

-- The latest telemetry of each node
select
  nodeid_as_account, toDateTime(intDiv(time_us, 1000000), 'UTC') as time,
  concat(toString(majorversion), '.', toString(minorversion), '.', toString(patchversion)) as version, protocolversion,
  blockcount, cementedcount, uncheckedcount, accountcount, peercount, bandwidthcap, uptime
from telemetry
order by time_us desc
limit 1 by nodeid_as_account;
