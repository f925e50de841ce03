/** What is wrong with a description of a supervisor or a child, by OTP's names where it has them, and at whom to look. */

export type SpecFaultCode =
  | 'missing_id'
  | 'missing_start'
  | 'invalid_start'
  | 'invalid_name'
  | 'invalid_mailbox_max'
  | 'invalid_child_spec'
  | 'invalid_id'
  | 'invalid_restart_type'
  | 'invalid_significant'
  | 'invalid_shutdown'
  | 'invalid_child_type'
  | 'duplicate_child_name'
  | 'invalid_strategy'
  | 'invalid_intensity'
  | 'invalid_period'
  | 'invalid_backoff'
  | 'invalid_auto_shutdown'
  | 'invalid_max_children'
  | 'bad_combination'
  | 'bad_start_spec';

/** Thrown where a tree is written down, an answer where a running supervisor is asked. */
export class SpecFault extends Error {
  override readonly name = 'SpecFault';
  readonly code: SpecFaultCode;

  constructor(code: SpecFaultCode, text: string) {
    super(`${code}: ${text}`);
    this.code = code;
  }
}
