begin;
select plan(7);

select tests.enable_echo(1);
insert into public.tools (tool, lane, titles, is_enabled) values ('secret_tool', 'echo', '{"en": "Soon"}', false);

select tests.as_user('ana');
select is((select titles ->> 'en' from public.tools where tool = 'echo'), 'Echo', 'a user sees a tool that is on');
select is_empty($$ select tool from public.tools where tool = 'secret_tool' $$, 'and none that is off');
select throws_ok('select settings from public.tools', '42501', null, 'nor the settings of any');
select throws_ok('select * from public.tools', '42501', null, 'not even unawares');
select throws_ok($$ update public.tools set credit_cost = 0 where true $$, '42501', null, 'nor does a user set prices');

select tests.as_anon();
select throws_ok('select tool from public.tools', '42501', null, 'somebody who is not signed in sees none');

select tests.as_service();
select set_eq(
  $$ select tool from public.tools where settings is not null and tool in ('echo', 'secret_tool') $$, array['echo', 'secret_tool'],
  'functions with a secret key see all of all');
select tests.reset();

select * from finish();
rollback;
