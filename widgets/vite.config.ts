import { defineConfig } from 'vitest/config';

// One classic script: it must run from a plain <script async> on any page, so no modules, no chunks, no CSS file.
// The targets are the oldest browsers we promise: domestic Chromium 80 shells and the WebView of iOS 13.
export default defineConfig({
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
