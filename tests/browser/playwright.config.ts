import { defineConfig } from '@playwright/test';

/** Not the port of `npm run dev`, so that both may run. */
const MOCK_PORT = 8098;
const mock = process.env.MOCK === '1';
const baseURL = mock ? `http://127.0.0.1:${MOCK_PORT}` : process.env.BASE_URL;
if (!baseURL) {
  throw new Error(
    'Set BASE_URL to a running server, or use `npm run test:mock` for the mock server.',
  );
}

// Debian's chromium; no name but the loopback address may be resolved, so that a page that reaches out is found out.
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  // Tests of the mock's scripted failures and of its hostile page have nothing to meet on a real server; the
  // mock in turn has neither the reader nor the page of instructions.
  testIgnore: mock ? ['reader.spec.ts', 'embed.spec.ts'] : ['*.mock.spec.ts'],
  workers: 1,
  // A second try is shown as "flaky" in the results: it hides nothing, and a busy machine fails nobody.
  retries: 1,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    baseURL,
    viewport: { width: 1280, height: 800 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ],
    },
  },
  webServer: mock
    ? {
        command: `node ../../widgets/dev/mock-server.mjs ${MOCK_PORT}`,
        url: baseURL,
        reuseExistingServer: false,
      }
    : undefined,
});
