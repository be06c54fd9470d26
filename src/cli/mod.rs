//! The command line.

mod ask;
mod audit;
mod channel;
mod check;
mod eval;
mod eval_args;
mod progress;
mod retrieval;
mod serve;
mod sweep;
mod words;
mod work;

use std::{path::PathBuf, process::ExitCode};

use chrono::NaiveDate;
use clap::{ArgAction, Args, Parser, Subcommand};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Config, ConfigError, Log, LogFormat};
use eval_args::Eval;

/// Exit code when the configuration or the arguments are wrong, as clap's own.
const WRONG_INPUT: u8 = 2;

/// An argument or a file named in one is wrong: the command did nothing, and ends with [`WRONG_INPUT`].
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct WrongInput(String);

impl WrongInput {
    /// For `map_err`.
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}{after-help}";

/// 党务通：依据现行党内法规回答党务问题
#[derive(Debug, Parser)]
#[command(
    name = "dangwutong", version, about, help_template = TEMPLATE, disable_help_flag = true,
    disable_version_flag = true, disable_help_subcommand = true, subcommand_help_heading = "命令",
    subcommand_value_name = "命令", next_help_heading = "选项",
    after_help = "\n配置：默认值 < 配置文件 < 环境变量 DANGWUTONG_…（两个下划线表示层级），各项说明见 dangwutong.example.toml。"
)]
pub struct Cli {
    /// 配置文件；不写时读当前目录的 dangwutong.toml（如果有）
    #[arg(long, global = true, value_name = "文件", env = "DANGWUTONG_CONFIG")]
    config: Option<PathBuf>,
    /// 显示帮助
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动服务
    #[command(help_template = TEMPLATE)]
    Serve(Serve),
    /// 导入法规或其他资料
    #[command(help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    Ingest {
        #[command(subcommand)]
        what: Ingest,
    },
    /// 提一个问题
    #[command(help_template = TEMPLATE)]
    Ask(Question),
    /// 只查依据，不作答
    #[command(help_template = TEMPLATE)]
    Search(Question),
    /// 管理敏感词表
    #[command(help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    Words {
        #[command(subcommand)]
        what: Words,
    },
    /// 重建索引，完成后替换旧索引
    #[command(help_template = TEMPLATE)]
    Reindex,
    /// 检查配置和各组件
    #[command(help_template = TEMPLATE)]
    Check,
    /// 输出接口文档（OpenAPI 3.1）
    #[command(help_template = TEMPLATE)]
    Openapi,
    /// 渠道：哪些网页和程序可以使用问答
    #[command(help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    Channel {
        #[command(subcommand)]
        what: Channel,
    },
    /// 审计日志
    #[command(help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    Audit {
        #[command(subcommand)]
        what: Audit,
    },
    /// 评测
    #[command(help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    Eval {
        #[command(subcommand)]
        what: Eval,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// 核对审计日志：有没有被改动、删除或插入的记录（有则退出码为 1）
    #[command(help_template = TEMPLATE)]
    Verify(AuditVerify),
    /// 输出日志末尾的锚点，留存在数据库之外
    #[command(help_template = TEMPLATE)]
    Anchor,
}

#[derive(Debug, Args)]
struct AuditVerify {
    /// 从第几条起；不写为第一条
    #[arg(long, value_name = "序号")]
    from: Option<i64>,
    /// 到第几条止；不写为最后一条
    #[arg(long, value_name = "序号")]
    to: Option<i64>,
    /// 以前留存的锚点，可多次
    #[arg(long = "anchor", value_name = "锚点")]
    anchors: Vec<String>,
    /// 以 JSON 输出
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Channel {
    /// 新建或修改渠道；用户签名密钥只在新建时显示
    #[command(help_template = TEMPLATE)]
    Save(SaveChannel),
    /// 列出渠道和密钥
    #[command(help_template = TEMPLATE)]
    List,
    /// 为程序生成 API 密钥；只显示这一次
    #[command(help_template = TEMPLATE)]
    Key {
        /// 渠道代码
        #[arg(value_name = "渠道")]
        channel: String,
        /// 用途说明
        #[arg(long, value_name = "说明", default_value = "")]
        name: String,
    },
    /// 作废 API 密钥
    #[command(help_template = TEMPLATE)]
    Revoke {
        /// 密钥编号，见 channel list
        #[arg(value_name = "编号")]
        id: String,
    },
}

#[derive(Debug, Args)]
struct SaveChannel {
    /// 渠道代码：字母、数字、- 和 _，写在网页脚本的 data-channel 中
    #[arg(long, value_name = "代码")]
    code: String,
    /// 名称
    #[arg(long, value_name = "名称", default_value = "")]
    name: String,
    /// 允许的网页来源，如 `https://portal.example`，可多次；一个都不写则任何网页都不能使用
    #[arg(long = "origin", value_name = "来源")]
    origins: Vec<String>,
    /// 开场白
    #[arg(long, value_name = "文字", default_value = "")]
    greeting: String,
    /// 每分钟提问上限；不写按配置
    #[arg(long, value_name = "次数")]
    minute_limit: Option<i64>,
    /// 每天提问上限；不写按配置
    #[arg(long, value_name = "次数")]
    day_limit: Option<i64>,
    /// 停用
    #[arg(long)]
    disabled: bool,
}

#[derive(Debug, Args)]
struct Serve {
    /// 演示知识目录：数据库为空时载入
    #[arg(long, value_name = "目录")]
    demo: Option<PathBuf>,
    /// 法规目录：每次启动时导入，未变的文件不重复处理
    #[arg(long, value_name = "目录")]
    regulations: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Ingest {
    /// 导入法规：Markdown、纯文本、HTML、DOCX、PDF 文件或其目录
    #[command(help_template = TEMPLATE)]
    Regulations(IngestRegulations),
    /// 导入资料：每行一个 JSON，含 id、title、text
    #[command(help_template = TEMPLATE)]
    Corpus {
        /// JSONL 文件
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum Words {
    /// 导入词表：CSV 文件，表头 word,level,places,category；有一行不对就全部不导入
    #[command(help_template = TEMPLATE)]
    Import {
        /// CSV 文件，UTF-8 编码
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 列出词表
    #[command(help_template = TEMPLATE)]
    List,
    /// 输出词表，格式与导入相同
    #[command(help_template = TEMPLATE)]
    Export {
        /// 写入的文件；不写时输出到屏幕
        #[arg(value_name = "文件")]
        file: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct IngestRegulations {
    /// 文件或目录
    #[arg(required = true, value_name = "路径")]
    paths: Vec<PathBuf>,
    /// 标题（只导入一个文件时）
    #[arg(long, value_name = "标题")]
    title: Option<String>,
    /// 版本，如 2026（只导入一个文件时）
    #[arg(long, value_name = "版本")]
    label: Option<String>,
    /// 施行日期，如 2026-05-11
    #[arg(long, value_name = "日期", value_parser = parse_day)]
    effective_on: Option<NaiveDate>,
    /// 发布日期
    #[arg(long, value_name = "日期", value_parser = parse_day)]
    published_on: Option<NaiveDate>,
    /// 制定机关
    #[arg(long, value_name = "机关")]
    issuer: Option<String>,
    /// 以 JSON 输出导入报告
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Question {
    /// 问题
    #[arg(value_name = "问题")]
    text: String,
    /// 按哪一天的规定，如 2025-12-31；不写为今天
    #[arg(long, value_name = "日期", value_parser = parse_day)]
    as_of: Option<NaiveDate>,
    /// 以 JSON 输出
    #[arg(long)]
    json: bool,
}

fn parse_day(text: &str) -> Result<NaiveDate, String> {
    crate::http::extract::date(Some(text), "")
        .ok()
        .flatten()
        .ok_or_else(|| "应写成 YYYY-MM-DD，且是真实存在的日期".to_owned())
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // `… | head` ends a command quietly, as it does every other one. A server has no such reader.
    if !matches!(cli.command, Command::Serve(_)) {
        sigpipe::reset();
    }
    if matches!(cli.command, Command::Openapi) {
        return finish(print_openapi());
    }
    let config = match Config::load(cli.config.as_deref()) {
        Ok(config) => config,
        Err(error) => return refuse(&error),
    };
    // A measurement asks hundreds of questions: their log lines would bury its figures.
    let quiet = matches!(cli.command, Command::Eval { .. }) && config.log.level == Log::default().level;
    start_log(&if quiet { Log { level: "error".to_owned(), ..config.log.clone() } } else { config.log.clone() });
    // TLS clients (embedding endpoint, Qdrant) need to be told who does the cryptography. It fails only
    // if somebody has told them before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return finish(Err(anyhow::Error::new(error).context("无法启动运行时"))),
    };
    finish(runtime.block_on(dispatch(cli.command, config)))
}

async fn dispatch(command: Command, config: Config) -> anyhow::Result<()> {
    match command {
        Command::Serve(args) => serve::serve(config, args).await,
        Command::Ingest { what: Ingest::Regulations(args) } => work::regulations(config, args).await,
        Command::Ingest { what: Ingest::Corpus { file } } => work::corpus(config, file).await,
        Command::Ask(question) => ask::ask(config, question).await,
        Command::Search(question) => ask::search(config, question).await,
        Command::Words { what: Words::Import { file } } => words::import(config, file).await,
        Command::Words { what: Words::List } => words::list(config).await,
        Command::Words { what: Words::Export { file } } => words::export(config, file).await,
        Command::Reindex => work::reindex(config).await,
        Command::Check => check::check(config).await,
        Command::Openapi => print_openapi(),
        Command::Audit { what: Audit::Verify(args) } => audit::verify(config, args).await,
        Command::Audit { what: Audit::Anchor } => audit::anchor(config).await,
        Command::Channel { what } => channel::channel(config, what).await,
        Command::Eval { what } => Box::pin(eval::eval(config, what)).await,
    }
}

fn print_openapi() -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(&crate::http::openapi())?);
    Ok(())
}

fn refuse(error: &ConfigError) -> ExitCode {
    eprintln!("启动失败：{error}");
    ExitCode::from(WRONG_INPUT)
}

fn finish(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("失败：{error:#}");
            if error.is::<WrongInput>() { ExitCode::from(WRONG_INPUT) } else { ExitCode::FAILURE }
        }
    }
}

/// Log lines go to stderr: stdout belongs to results.
fn start_log(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|error| {
        eprintln!("log.level “{}” 有误（{error}），改用 info", log.level);
        EnvFilter::new("info")
    });
    let registry = tracing_subscriber::registry().with(filter);
    match log.format {
        LogFormat::Text => registry.with(fmt::layer().with_writer(std::io::stderr)).init(),
        LogFormat::Json => registry.with(fmt::layer().json().with_writer(std::io::stderr)).init(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn commands_of_the_documentation_are_understood() {
        let lines = [
            "channel save --code web --origin https://a.example --origin https://b.example",
            "channel list",
            "channel key web --name 报表",
            "channel revoke 0198",
            "serve",
            "ingest regulations a b --title T --label 2026 --effective-on 2026-05-11",
            "ingest corpus x.jsonl",
            "ask 问 --as-of 2025-12-31 --json",
            "search 问 --json",
            "words import w.csv",
            "words list",
            "words export o.csv",
            "reindex --config c.toml",
            "check",
            "openapi",
            "audit verify --from 1 --to 9 --anchor 3-ab --json",
            "audit anchor",
            "eval list",
            "eval run statute numbers --against last --set gate=0.5 --half tune --html r.html --json",
            "eval compare a b",
            "eval export last run.jsonl",
            "eval import run.jsonl",
            "eval train",
            "eval sweep statute --over gate=0.4,0.5 --over depth=100,200 --by state_correct --out tuned.toml",
            "eval sweep --beir folder --over chunk.part=300,600",
            "eval retrieval --corpus c --queries q --qrels r --channels lexical --known-queries k --known-qrels l \
             --limit 5 --json o",
            "eval retrieval --corpus c --queries q --qrels r --folds 5 --trec-out run.txt",
            "eval retrieval --beir folder --split test",
            "eval retrieval --squad s.json",
            "eval retrieval --queries q --qrels r --corpus c --trec-in run.txt",
        ];
        for line in lines {
            let args = std::iter::once("dangwutong").chain(line.split_whitespace());
            assert!(Cli::try_parse_from(args).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for line in [
            "ask 问 --as-of 2026-02-30",
            "eval retrieval --queries q",
            "eval retrieval --beir f --squad s",
            "eval retrieval --squad s --folds 5 --known-queries k --known-qrels l",
            "eval sweep statute",
            "eval sweep --over gate=0.4",
            "fly",
        ] {
            let args = std::iter::once("dangwutong").chain(line.split_whitespace());
            assert!(Cli::try_parse_from(args).is_err(), "{line}");
        }
    }
}
