-- What the console shows of a name, or of an address.

-- domain_name: What was answered
-- Addresses in answers to questions for the name, and in how many messages they were.
select type, coalesce(ipv4, ipv6) as address, count(*) as messages
from answer
where packet_id in (select packet_id from message_questions where name = :value)
group by type, address
order by messages desc, type, address
limit 200;

-- address: Questions whose answers had it
select name, type, count(*) as messages
from message_questions
where packet_id in (select packet_id from answer where ipv4 = :value or ipv6 = :value)
group by name, type
order by messages desc, name
limit 200;
