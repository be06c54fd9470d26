// Failures in plain words. The server's own sentence wins; these are for what the server can't say.

import type { Problem } from './types';

/** Failures that only the browser sees, since no answer of the server arrived. */
const WORDS: Record<string, [title: string, detail: string]> = {
  CUT_OFF: ['回答中途断开', '连接在回答结束前断开，上面的内容可能不完整，请不要据此办理。'],
  TIMEOUT: ['等待时间过长', '服务器长时间没有回应，请稍后再试。'],
  OFFLINE: ['当前没有网络', '设备没有联网，恢复网络后可以重新提问。'],
  NETWORK: ['连接不上服务', '暂时连接不上问答服务，请检查网络后再试。'],
};

/** Words by HTTP status, for errors that carry no problem JSON, for instance from a gateway in between. */
const BY_STATUS: Record<number, [title: string, detail: string]> = {
  400: ['问题无法处理', '请换一种说法再问一次。'],
  403: ['没有访问权限', '本页面没有获准使用问答服务，请联系网站管理员。'],
  404: ['没有找到问答服务', '服务地址可能有误，请联系网站管理员。'],
  413: ['问题太长', '请把问题缩短后再问。'],
  422: ['问题无法处理', '请检查问题和日期后再问一次。'],
  429: ['提问太频繁', '请稍等片刻再问。'],
};

/** Builds a problem from one of our own codes, or from a bare HTTP status. */
export function problemFor(code: string, status?: number): Problem {
  const words = WORDS[code] ??
    (status === undefined ? undefined : BY_STATUS[status]) ?? [
      '服务暂时出错',
      '问答服务出现故障，请稍后再试。',
    ];
  return { code, title: words[0], detail: words[1], status };
}

/** Whether a body is problem JSON. */
export function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { code, title } = value as Record<string, unknown>;
  return typeof code === 'string' && typeof title === 'string';
}

/** Whether asking the same again makes sense. Faults of the question itself stay faults. */
export function canRetry(problem: Problem): boolean {
  return ![400, 403, 404, 413, 422].includes(problem.status ?? 0);
}
