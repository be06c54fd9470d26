import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Style sheets by file. The shorter name, `styles.ts`, is the frame and comes first, as in the component. */
const sheets = new Map<string, string>();

/**
 * Takes comments and white space out of the style sheets, which no minifier looks into because they are strings,
 * and writes them once more as a file: browsers without constructable sheets link to it (see `widget.ts`).
 */
const shortStyles: Plugin = {
  name: 'short-styles',
  apply: 'build',
  transform(code, id) {
    if (!/\/styles[\w-]*\.ts$/.test(id)) return null;
    const shorter = code.replace(/css`([^`]*)`/g, (_, sheet: string) => {
      const short = sheet
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/\s+/g, ' ')
        .trim();
      sheets.set(id, short);
      return `css\`${short}\``;
    });
    return { code: shorter, map: null };
  },
  generateBundle() {
    const inOrder = [...sheets].sort(([a], [b]) => a.length - b.length);
    this.emitFile({
      type: 'asset',
      fileName: 'party-assistant.css',
      source: inOrder.map(([, sheet]) => sheet).join('\n'),
    });
  },
};

// One classic script: it must run from a plain <script async> on any page, so no modules, no chunks.
// The targets are the oldest browsers we promise: domestic Chromium 80 shells and the WebView of iOS 13.
export default defineConfig({
  plugins: [shortStyles],
  build: {
    target: ['chrome80', 'safari13'],
    lib: {
      entry: 'src/main.ts',
      formats: ['iife'],
      name: 'PartyAssistantBundle',
      fileName: () => 'party-assistant.js',
    },
    reportCompressedSize: true,
  },
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.ts'],
  },
});
