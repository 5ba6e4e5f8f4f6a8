begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(0);
update public.tools set min_priority = -5, max_priority = 5 where tool = 'echo';
select tests.create_job('ana', 'high', p_priority => 4), tests.create_job('ana', 'own', p_priority => 1), tests.create_job('ana', 'low', p_priority => -4);
select tests.cancel('high'), tests.cancel('own'), tests.cancel('low');
update public.tools set min_priority = -2, max_priority = 2 where tool = 'echo';
create function pg_temp.again(p_key text) returns smallint language sql as $$ select (public.retry_job((tests.job(p_key)).id)).priority $$;
select is(pg_temp.again('high'), 2::smallint, 'what was higher than is allowed now comes as high as it may');
select is(pg_temp.again('own'), 1::smallint, 'what still may be stays');
select is(pg_temp.again('low'), (-2)::smallint, 'what was lower comes as low as it may');
select is((tests.job('high')).priority, 4::smallint, 'the old job keeps its own');

select * from finish();
rollback;
