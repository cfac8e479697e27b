-- Requests that clients may send again, with their first answers. The bucket is the tenant's, so they
-- move with what they have made.
create table idempotent_requests (
  bucket integer not null,
  tenant_id text not null check (length(tenant_id) between 1 and 200),
  id text not null check (length(id) = 64),
  fingerprint text not null check (length(fingerprint) = 64),
  status integer not null,
  headers jsonb not null,
  body text not null,
  created_at timestamptz not null default now(),
  primary key (bucket, tenant_id, id)
);

create index idempotent_requests_created on idempotent_requests (created_at);

select kn.distribute('idempotent_requests');
