# 党务通。常用命令：
#   make run [REGULATIONS=路径] [LISTEN=地址:端口]   准备、构建并启动
#   make test                                      准备并运行全部测试
#   make check                                     只做格式与静态检查
#   make dev [REGULATIONS=路径] [LISTEN=地址:端口]   用调试构建启动（编译快，检索慢）
#   make bench [DATA=目录]                          在公开数据集上测量检索效果与速度
#   make clean-data                                删除 data/ 下的数据库与索引

REGULATIONS ?=
LISTEN ?=
DATA ?= ../shared/data

# Values with blanks or quotes reach the scripts unharmed only through the environment.
export REGULATIONS LISTEN DATA

.DEFAULT_GOAL := help
.PHONY: help run dev test check bench clean-data

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

run:
	@PROFILE=release scripts/run.sh

dev:
	@PROFILE=dev scripts/run.sh

test:
	@scripts/test.sh

check:
	@. scripts/tools.sh && need_tools && npm_packages
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	npm run --silent check

bench:
	@scripts/bench.sh

# The default place only: a database elsewhere is somebody's own business.
clean-data:
	rm -rf data
