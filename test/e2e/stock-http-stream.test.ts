/** The unchanged clients where there is no WebSocket: what they fall back on, in both formats. */
import { newestAndOldest, stockClients } from '../support/stock-client.ts';
import { stockSuite } from '../support/stock-suite.ts';

const [newest] = await stockClients('protobuf', 'http_stream');
if (newest === undefined) throw new Error('no client');
stockSuite([...(await newestAndOldest('JSON', 'http_stream')), newest]);
