/* What the servers speak: handshakes, WebSocket's frames with its pings, and how each of them says "subscribed". */
#define _GNU_SOURCE
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10, SHORT = 125 };

static const char *const paths[] = {
    [PLAIN] = "/",
    [CENTRIFUGAL] = "/connection/websocket",
    [SOCKET_IO] = "/socket.io/?EIO=4&transport=websocket",
    [SSE] = "/v1/series/leibniz/events",
    [NCHAN] = "/subscribe",
};

static const char join_centrifugal[] =
    "{\"connect\":{},\"id\":1}\n{\"subscribe\":{\"channel\":\"leibniz\"},\"id\":2}";

size_t request_for(char *text, size_t room) {
  const char *upgrade =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const char *stream = "Accept: text/event-stream\r\n";
  return snprintf(text, room, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n", paths[options.protocol],
                  options.port, options.protocol == SSE ? stream : upgrade);
}

/* One masked frame; what we say is short. */
static void say(struct client *client, int opcode, const void *payload, size_t count) {
  uint8_t frame[6 + SHORT] = {0x80 | opcode, 0x80 | count};
  if (count > SHORT) die("too long to say", "");
  for (int index = 0; index < 4; index += 1) frame[2 + index] = rand() & 0xff;
  for (size_t index = 0; index < count; index += 1)
    frame[6 + index] = ((const uint8_t *)payload)[index] ^ frame[2 + index % 4];
  send_bytes(client, frame, 6 + count);
}

static bool begins(const uint8_t *bytes, size_t count, const char *text) {
  size_t length = strlen(text);
  return count >= length && memcmp(bytes, text, length) == 0;
}

static bool holds(const uint8_t *bytes, size_t count, const char *text) {
  return memmem(bytes, count, text, strlen(text)) != NULL;
}

static void hear_text(struct client *client, const uint8_t *text, size_t count, int64_t at_us) {
  bool joining = client->state == JOINING;
  if (options.protocol == SOCKET_IO && count == 1 && text[0] == '2') {
    say(client, TEXT, "3", 1);
  } else if (options.protocol == SOCKET_IO && joining) {
    if (begins(text, count, "0{")) say(client, TEXT, "40", 2);
    else if (begins(text, count, "40")) client->state = READY;
  } else if (options.protocol == CENTRIFUGAL && count == 2 && begins(text, count, "{}")) {
    say(client, TEXT, "{}", 2);
  } else if (options.protocol == CENTRIFUGAL && joining) {
    if (holds(text, count, "\"error\"")) die("not subscribed", "an error came instead");
    if (holds(text, count, "\"subscribe\":")) client->state = READY;
  } else {
    deliver_marks(client, text, count, at_us);
  }
}

static size_t take_frames(struct client *client, const uint8_t *bytes, size_t count, int64_t at_us) {
  size_t taken = 0;
  while (count - taken >= 2) {
    const uint8_t *frame = bytes + taken;
    size_t header = 2, length = frame[1] & 0x7f, left = count - taken;
    if (length == 126) {
      header = 4;
      if (left < header) break;
      length = (size_t)frame[2] << 8 | frame[3];
    } else if (length == 127) {
      header = 10;
      if (left < header) break;
      length = 0;
      for (int index = 2; index < 10; index += 1) length = length << 8 | frame[index];
    }
    if (left < header + length) break;
    int opcode = frame[0] & 0x0f;
    if (opcode == CLOSE && client->state != READY) {
      char reason[SHORT + 1];
      snprintf(reason, sizeof reason, "%.*s", (int)(length > 2 ? length - 2 : 0), (const char *)frame + header + 2);
      die("closed before it was ready", reason);
    }
    if (opcode == PING) say(client, PONG, frame + header, length);
    else if (opcode != CLOSE && opcode != PONG) hear_text(client, frame + header, length, at_us);
    taken += header + length;
    if (client->state == GONE) break;
  }
  return taken;
}

static size_t take_head(struct client *client, const uint8_t *bytes, size_t count) {
  const uint8_t *end = memmem(bytes, count, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  if (!begins(bytes, count, "HTTP/1.1 101") && !begins(bytes, count, "HTTP/1.1 200")) {
    char line[80];
    snprintf(line, sizeof line, "%.*s", (int)(end - bytes), (const char *)bytes);
    die("refused", line);
  }
  bool silent = options.protocol == PLAIN || options.protocol == NCHAN;
  client->state = silent ? READY : JOINING;
  if (options.protocol == CENTRIFUGAL) say(client, TEXT, join_centrifugal, strlen(join_centrifugal));
  return end + 4 - bytes;
}

size_t take(struct client *client, const uint8_t *bytes, size_t count, int64_t at_us) {
  size_t taken = client->state == SHAKING ? take_head(client, bytes, count) : 0;
  if (client->state == SHAKING || client->state == GONE) return taken;
  const uint8_t *rest = bytes + taken;
  size_t left = count - taken;
  if (options.protocol != SSE) return taken + take_frames(client, rest, left, at_us);
  if (client->state == JOINING) {
    if (!holds(rest, left, "event: snapshot")) return taken;
    client->state = READY;
  }
  return taken + deliver_marks(client, rest, left, at_us);
}
