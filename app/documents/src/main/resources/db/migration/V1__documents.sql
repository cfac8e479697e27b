-- Applied as kn_owner. The bucket leads every key: it is what moves between shards.
create table documents (
  bucket integer not null,
  tenant_id text not null check (length(tenant_id) between 1 and 200),
  id uuid not null,
  title text not null check (length(title) between 1 and 300),
  content text not null check (octet_length(content) <= 1048576),
  status text not null check (status in ('DRAFT', 'IN_REVIEW', 'PUBLISHED', 'ARCHIVED')),
  collection text check (length(collection) between 1 and 100),
  tags text[] not null default '{}',
  author text not null,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (bucket, tenant_id, id)
);

create index documents_by_status on documents (bucket, tenant_id, status, id desc)
  where deleted_at is null;
create index documents_deleted on documents (deleted_at) where deleted_at is not null;

select kn.distribute('documents');

-- New tables are open to the runtime role; the history of migrations is not.
revoke insert, update, delete on flyway_schema_history from kn_app;
