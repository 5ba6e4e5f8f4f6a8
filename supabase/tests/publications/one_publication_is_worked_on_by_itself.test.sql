begin;
select plan(12);

select tests.create_user('ana', 1000), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b']) n;
select tests.publish('ana', 'one', 'a'), tests.publish('ana', 'two', 'a'), tests.publish('ana', 'three', 'b');

create function pg_temp.received(p_key text) returns text
language sql as $$
  select string_agg(r.queue || ' ' || (r.item -> 'publication' ->> 'line') || ' ' || r.read_count, ', ')
  from worker.receive_publication((tests.job(p_key)).id) r
$$;

select is(pg_temp.received('three'), 'publication_queue front 1', 'the message of the one that was asked for');
select is((select count(*)::integer from pgmq.q_publication_queue where read_ct > 0), 1, 'and of no other');
select is(pg_temp.received('three'), null, 'a worker is at it');
select is(pg_temp.received('two'), null, 'it waits for its turn');
select is(pg_temp.received('one'), 'publication_queue front 1', 'the front of another line');
select throws_ok(
  $$ select * from worker.receive_publication('0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f') $$,
  'PT404', null, 'no such publication');

-- Whoever stays for what is due soon stays for these.
select ok(worker.next_look('publication') > '30 seconds', 'under lease they are nobody else''s');
update pgmq.q_publication_queue set vt = clock_timestamp() + interval '4 seconds' where read_ct > 0;
select ok(worker.next_look('publication') between '3 seconds' and '4 seconds', 'they are looked at again soon');
select is(worker.next_look('kie'), null, 'which is no other lane''s affair');
update pgmq.q_publication_queue set vt = clock_timestamp() where read_ct > 0;
select is(pg_temp.received('one'), 'publication_queue front 2', 'what was put off is there again');

select tests.post('one');
select is(pg_temp.received('one'), null, 'one that has ended has nothing to do');
select is(pg_temp.received('two'), 'publication_queue front 1', 'and the line has gone on');

select * from finish();
rollback;
