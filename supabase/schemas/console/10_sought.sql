-- Finding jobs: what the console's list asks for. By any column, by free text, by a path in what is JSON; the newest
-- first, in pages whose cursor is the last job looked at.
--
-- No filter may read the whole table at one go. So the list is looked through from the newest on, a chunk at a time,
-- until a page is full or the time for it is over: whoever asks is told how far it was looked, and goes on from there.
-- What an index has (one user's jobs, few that are open or have failed, jobs by their ids) narrows what is looked
-- through. A page is cut where it is full, and its cursor names one job: whoever goes on misses none and sees none
-- twice.
--
-- Support finds by what support sees. A path is held against masked payloads, a text against none: else whoever asks
-- often enough reads them letter by letter.

-- What was created when?
create index jobs_by_time on public.jobs (created_at, id);

create type private.sought as (
  job_ids uuid[], user_id uuid, tools text[], lanes text[], statuses public.job_status[], steps public.job_step[],
  failed_steps public.job_step[], error_codes text[], refunds public.job_refund[], has_retry boolean,
  is_retry boolean, created_from timestamptz, created_to timestamptz, slower_than interval, waited_over interval,
  ran_over interval, name text, text text, json_text text, path jsonpath, path_is_a_question boolean,
  is_masked boolean);
comment on type private.sought is
  'A filter of ops_api.find_jobs, read; null: it says nothing of it. name: the text as it was given; text: in small '
  'letters; json_text: as JSON writes that. path_is_a_question: the path is true or false itself, rather than there or '
  'not. is_masked: payloads are not for who asks.';

create function private.several(p_filter jsonb, p_key text) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return case jsonb_typeof(p_filter -> p_key)
    when 'array' then array(select jsonb_array_elements_text(p_filter -> p_key))
    when 'string' then array[p_filter ->> p_key] end;
end
$$;
comment on function private.several(jsonb, text) is 'What a filter has under a key: a text, or a list of them.';
revoke execute on function private.several(jsonb, text) from public;

create function private.read_path(p_path text) returns jsonpath
language plpgsql stable set search_path = '' as $$
declare
  v_path jsonpath;
  v_bare text;
begin
  if length(p_path) > 500 then perform private.refuse_filter('A path has 500 characters at most.', 'path'); end if;
  begin
    v_path := p_path::jsonpath;
  exception when others then
    perform private.refuse_filter(format('This is no JSON path: %s.', sqlerrm), 'path');
  end;
  -- As PostgreSQL writes it, without its texts: a name that is quoted is a variable, and of these there are none.
  v_bare := regexp_replace(v_path::text, '"([^"\\]|\\.)*"', 'S', 'g');
  if strpos(v_bare, '$S') > 0 then
    perform private.refuse_filter('A path has no variables.', 'path');
  -- Both take time that grows without measure.
  elsif v_bare ~ '\*\*.*\*\*' or (v_bare ~ 'like_regex' and p_path ~ '\\[0-9]') then
    perform private.refuse_filter('A path has ** once, and its patterns have no references.', 'path');
  end if;
  return v_path;
end
$$;
comment on function private.read_path(text) is
  'A JSON path that can be held against many jobs. Error: 422 invalid_filter when it is none, is longer than 500 '
  'characters, has variables, ** twice, or a pattern that refers to itself.';
revoke execute on function private.read_path(text) from public;

create function private.parse_sought(p_filter jsonb) returns private.sought
language plpgsql stable set search_path = '' as $$
declare
  v private.sought;
begin
  v.job_ids := private.several(p_filter, 'job_ids')::uuid[];
  if p_filter ? 'job_id' then v.job_ids := array[(p_filter ->> 'job_id')::uuid]; end if;
  v.user_id := p_filter ->> 'user_id';
  v.tools := private.several(p_filter, 'tool');
  v.lanes := private.several(p_filter, 'lane');
  v.statuses := private.several(p_filter, 'status')::public.job_status[];
  v.steps := private.several(p_filter, 'step')::public.job_step[];
  v.failed_steps := private.several(p_filter, 'failed_step')::public.job_step[];
  v.error_codes := private.several(p_filter, 'error_code');
  v.refunds := private.several(p_filter, 'refund')::public.job_refund[];
  v.has_retry := p_filter ->> 'has_retry';
  v.is_retry := p_filter ->> 'is_retry';
  v.created_from := p_filter ->> 'created_from';
  v.created_to := p_filter ->> 'created_to';
  v.slower_than := (p_filter ->> 'slower_than_ms')::float8 * interval '1 millisecond';
  v.waited_over := (p_filter ->> 'waited_over_ms')::float8 * interval '1 millisecond';
  v.ran_over := (p_filter ->> 'ran_over_ms')::float8 * interval '1 millisecond';
  v.name := nullif(btrim(p_filter ->> 'text'), '');
  v.text := lower(v.name);
  v.json_text := btrim(to_jsonb(v.text)::text, '"');
  v.path := case when btrim(p_filter ->> 'path') <> '' then private.read_path(p_filter ->> 'path') end;
  v.path_is_a_question := v.path::text !~ '^(strict )?\$';
  return v;
exception when data_exception or invalid_text_representation then
  perform private.refuse_filter(sqlerrm, 'filter');
  return null;
end
$$;
comment on function private.parse_sought(jsonb) is
  'Reads a filter of ops_api.find_jobs, whose keys are known. Error: 422 invalid_filter.';
revoke execute on function private.parse_sought(jsonb) from public;

create function private.read_sought(p_filter jsonb, p_is_masked boolean) returns private.sought
language plpgsql stable set search_path = '' as $$
declare
  v_keys text[] := '{job_id,job_ids,user_id,user_email,tool,lane,status,step,failed_step,error_code,refund,has_retry,
    is_retry,created_from,created_to,slower_than_ms,waited_over_ms,ran_over_ms,text,path}';
  v_unknown text;
  v private.sought;
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform private.refuse_filter('A filter is a JSON object.', 'filter');
  end if;
  select key into v_unknown from jsonb_object_keys(p_filter) key where key <> all (v_keys) order by key limit 1;
  if found then
    perform private.refuse_filter(format('There is no filter %L; there are %s.', v_unknown,
      array_to_string(v_keys, ', ')), v_unknown);
  elsif length(p_filter ->> 'text') > 200 then
    perform private.refuse_filter('A text has 200 characters at most.', 'text');
  end if;
  v := private.parse_sought(jsonb_strip_nulls(p_filter));
  v.is_masked := p_is_masked;
  if p_filter ->> 'user_email' is not null then
    v.user_id := coalesce((
      select u.id from auth.users u
      where lower(u.email) = lower(btrim(p_filter ->> 'user_email')) and not u.is_sso_user
        and u.id = coalesce(v.user_id, u.id) limit 1), '00000000-0000-0000-0000-000000000000');
  end if;
  return v;
end
$$;
comment on function private.read_sought(jsonb, boolean) is
  'Checks and reads a filter of ops_api.find_jobs; p_is_masked: payloads are not for who asks. Error: 422 '
  'invalid_filter.';
revoke execute on function private.read_sought(jsonb, boolean) from public;
