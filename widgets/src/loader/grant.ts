// The server's word that this page may show the assistant: a grant, good for minutes, handed to the panel.

/** What went wrong, for people. */
export interface Trouble {
  /** The server's code, or one of ours that begins with `LOADER-`. */
  code: string;
  /** One plain sentence. */
  message: string;
}

/** No grant was given. */
export class Refusal extends Error {
  constructor(
    readonly trouble: Trouble,
    /** Whether it may go better later: the network, not the list of origins. */
    readonly passing: boolean,
  ) {
    super(trouble.message);
  }
}

/** Milliseconds after which a silent server counts as unreachable. */
const PATIENCE = 10_000;
/** A grant with less than this left, milliseconds, could be over before the panel has used it. */
const MARGIN = 60_000;
/** Waits before asking again, milliseconds; the last one repeats. Soon at first, then without wearing anybody down. */
const WAITS = [5_000, 30_000, 120_000, 600_000];

/** Why a page is turned away, in words for whoever runs it. */
const REASONS: Record<number, string> = {
  403: '本网页的来源未登记，请管理员把它加入渠道的来源清单。',
  404: '没有这个渠道，或者渠道已停用，请核对渠道代码。',
};

/** Asks for grants. */
export class Grants {
  private kept: { grant: string; until: number } | null = null;
  private readonly stop = new AbortController();
  private timer = 0;
  private wake: (() => void) | null = null;

  /** For a channel of a server. */
  constructor(
    private readonly server: string,
    private readonly channel: string,
  ) {}

  /**
   * Whether the page may show the assistant; resolves when it may. `onTrouble` hears of every failed attempt;
   * passing ones are tried again, others reject with a [`Refusal`].
   */
  async admit(onTrouble: (trouble: Trouble) => void): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.kept = await this.fetch();
        return;
      } catch (error) {
        if (!(error instanceof Refusal) || !error.passing || this.stop.signal.aborted) throw error;
        onTrouble(error.trouble);
        await this.pause(WAITS[Math.min(attempt, WAITS.length - 1)]);
        if (this.stop.signal.aborted) throw error;
      }
    }
  }

  /** A grant for the panel. Each is handed out once: a panel that asks again had no luck with the last. */
  async take(): Promise<string> {
    const kept = this.kept;
    this.kept = null;
    return kept && kept.until - Date.now() > MARGIN ? kept.grant : (await this.fetch()).grant;
  }

  /** Ends everything that is under way. */
  destroy(): void {
    this.stop.abort();
    this.wake?.();
  }

  /** One request. No cookies: they would say nothing to the server and something about the visitor. */
  private async fetch(): Promise<{ grant: string; until: number }> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), PATIENCE);
    const abort = () => late.abort();
    this.stop.signal.addEventListener('abort', abort);
    try {
      const path = `/api/v1/channels/${encodeURIComponent(this.channel)}/grants`;
      const response = await fetch(this.server + path, {
        method: 'POST',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        signal: late.signal,
      });
      const body = await response.json().catch(() => null);
      if (!response.ok) throw refused(response.status, body);
      if (typeof body?.grant !== 'string') throw refused(502, body);
      return { grant: body.grant, until: Date.now() + (Number(body.expires_in) || 0) * 1000 };
    } catch (error) {
      if (error instanceof Refusal) throw error;
      // A network that is down and an answer that the browser keeps from us look alike.
      throw new Refusal(
        { code: 'LOADER-OFFLINE', message: '暂时连不上党务通，网络恢复后会自动重试。' },
        true,
      );
    } finally {
      clearTimeout(timer);
      this.stop.signal.removeEventListener('abort', abort);
    }
  }

  /** Waits, or less if the network comes back. */
  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        clearTimeout(this.timer);
        removeEventListener('online', this.wake as () => void);
        resolve();
      };
      this.timer = window.setTimeout(this.wake, milliseconds);
      addEventListener('online', this.wake);
    });
  }
}

/** What the server's answer means. A busy or broken server may be better later; a refusal stays. */
function refused(status: number, body: { code?: unknown; detail?: unknown } | null): Refusal {
  const passing = status === 429 || status >= 500;
  const detail = typeof body?.detail === 'string' ? body.detail : '';
  const message = REASONS[status] ?? (detail || '党务通暂时没有响应，稍后会自动重试。');
  const code = typeof body?.code === 'string' ? body.code : `LOADER-${status}`;
  return new Refusal({ code, message }, passing);
}
