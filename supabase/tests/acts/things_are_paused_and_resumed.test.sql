begin;
select plan(33);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 10);
select tests.enable_echo(1);
select tests.create_job('ana', 'runs'), tests.create_job('ana', 'waits');
select set_config('tests.account', tests.account_id('echo')::text, true);

create function pg_temp.state(p_thing text) returns text language sql as $$
  select case p_thing
    when 'lane' then (select pause_reason || ' ' || (paused_until - private.now()) from private.lanes where lane = 'echo')
    when 'account' then (select pause_reason || ' ' || paused_until from private.accounts where account_id = tests.account_id('echo'))
    when 'tool' then (select is_enabled::text from public.tools where tool = 'echo')
    when 'user' then (select reason || ' ' || (paused_until - private.now()) from private.user_pauses) end
$$;

select is(ops.act('pause', '{"lane": "echo", "for": "1 hour"}'),
  '{"action": "pause", "thing": "lane", "dry_run": true, "matched": 1, "qualified": 1, "skipped": {}, "waiting": 1}', 'a dry run tells how many wait');
select is(pg_temp.state('lane'), null, 'and pauses nothing');
select ops.act('pause', '{"lane": "echo", "for": "1 hour"}', false, 'It is down');
select is(pg_temp.state('lane'), 'It is down 01:00:00', 'a lane is paused');
select tests.complete('runs');
select is(tests.running(), '{}', 'nothing starts');
select ops.act('resume', '{"lane": "echo"}', false);
select is(tests.running(), '{waits}', 'until it is resumed');
select is(ops.act('resume', '{"lane": "echo"}', false) -> 'skipped', '{"not_paused": 1}', 'once');

select tests.create_job('ana', 'w2');
select ops.act('pause', jsonb_build_object('account_id', tests.account_id('echo')), false, 'Its key is to be changed');
select is(pg_temp.state('account'), 'Its key is to be changed infinity', 'an account');
select tests.complete('waits');
select is(tests.running(), '{}', 'gets nothing');
select ops.act('resume', jsonb_build_object('account_id', tests.account_id('echo')), false);
select is(tests.running(), '{w2}', 'until it is resumed');
select is(ops.act('set_capacity', jsonb_build_object('account_id', tests.account_id('echo'), 'capacity', 3), false) ->> 'qualified', '1', 'it may have more slots');
select is((select count(*) from private.slots where lane = 'echo'), 3::bigint, 'as many as one says');
select is(ops.act('set_capacity', jsonb_build_object('account_id', tests.account_id('echo'), 'capacity', 3), false) -> 'skipped', '{"unchanged": 1}', 'or has as many');

select ops.act('pause', '{"tool": "echo"}', false, 'Its prompts are being rewritten');
select is(pg_temp.state('tool'), 'false', 'a tool is switched off');
select tests.refuses($$ select tests.create_job('ana', 'no') $$, 409, 'tool_disabled', 'tool', 'and takes nothing new');
select ops.act('resume', '{"tool": "echo"}', false);
select is(pg_temp.state('tool'), 'true', 'and on');
select tests.refuses($$ select ops.act('pause', '{"tool": "echo", "for": "1 hour"}', false, 'x') $$, 422, 'invalid_filter', 'for', 'nobody switches it on again by themselves');

select ops.act('pause', jsonb_build_object('user_id', tests.user_id('ana'), 'for', '10 minutes'), false, 'Looks like a robot');
select is(pg_temp.state('user'), 'Looks like a robot 00:10:00', 'a user');
select ops.act('resume', jsonb_build_object('user_id', tests.user_id('ana')), false);
select is(pg_temp.state('user'), null, 'too');

-- Connections and platforms.
select tests.enable_publishing(5);
select tests.connect('ana', 'blog');
select ops.act('pause', jsonb_build_object('connection_id', tests.connection_id('blog')), false, 'Posts nonsense');
select tests.publish('ana', 'post', 'blog');
select is(tests.line('blog'), 'post held (limited)', 'with a connection that is paused nothing is published');
select results_eq($$ select state, state_code, state_message from public.connections $$,
  $$ values ('limited', 'paused_by_operator', 'Posts nonsense') $$, 'as its owner sees');
select private.look_after_connections();
select is((select state from public.connections), 'limited', 'and no time ends it');
select is(ops.act('pause', jsonb_build_object('connection_id', tests.connection_id('blog'))) ->> 'waiting', '1', 'one waits for it');
select ops.act('resume', jsonb_build_object('connection_id', tests.connection_id('blog')), false);
select is(tests.line('blog'), 'post under way', 'then it goes on');
select is((select state from public.connections), 'live', 'as if nothing had been');
update public.connections set state = 'reconnect_needed', state_code = 'token_revoked' where true;
select is(ops.act('pause', jsonb_build_object('connection_id', tests.connection_id('blog')), false, 'x') -> 'skipped', '{"reconnect_needed": 1}',
  'what only its owner can mend is not hidden');
update public.connections set state = 'live', state_code = null where true;
select ops.act('pause', '{"platform": "x"}', false, 'X is down');
select is((select pause_reason from private.platforms where platform = 'x'), 'X is down', 'a platform');
select ops.act('resume', '{"platform": "x"}', false);
select is((select pause_reason from private.platforms where platform = 'x'), null, 'too');

select is(ops.act('pause', '{"lane": "nowhere"}', false, 'x') -> 'skipped', '{"not_found": 1}', 'what is not there is told');
select tests.refuses($$ select ops.act('pause', '{"lane": "echo", "tool": "echo"}') $$, 422, 'invalid_filter', 'filter', 'one at a time');
select tests.refuses($$ select ops.act('pause', '{"lane": "echo"}', false) $$, 422, 'reason_required', 'reason', 'a pause has a reason');
select tests.refuses($$ select ops.act('set_capacity', '{"account_id": 1}') $$, 422, 'invalid_filter', 'capacity', 'a capacity is said');
select tests.refuses(format($$ select ops.act('set_capacity', '{"account_id": %s, "capacity": -1}', false) $$, current_setting('tests.account')),
  422, 'invalid_capacity', 'capacity', 'and is no less than none');
select is((select array_agg(distinct action order by action) from ops.audit), '{pause,resume,set_capacity}', 'all of it is in the audit');
select * from finish();
rollback;
