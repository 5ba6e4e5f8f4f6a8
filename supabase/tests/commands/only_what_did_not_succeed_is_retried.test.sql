begin;
select plan(6);

select tests.create_user('ana', 3);
select tests.enable_echo(1);
select tests.create_job('ana', 'completed');
select tests.complete('completed');
select tests.create_job('ana', 'running'), tests.create_job('ana', 'waiting');
select tests.refuses(
  format('select public.retry_job(%L)', (tests.job(key)).id), 409, 'not_retryable', null, key || ' is refused')
from unnest(array['completed', 'running', 'waiting']) key;

select tests.fail('running', 'never');
update public.credit_accounts set balance = 0 where true;
select tests.refuses(
  format('select public.retry_job(%L)', (tests.job('running')).id), 402, 'insufficient_credits', null, 'one that cannot be paid');
update public.tools set is_enabled = false where tool = 'echo';
select tests.refuses(
  format('select public.retry_job(%L)', (tests.job('running')).id), 409, 'tool_disabled', 'tool', 'or whose tool is switched off, as well');
select is((select count(*) from public.jobs), 3::bigint, 'there is no new job');

select * from finish();
rollback;
