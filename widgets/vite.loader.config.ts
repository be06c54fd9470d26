import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

/** Writes the style sheet once more as a file: browsers without constructable sheets link to it (see `view.ts`). */
const sheetAsFile: Plugin = {
  name: 'sheet-as-file',
  apply: 'build',
  // After Vite has minified it and made a module of it.
  enforce: 'post',
  transform(code, id) {
    if (!id.endsWith('/loader.css?inline')) return null;
    const sheet = /^export default (".*");?\s*$/s.exec(code);
    if (!sheet) this.error('the inlined style sheet has another shape than expected');
    this.emitFile({
      type: 'asset',
      fileName: 'loader.css',
      source: JSON.parse(sheet[1]) as string,
    });
    return null;
  },
};

// One classic script for pages of others: no modules, no chunks, and the oldest browsers that we promise.
export default defineConfig({
  plugins: [sheetAsFile],
  build: {
    target: ['chrome80', 'safari13'],
    cssTarget: ['chrome80', 'safari13'],
    // The panel is built into the same folder.
    emptyOutDir: false,
    lib: {
      entry: 'src/loader/main.ts',
      formats: ['iife'],
      name: 'PartyAssistantLoader',
      fileName: () => 'loader.js',
    },
  },
});
