// The sheet behind a citation mark: the words of the provision, whether it holds, and the way to the full text.

import { html, nothing, type TemplateResult } from 'lit';
import { badge } from './answer-view';
import { icon } from './icons';
import { readerLink } from './links';
import type { Citation } from './types';
import { effectLook, validity, versionInWords } from './words';

/** What the sheet needs. */
export interface SheetOptions {
  close: () => void;
  copy: (citation: Citation) => void;
}

/** The sheet of one citation. */
export function sheetView(citation: Citation, options: SheetOptions): TemplateResult {
  const look = effectLook(citation.effect);
  const link = readerLink(citation.url);
  const version = versionInWords(citation.version);
  return html`
    <div class="shade" @click=${options.close}></div>
    <div class="sheet" role="dialog" aria-modal="true" aria-labelledby="sheet-title">
      <header class="sheet-head">
        <h2 id="sheet-title">${citation.label}</h2>
        <button type="button" class="tool sheet-close" aria-label="关闭条文" @click=${options.close}>${icon('close')}</button>
      </header>
      <div class="sheet-body" tabindex="0">
        <p class="badges">
          ${version ? html`<span class="badge">${version}</span>` : nothing} ${badge(look, 'effect')}
          ${citation.sample ? html`<span class="badge sample">示例</span>` : nothing}
          ${citation.verified ? html`<span class="badge tone-good verified">${icon('check')}已逐字核对</span>` : nothing}
        </p>
        <p class="validity">${validity(citation.effective_on, citation.ended_on)}。${look.hint}。</p>
        <blockquote class="verbatim">${citation.text}</blockquote>
        ${citation.sample ? html`<p class="sample-note">这是为演示编写的示范文本，不是正式文件，不能作为办理依据。</p>` : nothing}
      </div>
      <footer class="sheet-foot">
        ${
          link
            ? html`<a class="main" href=${link} target="_blank" rel="noopener">${icon('out')}查看全文<span class="sr">（新窗口）</span></a>`
            : nothing
        }
        <button type="button" class="second copy-citation" @click=${() => options.copy(citation)}>${icon('copy')}复制条文和出处</button>
      </footer>
    </div>
  `;
}
