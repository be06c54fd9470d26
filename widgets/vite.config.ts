import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Takes comments and white space out of the style sheets, which no minifier looks into because they are strings. */
const shortStyles: Plugin = {
  name: 'short-styles',
  apply: 'build',
  transform(code, id) {
    if (!/\/styles[\w-]*\.ts$/.test(id)) return null;
    const shorter = code.replace(/css`[^`]*`/g, (sheet) =>
      sheet.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' '),
    );
    return { code: shorter, map: null };
  },
};

// One classic script: it must run from a plain <script async> on any page, so no modules, no chunks, no CSS file.
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
