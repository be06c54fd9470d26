// Makes a folder of model regulations, and measures the reader of a running server.
//
//   node scripts/bench-reader.mjs make FOLDER COUNT
//   node scripts/bench-reader.mjs measure http://127.0.0.1:PORT [ROUNDS]
//
// The texts are nonsense of the right shape and length, the same at every run: what counts here is
// how many there are and how long they are.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const PLACES = ['甲市', '乙市', '丙市', '丁市', '戊市', '己市', '庚市', '辛市', '壬市', '癸市'];
const MATTERS = ['流动党员服务', '党费收缴', '主题党日活动', '支部换届', '党员教育培训', '阵地开放', '组织关系转接', '民主评议'];
const KINDS = [
  ['条例', 'ordinance', 'regulation'],
  ['规定', 'provisions', 'regulation'],
  ['办法', 'measures', 'regulation'],
  ['细则', 'detailed_rules', 'regulation'],
  ['意见', 'normative', 'normative_doc'],
];
const TOPICS = ['dev', 'relation', 'dues', 'org_life', 'appraisal', 'election', 'mobile', 'resource'];
const SAYINGS = [
  '党组织应当在收到材料后十个工作日内研究并答复',
  '街道、镇党委负责指导和监督本区域内的有关工作',
  '有下列情形之一的，应当说明理由并报上级党组织备案',
  '经费使用情况应当每年向党员公布一次，接受监督',
  '流动党员可以在流入地参加组织生活，但不参加表决',
  '任何组织和个人不得以任何名义收取费用',
  '党支部应当按月记录党员参加活动的情况',
  '具体程序由市委有关部门另行规定',
  '对违反本规定第九条的，由主管单位责令改正',
  '每年组织生活不少于十二次，每次不少于一个小时',
];
/** Articles of each text: about as many as real ones have. */
const ARTICLES = 40;

/** A small generator with a seed: the same texts on every machine. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const NUMBERS = '零一二三四五六七八九';
const chinese = (n) =>
  n < 10
    ? NUMBERS[n]
    : `${n >= 20 ? NUMBERS[Math.floor(n / 10)] : ''}十${n % 10 ? NUMBERS[n % 10] : ''}`;

function regulation(index, edition) {
  const pick = random(index * 7919 + 1);
  const [kind, authority, docKind] = KINDS[index % KINDS.length];
  const place = PLACES[pick(PLACES.length)];
  const title = `示例${place}${MATTERS[pick(MATTERS.length)]}${kind}第${index}号（示例）`;
  const year = 2004 + pick(18) + edition * 4;
  const head = `---\ntitle: ${title}\nlabel: ${year}\ndoc_kind: ${docKind}\nauthority: ${authority}\nissuer: 示例${place}党委第${pick(6)}办公室\npublished_on: ${year}-02-01\neffective_on: ${year}-03-01\nsample: true\ntopics: ${TOPICS[pick(TOPICS.length)]}\n---\n\n# ${title}\n\n`;
  const articles = Array.from({ length: ARTICLES }, (_, at) => {
    const said = Array.from({ length: 3 + pick(5) }, () => SAYINGS[pick(SAYINGS.length)]);
    if (edition && at % 5 === 0) said.push('修订时增加的要求从其规定');
    return `第${chinese(at + 1)}条　事项${index}之${at + 1}：${said.join('；')}。\n\n`;
  });
  return { name: `r${index}-${year}.md`, text: head + articles.join('') };
}

async function make(folder, count) {
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < count; index++) {
    // Every tenth has two versions, so that there is something to compare.
    for (const edition of index % 10 === 0 ? [0, 1] : [0]) {
      const { name, text } = regulation(index, edition);
      await writeFile(path.join(folder, name), text);
    }
  }
}

const share = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

async function measure(base, rounds) {
  const get = async (address) => {
    const response = await fetch(base + address);
    const text = await response.text();
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return text;
  };
  const json = async (address) => JSON.parse(await get(address));
  const { total, items } = await json('/api/v1/regulations?per_page=100');
  const two = items.find((item) => item.versions > 1);
  const words = ['党费', '流动党员', '组织生活', '材料 备案', '第九条', '没有这个词', '事项1777之7', '表决'];
  const filters = ['authority=measures', 'doc_kind=normative_doc', 'effect=amended', 'year=2015', 'topic=dues', 'issuer_level=中央'];
  const encoded = (query) => encodeURI(query);
  const kinds = {
    列表: (n) => `/regulations?page=${1 + (n % 50)}`,
    筛选: (n) => `/regulations?${encoded(filters[n % filters.length])}&sort=newest`,
    查词: (n) => `/regulations?q=${encodeURIComponent(words[n % words.length])}`,
    '查词加筛选': (n) =>
      `/regulations?q=${encodeURIComponent(words[n % words.length])}&${encoded(filters[n % filters.length])}`,
    '列表（接口）': (n) => `/api/v1/regulations?page=${1 + (n % 50)}`,
    一部法规: (n) => `/regulations/${items[n % items.length].id}/${items[n % items.length].version.label}`,
    一条: (n) => `/regulations/${items[n % items.length].id}/${items[n % items.length].version.label}/a9`,
    版本对照: () => `/regulations/${two.id}/compare`,
  };
  console.log(`${total} 部法规，每项 ${rounds} 次，毫秒\n`);
  console.log('| 页面 | p50 | p95 | 最长 |\n|---|--:|--:|--:|');
  for (const [name, address] of Object.entries(kinds)) {
    await get(address(0));
    const times = [];
    for (let n = 0; n < rounds; n++) {
      const start = performance.now();
      await get(address(n));
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const shown = [share(times, 0.5), share(times, 0.95), times.at(-1)].map((it) => it.toFixed(1));
    console.log(`| ${name} | ${shown.join(' | ')} |`);
  }
}

const [task, place, number] = process.argv.slice(2);
if (task === 'make' && number) await make(place, Number(number));
else if (task === 'measure' && place) await measure(place, Number(number ?? 200));
else {
  console.error('node scripts/bench-reader.mjs make 目录 部数 | measure 地址 [次数]');
  process.exit(2);
}
