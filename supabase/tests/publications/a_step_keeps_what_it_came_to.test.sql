begin;
select plan(19);

select tests.create_user('ana'), tests.enable_publishing(5), tests.connect('ana', 'a');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.publish('ana', 'one', 'a');
create function pg_temp.step(p_name text, p_facts jsonb, p_forget text[] default '{}', p_until timestamptz default null, p_progress integer default null, p_delay interval default null, p_step text default 'prepare')
returns boolean language sql as $$
  select worker.publication_step((tests.job('one')).id, (tests.attempt('one')).token, p_step, p_name, p_facts, p_forget, p_until,
    '{"size": 3}', p_progress::smallint, p_delay, 'publication_queue', (select min(msg_id) from pgmq.q_publication_queue))
$$;
select is(pg_temp.step('uploaded', '{"media": "m1"}', p_until => '2030-01-01 12:00:00Z', p_progress => 40), true, 'a step is kept');
select is((tests.publication('one')).facts, '{"media": "m1"}', 'its facts');
select is((tests.publication('one')).facts_until, '2030-01-01 12:00:00Z', 'how long they are good');
select is((tests.publication('one')).steps, '[{"name": "uploaded", "size": 3, "step": "prepare", "timestamp": "2030-01-01T00:00:00.000000Z"}]', 'what is shown of it');
select is((tests.job('one')).progress, 40::smallint, 'how far it is');
select cmp_ok((select min(vt) - clock_timestamp() from pgmq.q_publication_queue), '>', interval '100 seconds', 'the message is leased anew');
select pg_temp.step('uploaded', '{"at": 2}', p_progress => 30, p_delay => '5 seconds');
select is((tests.publication('one')).facts, '{"at": 2, "media": "m1"}', 'facts are merged');
select is((tests.publication('one')).steps #>> '{0,times}', '2', 'the same step over again is one entry');
select is((tests.job('one')).progress, 40::smallint, 'progress only rises');
select cmp_ok((select min(vt) - clock_timestamp() from pgmq.q_publication_queue), '<', interval '6 seconds', 'or the message comes back when it is wanted');
select pg_temp.step('expired', '{}', array['media']);
select is((tests.publication('one')).facts || jsonb_build_object('until', (tests.publication('one')).facts_until), '{"at": 2, "until": null}', 'facts that are void are forgotten, and their time with them');
select tests.refuses($$ select pg_temp.step('x', '{}', p_step => 'dance') $$, 422, 'invalid_input', 'step', 'there are three steps');
select tests.refuses($$ select pg_temp.step('x', '{}', p_progress => 101) $$, 422, 'invalid_progress', 'progress', 'progress is a percentage');

-- They outlive a wait: the next attempt goes on from there.
select tests.fail_publication('one', 'wait', 'connection', 60000);
select is((tests.publication('one')).facts, '{"at": 2}', 'a wait forgets nothing');
create temporary table before as select (tests.attempt('one')).token;
select tests.freeze('2030-01-01 00:02:00Z');
select private.run('esteira-connections'), private.run('esteira-tick');
select is(tests.line('a'), 'one under way', 'it goes on');
select is(worker.publication_step((tests.job('one')).id, (select token from before), 'prepare', 'x', '{"late": true}'), false, 'a worker of before is told to stop');
select is((tests.publication('one')).facts, '{"at": 2}', 'and changes nothing');
select is(worker.publication_step(gen_random_uuid(), gen_random_uuid(), 'prepare', 'x'), false, 'and so is one whose job is gone');

do $$ begin
  for i in 1..400 loop perform pg_temp.step('step ' || i, '{}'); end loop;
end $$;
select is(jsonb_array_length((tests.publication('one')).steps), 200, 'of endless steps some are kept');

select * from finish();
rollback;
