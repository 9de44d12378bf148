-- What the console's overview tells of MQTT.

-- bar: Topics with most messages
select topic, count(*) as messages, 'publish.topic == ''' || replace(topic, '''', '''''') || '''' as filter
from publish
where packet_id in (select id from message where time_us >= :from_us and time_us < :to_us)
group by topic
order by messages desc, topic
limit 20;
