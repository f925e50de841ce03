import { describe, expect, it } from 'vitest';
import { requestFault } from '../../../src/gateway/problem.ts';

describe('requestFault', () => {
  it('names each place that is wrong, and what would be right', () => {
    const validation = [
      {
        keyword: 'minimum',
        instancePath: '/a/0',
        schemaPath: '',
        params: { limit: 1 },
        message: 'must be >= 1',
      },
      {
        keyword: 'const',
        instancePath: '/b',
        schemaPath: '',
        params: { allowedValue: 'x' },
        message: 'equal',
      },
    ];
    expect(requestFault({ validation, validationContext: 'body' })).toEqual({
      ok: false,
      code: 'bad-request',
      detail: 'The body is not as it should be; see errors.',
      errors: [
        { path: '/a/0', message: 'must be >= 1' },
        { path: '/b', message: 'must be "x"' },
      ],
    });
  });

  it.each([
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'payload-too-large'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'bad-request'],
    ['FST_ERR_BAD_URL', 400, 'bad-request'],
    ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 'bad-request'],
    ['FST_ERR_MAX_PARAM_LENGTH', 414, 'bad-request'],
  ])('%s is the %i of a client: %s', (code, statusCode, expected) => {
    const refusal = requestFault({ code, statusCode, message: 'text of the framework' });
    expect(refusal?.code).toBe(expected);
    expect(refusal?.detail).not.toContain('framework');
  });

  it('finds no fault with the request in an error of ours', () => {
    expect(requestFault({ statusCode: 500 })).toBeNull();
    expect(requestFault({ statusCode: 503, code: 'FST_ERR_X' })).toBeNull();
    expect(requestFault(new TypeError('a bug'))).toBeNull();
  });
});
