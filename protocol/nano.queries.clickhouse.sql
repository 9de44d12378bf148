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
