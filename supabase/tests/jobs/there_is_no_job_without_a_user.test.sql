begin;
select plan(4);

-- No foreign key says so (see public.jobs): those who write jobs do.
select tests.enable_echo(1);
select tests.refuses($$ select tests.create_job('nobody', 'one') $$, 404, 'user_not_found', null, 'a job of nobody is not created');
update public.tools set credit_cost = 0 where tool = 'echo';
select throws_ok($$ select tests.create_job('nobody', 'two') $$, '23503', null, 'be it for free');
select throws_ok($$ select public.create_jobs(tests.user_id('nobody'), '[{"tool": "echo", "input": {}}]') $$, '23503', null,
  'nor are several');
select is_empty('select * from public.jobs', 'so there is none');

select * from finish();
rollback;
