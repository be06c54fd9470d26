-- Runs of the evaluation. A run grows while it is asked, and nothing of it changes once it is finished.
create table eval_run (
    id          text primary key,           -- later ones sort after earlier ones
    plan        text not null,              -- SHA-256 of settings, suites, texts, index, code: the same plan goes on
    started_at  timestamptz not null,
    finished_at timestamptz,                -- null: cut off, or still going on
    cases       bigint not null,            -- how many results a finished run has
    fingerprint text,                       -- SHA-256 of the results without times; null while unfinished
    head        text not null               -- JSON, as it was written
);
create index eval_run_started on eval_run (started_at, id);
create index eval_run_plan on eval_run (plan);

create table eval_result (
    run_id  text not null references eval_run (id),
    place   bigint not null,                -- order of suites and cases, from 0
    suite   text not null,
    case_id text not null,
    status  text not null,                  -- judged | skipped | stale | failed
    result  text not null,                  -- JSON, as it was written (jsonb would reorder it): see fingerprint
    primary key (run_id, place),
    unique (run_id, suite, case_id)
);

create function eval_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'a finished run is immutable';
end
$$;

create function eval_result_guard() returns trigger language plpgsql as $$
begin
    -- The row of the run is locked, so that nothing slips in while another session finishes it.
    if tg_op <> 'INSERT' then
        perform 1 from eval_run r where r.id = old.run_id and r.finished_at is not null;
        if found then raise exception 'a finished run is immutable'; end if;
    end if;
    if tg_op <> 'DELETE' then
        perform 1 from eval_run r where r.id = new.run_id for share;
        perform 1 from eval_run r where r.id = new.run_id and r.finished_at is not null;
        if found then raise exception 'a finished run is immutable'; end if;
        return new;
    end if;
    return old;
end
$$;

create trigger eval_run_update before update on eval_run
    for each row when (old.finished_at is not null) execute function eval_refuse();
create trigger eval_run_delete before delete on eval_run
    for each row when (old.finished_at is not null) execute function eval_refuse();
create trigger eval_run_truncate before truncate on eval_run execute function eval_refuse();
create trigger eval_result_change before insert or update or delete on eval_result
    for each row execute function eval_result_guard();
create trigger eval_result_truncate before truncate on eval_result execute function eval_refuse();
