begin;
select plan(6);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(1);
select private.create_lane('other', 'other');
insert into public.tools (tool, lane, titles) values ('other', 'other', '{"en": "Other"}');
update private.lanes set max_waiting_per_user = 2 where lane = 'echo';

select lives_ok(
  $$ select tests.create_job('ana', 'job-' || n) from generate_series(1, 3) n $$,
  'one that runs and two that wait');
select tests.refuses($$ select tests.create_job('ana', 'job-4') $$, 429, 'too_many_waiting', null, 'are all');
select lives_ok($$ select tests.create_job('bo', 'his') $$, 'others have a limit of their own');
select lives_ok($$ select tests.create_job('ana', 'elsewhere', 'other') $$, 'and so have other lanes');

select tests.complete('job-1');
select lives_ok(
  $$ select tests.create_job('ana', 'job-5', p_run_at => now() + interval '1 day') $$,
  'when one has started, there is place for another');
select tests.refuses(
  $$ select tests.create_job('ana', 'job-6') $$, 429, 'too_many_waiting', null,
  'one that waits for its time waits, too');

select * from finish();
rollback;
