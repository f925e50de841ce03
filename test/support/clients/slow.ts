/** Reads as slowly as it is told to, a kilobyte a second unless told otherwise: each read takes no more than its share. */
import { connect, type Socket } from 'node:net';

const READ_BYTES = 1_024;

/** For `ByteWebSocket.open`, or for any reader of `data`. */
export function slow(bytesPerSecond = READ_BYTES): (url: string) => Socket {
  return (url) => {
    const { hostname, port } = new URL(url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      onread: {
        buffer: Buffer.alloc(READ_BYTES),
        callback(length, bytes) {
          // A socket that reads into a buffer of its own tells nobody.
          socket.emit('data', Buffer.from(bytes.subarray(0, length)));
          setTimeout(() => socket.resume(), (1_000 * length) / bytesPerSecond);
          return false;
        },
      },
    });
    return socket;
  };
}
