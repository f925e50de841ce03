import { defineConfig } from 'vitest/config';

/** From fast to real: pure code, OTP's checklist, one suite per port, actors with real threads, whole nodes. */
export default defineConfig({
  test: {
    // Most of what takes long here waits: for a token's end, a drain, a restart.
    maxWorkers: 3,
    globalSetup: ['test/support/system-packages.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/{unit,architecture}/**/*.test.ts'], testTimeout: 20_000 },
      },
      { extends: true, test: { name: 'otp', include: ['test/otp/**/*.test.ts'], testTimeout: 30_000 } },
      {
        extends: true,
        test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
        },
      },
    ],
  },
});
