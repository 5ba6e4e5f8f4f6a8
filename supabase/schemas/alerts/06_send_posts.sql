create function private.answer_to(p_post ops.alert_posts, p_now timestamptz, out is_over boolean, out error text)
language plpgsql stable set search_path = '' as $$
declare
  v_answer record;
begin
  select r.status_code, r.timed_out, r.error_msg into v_answer from net._http_response r where r.id = p_post.request_id;
  is_over := found or (p_post.sent_at < p_now - interval '2 minutes' or p_post.sent_at > p_now)
    and not exists (select from net.http_request_queue q where q.id = p_post.request_id);
  error := case
    when v_answer.status_code between 200 and 299 then null
    when v_answer.status_code is not null then 'HTTP ' || v_answer.status_code
    when v_answer.timed_out then 'no answer in time'
    else coalesce(v_answer.error_msg, 'no answer') end;
end
$$;
comment on function private.answer_to(ops.alert_posts, timestamptz) is
  'What became of the request of a post. is_over: it has been answered, or pg_net has lost it, whose tables are '
  'unlogged. error: null, it was taken.';
revoke execute on function private.answer_to(ops.alert_posts, timestamptz) from public;

create function private.try_post(p_post ops.alert_posts, p_now timestamptz) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_url text := private.secret('alert_webhook_url');
  v_at bigint := floor(extract(epoch from p_now));
  v_body jsonb;
begin
  if v_url is null then raise exception 'There is no secret alert_webhook_url in the Vault.'; end if;
  select private.alert_body(v_url, p_post.event, a, r) into v_body
  from ops.alerts a join ops.alert_rules r on r.name = a.rule where a.alert_id = p_post.alert_id;
  -- pg_net sends a body as its text: what is signed is what is sent.
  return net.http_post(url => v_url, body => v_body, timeout_milliseconds => 5000,
    headers => private.alert_headers(p_post.post_id::text, v_at, v_body::text));
end
$$;
comment on function private.try_post(ops.alert_posts, timestamptz) is
  'Hands a post to pg_net and returns the id of the request. Raises where there is no address, or one that is none.';
revoke execute on function private.try_post(ops.alert_posts, timestamptz) from public;

create function private.note_post(p_post ops.alert_posts, p_now timestamptz, p_request_id bigint, p_error text)
returns void language plpgsql set search_path = '' as $$
declare
  v_is_delivered boolean := p_error is null and p_request_id is null;
  v_is_dead boolean := p_error is not null and p_post.tries >= 12;
begin
  update ops.alert_posts set tries = p_post.tries, request_id = p_request_id, error = p_error,
    sent_at = case when p_request_id is not null then p_now else sent_at end,
    delivered_at = case when v_is_delivered then p_now end, dead_at = case when v_is_dead then p_now end,
    next_at = case
      when v_is_delivered or v_is_dead then null
      when p_request_id is not null then p_now + interval '1 minute'
      else p_now + least(interval '1 hour', interval '1 minute' * 2 ^ (p_post.tries - 1)) end
  where post_id = p_post.post_id;
  update ops.alerts set request_id = coalesce(p_request_id, request_id),
    posted_at = case when v_is_delivered and p_post.event = 'alert.opened' then p_now else posted_at end,
    post_error = case when v_is_dead then format('given up after %s tries: %s', p_post.tries, p_error) else p_error end
  where alert_id = p_post.alert_id;
end
$$;
comment on function private.note_post(ops.alert_posts, timestamptz, bigint, text) is
  'Notes what became of a try. p_request_id: it is under way; else p_error, null when it was delivered. What was not '
  'is tried again after a minute, two, four, … an hour at most; after twelve tries, about six hours, it is given up.';
revoke execute on function private.note_post(ops.alert_posts, timestamptz, bigint, text) from public;

create function private.send_post(p_post ops.alert_posts, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  v_answer record;
  v_request_id bigint;
  v_error text;
begin
  if p_post.request_id is not null then
    v_answer := private.answer_to(p_post, p_now);
    if v_answer.is_over then
      perform private.note_post(p_post, p_now, null, v_answer.error);
    else
      update ops.alert_posts set next_at = p_now + interval '1 minute' where post_id = p_post.post_id;
    end if;
    return;
  end if;
  begin
    v_request_id := private.try_post(p_post, p_now);
  exception when others then
    v_error := sqlerrm; -- an address that is none must not keep alerts from being opened
  end;
  p_post.tries := p_post.tries + 1;
  perform private.note_post(p_post, p_now, v_request_id, v_error);
end
$$;
comment on function private.send_post(ops.alert_posts, timestamptz) is
  'Sends a post that is due, or reads the answer to what was sent.';
revoke execute on function private.send_post(ops.alert_posts, timestamptz) from public;

create function private.send_posts(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_post ops.alert_posts;
  v_count integer := 0;
begin
  for v_post in
    select * from ops.alert_posts where next_at <= p_now or next_at > p_now + interval '1 hour' -- a clock set back
    order by next_at limit 50 for update skip locked
  loop
    perform private.send_post(v_post, p_now);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.send_posts(timestamptz) is 'Goes through the outbox of alerts, fifty posts at a time.';
revoke execute on function private.send_posts(timestamptz) from public;

create function ops.repost_alerts() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update ops.alert_posts set dead_at = null, tries = 0, request_id = null, sent_at = null, next_at = private.now()
  where dead_at is not null;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function ops.repost_alerts() is
  'Has what could not be posted tried again, once the address is right. Returns how many.';
revoke execute on function ops.repost_alerts() from public;
