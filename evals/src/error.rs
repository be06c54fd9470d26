//! What can go wrong with a measurement. Messages name file, line and reason.

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file can't be read or written, or what is in it is no set that can be measured.
    #[error(transparent)]
    Measure(#[from] measure::Error),
    /// A plan asks for nothing.
    #[error("没有选中任何题目，请核对题库、题号、两半与限定的题数")]
    NothingChosen,
    /// A plan names a case that isn't there.
    #[error("所选题库里没有题号“{0}”")]
    UnknownCase(String),
    /// There is nothing to ask a suite of.
    #[error("题库“{suite}”无法评测：{reason}")]
    Subject {
        /// The suite's name.
        suite: String,
        /// Why, in Chinese.
        reason: String,
    },
    /// The system failed on everything: that is no figure.
    #[error("{count} 题全部出错，第一题 {case}：{reason}")]
    AllFailed {
        /// How many cases.
        count: usize,
        /// Suite and id of the first.
        case: String,
        /// What went wrong with it.
        reason: String,
    },
    /// No case could be judged.
    #[error("没有一题可以评分：{skipped} 题所需的文件没有入库，{stale} 题的依据已不在库中")]
    NothingJudged {
        /// Cases whose texts are not loaded.
        skipped: usize,
        /// Cases whose evidence is gone.
        stale: usize,
    },
    /// No run has this id.
    #[error("没有编号以“{0}”开头的评测")]
    NoRun(String),
    /// The beginning of an id fits several runs.
    #[error("有不止一次评测的编号以“{0}”开头，请多写几位")]
    ManyRuns(String),
    /// A run can't be kept or read as it is.
    #[error("评测 {id} 有误：{reason}")]
    Run {
        /// Its id.
        id: String,
        /// What is wrong with it, in Chinese.
        reason: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
