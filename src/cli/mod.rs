//! The command line.

mod ask;
mod channel;
mod check;
mod eval;
mod progress;
mod serve;
mod words;
mod work;

use std::{path::PathBuf, process::ExitCode};

use chrono::NaiveDate;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Config, ConfigError, Log, LogFormat};

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
    /// 评测
    #[command(help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    Eval {
        #[command(subcommand)]
        what: Eval,
    },
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

#[derive(Debug, Subcommand)]
enum Eval {
    /// 检索评测：在临时索引上计算 nDCG@10、MRR@10、Recall@k 和用时
    #[command(help_template = TEMPLATE)]
    Retrieval(EvalRetrieval),
    /// 列出评测集和已有的运行
    #[command(help_template = TEMPLATE)]
    List {
        /// 评测集目录
        #[arg(long, value_name = "目录", default_value = "evals/suites")]
        suites: PathBuf,
    },
    /// 用评测集检验当前知识库；中断后再次运行会接着做
    #[command(help_template = TEMPLATE)]
    Run(EvalRun),
    /// 比较两次运行：逐题好坏、差异区间、门禁结论（不通过时退出码为 1）
    #[command(help_template = TEMPLATE)]
    Compare(EvalCompare),
    /// 用已确认依据的问题训练排序模型，与索引放在一起
    #[command(help_template = TEMPLATE)]
    Train,
}

#[derive(Debug, Args)]
struct EvalRun {
    /// 评测集名称，见 eval list
    #[arg(required = true, value_name = "评测集")]
    names: Vec<String>,
    /// 评测集目录
    #[arg(long, value_name = "目录", default_value = "evals/suites")]
    suites: PathBuf,
    /// 与哪次运行比较：编号、编号开头或 last，或基线文件
    #[arg(long, value_name = "运行")]
    against: Option<String>,
    /// 改一项检索设置，如 gate=0.35、weights.vector=0，可多次
    #[arg(long = "set", value_name = "名称=值")]
    changes: Vec<String>,
    /// 只做这一半：tune 或 report
    #[arg(long, value_name = "一半", default_value = "")]
    half: String,
    /// 每个评测集最多问多少题
    #[arg(long, value_name = "题数")]
    limit: Option<usize>,
    /// 写入 HTML 报告
    #[arg(long, value_name = "文件")]
    html: Option<PathBuf>,
    /// 把整次运行写入文件（JSON，每行一题）
    #[arg(long, value_name = "文件")]
    json: Option<PathBuf>,
    /// 写入基线文件：只有题号和各项数字
    #[arg(long, value_name = "文件")]
    baseline: Option<PathBuf>,
    /// 不接着做中断的运行，从头开始
    #[arg(long)]
    restart: bool,
}

#[derive(Debug, Args)]
struct EvalCompare {
    /// 之前的运行：编号、编号开头或 last，或基线文件
    #[arg(value_name = "之前")]
    before: String,
    /// 之后的运行：编号、编号开头或 last
    #[arg(value_name = "之后")]
    after: String,
    /// 写入 HTML 报告
    #[arg(long, value_name = "文件")]
    html: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct EvalRetrieval {
    /// 语料 JSONL（id、title、text）
    #[arg(long, value_name = "文件")]
    corpus: PathBuf,
    /// 问题 JSONL（id、text）
    #[arg(long, value_name = "文件")]
    queries: PathBuf,
    /// 标注 TSV（问题、文档、等级）
    #[arg(long, value_name = "文件")]
    qrels: PathBuf,
    /// 使用哪些通道
    #[arg(long, value_enum, default_value_t = Channels::Hybrid, value_name = "通道")]
    channels: Channels,
    /// 已知问题 JSONL
    #[arg(long, value_name = "文件", requires = "known_qrels")]
    known_queries: Option<PathBuf>,
    /// 已知问题的标注 TSV
    #[arg(long, value_name = "文件", requires = "known_queries")]
    known_qrels: Option<PathBuf>,
    /// 最多问多少题
    #[arg(long, value_name = "题数")]
    limit: Option<usize>,
    /// 把结果写入 JSON 文件
    #[arg(long, value_name = "文件")]
    json: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Channels {
    /// 只用词法
    Lexical,
    /// 只用向量
    Vector,
    /// 全部
    Hybrid,
}

impl Channels {
    const fn name(self) -> &'static str {
        match self {
            Self::Lexical => "lexical",
            Self::Vector => "vector",
            Self::Hybrid => "hybrid",
        }
    }
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
        Command::Channel { what } => channel::channel(config, what).await,
        Command::Eval { what: Eval::Retrieval(args) } => work::evaluate(config, args).await,
        Command::Eval { what: Eval::List { suites } } => eval::list(config, &suites).await,
        Command::Eval { what: Eval::Run(args) } => eval::run(config, args).await,
        Command::Eval { what: Eval::Compare(args) } => eval::compare(config, args).await,
        Command::Eval { what: Eval::Train } => eval::train(config).await,
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
        let lines: [&[&str]; 16] = [
            &["channel", "save", "--code", "web", "--origin", "https://a.example", "--origin", "https://b.example"],
            &["channel", "list"],
            &["channel", "key", "web", "--name", "报表"],
            &["channel", "revoke", "0198"],
            &["serve"],
            &["ingest", "regulations", "a", "b", "--title", "T", "--label", "2026", "--effective-on", "2026-05-11"],
            &["ingest", "corpus", "x.jsonl"],
            &["ask", "问", "--as-of", "2025-12-31", "--json"],
            &["search", "问", "--json"],
            &["words", "import", "w.csv"],
            &["words", "list"],
            &["words", "export", "o.csv"],
            &["reindex", "--config", "c.toml"],
            &["check"],
            &["openapi"],
            &[
                "eval",
                "retrieval",
                "--corpus",
                "c",
                "--queries",
                "q",
                "--qrels",
                "r",
                "--channels",
                "lexical",
                "--known-queries",
                "k",
                "--known-qrels",
                "l",
                "--limit",
                "5",
                "--json",
                "o",
            ],
        ];
        for line in lines {
            let args = std::iter::once(&"dangwutong").chain(line);
            assert!(Cli::try_parse_from(args).is_ok(), "{line:?}");
        }
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for line in [vec!["ask", "问", "--as-of", "2026-02-30"], vec!["eval", "retrieval"], vec!["fly"]] {
            assert!(Cli::try_parse_from(std::iter::once("dangwutong").chain(line.clone())).is_err(), "{line:?}");
        }
    }
}
