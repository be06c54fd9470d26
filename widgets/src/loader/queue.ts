// Calls that the page made before this script came. The page's stub (on the page /widget/) keeps them.

import type { PartyAssistantApi } from './api';

/** One call: name and arguments. The stub's `on` gives back a function that calls `off`, if there is one by then. */
export interface Call extends Array<unknown> {
  0?: unknown;
  1?: unknown;
  off?: () => void;
}

/** What the stub puts on the page. */
export interface Stub {
  queue?: Call[];
}

/** Whether the page wants to begin by itself, with options that the tag doesn't have. */
export function begins(stub: Stub | undefined): boolean {
  return calls(stub).some(([name]) => name === 'init');
}

/** Makes the calls, in order, and from now on at once: a script may have kept the stub instead of asking anew. */
export function replay(stub: Stub | undefined, api: PartyAssistantApi): void {
  const run = (call: Call) => {
    const [name, args] = call;
    const method = typeof name === 'string' ? api[name as keyof PartyAssistantApi] : undefined;
    // A call that was taken back is empty.
    if (typeof method !== 'function') return;
    const result: unknown = Reflect.apply(method, api, Array.from(args as ArrayLike<unknown>));
    if (typeof result === 'function') call.off = result as () => void;
  };
  const queue = calls(stub);
  for (const call of queue.splice(0)) run(call);
  queue.push = (...more) => {
    for (const call of more) run(call);
    return 0;
  };
}

/** The stub's calls; a page may have put anything there. */
function calls(stub: Stub | undefined): Call[] {
  return Array.isArray(stub?.queue) ? stub.queue : [];
}
