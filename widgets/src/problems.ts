// Failures in plain words. The server's own sentence wins; these are for what the server can't say.

import type { Problem } from './types';

/** Failures that only the browser sees, since no answer of the server arrived. */
const WORDS: Record<string, [title: string, detail: string]> = {
  CUT_OFF: ['回答中途断开', '网络没有恢复，上面的内容可能不完整，请不要据此办理。'],
  OFFLINE: ['当前没有网络', '设备没有联网，恢复网络后可以重新提问。'],
  NETWORK: ['连接不上服务', '暂时连接不上问答服务，请检查网络后再试。'],
  FAILED: ['没有答完', '作答时出了故障，可以重新提问。'],
};

/** Words by HTTP status, for errors that carry no problem JSON, for instance from a gateway in between. */
const BY_STATUS: Record<number, [title: string, detail: string]> = {
  400: ['问题无法处理', '请换一种说法再问一次。'],
  401: ['没有访问权限', '登录状态已失效，请刷新页面后再试。'],
  403: ['没有访问权限', '本页面没有获准使用问答服务，请联系网站管理员。'],
  404: ['没有找到', '内容可能已被删除。'],
  413: ['问题太长', '请把问题缩短后再问。'],
  422: ['问题无法处理', '请检查问题和日期后再问一次。'],
  429: ['提问太频繁', '请稍等片刻再问。'],
};

/** A failure that carries the problem to be shown. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

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

/** The server's own problem if it sent one, else words for the status. */
export async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const problem = isProblem(body) ? body : problemFor('HTTP', response.status);
  const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  return {
    ...problem,
    status: response.status,
    retryAfter: seconds > 0 ? seconds : undefined,
  };
}

/** What to show for anything that was thrown: a problem as it is, all else is the network's doing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return problemFor(navigator.onLine === false ? 'OFFLINE' : 'NETWORK');
}

/** Whether asking the same again makes sense. Faults of the question itself stay faults. */
export function canRetry(problem: Problem): boolean {
  return ![400, 403, 404, 413, 422].includes(problem.status ?? 0);
}

/** Seconds as people say them: 45 秒, 3 分 5 秒, 2 小时 10 分. */
export function waitInWords(seconds: number): string {
  if (seconds < 60) return `${seconds} 秒`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} 分 ${seconds % 60} 秒` : `${minutes} 分钟`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${hours} 小时 ${minutes % 60} 分` : `${hours} 小时`;
}
