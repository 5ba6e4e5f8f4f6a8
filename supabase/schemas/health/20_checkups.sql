-- Realtime, from the database's side: everything between a change of a row and the screen of its owner that SQL can
-- see, check by check, as documents 000 to 002 go through it. ops.realtime_doctor() looks (24), ops.repair() mends
-- (25).

create type private.checkup as (
  check_name text, verdict text, subject text, detail text, evidence jsonb, repair_sql text, document text);
comment on type private.checkup is
  'What a check has found. verdict: ok, info (nothing is wrong), warn or error. repair_sql: the statement that mends '
  'it, null: none can, or nothing is to be mended. document: where it is asked for.';

create function private.checkup(
  p_check_name text, p_verdict text, p_subject text, p_detail text, p_document text, p_evidence jsonb default '{}',
  p_repair_sql text default null
) returns private.checkup
language sql immutable set search_path = '' as $$
  select (p_check_name, p_verdict, p_subject, p_detail, jsonb_strip_nulls(p_evidence), p_repair_sql,
    p_document)::private.checkup
$$;
comment on function private.checkup(text, text, text, text, text, jsonb, text) is 'What a check has found.';
revoke execute on function private.checkup(text, text, text, text, text, jsonb, text) from public;
