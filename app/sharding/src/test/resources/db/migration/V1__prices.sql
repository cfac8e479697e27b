-- A table of another application on the same shards.
create table prices (
  bucket integer not null,
  article text not null,
  cents integer not null,
  primary key (bucket, article)
);
select kn.distribute('prices');
