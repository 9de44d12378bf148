-- What the console's overview tells of Modbus.

-- table: Exceptions
-- Which device refused what, and why.
select unit, function, exception_code, count(*) as messages
from exception join (
  select id as packet_id, unit, function
  from message
  where time_us >= :from_us and time_us < :to_us) as answers using (packet_id)
group by unit, function, exception_code
order by messages desc, unit, function
limit 20;
