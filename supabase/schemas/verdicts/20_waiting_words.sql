create function private.words_of_waiting() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('waiting_for_slot', 270, 'wait', 'by_itself', null,
      array['Your job is waiting for its turn.', 'It starts by itself{when}.', 'You can cancel it until then.'],
      array['Seu trabalho está aguardando a vez.', 'Ele começa sozinho{when}.', 'Até lá, você pode cancelá-lo.'])
$$;
comment on function private.words_of_waiting() is 'The words of findings about jobs that wait.';
revoke execute on function private.words_of_waiting() from public;
