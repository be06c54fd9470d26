//! What the `eval` commands take.

#![expect(clippy::doc_markdown, reason = "the comments are the help texts that people read")]

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::TEMPLATE;
use crate::evaluation::{Channels, SetFiles};

#[derive(Debug, Subcommand)]
pub(super) enum Eval {
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
    /// 逐组试设置，在 tune 一半上选，在 report 一半上报告
    #[command(help_template = TEMPLATE)]
    Sweep(EvalSweep),
    /// 用已确认依据的问题训练排序模型，与索引放在一起
    #[command(help_template = TEMPLATE)]
    Train,
    /// 公开数据集的检索评测：在临时索引上计算 nDCG@10、MRR@10、Recall@k 和用时
    #[command(help_template = TEMPLATE)]
    Retrieval(EvalRetrieval),
    /// 把一次运行写入文件（JSON，每行一题）
    #[command(help_template = TEMPLATE)]
    Export {
        /// 编号、编号开头或 last
        #[arg(value_name = "运行")]
        run: String,
        /// 写入的文件
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 读入别处导出的运行，供比较
    #[command(help_template = TEMPLATE)]
    Import {
        /// eval export 写出的文件
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct EvalRun {
    /// 评测集名称，见 eval list
    #[arg(required = true, value_name = "评测集")]
    pub names: Vec<String>,
    /// 评测集目录
    #[arg(long, value_name = "目录", default_value = "evals/suites")]
    pub suites: PathBuf,
    /// 与哪次运行比较：编号、编号开头或 last，或基线文件
    #[arg(long, value_name = "运行")]
    pub against: Option<String>,
    /// 改一项检索设置，如 gate=0.35、weights.vector=0，可多次
    #[arg(long = "set", value_name = "名称=值")]
    pub changes: Vec<String>,
    /// 只做这一半：tune 或 report
    #[arg(long, value_name = "一半", default_value = "")]
    pub half: String,
    /// 每个评测集最多问多少题
    #[arg(long, value_name = "题数")]
    pub limit: Option<usize>,
    /// 写入 HTML 报告
    #[arg(long, value_name = "文件")]
    pub html: Option<PathBuf>,
    /// 以 JSON 输出各项数字、比较和结论
    #[arg(long)]
    pub json: bool,
    /// 写入基线文件：只有题号和各项数字
    #[arg(long, value_name = "文件")]
    pub baseline: Option<PathBuf>,
    /// 不接着做中断的运行，从头开始
    #[arg(long)]
    pub restart: bool,
}

#[derive(Debug, Args)]
pub(super) struct EvalCompare {
    /// 之前的运行：编号、编号开头或 last，或基线文件
    #[arg(value_name = "之前")]
    pub before: String,
    /// 之后的运行：编号、编号开头或 last
    #[arg(value_name = "之后")]
    pub after: String,
    /// 写入 HTML 报告
    #[arg(long, value_name = "文件")]
    pub html: Option<PathBuf>,
    /// 以 JSON 输出各项数字、比较和结论
    #[arg(long)]
    pub json: bool,
}

/// A public set, in one of the forms that the world keeps them in.
#[derive(Debug, Args)]
#[group(id = "set")]
pub(super) struct SetArgs {
    /// 语料 JSONL（id、title、text）
    #[arg(long, value_name = "文件")]
    pub corpus: Option<PathBuf>,
    /// 问题 JSONL（id、text）
    #[arg(long, value_name = "文件", requires = "qrels")]
    pub queries: Option<PathBuf>,
    /// 标注 TSV（问题、文档、等级）
    #[arg(long, value_name = "文件", requires = "queries")]
    pub qrels: Option<PathBuf>,
    /// BEIR 目录（corpus.jsonl、queries.jsonl、qrels）；语料在别处时用 --corpus 指定
    #[arg(long, value_name = "目录", conflicts_with_all = ["queries", "squad"])]
    pub beir: Option<PathBuf>,
    /// BEIR 目录有几个划分时用哪一个
    #[arg(long, value_name = "划分", requires = "beir")]
    pub split: Option<String>,
    /// SQuAD 格式的阅读理解集（JSON）
    #[arg(long, value_name = "文件", conflicts_with_all = ["queries", "corpus"])]
    pub squad: Option<PathBuf>,
}

impl SetArgs {
    /// The set's files; `None` where no set is named.
    ///
    /// # Errors
    /// A set that is named by half, in Chinese.
    pub fn files(self) -> Result<Option<SetFiles>, String> {
        Ok(Some(match (self.beir, self.squad, self.corpus, self.queries, self.qrels) {
            (Some(folder), _, corpus, ..) => SetFiles::Beir { folder, corpus, split: self.split },
            (_, Some(file), ..) => SetFiles::Squad(file),
            (_, _, Some(corpus), Some(queries), Some(qrels)) => SetFiles::Lines { corpus, queries, qrels },
            (_, _, None, None, None) => return Ok(None),
            _ => return Err("--corpus、--queries、--qrels 要一起写".to_owned()),
        }))
    }
}

#[derive(Debug, Args)]
pub(super) struct EvalRetrieval {
    #[command(flatten)]
    pub set: SetArgs,
    /// 使用哪些通道
    #[arg(long, value_enum, default_value_t = Channels::Hybrid, value_name = "通道")]
    pub channels: Channels,
    #[command(flatten)]
    pub known: KnownArgs,
    /// 改一项检索设置，可多次
    #[arg(long = "set", id = "changes", value_name = "名称=值")]
    pub changes: Vec<String>,
    /// 只问这一半：tune 是第 1、3、5……题，report 是其余
    #[arg(long, value_enum, value_name = "一半")]
    pub half: Option<Half>,
    /// 最多问多少题
    #[arg(long, value_name = "题数")]
    pub limit: Option<usize>,
    /// 不检索，只给这份 TREC 结果打分
    #[arg(long, value_name = "文件")]
    pub trec_in: Option<PathBuf>,
    /// 把检索结果按 TREC 格式写入文件
    #[arg(long, value_name = "文件")]
    pub trec_out: Option<PathBuf>,
    /// 把数字写入 JSON 文件
    #[arg(long, value_name = "文件")]
    pub json: Option<PathBuf>,
}

/// Which questions count as known.
#[derive(Debug, Args)]
pub(super) struct KnownArgs {
    /// 已知问题 JSONL
    #[arg(long, value_name = "文件", requires = "known_qrels", conflicts_with = "folds")]
    pub known_queries: Option<PathBuf>,
    /// 已知问题的标注 TSV
    #[arg(long, value_name = "文件", requires = "known_queries")]
    pub known_qrels: Option<PathBuf>,
    /// 分成几折：每折只知道其余各折的问题，排序模型也只从那些问题学
    #[arg(long, value_name = "折数", value_parser = clap::value_parser!(u64).range(2..=100))]
    pub folds: Option<u64>,
}

/// One half of a set's questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Half {
    /// 用来选设置
    Tune,
    /// 用来报告
    Report,
}

impl Half {
    /// As manifests and runs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tune => "tune",
            Self::Report => "report",
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct EvalSweep {
    /// 评测集名称；或用 --corpus、--beir、--squad 指定公开数据集
    #[arg(value_name = "评测集", required_unless_present_any = ["corpus", "beir", "squad"], conflicts_with_all = ["corpus", "beir", "squad"])]
    pub names: Vec<String>,
    /// 评测集目录
    #[arg(long, value_name = "目录", default_value = "evals/suites")]
    pub suites: PathBuf,
    #[command(flatten)]
    pub set: SetArgs,
    /// 分成几折（公开数据集），见 eval retrieval
    #[arg(long, value_name = "折数", value_parser = clap::value_parser!(u64).range(2..=100))]
    pub folds: Option<u64>,
    /// 一项设置的几个取值，如 weights.word=0.1,0.3,0.5；多次则试所有组合
    #[arg(long = "over", required = true, value_name = "名称=值,值")]
    pub over: Vec<String>,
    /// 按哪项数字选；不写：评测集用 state_correct，公开数据集用 ndcg_10
    #[arg(long, value_name = "指标")]
    pub by: Option<String>,
    /// 每个评测集最多问多少题
    #[arg(long, value_name = "题数")]
    pub limit: Option<usize>,
    /// 把选出的设置写入文件，可直接作配置文件的 [retrieval] 一段
    #[arg(long, value_name = "文件")]
    pub out: Option<PathBuf>,
    /// 以 JSON 输出
    #[arg(long)]
    pub json: bool,
}
