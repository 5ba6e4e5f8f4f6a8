create table private.group_media (
  group_id uuid not null,
  url text not null,
  user_id uuid not null,
  key text,
  bytes bigint,
  content_type text,
  probe jsonb,
  claimed_by uuid,
  claimed_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (group_id, url),
  constraint what_is_fetched_is_whole check (
    (key is null) = (bytes is null) and (key is null) = (content_type is null)),
  constraint what_is_fetched_is_a_copy check (
    key is null or (private.is_file_key('handed', key) and starts_with(key, user_id || '/'))),
  constraint somebody_has_claimed_it_until check ((claimed_by is null) = (claimed_until is null))
);
create index group_media_by_key on private.group_media (key) where key is not null;
create index group_media_by_user on private.group_media (user_id);
create index group_media_by_time on private.group_media (created_at);

alter table private.group_media enable row level security;

comment on table private.group_media is
  'Files that publications name by address, fetched once for all that were enqueued together. A copy that stands in no '
  'row is deleted.';
comment on column private.group_media.key is 'Of the copy, in the bucket handed; null: it has not been fetched.';
comment on column private.group_media.probe is 'What it was found to be (mediaProbe); null: nobody has looked.';
comment on column private.group_media.claimed_by is
  'The job whose worker fetches it, until claimed_until; null: nobody.';

create function private.url_of(p_input jsonb, p_index integer) returns text
language sql immutable set search_path = '' as $$
  select p_input #>> array['mediaFiles', p_index::text, 'url']
$$;
comment on function private.url_of(jsonb, integer) is
  'The address of a publication''s file, counted from 0; null: it has none, or is one of the user''s own.';
revoke execute on function private.url_of(jsonb, integer) from public;

create function worker.media_claim(p_job_id uuid, p_token uuid, p_index integer) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
  v_url text := private.url_of((v_current.job).input, p_index);
  v_now timestamptz := private.now();
  v_media private.group_media;
begin
  if (v_current.attempt).token is null then return '{"verdict": "superseded"}'; end if;
  if v_url is null then
    perform private.refuse(422, 'invalid_input', format('File %s has no address.', p_index), 'mediaFiles');
  end if;
  insert into private.group_media (group_id, url, user_id, created_at)
  select group_id, v_url, user_id, v_now from public.publications where job_id = p_job_id on conflict do nothing;
  select m.* into v_media from private.group_media m join public.publications p using (group_id)
  where p.job_id = p_job_id and m.url = v_url for no key update of m;
  if v_media.key is not null then
    return jsonb_build_object('verdict', 'stored', 'url', v_url, 'key', v_media.key, 'bytes', v_media.bytes,
      'content_type', v_media.content_type, 'probe', v_media.probe);
  elsif v_media.claimed_by <> p_job_id and v_media.claimed_until between v_now and v_now + interval '10 minutes' then
    return jsonb_build_object('verdict', 'wait',
      'seconds', least(ceil(extract(epoch from v_media.claimed_until - v_now)), 15));
  end if;
  update private.group_media set claimed_by = p_job_id, claimed_until = v_now + interval '2 minutes'
  where group_id = v_media.group_id and url = v_url;
  return jsonb_build_object('verdict', 'claimed', 'url', v_url, 'seconds', 120);
end
$$;
comment on function worker.media_claim(uuid, uuid, integer) is
  'A worker wants the copy of the p_index-th of a publication''s mediaFiles, counted from 0, which is named by '
  'address. Returns {verdict}: stored, with {url, key (in the bucket handed), bytes, content_type, probe}; claimed, '
  'with {url, '
  'seconds}: fetch it, and say so with worker.media_stored; claim again before the seconds are over to keep it; wait, '
  'with {seconds}: somebody else is fetching it; superseded: stop. Error: 422 invalid_input.';
revoke execute on function worker.media_claim(uuid, uuid, integer) from public;
grant execute on function worker.media_claim(uuid, uuid, integer) to service_role;

create function worker.media_stored(
  p_job_id uuid, p_token uuid, p_index integer, p_key text, p_bytes bigint, p_content_type text,
  p_probe jsonb default null
) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
  v_key text;
begin
  -- Also where the attempt is over: it is there, for the others of the group. The first one stays.
  update private.group_media m set key = coalesce(m.key, p_key), bytes = coalesce(m.bytes, p_bytes),
    content_type = coalesce(m.content_type, p_content_type), probe = coalesce(m.probe, p_probe),
    claimed_by = null, claimed_until = null
  from public.publications p
  where p.job_id = p_job_id and m.group_id = p.group_id
    and m.url = private.url_of((v_current.job).input, p_index)
    and exists (select from public.job_attempts where job_id = p_job_id and token = p_token)
  returning m.key into v_key;
  return v_key;
end
$$;
comment on function worker.media_stored(uuid, uuid, integer, text, bigint, text, jsonb) is
  'The p_index-th of a publication''s files was fetched, and lies in the bucket handed under p_key. Returns the key '
  'that is used from now on: another one where somebody was faster; null: nobody needs it any more.';
revoke execute on function worker.media_stored(uuid, uuid, integer, text, bigint, text, jsonb) from public;
grant execute on function worker.media_stored(uuid, uuid, integer, text, bigint, text, jsonb) to service_role;

create function private.forget_group_media(p_before timestamptz, p_limit integer default 10000) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  delete from private.group_media where (group_id, url) in (
    select m.group_id, m.url from private.group_media m
    where m.created_at < p_before and not exists (
      select from public.publications p where p.group_id = m.group_id and p.line <> 'done')
    order by m.created_at limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_group_media(timestamptz, integer) is
  'Forgets fetched files of groups that are done, from before p_before; their copies are deleted (sweep_handed). '
  'Returns how many.';
revoke execute on function private.forget_group_media(timestamptz, integer) from public;
