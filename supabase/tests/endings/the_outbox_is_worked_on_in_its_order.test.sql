begin;
select plan(3);

select tests.create_user('ana', 20);
select tests.enable_echo(4);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', key), tests.submit(key, 'task ' || key), tests.cancel(key) from unnest(array['one', 'two', 'three']) key;
-- Written anew, the row of the longest waiting lies last.
update private.cancels set next_at = private.now() - interval '1 minute' where external_id = 'task two';
update private.cancels set next_at = private.now() - interval '2 minutes' where external_id = 'task one';
create function pg_temp.next() returns text[] language sql as $$
  select array_agg(item #>> '{attempt,external_id}') from worker.receive_cancels(1) item
$$;
select is(pg_temp.next(), '{task one}', 'the longest waiting first');
select is(pg_temp.next(), '{task two}', 'then the next');
select is(pg_temp.next(), '{task three}', 'to the last');

select * from finish();
rollback;
