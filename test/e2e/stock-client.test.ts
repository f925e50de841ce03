/** The unchanged clients of the protocol, as most use them: JSON over a WebSocket. */
import { stockClients } from '../support/stock-client.ts';
import { stockSuite } from '../support/stock-suite.ts';

stockSuite(await stockClients('JSON', 'websocket'));
