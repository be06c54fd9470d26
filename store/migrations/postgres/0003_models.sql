-- How much each model was used, by day in Shanghai: what the daily budget is held against.
create table model_usage (
    day         date not null,
    provider    text not null,              -- its name in the configuration
    calls       bigint not null,
    tokens      bigint not null,            -- prompt and answer, estimated where the provider does not count
    primary key (day, provider)
);
