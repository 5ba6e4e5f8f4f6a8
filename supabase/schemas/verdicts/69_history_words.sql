create function private.words_of_history() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('was_waiting', 900, 'wait', 'by_itself', null,
      array['Your job was waiting for its turn then.'],
      array['Seu trabalho estava aguardando a vez naquele momento.']),
    ('was_running', 910, 'info', 'by_itself', null,
      array['Your job was being worked on then.'],
      array['Seu trabalho estava sendo feito naquele momento.']),
    ('not_created_yet', 920, 'info', 'never', null,
      array['Your job did not exist then.'],
      array['Seu trabalho ainda não existia naquele momento.']),
    ('not_looked_at', 930, 'info', 'by_operator',
      'Read the error: something that it reads was changed, or it is a bug of ours. All other verdicts hold.',
      array['We cannot say everything about your job just now.', 'It goes on all the same.'],
      array['Não conseguimos dizer tudo sobre o seu trabalho agora.', 'Ele continua mesmo assim.'])
$$;
comment on function private.words_of_history() is
  'The words of what a job''s own history tells of a time that is over (private.verdicts_as_of), and of a link that '
  'cannot be looked at.';
revoke execute on function private.words_of_history() from public;
