create function private.words_of_running() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_submits()
  union all select * from private.words_of_tasks()
  union all select * from private.words_of_copies()
$$;
comment on function private.words_of_running() is 'The words of findings about jobs that run.';
revoke execute on function private.words_of_running() from public;
