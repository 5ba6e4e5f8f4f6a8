-- Every two webhooks there can be, after every beginning: whatever they name and say, in whichever order.
begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.pass('one');

-- What an attempt knows of its task, and what was made of the webhook that came last.
create type pg_temp.known as (task text, word text, verdict text);

-- What follows from a webhook, said anew: an attempt has one task. It is the first that is named, unless its submit may
-- have made two: then it is the one whose success is told of first. A success is the last word on it.
create function pg_temp.expected(p_before pg_temp.known, p_task text, p_word text, p_several boolean)
returns pg_temp.known language plpgsql immutable as $$
declare
  v_is_first_success boolean := p_word = 'succeeded' and p_before.word is distinct from 'succeeded';
  v_after pg_temp.known := p_before;
begin
  if p_task <> p_before.task and not (p_several and coalesce(v_is_first_success, false)) then
    v_after.verdict := 'other_task';
    return v_after;
  end if;
  v_after.verdict := 'accepted';
  v_after.task := coalesce(p_task, p_before.task);
  if p_word is not null and p_before.word is distinct from 'succeeded' then v_after.word := p_word; end if;
  return v_after;
end
$$;

create function pg_temp.observed(p_verdict text) returns pg_temp.known language sql as $$
  select row(external_id, word, p_verdict)::pg_temp.known from tests.attempt('one')
$$;

create function pg_temp.hears(p_key text, p_task text, p_word text) returns text language sql as $$
  select tests.webhook('one', p_key, p_word, 1, p_task) ->> 'verdict'
$$;

-- Plays two webhooks, and takes everything back. Returns what is not as expected.
create function pg_temp.play(p_task text, p_several boolean, p_first text[], p_second text[]) returns text
language plpgsql as $$
declare
  v_before pg_temp.known := row(p_task, null, null)::pg_temp.known;
  v_expected pg_temp.known;
  v_observed pg_temp.known;
  v_webhook text[];
  v_what text;
begin
  update public.job_attempts set external_id = p_task, submits = case when p_several then 2 else 1 end,
    resubmit = case when p_several then 'at_least_once' else 'reconcile_only' end where job_id = (tests.job('one')).id;
  foreach v_webhook slice 1 in array array[p_first, p_second] loop
    v_expected := pg_temp.expected(v_before, v_webhook[1], v_webhook[2], p_several);
    v_observed := pg_temp.observed(pg_temp.hears(gen_random_uuid()::text, v_webhook[1], v_webhook[2]));
    if v_observed is distinct from v_expected then
      v_what := coalesce(v_what, format('%s (several: %s), %s, %s: %s, not %s', p_task, p_several, p_first, p_second,
        v_observed, v_expected));
    end if;
    v_before := v_observed;
  end loop;
  if (tests.job('one')).request_id is distinct from v_before.task and v_before.verdict = 'accepted' then
    v_what := coalesce(v_what, format('the job has the id %s', (tests.job('one')).request_id));
  end if;
  raise exception using errcode = 'PT999', message = coalesce(v_what, '');
exception when sqlstate 'PT999' then
  return nullif(sqlerrm, '');
end
$$;

create temporary table webhooks as
select array[task, word] as webhook
from unnest(array[null, 'task-a', 'task-b']) as task, unnest(array[null, 'failed', 'succeeded']) as word;
create temporary table played as
select started.task, several.several, pg_temp.play(started.task, several.several, a.webhook, b.webhook) as problem
from unnest(array[null, 'task-a']) as started (task), unnest(array[false, true]) as several (several),
  webhooks a, webhooks b;

select is((select count(*) from played), 324::bigint, 'all were played');
select is_empty('select problem from played where task is null and not several and problem is not null',
  'a task that is not known yet is the first that is named');
select is_empty('select problem from played where task is not null and not several and problem is not null',
  'no webhook makes a known task another');
select is_empty('select problem from played where several and problem is not null',
  'where there may be two, the first that succeeds is the attempt''s');
select is((tests.attempt('one')).external_id, null, 'and nothing has stayed of what was played');

select * from finish();
rollback;
