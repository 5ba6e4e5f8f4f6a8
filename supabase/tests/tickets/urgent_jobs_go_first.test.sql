-- @acceptance 003:300
begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(0);
select tests.create_job('ana', 'normal-1'), tests.create_job('ana', 'normal-2'), tests.create_job('ana', 'idle', p_priority => -5),
  tests.create_job('ana', 'urgent', p_priority => 5), tests.create_job('ana', 'normal-3');
select is(tests.entry('urgent', 'queued') ->> 'position', '1', 'an urgent job stands before the others');

select private.set_capacity(tests.account_id('echo'), 1);
select is(tests.serve('echo'), '{urgent,normal-1,normal-2,normal-3,idle}', 'by priority, then in order');

select * from finish();
rollback;
