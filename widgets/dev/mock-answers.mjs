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
    text,
    citations: [],
    related: [],
    notices: [],
    as_of: DAY,
    findings: [],
    ...more,
  };
}

/** Picks a script by words of the question. Steps are events; `pause` waits, `cut` breaks the line, `hang` keeps silent. */
export function scriptFor(question, asOf) {
  const day = asOf ?? DAY;
  const start = ['accepted', { id: 'mock-1', question, as_of: day }];
  const found = (count, rewrites = []) => [
    'retrieved',
    {
      route: 'search',
      count,
      gate: { open: count > 0, confidence: 0.8, threshold: 0.5, reason: '' },
      rewrites,
    },
  ];
  const finish = (whole) => [
    'done',
    { id: 'mock-1', answer: { ...whole, as_of: day }, timings: {} },
  ];
  const pieces = (text, size = 6) =>
    (text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? []).map((t) => ['delta', { text: t }]);

  if (/火锅|天气/.test(question)) {
    const whole = answer(
      'no_match',
      '收录的规定里没有写到这个问题，因此不作回答。\n\n您可以换一种说法，或者向所在党支部咨询。',
      {
        related: [citation(1, INFORM, INFORM.text)],
      },
    );
    return [start, found(0), ...pieces(whole.text), finish(whole)];
  }
  if (/处分我|举报|张三/.test(question)) {
    const whole = answer(
      'needs_human',
      '这涉及具体个人的处理，不能由程序答复。请联系所在党支部，或者向上级党组织的组织、纪检部门反映。',
    );
    return [start, found(3), ...pieces(whole.text), finish(whole)];
  }
  if (/停机/.test(question)) {
    return [
      start,
      finish(
        answer('unavailable', '检索服务正在维护，暂时无法回答。您仍可以在法规库里直接查阅条文。'),
      ),
    ];
  }
  if (/断开/.test(question))
    return [start, found(2), ...pieces('根据规定，流动党员在流入地').slice(0, 3), ['cut']];
  if (/报错/.test(question)) {
    return [
      start,
      [
        'error',
        {
          code: 'SEARCH_FAILED',
          title: '检索出错',
          detail: '检索没有完成，请稍后再试。',
          status: 503,
        },
      ],
    ];
  }
  if (/慢/.test(question)) {
    return [
      start,
      found(8),
      ...pieces(GROUNDED.repeat(3), 2).flatMap((piece) => [piece, ['pause', 60]]),
      ['hang'],
    ];
  }
  if (/脚本/.test(question)) {
    const whole = answer('grounded', HOSTILE, { citations: [vote] });
    return [start, found(1), ...pieces(HOSTILE, 5), finish(whole)];
  }
  if (/旧规定/.test(question) || asOf) {
    const whole = answer(
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
    );
    return [start, found(4), ...pieces(whole.text), finish(whole)];
  }
  const notices = [{ code: 'NO_MODEL', text: '未配置大模型，仅列原文。' }];
  const whole = answer('grounded', GROUNDED, {
    citations: [vote, inform],
    related: [citation(3, TRANSFER, TRANSFER.text), { ...abolished, n: 4 }],
    notices,
  });
  return [
    start,
    found(8, [{ from: '投票', to: '行使选举权' }]),
    ...pieces(GROUNDED).flatMap((piece) => [piece, ['pause', 15]]),
    ['citation', vote],
    ['citation', inform],
    ['notice', notices[0]],
    finish(whole),
  ];
}
