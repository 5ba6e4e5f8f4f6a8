-- @acceptance 004:149
begin;
select plan(4);

select tests.create_user('ana', 10);
select tests.enable_upscaler(4);
update public.tools
set settings = settings || '{"variants": {"near": {}, "far": {"webapp_id": "1899270316604620802"}, "logo": {"nodes": {}}}}'
where tool = 'upscaler';

create function pg_temp.app_of(p_key text, p_more jsonb) returns text language sql as $$
  select public.create_job(
    tests.user_id('ana'), 'upscaler', jsonb_build_object('image', tests.put_file('ana', p_key || '.png')) || p_more,
    p_idempotency_key => p_key);
  select tests.entry(p_key, 'starting') ->> 'webappId'
$$;

select is(pg_temp.app_of('far', '{"variant": "far"}'), '1899270316604620802', 'a variant with an app of its own');
select is(pg_temp.app_of('near', '{"variant": "near"}'), '1877265245566922753', 'a variant without one');
select is(pg_temp.app_of('logo', '{"variant": "logo"}'), '1877265245566922753', 'a variant with nodes of its own alone');
select is(pg_temp.app_of('none', '{}'), '1877265245566922753', 'an input without a variant');

select * from finish();
rollback;
