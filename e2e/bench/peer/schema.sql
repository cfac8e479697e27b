-- A login and a schema of the peer's own in the platform's database: logins of others come into no
-- other one (pg_hba). Run as the superuser, with the variable `password`; begins anew each time.
select 'drop owned by peer cascade', 'drop role peer' where to_regrole('peer') is not null \gexec
create role peer login password :'password';
grant connect on database kn to peer;
alter role peer set search_path = peer;
create schema peer authorization peer;

set role peer;
create table peer.documents (
  id uuid primary key,
  tenant text not null,
  title text not null,
  content text not null,
  status text not null,
  tags text[] not null,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index documents_by_tenant on peer.documents (tenant, id desc);
