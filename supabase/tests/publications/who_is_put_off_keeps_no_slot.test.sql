-- A platform that keeps everybody waiting keeps nobody else: who is put off gives its slot back, and takes one again.
begin;
select plan(16);

select tests.create_user('ana'), tests.create_user('bo'), tests.enable_publishing(1);
select tests.connect('ana', 'anas'), tests.connect('bo', 'bos', 'instagram'), tests.connect('bo', 'other');
select tests.freeze('2030-01-01 00:00:00Z');

select tests.publish('ana', 'slow', 'anas'), tests.publish('bo', 'quick', 'bos', 'instagram_feed');
select is(tests.running(), '{slow}', 'there is one slot');
create temporary table leased as select * from worker.receive('publication');
create function pg_temp.put_off(p_delay interval) returns void language sql as $$
  select worker.defer('publication_queue', msg_id, p_delay, (item #>> '{job,id}')::uuid, (item #>> '{attempt,token}')::uuid)
  from leased where item #>> '{job,id}' = (tests.job('slow')).id::text
$$;
select pg_temp.put_off('2 seconds');
select is(tests.running(), '{slow}', 'who is back in a moment keeps it');
select pg_temp.put_off('1 minute');
select is(tests.running(), '{quick,slow}', 'who is put off for longer lets the next begin, and goes on');
select is((select count(*) from private.slots where job_id = (tests.job('slow')).id), 0::bigint, 'without a slot');
select is((select count(*) from private.slots where lane = 'publication' and token is not null), 1::bigint, 'of which there are no more than before');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong with that');

-- Due again while there is none.
update pgmq.q_publication_queue set vt = clock_timestamp() where true;
select tests.publish('bo', 'third', 'other');
select is((select array_agg(item #>> '{job,id}') from worker.receive('publication')), array[(tests.job('quick')).id::text], 'one that finds no slot is not worked on');
select ok((tests.publication('slow')).wants_slot, 'it is said that it wants one');
select ok((select min(vt) > clock_timestamp() from pgmq.q_publication_queue where message ->> 'job_id' = (tests.job('slow')).id::text), 'and comes back');
select tests.cancel('quick');
select is(tests.running(), '{slow}', 'the next free slot is kept for it, though somebody waits');
select ok((select min(vt) <= clock_timestamp() from pgmq.q_publication_queue where message ->> 'job_id' = (tests.job('slow')).id::text), 'and it is called back at once');
select is((select array_agg(item #>> '{job,id}') from worker.receive('publication')), array[(tests.job('slow')).id::text], 'it goes on');
select ok(not (tests.publication('slow')).wants_slot and exists (
  select from private.slots where token = (tests.attempt('slow')).token and slot_id = (tests.attempt('slow')).slot_id), 'with a slot of its own');
select tests.take('slow'), tests.post('slow');
select is((tests.job('slow')).status::text, 'completed', 'to its end');
select is(tests.running(), '{third}', 'and then it is the turn of who waited');
select is_empty('select * from ops.credit_drift()', 'all is right');

select * from finish();
rollback;
