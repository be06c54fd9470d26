import { defineConfig } from 'vitest/config';

// One classic script and one sheet: the frame page links to both, so no modules, no chunks.
// The targets are the oldest browsers we promise: domestic Chromium 80 shells and the WebView of iOS 13.
export default defineConfig({
  build: {
    target: ['chrome80', 'safari13'],
    cssTarget: ['chrome80', 'safari13'],
    lib: {
      entry: 'src/main.ts',
      formats: ['iife'],
      name: 'PartyAssistantPanel',
      fileName: () => 'panel.js',
      cssFileName: 'panel',
    },
    reportCompressedSize: true,
  },
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.ts'],
  },
});
