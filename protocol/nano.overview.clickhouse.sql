-- Those of nano.overview.sql that have other words in ClickHouse.

-- table: Nodes that sent most
select
  nodeid_as_account, nullIf(told, '') as version, count() as connections, sum(n) as messages, sum(size) as bytes
from (
  select nodeid, nodeid_as_account, n, size
  from (
    select flow_id, direction, count() as n, sum(length) as size
    from message
    where time_us >= :from_us and time_us < :to_us
    group by flow_id, direction) as s
  all inner join (
    select distinct flow_id, direction, nodeid, nodeid_as_account
    from (
      select id as packet_id, flow_id, direction
      from message
      where id global in (select packet_id from nodeid_response)) as h
    all inner join (select packet_id, nodeid, nodeid_as_account from nodeid_response) as r
    using packet_id) as i
  using flow_id, direction) as n
all left join (
  select
    nodeid,
    argMax(
      concat(toString(majorversion), '.', toString(minorversion), '.', toString(patchversion)), packet_id) as told
  from telemetry
  group by nodeid) as v
using nodeid
group by nodeid_as_account, told
order by bytes desc, nodeid_as_account
limit 20;

-- line: Normal and final votes
select time as time_us, sum(is_normal) as normal, sum(is_final) as final
from (
  select
    :from_us + intDiv(time_us - :from_us, :width_us) * :width_us as time,
    sequence != -1 as is_normal, sequence = -1 as is_final
  from vote
  where time_us >= :from_us and time_us < :to_us)
group by time
order by time;

-- bar: Representatives that voted most
select account, count() as votes, concat('vote.account == ', account) as filter
from vote
where time_us >= :from_us and time_us < :to_us
group by account
order by votes desc, account
limit 20;

-- table: Votes that came again
select
  ip as srcip, port as srcport, sum(n) as votes, votes - count() as again,
  concat('vote and src.address == ', ip, ' and src.port == ', toString(port)) as filter
from (
  select signature, flow_id, ip, port, count() as n
  from (
    select packet_id, signature
    from vote
    where time_us >= :from_us and time_us < :to_us
    order by id desc
    limit 100000) as v
  all inner join (
    select
      id as packet_id, flow_id, if(direction = 1, dstip, srcip) as ip, if(direction = 1, dstport, srcport) as port
    from message
    where time_us >= :from_us and time_us < :to_us
      and id global in (select packet_id from vote where time_us >= :from_us and time_us < :to_us)) as m
  using packet_id
  group by signature, flow_id, ip, port)
group by ip, port
having again > 0
order by again desc, srcip, srcport
limit 20;

-- table: Blocks that came again
select
  ip as srcip, port as srcport, sum(n) as blocks, blocks - count() as again,
  concat('publish and src.address == ', ip, ' and src.port == ', toString(port)) as filter
from (
  select hash, flow_id, ip, port, count() as n
  from (
    select packet_id, hash
    from block_state
    where time_us >= :from_us and time_us < :to_us
      and packet_id global in (
        select id from message where msg_type = 3 and time_us >= :from_us and time_us < :to_us)
    order by id desc
    limit 100000) as b
  all inner join (
    select
      id as packet_id, flow_id, if(direction = 1, dstip, srcip) as ip, if(direction = 1, dstport, srcport) as port
    from message
    where msg_type = 3 and time_us >= :from_us and time_us < :to_us) as m
  using packet_id
  group by hash, flow_id, ip, port)
group by ip, port
having again > 0
order by again desc, srcip, srcport
limit 20;

-- bar: Nodes by version
select
  concat(toString(majorversion), '.', toString(minorversion), '.', toString(patchversion)) as version,
  uniqExact(nodeid) as nodes,
  concat(
    'telemetry.majorversion == ', toString(majorversion), ' and telemetry.minorversion == ', toString(minorversion),
    ' and telemetry.patchversion == ', toString(patchversion)) as filter
from telemetry
where time_us >= :from_us and time_us < :to_us
group by majorversion, minorversion, patchversion
order by nodes desc, version
limit 20;
