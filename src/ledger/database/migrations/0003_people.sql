-- Who did it, and tokens for programs.

-- `who` is the person or token that signed in, `system:USER` where nobody signs in, or a part of
-- the program. `by` is the name that was given beside it, which proves nothing.
alter table ledger.events add column by text;

-- What a program signs in with. The token itself is nowhere: only its SHA-256 is kept.
create table ledger.tokens (
  name text primary key,
  hash text not null unique constraint tokens_hash_sha256 check (hash ~ '^[0-9a-f]{64}$'),
  role text not null
    constraint tokens_role_known check (role in ('view', 'submit', 'approve', 'admin')),
  made_by text not null,
  made_at timestamptz not null default ledger.now(),
  ends_at timestamptz not null,
  revoked_at timestamptz,
  constraint tokens_end_later check (ends_at > made_at));
