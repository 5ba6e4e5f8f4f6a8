begin;
select plan(14);

create function pg_temp.refused_calls(p_who text) returns setof text language sql as $$
  select throws_ok(call, '42501', null, p_who || ': ' || call) from unnest(array[
    'select worker.webhook(''echo'', ''e'', gen_random_uuid(), gen_random_uuid(), ''token'', ''{}'', ''{}'', ''failed'')',
    'select private.work_item(null, null)',
    'select * from private.webhook_events',
    'select * from vault.decrypted_secrets']) call
$$;
select tests.as_anon();
select pg_temp.refused_calls('nobody');
select tests.as_user('ana');
select pg_temp.refused_calls('a user');
select tests.as_admin();
select pg_temp.refused_calls('an admin');
select tests.as_service();
select throws_ok(
  'select private.work_item(null, null)', '42501', null,
  'a secret key gets work items from the functions of worker alone');
select throws_ok('select * from private.webhook_events', '42501', null, 'and does not read the inbox');
select tests.reset();

select * from finish();
rollback;
