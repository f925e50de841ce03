/** What both descriptions of the API say of the whole. */
import packageJson from '../../../package.json' with { type: 'json' };

export const information = {
  title: 'Zeno',
  version: packageJson.version,
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
} as const;
