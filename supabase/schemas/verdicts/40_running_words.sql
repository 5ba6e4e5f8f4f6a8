create function private.words_of_running() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('submitting', 400, 'info', 'by_itself', null,
      array['Your job is being handed over.', 'It goes on by itself.'],
      array['Seu trabalho está sendo entregue.', 'Ele continua sozinho.']),
    ('provider_running', 500, 'info', 'by_itself', null,
      array['Your job is being worked on.', 'It is done by itself{when}.'],
      array['Seu trabalho está sendo feito.', 'Ele termina sozinho{when}.'])
$$;
comment on function private.words_of_running() is 'The words of findings about jobs that run.';
revoke execute on function private.words_of_running() from public;
