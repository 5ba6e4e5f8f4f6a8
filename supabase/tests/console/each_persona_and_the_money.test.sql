-- Accounts, the inbox, credits and the audit by each persona: somebody not signed in, an owner, who is an operator no
-- more, support, an admin, a server.
begin;
select plan(9);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 50), tests.create_user('sue', 0), tests.create_user('root', 0);
update auth.users set raw_app_meta_data = jsonb_build_object('role', 'support') where id = tests.user_id('sue');
update auth.users set raw_app_meta_data = jsonb_build_object('role', 'admin') where id = tests.user_id('root');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.submit('one'), tests.webhook('one', 'e1', null);

create temp table calls (call text, of_support boolean) on commit drop;
insert into calls values
  ('select ops_api.accounts()', true), (format('select ops_api.account(%s)', tests.account_id('echo')), true),
  ('select ops_api.webhooks()', true), (format('select ops_api.webhook(%s)', (select max(event_id) from private.webhook_events)), true),
  ('select ops_api.users(''ana'')', true), (format('select ops_api.statement(%L)', tests.user_id('ana')), true),
  ('select ops_api.find_acts()', true), (format('select ops_api.grant_credits(%L, 1, ''why'', ''once'')', tests.user_id('ana')), false);
grant select on calls to public;
create function pg_temp.answer(p_call text) returns text language plpgsql as $$
begin
  execute p_call;
  return 'yes';
exception when others then
  return sqlstate;
end
$$;
create function pg_temp.answers(p_of_support boolean[]) returns text[] language sql as $$
  select array_agg(distinct pg_temp.answer(call)) from calls where of_support = any (p_of_support)
$$;

select tests.as_anon();
select is(pg_temp.answers('{t,f}'), '{42501}', 'anon asks nothing');
select tests.as_user('ana');
select is(pg_temp.answers('{t,f}'), '{PT403}', 'an owner asks nothing here');
select tests.as_gone('nobody', 'admin');
select is(pg_temp.answers('{t,f}'), '{PT403}', 'nor who is gone, whatever their token says');
select tests.as_gone('ana', 'admin');
select is(pg_temp.answers('{t,f}'), '{PT403}', 'nor who is an admin no more');
select tests.as_gone('sue', 'support');
select is(pg_temp.answers('{t}'), '{yes}', 'support reads');
select is(pg_temp.answers('{f}'), '{PT403}', 'and gives nothing');
select tests.as_gone('root', 'admin');
select is(pg_temp.answers('{t,f}'), '{yes}', 'an admin reads and gives');
select tests.as_service();
select is(pg_temp.answers('{t,f}'), '{yes}', 'and so does a secret key');
select tests.reset();
select is(tests.balance('ana'), 50, 'both with one reference: one credit came, and one went for the job');
select * from finish();
rollback;
