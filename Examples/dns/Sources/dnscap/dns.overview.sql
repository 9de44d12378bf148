-- What the console's overview tells of DNS.

-- bar: Names that were asked for most
select name, count(*) as questions,
  'not is_response and message_questions.name == ''' || replace(name, '''', '''''') || '''' as filter
from message_questions
where packet_id in (select id from message where not is_response and time_us >= :from_us and time_us < :to_us)
group by name
order by questions desc, name
limit 20;

-- table: Answers that tell of a failure
select name, response_code, count(*) as messages
from message_questions join (
  select id as packet_id, response_code
  from message
  where is_response and response_code <> 0 and time_us >= :from_us and time_us < :to_us) as failed using (packet_id)
group by name, response_code
order by messages desc, name
limit 20;
