-- What the console's overview tells of a time besides what it tells of every protocol. The first line of a comment says how
-- the result is shown, and what the query tells. Each keeps to the time, and takes the latest where there are very many:
-- of a million messages none takes longer than two seconds.

-- table: Nodes that sent most
-- On the connections on which they have shown their identity, whenever that was. The version is the one that they told last.
select
  n.nodeid_as_account, v.version, count(*) as connections, sum(s.messages) as messages, sum(s.bytes) as bytes
from (
  select flow_id, direction, count(*) as messages, sum(length) as bytes
  from message
  where time_us >= :from_us and time_us < :to_us
  group by flow_id, direction) as s
join (
  select distinct h.flow_id, h.direction, r.nodeid, r.nodeid_as_account
  from nodeid_response as r join message as h on h.id = r.packet_id) as n
  on n.flow_id = s.flow_id and n.direction = s.direction
left join (
  select nodeid, max(packet_id), majorversion || '.' || minorversion || '.' || patchversion as version
  from telemetry
  group by nodeid) as v
  on v.nodeid = n.nodeid
group by n.nodeid_as_account, v.version
order by bytes desc, n.nodeid_as_account
limit 20;

-- line: Normal and final votes
-- How many came in each piece of time; a final vote is not changed any more.
select
  :from_us + (m.time_us - :from_us) / :width_us * :width_us as time_us,
  sum(v.sequence <> -1) as normal,
  sum(v.sequence = -1) as final
from vote as v join message as m on m.id = v.packet_id
where m.time_us >= :from_us and m.time_us < :to_us
group by 1
order by 1;

-- bar: Representatives that voted most
select v.account, count(*) as votes, 'vote.account == ' || v.account as filter
from vote as v join message as m on m.id = v.packet_id
where m.time_us >= :from_us and m.time_us < :to_us
group by v.account
order by votes desc, v.account
limit 20;

-- table: Votes that came again
-- By whom: votes that a node had sent before on the same connection, of the latest 100,000.
select
  iif(d.direction, f.dstip, f.srcip) as srcip, iif(d.direction, f.dstport, f.srcport) as srcport,
  sum(d.n) as votes, sum(d.n) - count(*) as again,
  'vote and src.address == ' || iif(d.direction, f.dstip, f.srcip) || ' and src.port == '
    || iif(d.direction, f.dstport, f.srcport) as filter
from (
  select flow_id, direction, signature, count(*) as n
  from (
    select m.flow_id, m.direction, v.signature
    from vote as v cross join message as m on m.id = v.packet_id
    where m.time_us >= :from_us and m.time_us < :to_us
    order by v.id desc
    limit 100000)
  group by flow_id, direction, signature) as d
join flow as f on f.id = d.flow_id
group by 1, 2
having again > 0
order by again desc, srcip, srcport
limit 20;

-- table: Blocks that came again
-- By whom: published state blocks that a node had sent before on the same connection, of the latest 100,000.
select
  iif(d.direction, f.dstip, f.srcip) as srcip, iif(d.direction, f.dstport, f.srcport) as srcport,
  sum(d.n) as blocks, sum(d.n) - count(*) as again,
  'publish and src.address == ' || iif(d.direction, f.dstip, f.srcip) || ' and src.port == '
    || iif(d.direction, f.dstport, f.srcport) as filter
from (
  select flow_id, direction, hash, count(*) as n
  from (
    select m.flow_id, m.direction, b.hash
    from block_state as b cross join message as m on m.id = b.packet_id
    where m.msg_type = 3 and m.time_us >= :from_us and m.time_us < :to_us
    order by b.id desc
    limit 100000)
  group by flow_id, direction, hash) as d
join flow as f on f.id = d.flow_id
group by 1, 2
having again > 0
order by again desc, srcip, srcport
limit 20;

-- bar: Nodes by version
-- As they told it in their telemetry.
select
  t.majorversion || '.' || t.minorversion || '.' || t.patchversion as version, count(distinct t.nodeid) as nodes,
  'telemetry.majorversion == ' || t.majorversion || ' and telemetry.minorversion == ' || t.minorversion
    || ' and telemetry.patchversion == ' || t.patchversion as filter
from telemetry as t cross join message as m on m.id = t.packet_id
where m.time_us >= :from_us and m.time_us < :to_us
group by t.majorversion, t.minorversion, t.patchversion
order by nodes desc, version
limit 20;
