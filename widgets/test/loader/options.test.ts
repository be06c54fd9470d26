import { describe, expect, it } from 'vitest';
import { fromTag, serverOf, settle } from '../../src/loader/options';

/** A script tag with attributes. */
function tag(attributes: Record<string, string>): HTMLScriptElement {
  const script = document.createElement('script');
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  return script;
}

describe('options', () => {
  it('come from the tag, later ones from the page', () => {
    const given = fromTag(
      tag({ 'data-channel': 'web', 'data-title': '助手', 'data-elder': '', 'data-side': 'left' }),
    );
    expect(settle(given)).toEqual({
      channel: 'web',
      title: '助手',
      greeting: undefined,
      questions: undefined,
      side: 'left',
      elder: true,
    });
    expect(settle(given, { title: '党务', elder: false, side: undefined })).toMatchObject({
      title: '党务',
      elder: false,
      side: 'left',
    });
    expect(fromTag(tag({ 'data-elder': 'false' })).elder).toBe(false);
  });

  it.each(['', 'a b', '<x>', '../site', 'x'.repeat(33)])('a channel like “%s” is refused', (it) => {
    expect(settle({ channel: it })).toBeNull();
  });

  it('questions that are no list of words are left out', () => {
    expect(fromTag(tag({ 'data-questions': '["一？"' })).questions).toBeUndefined();
    expect(fromTag(tag({ 'data-questions': '{"a":1}' })).questions).toBeUndefined();
    const mixed = ['一？', 2, '', '三？', '四？', '五？', '六？', '七？', '八？'] as string[];
    expect(settle({ channel: 'web', questions: mixed })?.questions).toEqual([
      '一？',
      '三？',
      '四？',
      '五？',
      '六？',
      '七？',
    ]);
    expect(settle({ channel: 'web', questions: [] })?.questions).toBeUndefined();
  });

  it('a title too long for a phone is cut, one of the wrong kind is ours', () => {
    expect(settle({ channel: 'web', title: '甲'.repeat(20) })?.title).toHaveLength(12);
    expect(settle({ channel: 'web', title: 7 as unknown as string })?.title).toBe('党务通');
  });

  it('the server is where the script came from', () => {
    expect(serverOf(tag({ src: 'https://a.example:8443/widget/loader.js?v=1' }))).toBe(
      'https://a.example:8443',
    );
    expect(serverOf(tag({ src: 'data:text/javascript,1' }))).toBeNull();
    expect(serverOf(tag({}))).toBeNull();
    expect(serverOf(null)).toBeNull();
  });
});
