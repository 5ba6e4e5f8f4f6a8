-- Wakes: what came of calling the worker. A poke leaves the id of its request (private.throttles); pg_net has it in
-- its
-- queue until it is sent, and its answer for six hours. Neither has an index by id: a few hundred rows are looked at.

create type private.wake as (
  asked_at timestamptz, is_unsent boolean, answered_at timestamptz, status integer, code text, reason text, error text,
  failing_since timestamptz);
comment on type private.wake is
  'How the last call of the worker went. is_unsent: pg_net has not sent it for half a minute; answered_at: null, '
  'there is '
  'no answer (yet, or any more); code, reason: those of the error in the answer; error: why there was no answer, '
  'or what '
  'it said; failing_since: since when no call of the last few succeeded.';

create function private.answers(p_ids bigint[], p_from timestamptz, p_to timestamptz) returns setof net._http_response
language plpgsql stable set search_path = '' as $$
begin
  return query
    select r.* from (
      select * from net._http_response where created between p_from and p_to order by created desc limit 2000) r
    where r.id = any (p_ids) order by r.id desc;
end
$$;
comment on function private.answers(bigint[], timestamptz, timestamptz) is
  'The answers of requests at pg_net that came between two times, the last request first; looks at 2000 at most.';
revoke execute on function private.answers(bigint[], timestamptz, timestamptz) from public;

create function private.is_unsent(p_ids bigint[]) returns boolean
language sql stable set search_path = '' as $$
  -- It sends the oldest first, and there lies one that is older still, or this one.
  select exists (
    select from (select id from net.http_request_queue limit 1000) q where q.id <= (select max(i) from unnest(p_ids) i))
$$;
comment on function private.is_unsent(bigint[]) is
  'Whether the last of these requests still lies in pg_net''s queue.';
revoke execute on function private.is_unsent(bigint[]) from public;

create function private.error_in(p_content text) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_body jsonb;
begin
  if p_content is null or octet_length(p_content) > 20000 or p_content !~ '^\s*\{' then return '{}'; end if;
  v_body := p_content::jsonb;
  -- Ours, and that of the platform in front of the functions.
  return jsonb_strip_nulls(jsonb_build_object('code', coalesce(v_body #>> '{error,code}', v_body ->> 'code'),
    'reason', v_body #>> '{error,details,reason}',
    'message', coalesce(v_body #>> '{error,message}', v_body ->> 'message')));
exception when others then
  return '{}';
end
$$;
comment on function private.error_in(text) is
  'The error in the body of an answer: {code, reason, message}; {}: none is to be read.';
revoke execute on function private.error_in(text) from public;

create function private.last_wake() returns private.wake
language plpgsql stable set search_path = '' as $$
declare
  v_wake private.wake;
  v_ids bigint[];
  v_answers net._http_response[];
  v_error jsonb;
begin
  -- Whichever lane it was for: it is one function.
  select max(t.passed_at), array(select i from private.throttles o, unnest(o.request_ids) i where o.name like 'poke:%')
  into v_wake.asked_at, v_ids from private.throttles t where t.name like 'poke:%' and t.request_ids <> '{}';
  if v_wake.asked_at is null then return null; end if;
  v_wake.is_unsent := v_wake.asked_at < clock_timestamp() - interval '30 seconds' and private.is_unsent(v_ids);
  v_answers := array(select a from private.answers(
    v_ids, v_wake.asked_at - interval '1 minute', v_wake.asked_at + interval '2 minutes') a);
  if v_answers = '{}' then return v_wake; end if;
  v_error := private.error_in(v_answers[1].content);
  v_wake.answered_at := v_answers[1].created;
  v_wake.status := v_answers[1].status_code;
  v_wake.code := v_error ->> 'code';
  v_wake.reason := v_error ->> 'reason';
  v_wake.error := coalesce(v_answers[1].error_msg, case when v_wake.status >= 400 then v_error ->> 'message' end);
  v_wake.failing_since := (select min(a.created) from unnest(v_answers) a where a.id > coalesce(
    (select max(good.id) from unnest(v_answers) good where good.status_code between 200 and 299), 0));
  return v_wake;
end
$$;
comment on function private.last_wake() is 'How the last call of the worker went; null: there was none.';
revoke execute on function private.last_wake() from public;

create function private.unread_since(p_lane text) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_queue text := (select queue_name from private.lanes where lane = p_lane and delivery <> 'pull');
  v_since timestamptz;
begin
  if to_regclass('pgmq.q_' || v_queue) is null then return null; end if;
  execute format(
    'select least((select min(vt) from pgmq.%I), (select min(vt) from pgmq.q_settle_queue))', 'q_' || v_queue)
  into v_since;
  return case when v_since < clock_timestamp() - interval '30 seconds' then v_since end;
end
$$;
comment on function private.unread_since(text) is
  'Since when a message of a lane, or one to settle, could have been read by a worker and was not; null: none '
  'waits for '
  'half a minute. By the database''s own clock, as pgmq has it.';
revoke execute on function private.unread_since(text) from public;
