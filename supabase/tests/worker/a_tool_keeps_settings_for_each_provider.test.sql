begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.enable_lane('other', 1);
update public.tools set settings = '{"model": "any", "size": 1, "echo": {"model": "echoes"}, "other": {"model": "others"}}' where tool = 'echo';

select tests.create_job('ana', 'one');
select is(
  (select (item -> 'tool_settings') - 'echo' - 'other' from worker.receive('echo')), '{"model": "echoes", "size": 1}',
  'what stands under its provider''s name is laid over the rest');

update public.tools set lane = 'other' where tool = 'echo';
select tests.create_job('ana', 'two');
select is((tests.job('two')).lane, 'other', 'a tool changes its lane by one row');
select is(
  (select (item -> 'tool_settings') - 'echo' - 'other' from worker.receive('other')), '{"model": "others", "size": 1}',
  'and has that provider''s settings there');

select * from finish();
rollback;
