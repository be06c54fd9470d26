import { describe, expect, it } from 'vitest';
import { escapeHtml, holdBack, marksIn, renderMarkdown } from '../src/markdown';

/**
 * Renders into a detached element, as a browser would parse it. A paragraph goes ahead, because DOMPurify in happy-dom
 * unwraps the first element of all; the browser tests sanitise in a real browser.
 */
function render(text: string, known: number[] = [], streaming = false): HTMLElement {
  const box = document.createElement('div');
  const html = renderMarkdown(`首\n\n${text}`, { known: new Set(known), streaming });
  box.innerHTML = html.replace(/^(<p>)?首(<\/p>)?\n?/, '');
  return box;
}

// Injection through a document or a question can make a model write anything.
describe('what a model could plant', () => {
  const planted: [name: string, text: string][] = [
    ['an image with a handler', '看<img src=x onerror="alert(1)">这里'],
    ['a script', '<script>alert(1)</script>'],
    ['a block of HTML', '<div onclick="alert(1)">\n\n文字\n\n</div>'],
    ['an SVG', '<svg><animate onbegin=alert(1) attributeName=x></svg>'],
    ['a frame', '<iframe src="javascript:alert(1)"></iframe>'],
    ['a javascript link', '[点](javascript:alert(1))'],
    ['a disguised javascript link', '[点](&#106;avascript:alert(1))'],
    ['a data link', '[点](data:text/html;base64,PHNjcmlwdD4=)'],
    ['a vbscript link', '[点](vbscript:msgbox)'],
    ['a link without a scheme', '[点](//evil.invalid/x)'],
    ['a link with a backslash', '[点](/\\\\evil.invalid)'],
    ['an autolink', '<javascript:alert(1)>'],
    ['an image', '![x](http://evil.invalid/x.png)'],
    ['a broken attribute', '[a](/x"onmouseover="alert(1))'],
    ['a handler in a title', '[a](/x "t\\" onclick=alert(1) x=")'],
  ];
  it.each(planted)('%s does nothing', (_, text) => {
    const box = render(text, [1]);
    expect(box.querySelectorAll('img, script, svg, iframe, animate, style, object')).toHaveLength(
      0,
    );
    for (const element of box.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on/);
        if (name === 'href') expect(value).toMatch(/^\/(?![/\\])/);
      }
    }
  });

  it('is shown as the text that it is', () => {
    expect(render('<img src=x onerror=alert(1)>').textContent).toContain(
      '<img src=x onerror=alert(1)>',
    );
  });

  // A button that looks like a mark could claim a basis that is not there.
  it('cannot forge a citation button', () => {
    const box = render('<button class="mark" data-n="9">9</button>', [9]);
    expect(box.querySelector('button')).toBeNull();
  });

  it('cannot turn marks into links by a definition', () => {
    const box = render('规定[1]。\n\n[1]: http://evil.invalid/', [1]);
    expect(box.querySelector('a[href*="evil"]:not([rel])')).toBeNull();
    expect(box.querySelector('button.mark')?.textContent).toBe('1');
  });
});

// Marks are how an answer is checked: each must lead to its own citation.
describe('citation marks', () => {
  it('become buttons that keep their number', () => {
    const marks = [...render('甲[1]，乙[12]。', [1, 12]).querySelectorAll('button.mark')];
    expect(marks.map((mark) => mark.getAttribute('data-n'))).toEqual(['1', '12']);
    expect(marks[0].getAttribute('aria-label')).toBe('查看依据 1');
    expect(marks[0].getAttribute('type')).toBe('button');
  });

  it('without a citation are left out', () => {
    const box = render('甲[7]。', [1]);
    expect(box.textContent?.trim()).toBe('甲。');
    expect(box.querySelector('button')).toBeNull();
  });

  it('wait as plain signs while the text is streaming', () => {
    const box = render('甲[1]。', [], true);
    expect(box.querySelector('button')).toBeNull();
    expect(box.querySelector('.mark.pending')?.textContent).toBe('1');
  });

  it('work in lists, tables and next to each other', () => {
    const box = render('- 甲[1][2]\n\n| a | b |\n|---|---|\n| x[1] | y |', [1, 2]);
    expect(box.querySelectorAll('li button.mark')).toHaveLength(2);
    expect(box.querySelectorAll('td button.mark')).toHaveLength(1);
  });

  it('stay with the character before and the punctuation after them', () => {
    const box = render('权利[1][2]。<b>[1]\n\n&[2]，另', [1, 2]);
    expect([...box.querySelectorAll('.hold')].map((span) => span.textContent)).toEqual([
      '利12。',
      '1',
      '2，',
    ]);
    expect(box.textContent).toContain('权利12。<b>1');
  });

  it('in code stay as written', () => {
    expect(render('`[1]`', [1]).querySelector('code')?.textContent).toBe('[1]');
  });

  it('are listed in order without doubles', () => {
    expect(marksIn('甲[2]，乙[1]，丙[2]，[链接](/x)，[3](/y)')).toEqual([2, 1]);
  });
});

// Rules of Markdown were made for words with spaces between them.
describe('Chinese text', () => {
  it('is strong also where stars touch punctuation', () => {
    const box = render('**不能。**没有转移的，**“可以”**参加。');
    expect([...box.querySelectorAll('strong')].map((s) => s.textContent)).toEqual([
      '不能。',
      '“可以”',
    ]);
    expect(box.textContent).not.toContain('*');
  });

  it('keeps headings below those of the page', () => {
    expect(render('# 结论').querySelector('h3')?.textContent).toBe('结论');
  });

  it('links our own pages only, and writes other addresses out', () => {
    const html = renderMarkdown(
      '甲\n\n[条文](/r)，[别处](https://evil.invalid/x)，https://evil.invalid/y',
      { known: new Set() },
    );
    expect(html.match(/href="[^"]*"/g)).toEqual(['href="/r"']);
    expect(html).toContain('别处（https://evil.invalid/x）');
  });

  it('opens its links in a new window', () => {
    const link = render('[条文](/regulations/r1/2026/a13)').querySelector('a');
    expect(link?.getAttribute('href')).toBe('/regulations/r1/2026/a13');
    expect(link?.getAttribute('rel')).toContain('noopener');
    expect(link?.getAttribute('target')).toBe('_blank');
  });
});

// Nothing may flash up and vanish while the answer is being written.
describe('a growing text', () => {
  it('hides half a mark', () => {
    expect(holdBack('甲[')).toBe('甲');
    expect(holdBack('甲[1')).toBe('甲');
    expect(holdBack('甲[1]')).toBe('甲[1]');
  });

  it('hides a table until its rule is complete', () => {
    expect(holdBack('前\n| a | b |')).toBe('前');
    expect(holdBack('前\n| a | b |\n|---|-')).toBe('前');
    expect(holdBack('前\n| a | b |\n|---|---|\n')).toContain('| a | b |');
  });

  it('closes an open strong passage', () => {
    expect(holdBack('**不能')).toBe('**不能**');
    expect(holdBack('**不能*')).toBe('**不能**');
    expect(holdBack('好 **')).toBe('好 ');
    expect(holdBack('**不能**')).toBe('**不能**');
  });

  // Every prefix, as if the stream paused there.
  it('never shows a raw star, pipe or bracket at any length', () => {
    const whole =
      '**不能。**没有转移的[1]。\n\n| 事项 | 地方 |\n|---|---|\n| 选举[1] | 流出地 |\n\n完[2]。';
    for (let end = 1; end <= whole.length; end += 1) {
      const shown = render(whole.slice(0, end), [1, 2], true).textContent ?? '';
      expect(shown, whole.slice(0, end)).not.toMatch(/[*[\]]|\|[-\s]/);
    }
  });
});

it('escapes all five signs', () => {
  expect(escapeHtml(`<a b="c" d='e'>&`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;');
});
