-- A table of these tests, applied as kn_owner as those of the application are.
create table notes (
  bucket integer not null,
  tenant_id text not null,
  id uuid not null,
  title text not null check (length(title) >= 1),
  content text not null default '',
  status text not null default 'DRAFT',
  label text,
  author text not null,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (bucket, tenant_id, id)
);
create index notes_deleted on notes (deleted_at) where deleted_at is not null;
select kn.distribute('notes');
