begin;
select plan(19);
select tests.enable_echo(1);
select tests.create_user('ana');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'first'), tests.create_job('ana', 'second'),
  tests.create_job('ana', 'later', p_run_at => '2030-01-02 00:00:00Z');

create function pg_temp.noted(p_key text) returns table (code text, seen text, last text, until text)
language sql as $$
  select code, to_char(seen_at at time zone 'UTC', 'HH24:MI'), to_char(last_seen_at at time zone 'UTC', 'HH24:MI'),
    to_char(v.until at time zone 'UTC', 'HH24:MI')
  from private.verdicts v where job_id = (tests.job(p_key)).id
    and code in ('waiting_for_slot', 'submitting', 'provider_running', 'lane_paused')
  order by verdict_id
$$;

select tests.freeze('2030-01-01 00:01:00Z');
select is(private.run_part('esteira-verdicts') - 'closed', '{"running": 0, "waiting": 0}', 'who is as young as usual is not looked at');
select tests.freeze('2030-01-01 00:10:00Z');
select is(private.run_part('esteira-verdicts') - 'closed', '{"running": 1, "waiting": 1}', 'who is older is, and not what is to begin tomorrow');
select results_eq($$ select * from pg_temp.noted('second') $$, $$ values ('waiting_for_slot', '00:10', '00:10', null) $$, 'what is said is noted');
select tests.freeze('2030-01-01 00:11:00Z');
select private.note_verdicts();
select results_eq($$ select * from pg_temp.noted('second') $$, $$ values ('waiting_for_slot', '00:10', '00:11', null) $$,
  'what still holds is no new row');
select is((select count(*) from private.verdicts where job_id = (tests.job('later')).id), 0::bigint, 'nothing of what is to begin later');
select tests.freeze('2030-01-01 00:12:00Z');
select private.note_verdicts();
select tests.submit('first'), tests.complete('first');
select tests.freeze('2030-01-01 00:13:00Z');
select private.note_verdicts();
select results_eq($$ select code, until from pg_temp.noted('second') order by code desc $$,
  $$ values ('waiting_for_slot', '00:13'), ('submitting', null) $$, 'what changed is over, and what followed is noted');
select is((select count(*) from private.verdicts where job_id = (tests.job('first')).id and until is null), 0::bigint, 'who has ended waits for nothing');
select is((select max(until) from private.verdicts where job_id = (tests.job('first')).id), '2030-01-01 00:12:00Z', 'since its end');
select is((select user_id from private.verdicts where job_id = (tests.job('second')).id limit 1), tests.user_id('ana'), 'whose it is');
select lives_ok($$ select private.note_verdicts_of(tests.job('second'), private.now()), private.note_verdicts_of(tests.job('second'), private.now()) $$,
  'looked at twice in the same moment');
select is((select count(*) from private.verdicts where job_id = (tests.job('second')).id and code = 'submitting'), 1::bigint, 'it is noted once');

-- One that cannot be looked at keeps nobody else from it.
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'it cannot be written'; end $$;
create trigger zzz_bad before insert on private.verdicts for each row when (new.code = 'waiting_for_slot') execute function pg_temp.refuse();
select tests.create_job('ana', 'third');
select tests.freeze('2030-01-01 00:20:00Z');
select is(private.run_part('esteira-verdicts') - 'closed', '{"running": 1, "waiting": 1}', 'a job that cannot be looked at stops nobody');
select matches((select error from private.faults where part = 'esteira-verdicts'), 'it cannot be written', 'and is told of');
drop trigger zzz_bad on private.verdicts;

-- More than can be looked at in a minute: the next look goes on with the others.
select tests.create_job('ana', 'crowd ' || n) from generate_series(1, 7) n;
select tests.freeze('2030-01-01 00:30:00Z');
delete from private.verdicts where true;
delete from private.sweeps where name like '% verdicts';
select private.note_verdicts(3), private.note_verdicts(3), private.note_verdicts(3);
select is((select count(distinct job_id) from private.verdicts where code = 'waiting_for_slot' or level = 'wait'), 8::bigint, 'all are seen in turn');

select is(jsonb_array_length(ops.export_user(tests.user_id('ana')) #> '{jobs,1,verdicts}') > 0
  and not ops.export_user(tests.user_id('ana')) #> '{jobs,1,verdicts,0}' ?| '{evidence,detail,subject}', true,
  'their owner can have them, but for what tells of others'' jobs');
-- What is over goes after thirty days, what still holds stays, and all of it goes with its job.
select private.note_verdicts_of(tests.job('third'), private.now());
update private.verdicts set until = seen_at where job_id = (tests.job('third')).id;
select tests.freeze('2030-01-30 00:00:00Z'), private.clean_up();
select ok(exists (select from private.verdicts where until is not null), 'what is over is kept for a while');
select tests.freeze('2030-02-01 00:00:00Z'), private.clean_up();
select results_eq($$ select count(*) filter (where until is not null), count(*) > 0 from private.verdicts $$, $$ values (0::bigint, true) $$,
  'and then no longer, but for what still holds');
delete from public.jobs where id = (tests.job('second')).id;
select ok(exists (select from private.verdicts) and not exists (select from private.verdicts v where not exists (select from public.jobs where id = job_id)),
  'of a job that is gone nothing is left');
delete from auth.users where id = tests.user_id('ana');
select is_empty('select from private.verdicts', 'and they go with their owner');
select * from finish();
rollback;
