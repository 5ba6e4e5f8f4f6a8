-- All that happens here happens in one transaction, which began now(): that is the time of its broadcasts.
begin;
select plan(18);

set local client_min_messages = error;
select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(0);
delete from realtime.messages where true;
create function pg_temp.since(p_ago interval default '1 minute', p_most integer default 100, p_margin_ms integer default 0)
returns jsonb language sql as $$
  select worker.told_since(tests.user_id('ana'), array[tests.project_id('hers')],
    (extract(epoch from now() - p_ago) * 1000000)::bigint, p_margin_ms, p_most)
$$;
create function pg_temp.told(p_since jsonb) returns text[] language sql as $$
  select array_agg(told order by told) from (
    select (m #>> '{payload,table}') || ' ' || (m ->> 'event') as told from jsonb_array_elements(p_since -> 'messages') m) t
$$;

select is(pg_temp.since() - 'settled', '{"missed": null, "messages": []}', 'where nothing was, nothing is told');
select tests.create_project('ana', 'hers'), tests.create_project('bo', 'his');
select tests.create_job('ana', 'one'), tests.create_job('bo', 'other');
update public.jobs set progress = 50 where idempotency_key = 'one';
select is(pg_temp.told(pg_temp.since()), array['jobs INSERT', 'jobs UPDATE', 'projects INSERT'], 'a user is told what was broadcast to them, and nobody else');
select is(pg_temp.since() -> 'missed', 'null', 'and that it is all');
select is((select count(*) from jsonb_array_elements(pg_temp.since() -> 'messages') m
  where m -> 'payload' -> 'id' = m -> 'id' and (m ->> 'began')::bigint = (extract(epoch from now()) * 1000000)::bigint), 3::bigint,
  'as it was sent, with when it began');
select is(jsonb_array_length(pg_temp.since('0') -> 'messages'), 3, 'from that moment on');
select is((pg_temp.since('1 minute', 100, 10000) ->> 'settled')::bigint, (extract(epoch from now()) * 1000000)::bigint - 10000000,
  'what is settled is as old as the longest transaction');
delete from public.jobs where idempotency_key = 'one';
select is(pg_temp.told(pg_temp.since()), array['jobs DELETE', 'jobs INSERT', 'jobs UPDATE', 'projects INSERT'], 'what is gone is told to be gone');

-- When it cannot be told.
select is(pg_temp.since('1 minute', 3) ->> 'missed', 'too_much', 'more than is asked for is too much');
select is(jsonb_array_length(pg_temp.since('1 minute', 3) -> 'messages'), 4, 'whoever reads anew hears what can be seen already');
select is(pg_temp.since('6 minutes') ->> 'missed', 'too_long_ago', 'more than five minutes is too long ago');
select is(pg_temp.since('-1 second') ->> 'missed', 'too_long_ago', 'what is yet to come is no time');
select is(worker.told_since(tests.user_id('ana'), '{}', 0, 0, 100) ->> 'missed', 'too_long_ago', 'nor is none');

-- The rows are the truth.
select tests.create_job('ana', 'two');
delete from realtime.messages where true;
select is(pg_temp.since() ->> 'missed', null, 'a new job may have been told with many others');
update public.jobs set progress = 50 where idempotency_key = 'two';
delete from realtime.messages where true;
select is(pg_temp.since() ->> 'missed', 'untold', 'a row that has changed and of which no broadcast tells is missed');
select is(pg_temp.since('1 minute', 100, 3600000) ->> 'missed', null, 'unless its transaction may have begun before');
update public.jobs set progress = 60 where idempotency_key = 'two';

-- What could not be written is counted.
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at, topics)
values (date_trunc('minute', now()), 'x', 1, 1, 'jobs:x', 'UPDATE', now(), array['jobs:' || tests.user_id('bo')]);
select is(pg_temp.since() ->> 'missed', null, 'what others have missed nobody else has');
update private.broadcast_failures set topics = topics || ('jobs:' || tests.user_id('ana')) where true;
select is(pg_temp.since() ->> 'missed', 'untold', 'what could not be sent is missed');
update private.broadcast_failures set topics = '{}', heard = 0 where true;
select is(pg_temp.since() ->> 'missed', 'untold', 'also when nobody could have heard it: it is not kept either');

select * from finish();
rollback;
