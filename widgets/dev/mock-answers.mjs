// Scripted answers of the mock server: one for each state and each way a stream can go wrong.
// The provisions are invented for this purpose and marked as samples.

/** The day that the mock takes for today. */
const DAY = '2026-11-24';

/** Builds a citation; what a script leaves out is filled in. */
function citation(n, article, text, more = {}) {
  const address = `a${article.number}`;
  return {
    n,
    chunk_id: `mock-${address}`,
    regulation_id: 'rmock0001',
    title: '流动党员服务管理示范规定',
    version: '2026',
    address,
    label: `《流动党员服务管理示范规定》第${article.words}条`,
    text,
    doc_kind: 'regulation',
    authority: 'provisions',
    effect: 'effective',
    effective_on: '2026-03-01',
    ended_on: null,
    url: `/regulations/rmock0001/2026/${address}`,
    sample: true,
    verified: true,
    ...more,
  };
}

/** Articles of the mock's only regulation, also shown by its reader pages. */
export const ARTICLES = [
  { number: 11, words: '十一', text: '流动党员在流入地停留六个月以上的，一般应当转移组织关系。' },
  {
    number: 13,
    words: '十三',
    text: '未转移组织关系的流动党员，在流入地党组织参加日常组织生活，但不在流入地行使选举权和表决权。\n\n流入地党组织应当把前款规定告知本人，并记入活动证。',
  },
  {
    number: 14,
    words: '十四',
    text: '流出地党组织召开党员大会进行选举的，应当至少提前十五日通知流动党员，并说明参加的方式。',
  },
];

const [TRANSFER, VOTE, INFORM] = ARTICLES;

/** Citations of the scripts: two that hold, one amended, one abolished without a page. */
const vote = citation(1, VOTE, VOTE.text);
const inform = citation(2, INFORM, INFORM.text, { verified: false });
const transfer = citation(1, TRANSFER, TRANSFER.text, {
  version: '2019',
  effect: 'amended',
  effective_on: '2019-05-01',
  ended_on: '2026-03-01',
  url: '/regulations/rmock0001/2019/a11',
});
const abolished = citation(2, TRANSFER, TRANSFER.text, {
  label: '《流动党员登记示范办法》第四条',
  version: '2008',
  effect: 'abolished',
  effective_on: null,
  ended_on: '2019-05-01',
  url: null,
  verified: false,
});

/** An answer with everything that Markdown may bring: strong, list, table, quotation, marks in all of them. */
const GROUNDED = `**不能。**没有转移组织关系的流动党员，可以在流入地参加日常组织生活，但不在那里行使选举权和表决权[1]。

要参加投票，可以选择：

1. 回组织关系所在的党组织参加选举，流出地党组织应当至少提前十五日通知[2]；
2. 符合条件的，先把组织关系转到流入地。

| 事项 | 在流入地 | 在流出地 |
|---|---|---|
| 日常组织生活 | 参加 | 可不参加 |
| 选举、表决 | 不参加[1] | 参加 |

> 流入地党组织应当把前款规定告知本人`;

/** What a model under a bad influence could write. `window.hacked` must stay undefined. */
const HOSTILE = `先看规定[1]。<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script>

[点这里](javascript:window.hacked=1) 和 [正常链接](/regulations) 以及 ![图](http://evil.invalid/x.png)

[1]: http://evil.invalid/

没有出处的标记[7]不应成为按钮。`;

/** A whole answer in the shape of the server's `Answer`. */
function answer(state, text, more = {}) {
  return {
    state,
    code: null,
    label: 'AI 生成，仅供参考',
    text,
    citations: [],
    related: [],
    notices: [],
    suggestions: [],
    options: [],
    cards: [],
    as_of: DAY,
    findings: [],
    written: null,
    ...more,
  };
}

/** A fixed reply. References are put in on purpose where `more` says so: the panel must not show them. */
function fixed(state, code, text, more = {}) {
  return answer(state, text, { code, ...more });
}

const WITH_REFERENCES = { citations: [vote], related: [inform] };

/** Whole answers by words of the question; the first that fits is taken. */
const ANSWERS = [
  [
    /火锅|天气/,
    answer(
      'no_match',
      '收录的规定里没有写到这个问题，因此不作回答。\n\n您可以换一种说法，或者向所在党支部咨询。',
      { related: [citation(1, INFORM, INFORM.text)] },
    ),
  ],
  [
    /不想活/,
    fixed(
      'needs_human',
      'DISTRESS',
      '您现在一定很难受，谢谢您说出来。请马上联系身边信任的人，也可以拨打下面的电话，有人会听您说。',
    ),
  ],
  [
    /张三/,
    fixed(
      'needs_human',
      'OTHERS_DATA',
      '这里不提供别人的党员信息，也不作确认或否认。因工作需要核实的，请由单位党组织按程序联系。',
      WITH_REFERENCES,
    ),
  ],
  [
    /能不能转正|处分我/,
    fixed(
      'needs_human',
      'CASE_DECISION',
      '这件事由所在党组织按程序研究决定，这里不作认定，只说明规定和流程。',
      {
        ...WITH_REFERENCES,
        suggestions: ['预备党员转正要经过哪些程序？', '预备期从哪天算起？'],
      },
    ),
  ],
  [
    /股票/,
    fixed('no_match', 'OUT_OF_SCOPE', '我只回答党务和组织生活方面的问题。', {
      ...WITH_REFERENCES,
      suggestions: ['党费的标准是多少？'],
    }),
  ],
  [/^(你好|您好)/, fixed('needs_human', 'GREETING', '您好，请直接输入您的党务问题。')],
  [
    /^转关系$/,
    fixed('needs_human', 'CLARIFY', '您想问的是哪一种情况？', {
      options: ['在本市内转接组织关系', '转到外省市', '毕业生转接组织关系'],
    }),
  ],
  [
    /停机/,
    answer('unavailable', '检索服务正在维护，暂时无法回答。您仍可以在法规库里直接查阅条文。'),
  ],
  [/脚本/, answer('grounded', HOSTILE, { citations: [vote] })],
  [
    /怎么转|转接|转到外省/,
    answer(
      'grounded',
      '**先向所在党支部提出，由转出、转入两边的党组织衔接。**\n\n停留六个月以上的，一般应当转移组织关系[1]。',
      {
        citations: [citation(1, TRANSFER, TRANSFER.text)],
        cards: [
          {
            code: 'relation_transfer',
            title: '组织关系转接',
            text: '线上提交转接申请，查看办理进度。',
            url: '/regulations',
          },
          {
            code: 'mobile_check_in',
            title: '流动党员报到',
            text: '到流入地党组织登记，领取活动证。',
            url: null,
          },
        ],
        suggestions: ['转接要带哪些材料？', '介绍信有效期多久？', '转接后党费交到哪里？'],
      },
    ),
  ],
  [
    /旧规定/,
    answer(
      'grounded',
      '在您所问的日期，停留六个月以上的一般应当转移组织关系[1]。更早的办法已经停止执行[2]。',
      {
        citations: [transfer, abolished],
        notices: [
          {
            code: 'VERSION_NOTE',
            text: '您问的日期适用 2019 年版；该规定自 2026 年 3 月 1 日起有新版本。',
          },
        ],
      },
    ),
  ],
];

/** What is answered to everything else. */
const USUAL = answer('grounded', GROUNDED, {
  citations: [vote, inform],
  related: [citation(3, TRANSFER, TRANSFER.text), { ...abolished, n: 4 }],
  notices: [{ code: 'NO_MODEL', text: '未配置大模型，仅列原文。' }],
  suggestions: ['流动党员的党费交到哪里？', '活动证丢了怎么办？'],
});

/** Cuts text into pieces as a model would send it. */
const pieces = (text, size) =>
  (text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? []).map((t) => ['delta', { text: t }]);

/**
 * The script of a question: events in order, without `accepted`, and the pause before each `delta`, milliseconds.
 * `earlier`: whether the conversation has turns already, so that a short question is understood from them.
 */
export function scriptFor(question, asOf, earlier) {
  if (/报错/.test(question)) {
    const detail = '检索没有完成，请稍后再试。';
    return {
      events: [['error', { code: 'COMMON-510', title: '所需的组件暂不可用', detail, status: 503 }]],
      pace: 0,
    };
  }
  const [, found] = ANSWERS.find(([words]) => words.test(question)) ?? [null, USUAL];
  const slow = /慢/.test(question);
  const text = slow ? Array(12).fill(found.text).join('\n\n') : found.text;
  const whole = { ...found, text, as_of: asOf ?? found.as_of };
  const events = [];
  if (earlier && /^那/.test(question))
    events.push(['condensed', { question: `流动党员${question.replace(/^那/, '')}` }]);
  if (!whole.code) {
    const candidates = whole.citations.length * 4;
    const rewrites = /投票/.test(question) ? [{ from: '投票', to: '行使选举权' }] : [];
    events.push(['retrieved', { searched: question, candidates, rewrites, as_of: whole.as_of }]);
  }
  const size = /断/.test(question) ? 2 : 5;
  events.push(...pieces(text, size));
  for (const one of whole.citations) events.push(['citation', one]);
  for (const one of whole.notices) events.push(['notice', one]);
  events.push(['done', whole]);
  return { events, pace: slow ? 60 : 8 };
}

/** Questions of the greeting. */
export const STARTERS = [
  {
    category: 'mobile',
    label: '流动党员',
    questions: ['流动党员没有转组织关系，能在流入地投票吗？', '流动党员的党费交到哪里？'],
  },
  {
    category: 'dev',
    label: '发展党员',
    questions: [
      '预备期从哪天算，最多能延长多久？',
      '入党申请书交给谁？',
      '接收预备党员要多少人同意？',
    ],
  },
  {
    category: 'relation',
    label: '组织关系',
    questions: ['换单位了组织关系一定要转吗？', '组织关系怎么转接？'],
  },
  { category: 'dues', label: '党费', questions: ['党费的标准是多少？'] },
  {
    category: 'org_life',
    label: '组织生活',
    questions: ['支部党员大会、支委会、党小组会多久开一次？'],
  },
  { category: 'election', label: '换届选举', questions: ['支委会每届任期几年？'] },
  { category: 'org_setup', label: '组织设置', questions: ['几名党员可以成立党支部？'] },
  { category: 'rights', label: '权利义务', questions: ['预备党员有没有表决权？'] },
];
